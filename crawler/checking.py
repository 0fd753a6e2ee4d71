"""Looks at many sources at once, those of one host one after another, and tells what each look has shown."""

import logging
import tempfile
from asyncio import Task
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from math import inf
from typing import Any

import sqlalchemy as sa
from scrapy.crawler import AsyncCrawlerProcess, Crawler

from config.database import metadata, open_database
from config.regions import Places
from config.settings import Crawl as CrawlSettings
from crawler.beside import Beside
from crawler.desk import Desk
from crawler.ledger import INTERRUPTED
from crawler.looking import Viewing, check_of, looking_spider, narrowed
from crawler.round import AT_ONCE, by_host, is_debugging, quiet_process, statistics_of
from crawler.settings import scrapy_settings
from crawler.sources import Source

Shown = Callable[[Source, Mapping[str, Any]], None]
"""Takes what a look at a source has shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """A look under way, and what waits for the same host."""

    source: Source
    viewing: Viewing
    crawler: Crawler
    lane: deque[Source]


@dataclass(slots=True, kw_only=True)
class Checks:
    """Looks at its sources; nothing that is read on the way is kept, but for what `shown` keeps."""

    settings: CrawlSettings
    places: Places
    shown: Shown
    lanes: deque[deque[Source]] = field(default_factory=deque)
    stopped: bool = False

    def run(self, sources: Iterable[Source]) -> None:
        """Look at the sources and return when all are done, or when a signal has ended it early."""
        self.lanes = by_host(sources)
        if not self.lanes:
            return
        process = silent_process(self.settings)
        with scratch_database() as engine:
            for _ in range(min(AT_ONCE, len(self.lanes))):
                self.look_at_next(process, engine, deque())
            process.start()

    def look_at_next(self, process: AsyncCrawlerProcess, engine: sa.Engine, lane: deque[Source]) -> None:
        """Take the next source of a host, or the next host."""
        lane = lane or (self.lanes.popleft() if self.lanes else lane)
        if not lane or self.stopped:
            return
        source = lane.popleft()
        crawler = process.create_crawler(looking_spider(source.family))
        looking = Looking(
            source=source, viewing=viewing_of(narrowed(source), self.places, engine), crawler=crawler, lane=lane
        )
        done = partial(self._ended, process, looking)
        process.crawl(crawler, assignment=looking.viewing).add_done_callback(done)

    def _ended(self, process: AsyncCrawlerProcess, looking: Looking, task: Task[None]) -> None:
        """Show what was seen, however the look ended, and go on."""
        viewing, finish_reason = looking.viewing, INTERRUPTED
        error = None if task.cancelled() else task.exception()
        if error is not None:
            viewing.err(f"{type(error).__name__}: {error}")
        else:
            finish_reason = str(statistics_of(looking.crawler).get("finish_reason", INTERRUPTED))
            self.stopped = self.stopped or finish_reason == INTERRUPTED
        self.shown(looking.source, check_of(viewing, finish_reason))
        self.look_at_next(process, viewing.engine, looking.lane)


def silent_process(settings: CrawlSettings) -> AsyncCrawlerProcess:
    """Return a process that logs nothing unless asked to debug: whatever goes wrong with a look is its verdict."""
    process = quiet_process(scrapy_settings(settings))
    if not is_debugging():
        logging.getLogger("scrapy").setLevel(logging.CRITICAL)
    return process


@contextmanager
def scratch_database() -> Iterator[sa.Engine]:
    """Give the spiders a database to work on that nobody will miss."""
    with tempfile.TemporaryDirectory(prefix="yaoxun-check-") as folder:
        engine = open_database(f"sqlite:///{folder}/scratch.db")
        metadata.create_all(engine)
        yield engine
        engine.dispose()


def viewing_of(source: Source, places: Places, engine: sa.Engine) -> Viewing:
    """Return the assignment of a spider that looks at this source."""
    return Viewing(
        source=source,
        places=places,
        engine=engine,
        tell=_silent,
        clock=_now,
        reread_since=_now(),
        beside=Beside(Desk(places, engine), clock=_now, few=inf),
        thorough=False,
    )


def _silent(_event: Mapping[str, Any]) -> None:
    """Say nothing: a look has no progress of its own."""


def _now() -> datetime:
    return datetime.now(UTC)
