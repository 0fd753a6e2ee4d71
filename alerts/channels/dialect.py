"""How a chat writes: its signs for bold, link, quote and colour, its escape, and the unit in which it counts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

HREF = str.maketrans({"(": "%28", ")": "%29", "[": "%5B", "]": "%5D", "*": "%2A", "~": "%7E", "`": "%60"})


def in_bytes(text: str) -> int:
    """Return how many bytes of UTF-8 a text has."""
    return len(text.encode())


def in_units(text: str) -> int:
    """Return how many UTF-16 units a text has: never fewer than its characters, and what JavaScript counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def href(url: str) -> str:
    """Return an address without what would end a markdown link early."""
    return url.translate(HREF)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Most characters of title, snippet and change; of all else the most units of the dialect.

    They sum to less than a message, so that one item always fits beside head, column and coverage.
    """

    title: int = 80
    snippet: int = 120
    change: int = 60
    changes: int = 2
    elsewhere: int = 3
    link: int = 700
    facts: int = 300
    rules: int = 420
    also: int = 160
    head: int = 100
    column: int = 120
    coverage: int = 400
    asked: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The templates take escaped text; `escape` goes character by character, so that any cut of it is whole."""

    escape: Callable[[str], str]
    measure: Callable[[str], int]
    href: Callable[[str], str] = href
    bold: str = "**{}**"
    link: str = "[{text}]({url})"
    quiet: str = "{}"
    accent: str = "{}"
    badge: str = "{}"
    removed: str = "［-{}-］"
    added: str = "**{}**"
    quote: str = "> {}"
    column: str = "**{}**"
    newline: str = "\n"
    sizes: Sizes = Sizes()

    def fit(self, text: str, size: int) -> str:
        """Return the text escaped, cut to `size` units between two characters."""
        whole = self.escape(text)
        if self.measure(whole) <= size:
            return whole
        left, kept = size - self.measure("…"), []
        for character in text:
            written = self.escape(character)
            left -= self.measure(written)
            if left < 0:
                break
            kept.append(written)
        return "".join(kept).rstrip() + "…"

    def block(self, lines: list["Line"]) -> str:
        """Write an item or a column's name as text: all but its first line as a quote."""
        quoted = (text if kind in {"title", "column"} else self.quote.format(text) for kind, text in lines)
        return self.newline.join(quoted)


class Line(NamedTuple):
    """One line of a block, written: a column's name; an item's title, text, facts, rules."""

    kind: str
    text: str
