"""Words of a digest made fit to be shown: no control characters, no endless titles, only http links, local times."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from alerts.model import ChangedText, Marked

LONGEST_LINK = 2000
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
BROKEN = re.compile(r"[\ud800-\udfff]")  # half of a pair: no encoding can carry it
# embeddings, overrides and isolates turn the text behind them round; the plain direction marks are harmless
TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
SECONDS = re.compile(r"(?<=^\d{4}-\d\d-\d\d \d\d:\d\d):\d\d$")
UNFIT_IN_LINK = re.compile(r"[\s\x00-\x20\x7f\"<>\\^`{|}]")


def plain(text: str) -> str:
    """Replace what no receiver should get, character by character, so that spans stay right."""
    return TURNING.sub("\u200b", BROKEN.sub("\ufffd", CONTROL.sub(" ", text)))


def line(text: str, limit: int) -> str:
    """Return the text on one line, at most `limit` characters."""
    text = " ".join(plain(text[: 4 * limit]).split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def within(text: str, size: int) -> str:
    """Return the text, cut to `size` UTF-8 bytes between two characters."""
    encoded = text.encode()
    if len(encoded) <= size:
        return text
    return encoded[: size - len("…".encode())].decode("utf-8", "ignore").rstrip() + "…"


def shorten(marked: Marked, limit: int) -> Marked:
    """Cut a marked text to `limit` characters; highlights that lie behind the cut go, one across it is cut."""
    whole = len(marked.text) <= limit
    text = plain(marked.text) if whole else plain(marked.text[: limit - 1]) + "…"
    end = len(text) if whole else limit - 1
    spans, last = [], 0
    for start, stop in marked.spans:
        start, stop = max(start, last), min(stop, end)  # noqa: PLW2901  clipped: a span never leaves its text
        if start < stop:
            spans.append((start, stop))
            last = stop
    return Marked(text=text, spans=tuple(spans))


def pieces(marked: Marked) -> Iterator[tuple[str, bool]]:
    """Yield the text in pieces: (piece, highlighted)."""
    last = 0
    for start, stop in marked.spans:
        if last < start:
            yield marked.text[last:start], False
        yield marked.text[start:stop], True
        last = stop
    if last < len(marked.text):
        yield marked.text[last:], False


def changed_line(line: Sequence[ChangedText], limit: int) -> list[tuple[str, str]]:
    """Return a changed line as (text, kept | removed | added), at most `limit` characters; … stands where it is cut."""
    shown: list[tuple[str, str]] = []
    left = limit
    for piece in line:
        text = plain(piece.text)
        if len(text) > left:
            return [*shown, (text[: max(left - 1, 0)] + "…", piece.part)]
        shown.append((text, piece.part))
        left -= len(text)
    return shown


def safe_link(url: str) -> str:
    """Return the address when it is one that a reader may follow, else nothing: never javascript:, never broken."""
    url = url.strip()
    if len(url) > LONGEST_LINK or UNFIT_IN_LINK.search(url) or plain(url) != url:
        return ""
    try:
        split = urlsplit(url)
        host = split.hostname
    except ValueError:
        return ""
    return url if split.scheme.lower() in {"http", "https"} and host else ""


def period_label(period: str) -> str:
    """Return the label of a period as people read it: by hand without its seconds, a week from day to day."""
    return line(SECONDS.sub("", period).replace("/", " – "), 60)


def moment(value: datetime, timezone: str) -> str:
    """Write a moment in local time, to the minute."""
    return f"{value.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}"
