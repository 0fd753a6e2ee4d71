"""What reading a file comes to, and how much of a file is read."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crawler.notice import Reading

MOST_PAGES = 1_000
MOST_CHARACTERS = 2_000_000

Pages = Iterator[str]

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\u200b\ufffe\uffff\ud800-\udfff]")
_BLANKS = re.compile("[ \xa0\u2000-\u200a\u3000]+")


class NotRead(Exception):
    """A file whose text cannot be had, with the state it ends in and the reason."""

    def __init__(self, reading: Reading, reason: str) -> None:
        super().__init__(reason)
        self.reading = reading
        self.reason = reason


class CutShort(Exception):
    """Raised by a reader when it stops early: what it gave so far stands, and the reason is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file as it was read; `reason` says why it has no text, or why not all of it. An archive has members."""

    kind: str
    reading: Reading
    pages: tuple[str, ...] = ()
    reason: str = ""
    members: tuple[tuple[str, "Document"], ...] = ()


def unreadable(reason: str) -> NotRead:
    """Return the error for a file that is damaged, locked, or not what it says."""
    return NotRead(Reading.UNREADABLE, reason)


def bounded(pages: Iterable[str]) -> tuple[tuple[str, ...], str]:
    """Take pages until there are enough; return them tidied, and why the rest was left."""
    taken: list[str] = []
    room = MOST_CHARACTERS
    try:
        for page in pages:
            if len(taken) == MOST_PAGES:
                return tuple(taken), f"only the first {MOST_PAGES} pages were read"
            text = tidied(page[: room + 1])
            taken.append(text[:room])
            if len(text) > room:
                return tuple(taken), f"only the first {MOST_CHARACTERS} characters were read"
            room -= len(text)
    except CutShort as cut:
        return tuple(taken), str(cut)
    return tuple(taken), ""


def tidied(text: str) -> str:
    """Return a page without blank lines, needless blanks, and characters that nobody sees or no database takes."""
    lines = (_BLANKS.sub(" ", line).strip(" \r\v\f") for line in _CONTROLS.sub("", text).split("\n"))
    return "\n".join(line for line in lines if line.strip())
