"""One round: many sources at once in one process, those of one host one after another."""

import logging
from asyncio import Task
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.utils.misc import load_object

from config.regions import Places
from crawler.assignment import Assignment, Tell
from crawler.beside import Beside
from crawler.families import FAMILIES
from crawler.hosts import Hosts
from crawler.ledger import INTERRUPTED, Ledger
from crawler.settings import load_components, scrapy_settings
from crawler.sources import Source, site_of

AT_ONCE = 16  # sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A crawl under way, and what waits for the same host."""

    crawl_id: int
    assignment: Assignment
    crawler: Crawler
    lane: deque[Source]


@dataclass(slots=True, kw_only=True)
class Round:
    """Crawls its sources, writes a row for each crawl, and tells of the progress."""

    ledger: Ledger
    places: Places
    tell: Tell
    beside: Beside
    lanes: deque[deque[Source]] = field(default_factory=deque)
    running: dict[str, Running] = field(default_factory=dict)
    hosts: Hosts = field(init=False)
    stopped: bool = False

    def run(self, sources: Iterable[Source]) -> None:
        """Crawl the sources and return when all are done, or when a signal has ended them early."""
        self.lanes = by_host(sources)
        if not self.lanes:
            return
        self.hosts = self.ledger.hosts()
        process = quiet_process(scrapy_settings(self.ledger.settings, patient=self.ledger.since is not None))
        for _ in range(min(AT_ONCE, len(self.lanes))):
            self._start_next(process, deque())
        process.start()
        for source_id in list(self.running):  # a second signal ends Scrapy before it has closed its spiders
            self._finish(source_id, INTERRUPTED, {})

    def _start_next(self, process: AsyncCrawlerProcess, lane: deque[Source]) -> None:
        """Take the next source of a host, or the next host."""
        lane = lane or (self.lanes.popleft() if self.lanes else lane)
        if not lane or self.stopped:
            return
        source = lane.popleft()
        crawler = process.create_crawler(load_object(FAMILIES[source.family].spider.replace(":", ".")))
        crawl_id, assignment = self._begin(source)
        self.running[source.id] = Running(crawl_id=crawl_id, assignment=assignment, crawler=crawler, lane=lane)
        process.crawl(crawler, assignment=assignment).add_done_callback(partial(self._ended, process, source))

    def _begin(self, source: Source) -> tuple[int, Assignment]:
        opening = self.ledger.open(source)
        self.tell({"event": "started", "source": source.id, "name": source.name})
        return opening.crawl_id, Assignment(
            source=source,
            places=self.places,
            engine=self.ledger.engine,
            tell=self.tell,
            clock=_now,
            reread_since=_now() - timedelta(days=self.ledger.settings.reread_days),
            beside=self.beside,
            hosts=self.hosts,
            thorough=opening.thorough,
            sweep=opening.sweep,
            backfill=opening.backfill,
        )

    def _ended(self, process: AsyncCrawlerProcess, source: Source, task: Task[None]) -> None:
        """Write down a crawl that is over, however it ended, and start the next."""
        running = self.running[source.id]
        error = None if task.cancelled() else task.exception()
        if error is not None:
            running.assignment.err(f"{type(error).__name__}: {error}")
        statistics = {} if error is not None else statistics_of(running.crawler)
        finish_reason = str(statistics.get("finish_reason", INTERRUPTED))
        self.stopped = self.stopped or (finish_reason == INTERRUPTED and error is None)
        self._finish(source.id, finish_reason, statistics)
        self._start_next(process, running.lane)

    def _finish(self, source_id: str, finish_reason: str, statistics: Mapping[str, Any]) -> None:
        """Write down how a crawl ended, and tell of it."""
        running = self.running.pop(source_id)
        result = self.ledger.close(running.crawl_id, running.assignment, finish_reason, statistics)
        counts = {name: getattr(result, name) for name in ("rows", "added", "revised", "known", "failed")}
        event = {"event": "finished", "source": source_id, "verdict": str(result.verdict), "reason": result.reason}
        self.tell(event | counts)


def quiet_process(settings: dict[str, Any]) -> AsyncCrawlerProcess:
    """Return a process that logs as config.logs says: Scrapy sets its loggers to DEBUG, and says hello.

    A site that is down is no fault of ours to be traced, unless asked to debug: the verdict says it.
    """
    load_components(settings)
    logging.disable(logging.INFO)
    process = AsyncCrawlerProcess(settings)
    logging.disable(logging.NOTSET)
    logging.getLogger("scrapy").setLevel(logging.NOTSET)
    for name in () if is_debugging() else ("robotstxt", "retry"):
        logging.getLogger(f"scrapy.downloadermiddlewares.{name}").setLevel(logging.CRITICAL)
    return process


def is_debugging() -> bool:
    """Tell whether the logs were asked to say everything; the root logger, which libraries write to, never does."""
    return logging.getLogger("crawler").isEnabledFor(logging.DEBUG)


def by_host(sources: Iterable[Source]) -> deque[deque[Source]]:
    """Group sources by the host of their first list, so that no host is asked by two spiders at once."""
    lanes: dict[str, deque[Source]] = defaultdict(deque)
    for source in sources:
        lanes[site_of(source)].append(source)
    return deque(lanes.values())


def statistics_of(crawler: Crawler) -> dict[str, Any]:
    """Return Scrapy's statistics as JSON can hold them."""
    return {
        key: value if isinstance(value, (int, float, str, bool)) else str(value)
        for key, value in crawler.stats.get_stats().items()
    }


def _now() -> datetime:
    return datetime.now(UTC)
