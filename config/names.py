"""What people, sources and columns are called: visible words on one line. Pure."""

import re
import unicodedata

UNSEEN = frozenset(("Cc", "Cf", "Zl", "Zp"))
"""The kinds of characters that nobody sees: control, format, separators of lines and paragraphs."""

JOINERS = frozenset("\u200c\u200d")
"""Of these, the ones that shape letters of some scripts and pictures made of several."""

BREAKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")

CALLED = {"\n": "a line break", "\r": "a line break", "\t": "a tab"}


class UnfitName(ValueError):
    """Words that cannot stand on one line: what is in them, and what to write instead."""

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(f"{message}. {advice}")
        self.message = message
        self.advice = advice


def visible(words: str) -> str:
    """Return words as one line, without what nobody sees in them: how a name is guessed from a page."""
    line = " ".join(words.split())
    return "".join(one for one in line if not _is_unseen(one))


def unbroken(given: str) -> str:
    """Return words whose breaks and tabs are spaces, as a rule means them; whatever else nobody sees stays."""
    return BREAKS.sub(" ", given)


def one_line(given: str) -> str:
    """Return words without the space round them; raise UnfitName where something in them breaks the line or is unseen.

    A name stands in a subject, a heading, a row of a table: a break in it would forge the next line, and what nobody
    sees would make two names look the same.
    """
    words = given.strip()
    for character in words:
        if _is_unseen(character):
            called = CALLED.get(character, f"the invisible character U+{ord(character):04X}")
            raise UnfitName(f"{words!r} holds {called}", "Write it on one line, without control characters")
    return words


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in UNSEEN and character not in JOINERS
