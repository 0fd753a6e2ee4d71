"""Opens and closes crawls in the database: what each begins with, and what its end changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from config.settings import Crawl as CrawlSettings
from crawler.archive.backfills import end_backfill, pages_done, save_backfill
from crawler.archive.crawls import (
    GOOD,
    Result,
    finish_crawl,
    latest_crawls,
    note_sweep,
    register_sources,
    source_record,
    source_records,
    start_crawl,
)
from crawler.archive.healths import assess_source
from crawler.archive.hosts import HostRecord, host_records, save_host
from crawler.archive.pages import remember_page
from crawler.archive.rereads import has_moved, note_gone
from crawler.assignment import Assignment
from crawler.health import verdict_of
from crawler.hosts import Hosts
from crawler.hours import Night
from crawler.notice import Verdict
from crawler.paging import Backfill
from crawler.sources import Source, interval_of, pages_of, site_of

INTERRUPTED = "shutdown"  # what Scrapy calls a crawl that was told to stop
FINISHED = "finished"
MANY = 6  # list pages read for the first time: they lead to a hundred notices


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a crawl begins with, as the database knows it."""

    crawl_id: int
    thorough: bool
    sweep: bool
    backfill: Backfill | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The book of one round; with `since` its crawls read backward to that date."""

    round_id: str
    engine: sa.Engine
    settings: CrawlSettings
    night: Night
    since: date | None = None

    def hosts(self) -> Hosts:
        """Return the hosts as earlier rounds have left them."""
        with self.engine.begin() as connection:
            records = host_records(connection)
        return Hosts(
            records, clock=_now, delay=self.settings.delay, per_host=self.settings.per_host, save=self._save_host
        )

    def expects_many(self, sources: Iterable[Source]) -> bool:
        """Tell whether a round will meet many new notices: it reads backward, or much for the first time."""
        with self.engine.begin() as connection:
            records = source_records(connection)
        new = (one for one in sources if one.id not in records or records[one.id].last_success_at is None)
        return self.since is not None or sum(len(one.lists) * pages_of(one) for one in new) >= MANY

    def open(self, source: Source) -> Opening:
        """Note that a crawl begins."""
        now = _now()
        with self.engine.begin() as connection:
            register_sources(connection, [source.id], now)
            crawl_id = start_crawl(connection, source.id, round_id=self.round_id, now=now)
            earlier = latest_crawls(connection, source.id, 2)[1:]
            swept = source_record(connection, source.id).swept_at
            backfill = self._backfill(connection, source.id)
        due = swept is None or abs(now - swept) >= timedelta(hours=self.settings.sweep_hours)  # a clock may go back
        return Opening(
            crawl_id=crawl_id,
            thorough=not (earlier and earlier[0].verdict in GOOD),
            sweep=due and backfill is None and pages_of(source) != 1,
            backfill=backfill,
        )

    def close(self, crawl_id: int, assignment: Assignment, finish_reason: str, statistics: Mapping[str, Any]) -> Result:
        """Note how a crawl ended; its list pages are remembered only if all that stood on them is safe."""
        source, result, now = assignment.source, result_of(assignment, finish_reason, statistics), _now()
        tally = assignment.tally
        if result.verdict is Verdict.BLOCKED:
            assignment.hosts.rest_if_shut(site_of(source))
        interval = self.night.interval_after(now, interval_of(source, self.settings))
        with self.engine.begin() as connection:
            stopped = finish_reason == INTERRUPTED
            finish_crawl(connection, crawl_id, source.id, result, interval=interval, now=now, interrupted=stopped)
            assess_source(connection, source.id, now=now)
            if result.verdict in GOOD:
                _close_well(connection, assignment, now)
            elif has_moved(tally.gone, tally.reread):
                note_gone(connection, tally.gone, reread=tally.reread, now=now)
            if finish_reason == FINISHED and assignment.backfill is not None and _is_whole(assignment):
                end_backfill(connection, source.id)
        return result

    def _backfill(self, connection: sa.Connection, source_id: str) -> Backfill | None:
        if self.since is None:
            return None
        done = pages_done(connection, source_id, self.since)
        return Backfill(since=self.since, save=partial(self._save_backfill, source_id, self.since), done=done)

    def _save_backfill(self, source_id: str, since: date, done: Mapping[str, int]) -> None:
        with self.engine.begin() as connection:
            save_backfill(connection, source_id, since, done)

    def _save_host(self, record: HostRecord) -> None:
        with self.engine.begin() as connection:
            save_host(connection, record)


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


def _close_well(connection: sa.Connection, assignment: Assignment, now: datetime) -> None:
    """Keep what only a site in good order can tell."""
    source_id, tally = assignment.source.id, assignment.tally
    note_gone(connection, tally.gone, reread=tally.reread, now=now)
    if tally.clean:
        for url, page in assignment.lists_read.items():
            remember_page(connection, source_id, url, page, now=now)
    if assignment.backfill is None and (assignment.sweep or assignment.thorough):
        note_sweep(connection, source_id, now=now)


def _is_whole(assignment: Assignment) -> bool:
    """Tell whether every list was read as far back as was asked; notices that cannot be read do not count."""
    return not (assignment.tally.list_failures or assignment.tally.errors)


def _now() -> datetime:
    return datetime.now(UTC)
