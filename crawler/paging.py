"""How far a list is followed: forward while it brings news, or backward to a date."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from crawler.reading.listing import Row

Rows = Mapping[str, Row]  # by key
ENOUGH_KNOWN = 10  # rows in a row that the archive has: what follows is older still
SWEPT_PAGES = 3
UNDATED_PAGES = 20  # of a list without dates, when all before some date is not wanted
MOST_PAGES = 5_000


class Course(Protocol):
    """Decides for one list of a source which rows are wanted, and whether the next page is."""

    def wants(self, row: Row) -> bool:
        """Tell whether a row that nobody knows is to be read."""

    def goes_on(self, rows: Rows, new: Rows, number: int) -> bool:
        """Tell whether page `number` with these rows, of which some are new, is to be followed by the next."""


@dataclass(slots=True, kw_only=True)
class Forward:
    """The everyday course.

    It ends where everything is known, not at the first thing known: what is pinned on top is old. A sweep looks a few
    pages further for what was put in late or dated back; a thorough reading goes as far as the source says.
    """

    pages: int
    sweep: bool = False
    thorough: bool = False
    listed: set[str] = field(default_factory=set)
    known: int = 0  # in a row

    def wants(self, row: Row) -> bool:
        """Take every row."""
        del row
        return True

    def goes_on(self, rows: Rows, new: Rows, number: int) -> bool:
        """Go on while there is news, and no long stretch of known rows."""
        fresh = _unlisted(self.listed, rows)
        for key in rows:
            self.known = 0 if key in new else self.known + 1
        if number >= self.pages or not fresh:
            return False
        if self.thorough or (self.sweep and number < SWEPT_PAGES):
            return True
        return bool(new) and self.known < ENOUGH_KNOWN


@dataclass(slots=True, kw_only=True)
class Backward:
    """Back to a date, however many pages that takes; where rows have no dates, a limited number of pages."""

    since: date
    listed: set[str] = field(default_factory=set)

    def wants(self, row: Row) -> bool:
        """Take what is not older."""
        return row.date is None or row.date >= self.since

    def goes_on(self, rows: Rows, new: Rows, number: int) -> bool:
        """Go on until all rows of a page are older; those that stand on every page, pinned, do not count."""
        del new
        fresh = _unlisted(self.listed, rows)
        if not fresh or number >= MOST_PAGES:
            return False
        dates = [row.date for row in fresh.values() if row.date is not None]
        return max(dates) >= self.since if dates else number < UNDATED_PAGES


@dataclass(slots=True, kw_only=True)
class Backfill:
    """How far a backward reading has come, page by page, so that a killed one goes on where it was.

    A page is done when every notice on it is archived, or known not to be readable, and all pages before are done.
    """

    since: date
    save: Callable[[Mapping[str, int]], None]
    done: dict[str, int] = field(default_factory=dict)  # pages, by address of the list
    open: dict[str, dict[int, set[str]]] = field(default_factory=dict)  # keys still to come, by list and page

    def begin(self, address: str, number: int, keys: set[str]) -> None:
        """Note what a page waits for."""
        self.open.setdefault(address, {})[number] = keys
        self._close(address)

    def settle(self, key: str) -> None:
        """Note that a notice needs nothing more."""
        for address, pages in self.open.items():
            for keys in pages.values():
                keys.discard(key)
            self._close(address)

    def _close(self, address: str) -> None:
        pages = self.open[address]
        closed = 0
        for number in sorted(pages):
            if pages[number]:
                break
            closed = number
            del pages[number]
        if closed > self.done.get(address, 0):
            self.done[address] = closed
            self.save(self.done)


def _unlisted(listed: set[str], rows: Rows) -> dict[str, Row]:
    """Return the rows that stood on no earlier page: a site that answers every number with one page has no end."""
    fresh = {key: row for key, row in rows.items() if key not in listed}
    listed.update(fresh)
    return fresh
