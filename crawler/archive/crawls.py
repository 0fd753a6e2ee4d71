"""Crawls and the state of sources: when each is due, how each crawl ended, and how far apart the next one is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from config.database import insert_ignore
from crawler.archive.tables import crawls, sources
from crawler.notice import Verdict

GOOD = (Verdict.OK, Verdict.UNCHANGED)
LONGEST_BACK_OFF = timedelta(days=1)
CLOCKS_APART = timedelta(hours=1)  # of two machines; what is further ahead was a wrong clock
DIED = "The process died during the crawl."


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawl:
    """One crawl of one source; without `finished_at` it runs."""

    id: int
    round: str
    source_id: str
    started_at: datetime
    finished_at: datetime | None = None
    verdict: Verdict | None = None
    reason: str = ""
    rows: int = 0
    added: int = 0
    revised: int = 0
    known: int = 0
    failed: int = 0
    requests: int = 0
    bytes: int = 0
    statistics: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """What is known of a source from its crawls."""

    id: str
    next_crawl_at: datetime
    last_crawl_at: datetime | None = None
    last_success_at: datetime | None = None
    verdict: Verdict | None = None
    reason: str = ""
    failures: int = 0
    state: str = "new"
    state_since: datetime | None = None
    told_state: str = ""
    rhythm: Mapping[str, Any] | None = None
    checked_at: datetime | None = None
    check: Mapping[str, Any] | None = None
    swept_at: datetime | None = None
    backfill: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a crawl ended with."""

    verdict: Verdict
    reason: str = ""
    rows: int = 0
    added: int = 0
    revised: int = 0
    known: int = 0
    failed: int = 0
    requests: int = 0
    bytes: int = 0
    statistics: Mapping[str, Any] | None = None


def register_sources(connection: sa.Connection, source_ids: Iterable[str], now: datetime) -> None:
    """Give every source a row; new ones are due at once."""
    rows = [{"id": source_id, "next_crawl_at": now} for source_id in source_ids]
    if rows:
        connection.execute(insert_ignore(connection, sources), rows)


def due_sources(connection: sa.Connection, now: datetime) -> list[str]:
    """Return the ids of sources whose time has come, the most overdue first.

    A clock that was ahead and was set right has left them a time that would not come for long: they are due, too.
    """
    ahead = sources.c.last_crawl_at > now + CLOCKS_APART
    query = sa.select(sources.c.id).where((sources.c.next_crawl_at <= now) | ahead)
    return list(connection.execute(query.order_by(sources.c.next_crawl_at, sources.c.id)).scalars())


def start_crawl(connection: sa.Connection, source_id: str, *, round_id: str, now: datetime) -> int:
    """Note that a crawl begins, and return its id; one that a dead process left unfinished is closed as broken."""
    left = (crawls.c.source_id == source_id) & crawls.c.finished_at.is_(None)
    connection.execute(sa.update(crawls).where(left).values(finished_at=now, verdict=Verdict.BROKEN, reason=DIED))
    insert = sa.insert(crawls).values(round=round_id, source_id=source_id, started_at=now)
    return int(connection.execute(insert.returning(crawls.c.id)).scalar_one())


def close_round(
    connection: sa.Connection, round_id: str, *, intervals: Mapping[str, timedelta], default: timedelta, now: datetime
) -> list[str]:
    """Close the crawls that a dead round left unfinished as failed, and return their sources.

    `intervals` are the rhythms of sources that name their own.
    """
    query = sa.select(crawls.c.id, crawls.c.source_id)
    left = connection.execute(query.where(crawls.c.round == round_id, crawls.c.finished_at.is_(None))).all()
    for row in left:
        result, interval = Result(verdict=Verdict.BROKEN, reason=DIED), intervals.get(row.source_id, default)
        finish_crawl(connection, row.id, row.source_id, result, interval=interval, now=now)
    return [row.source_id for row in left]


def finish_crawl(  # noqa: PLR0913  a crawl ends with a result, at a time, at a rhythm
    connection: sa.Connection,
    crawl_id: int,
    source_id: str,
    result: Result,
    *,
    interval: timedelta,
    now: datetime,
    interrupted: bool = False,
) -> None:
    """Write a crawl's result and move its source on: after a failure the next crawl is further and further off.

    One that we have interrupted ourselves is no failure of its source, which is due at once.
    """
    values = {field.name: getattr(result, field.name) for field in fields(result)}
    connection.execute(sa.update(crawls).where(crawls.c.id == crawl_id).values(finished_at=now, **values))
    good = result.verdict in GOOD
    earlier = connection.execute(sa.select(sources.c.failures).where(sources.c.id == source_id)).scalar_one_or_none()
    failures = 0 if good else (earlier or 0) + (not interrupted)
    state = {
        "next_crawl_at": now if interrupted else now + back_off(interval, failures),
        "last_crawl_at": now,
        "verdict": result.verdict,
        "reason": result.reason,
        "failures": failures,
    }
    if good:
        state["last_success_at"] = now
    connection.execute(sa.update(sources).where(sources.c.id == source_id).values(state))


def back_off(interval: timedelta, failures: int) -> timedelta:
    """Return the time to the next crawl: twice as long after each failure in a row, at most a day or the interval."""
    longer: timedelta = interval * 2 ** min(failures, 16)
    return min(longer, max(interval, LONGEST_BACK_OFF))


def crawls_between(connection: sa.Connection, since: datetime, until: datetime) -> list[Crawl]:
    """Return crawls that started in [since, until), the earliest first."""
    query = sa.select(crawls).where(crawls.c.started_at >= since, crawls.c.started_at < until)
    return [_crawl(row) for row in connection.execute(query.order_by(crawls.c.started_at, crawls.c.id))]


def crawls_of_round(connection: sa.Connection, round_id: str) -> list[Crawl]:
    """Return the crawls of one round in the order they began."""
    query = sa.select(crawls).where(crawls.c.round == round_id).order_by(crawls.c.id)
    return [_crawl(row) for row in connection.execute(query)]


def latest_crawls(connection: sa.Connection, source_id: str, limit: int) -> list[Crawl]:
    """Return the last crawls of a source, the newest first."""
    query = sa.select(crawls).where(crawls.c.source_id == source_id)
    return [_crawl(row) for row in connection.execute(query.order_by(crawls.c.id.desc()).limit(limit))]


def source_record(connection: sa.Connection, source_id: str) -> SourceRecord:
    """Return the state of one source that has a row."""
    return _record(connection.execute(sa.select(sources).where(sources.c.id == source_id)).one())


def note_sweep(connection: sa.Connection, source_id: str, *, now: datetime) -> None:
    """Note that further pages were read though the first ones brought no news."""
    connection.execute(sa.update(sources).where(sources.c.id == source_id).values(swept_at=now))


def source_records(connection: sa.Connection) -> dict[str, SourceRecord]:
    """Return the state of every source that has a row."""
    return {row.id: _record(row) for row in connection.execute(sa.select(sources).order_by(sources.c.id))}


def _crawl(row: sa.Row[Any]) -> Crawl:
    values = row._asdict()
    return Crawl(**values | {"verdict": _verdict(values["verdict"])})


def _record(row: sa.Row[Any]) -> SourceRecord:
    values = row._asdict()
    return SourceRecord(**values | {"verdict": _verdict(values["verdict"])})


def _verdict(name: str | None) -> Verdict | None:
    return None if name is None else Verdict(name)
