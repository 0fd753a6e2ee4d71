"""One crawl of one source, as handed to its spider: what to read, where to put it, whom to tell."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

from config.regions import Places
from crawler.archive.notices import Outcome
from crawler.archive.pages import Page
from crawler.beside import Beside
from crawler.desk import words_of
from crawler.health import Failure, Tally
from crawler.hosts import Hosts
from crawler.paging import Backfill
from crawler.sources import Source

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

Tell = Callable[[Mapping[str, Any]], None]
"""Takes a progress event, such as {"event": "notice", "title": …, "outcome": "added"}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A spider's work and surroundings; the tally and the read lists fill as it goes."""

    source: Source
    places: Places
    engine: sa.Engine
    tell: Tell
    clock: Callable[[], datetime]
    reread_since: datetime  # notices first seen since then are read again, to notice changes
    beside: Beside  # one for all crawls of a round
    hosts: Hosts = field(default_factory=lambda: Hosts({}, clock=_now))  # one for all crawls of a round
    thorough: bool  # the last crawl did not end well: read every page of a list, not only while it brings news
    sweep: bool = False  # look a few pages further for what was put in late or dated back
    backfill: Backfill | None = None  # read backward instead
    tally: Tally = field(default_factory=Tally)
    lists_read: dict[str, Page] = field(default_factory=dict)  # remembered once the crawl has ended well

    def count(self, outcome: Outcome, title: str, url: str) -> None:
        """Count a notice that was read, and tell of it."""
        setattr(self.tally, outcome, getattr(self.tally, outcome) + 1)
        self.tally.read += 1
        self._tell_notice(title, url, outcome)

    def fail(self, failure: Failure, title: str, *, archived: bool = False) -> None:
        """Count a notice that could not be read, or not be read again, and tell of it."""
        (self.tally.reread_failures if archived else self.tally.notice_failures).append(failure)
        self._tell_notice(title, failure.url, "failed", failure.reason)

    @contextmanager
    def noting(self, url: str) -> Iterator[sa.Connection]:
        """Let something be noted beside the notices; when it cannot be, the crawl goes on and its verdict says why."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except sa.exc.DBAPIError as error:  # a full disk is no fault of ours to be traced page by page
            self.err(f"{url}: {words_of(error)}")

    def err(self, words: str) -> None:
        """Count a fault of our own."""
        self.tally.errors.append(words)

    def _tell_notice(self, title: str, url: str, outcome: str, reason: str = "") -> None:
        event = {"event": "notice", "source": self.source.id, "title": title, "url": url, "outcome": str(outcome)}
        self.tell(event | ({"reason": reason} if reason else {}))


def _now() -> datetime:
    return datetime.now(UTC)


def assignment_of(crawler: "Crawler") -> Assignment:
    """Return the assignment of the spider that a Scrapy component serves."""
    return cast("Assignment", vars(crawler.spider)["assignment"])
