"""Where the titles of a bulletin's contents stand in its body."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from crawler.reading.paragraphs import squeezed

MOST_LINES = 3  # over which a title may run
_LIKE_ENOUGH = 0.8
_BULLET = re.compile(
    r"(?:[-–—·•●○◆◇■□▲△►▶※*★☆]\s*|[(（]?\d{1,2}(?:[)）、]|[.．](?!\d))\s*|[①-⑳]\s*|[(（][一二三四五六七八九十]{1,3}[)）]\s*)"
)


class NoContents(Exception):
    """There is no table of contents, or it doesn't fit the body; the message says which."""


@dataclass(frozen=True, slots=True)
class Place:
    """The lines of the body where a title stands."""

    start: int
    stop: int


class Titles:
    """The lines of a body by what would be a title: each alone, and up to three together."""

    def __init__(self, body: Sequence[str]) -> None:
        self.lines = body
        self.body = [squeezed(line) for line in body]
        self.bare = [squeezed(without_bullet(line)) for line in body]
        self._starts: dict[str, list[Place]] = defaultdict(list)
        for start in range(len(body)):
            for count in range(1, min(MOST_LINES, len(body) - start) + 1):
                for first in {self.body[start], self.bare[start]}:
                    key = first + "".join(self.body[start + 1 : start + count])
                    self._starts[key].append(Place(start, start + count))

    def places(self, title: str) -> list[Place]:
        """Return where a title stands, exactly."""
        key = squeezed(title)
        return self._starts.get(key, []) if key else []

    def spelled(self, title: str) -> str:
        """Return a title as the body spells it, where that has it on one line."""
        return next(
            (without_bullet(self.lines[at.start]) for at in self.places(title) if at.stop == at.start + 1), title
        )

    def nearest(self, title: str, start: int, stop: int) -> Place | None:
        """Return the one line between that is most like a title, if it is like enough."""
        key = squeezed(title)
        likeness = [(SequenceMatcher(None, key, self.bare[line]).ratio(), -line) for line in range(start, stop)]
        best, line = max(likeness, default=(0.0, 0))
        return Place(-line, -line + 1) if best >= _LIKE_ENOUGH else None


def without_bullet(line: str) -> str:
    """Return a title without the dash, dot or number before it."""
    return _BULLET.sub("", line, count=1) if _BULLET.match(line) else line


def locate(names: Sequence[str], titles: Titles) -> list[Place]:
    """Return where each title stands in the body; raise NoContents for one that doesn't.

    Exact places first, in order; then, for a title that differs a little, the one line most like it between its
    neighbours. Nothing is guessed over several lines: text would be swallowed.
    """
    found: list[Place | None] = []
    at = 0
    for name in names:
        exact = titles.places(name)
        place = next((place for place in exact if place.start >= at), exact[0] if len(exact) == 1 else None)
        found.append(place)
        at = max(at, place.stop) if place else at
    places = [place or _between(names[index], found, index, titles) for index, place in enumerate(found)]
    ordered = sorted(places, key=lambda place: place.start)
    if any(later.start < earlier.stop for earlier, later in pairwise(ordered)):
        raise NoContents("two titles of the table of contents stand at the same place of the text")
    return places


def _between(title: str, found: Sequence[Place | None], index: int, titles: Titles) -> Place:
    before = next((place.stop for place in reversed(found[:index]) if place), 0)
    after = next((place.start for place in found[index + 1 :] if place), len(titles.body))
    place = titles.nearest(title, before, after)
    if place is None:
        raise NoContents(f"the title “{title}” of the table of contents does not stand in the text")
    return place
