"""Highlights in the terminal."""

from collections.abc import Iterable

from rich.text import Text

from alerts.model import Span

HIT = "bold black on yellow"


def marked(text: str, spans: Iterable[Span], style: str = "") -> Text:
    """Return a text with its hits highlighted."""
    shown = Text(text, style)
    for start, end in spans:
        shown.stylize(HIT, start, end)
    return shown
