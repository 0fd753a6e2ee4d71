"""One round: many sources at once in one process, those of one host one after another."""

import logging
from asyncio import Task
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.utils.misc import load_object

from config.regions import Places
from config.settings import Crawl as CrawlSettings
from crawler.archive.crawls import GOOD, Result, finish_crawl, latest_crawls, register_sources, start_crawl
from crawler.archive.pages import remember_page
from crawler.assignment import Assignment, Tell
from crawler.families import FAMILIES
from crawler.health import verdict_of
from crawler.settings import scrapy_settings
from crawler.sources import Source, interval_of

AT_ONCE = 16  # sources
INTERRUPTED = "shutdown"  # what Scrapy calls a crawl that was told to stop


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

    id: str
    settings: CrawlSettings
    places: Places
    engine: sa.Engine
    tell: Tell
    lanes: deque[deque[Source]] = field(default_factory=deque)
    running: dict[str, Running] = field(default_factory=dict)
    stopped: bool = False

    def run(self, sources: Iterable[Source]) -> None:
        """Crawl the sources and return when all are done, or when a signal has ended them early."""
        self.lanes = by_host(sources)
        if not self.lanes:
            return
        process = quiet_process(scrapy_settings(self.settings))
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
        now = _now()
        with self.engine.begin() as connection:
            register_sources(connection, [source.id], now)
            crawl_id = start_crawl(connection, source.id, round_id=self.id, now=now)
            earlier = latest_crawls(connection, source.id, 2)[1:]
        self.tell({"event": "started", "source": source.id, "name": source.name})
        return crawl_id, Assignment(
            source=source,
            places=self.places,
            engine=self.engine,
            tell=self.tell,
            clock=_now,
            reread_since=now - timedelta(days=self.settings.reread_days),
            thorough=not (earlier and earlier[0].verdict in GOOD),
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
        """Write down how a crawl ended; its list pages are remembered only if all that stood on them is safe."""
        running = self.running.pop(source_id)
        assignment = running.assignment
        result, now = result_of(assignment, finish_reason, statistics), _now()
        interval = timedelta(0) if finish_reason == INTERRUPTED else interval_of(assignment.source, self.settings)
        with self.engine.begin() as connection:
            finish_crawl(connection, running.crawl_id, source_id, result, interval=interval, now=now)
            if result.verdict in GOOD and assignment.tally.clean:
                for url, page in assignment.lists_read.items():
                    remember_page(connection, source_id, url, page, now=now)
        counts = {name: getattr(result, name) for name in ("rows", "added", "revised", "known", "failed")}
        event = {"event": "finished", "source": source_id, "verdict": str(result.verdict), "reason": result.reason}
        self.tell(event | counts)


def quiet_process(settings: dict[str, Any]) -> AsyncCrawlerProcess:
    """Return a process that logs as config.logs says: Scrapy sets its loggers to DEBUG, and says hello."""
    logging.disable(logging.INFO)
    process = AsyncCrawlerProcess(settings)
    logging.disable(logging.NOTSET)
    logging.getLogger("scrapy").setLevel(logging.NOTSET)
    return process


def result_of(assignment: Assignment, finish_reason: str, statistics: Mapping[str, Any]) -> Result:
    """Return what a crawl ended with."""
    tally = assignment.tally
    verdict, reason = verdict_of(tally, finish_reason=finish_reason)
    return Result(
        verdict=verdict,
        reason=reason,
        rows=tally.rows,
        added=tally.added,
        revised=tally.revised,
        known=tally.known,
        failed=tally.failed,
        requests=int(statistics.get("downloader/request_count", 0)),
        bytes=int(statistics.get("downloader/response_bytes", 0)),
        statistics=dict(statistics) | {"finish_reason": finish_reason},
    )


def by_host(sources: Iterable[Source]) -> deque[deque[Source]]:
    """Group sources by the host of their first list, so that no host is asked by two spiders at once."""
    lanes: dict[str, deque[Source]] = defaultdict(deque)
    for source in sources:
        lanes[urlsplit(source.lists[0]).netloc].append(source)
    return deque(lanes.values())


def statistics_of(crawler: Crawler) -> dict[str, Any]:
    """Return Scrapy's statistics as JSON can hold them."""
    return {
        key: value if isinstance(value, (int, float, str, bool)) else str(value)
        for key, value in crawler.stats.get_stats().items()
    }


def _now() -> datetime:
    return datetime.now(UTC)
