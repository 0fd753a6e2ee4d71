"""The health of sources in the archive: learned after each crawl, kept with the time at which it changed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crawler.archive.crawls import GOOD
from crawler.archive.tables import crawls, notices, sources
from crawler.notice import Verdict
from crawler.rhythm import Gap, Health, Rhythm, State, gaps_in, health_of, learn

REMEMBERED = timedelta(days=180)
MOST_NOTICES, MOST_CRAWLS = 200, 30
MOST_GAPS = 5  # of the latest series of numbers
FIELDS = ("published", "agency", "document_number", "regions")
CHINA = ZoneInfo("Asia/Shanghai")  # where the days of publication are counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A source whose state is another than the one that its operator was told last."""

    source_id: str
    state: State
    told_state: str
    reason: str


def assess_source(connection: sa.Connection, source_id: str, *, now: datetime) -> Health | None:
    """Learn the rhythm of a source from what is archived of it, and write down how it is."""
    row = connection.execute(sa.select(sources).where(sources.c.id == source_id)).one_or_none()
    if row is None:
        return None
    rhythm = _rhythm(connection, source_id, now)
    sent = sa.select(crawls.c.rows).where(crawls.c.source_id == source_id, crawls.c.rows > 0)
    sent = sent.where(crawls.c.verdict.in_(GOOD)).order_by(crawls.c.id.desc()).limit(1)
    health = health_of(
        rhythm,
        verdict=None if row.verdict is None else Verdict(row.verdict),
        failures=row.failures,
        reason=row.reason,
        succeeded=row.last_success_at is not None,
        rows=connection.execute(sent).scalar_one_or_none() or 0,  # a list that is not sent again is as it was
        today=now.astimezone(CHINA).date(),
    )
    gaps = [str(gap) for gap in number_gaps(connection, source_id)]
    learned = rhythm.as_dict() | {"reason": health.reason, "gaps": gaps[-MOST_GAPS:]}
    values: dict[str, object] = {"rhythm": learned, "state": health.state}
    if health.state != row.state or row.state_since is None:
        values["state_since"] = now
    connection.execute(sa.update(sources).where(sources.c.id == source_id).values(values))
    return health


def untold_changes(connection: sa.Connection, source_ids: Collection[str]) -> list[Change]:
    """Return the sources whose state nobody was told; a source that is well from its beginning is no news."""
    query = sa.select(sources).where(sources.c.state != sources.c.told_state).order_by(sources.c.id).with_for_update()
    return [
        Change(
            source_id=row.id,
            state=State(row.state),
            told_state=row.told_state,
            reason=(row.rhythm or {}).get("reason", ""),
        )
        for row in connection.execute(query)
        if row.id in source_ids and (row.told_state or row.state not in (State.NEW, State.FRESH))
    ]


def mark_told(connection: sa.Connection, changes: Collection[Change]) -> None:
    """Note what the operator was told."""
    for change in changes:
        this = sources.c.id == change.source_id
        connection.execute(sa.update(sources).where(this).values(told_state=change.state))


def number_gaps(connection: sa.Connection, source_id: str) -> tuple[Gap, ...]:
    """Return the document numbers that are missing among the notices of a source."""
    query = sa.select(notices.c.document_number).where(notices.c.source_id == source_id)
    return gaps_in(connection.execute(query.where(notices.c.document_number != "")).scalars())


def _rhythm(connection: sa.Connection, source_id: str, now: datetime) -> Rhythm:
    columns = [notices.c[name] for name in FIELDS]
    recent = sa.select(*columns, notices.c.first_seen_at).where(notices.c.source_id == source_id)
    recent = recent.where(notices.c.first_seen_at >= now - REMEMBERED).order_by(notices.c.id.desc())
    rows = connection.execute(recent.limit(MOST_NOTICES)).all()
    today = now.astimezone(CHINA).date()
    days: set[date] = {row.published for row in rows if row.published is not None and row.published <= today}
    fields = {name: [bool(getattr(row, name)) for row in rows] for name in FIELDS} if rows else {}
    good = sa.select(crawls.c.rows).where(crawls.c.source_id == source_id, crawls.c.rows > 0)
    good = good.where(crawls.c.verdict.in_(GOOD)).order_by(crawls.c.id.desc())
    counts = connection.execute(good.limit(MOST_CRAWLS)).scalars().all()
    return learn(days, counts, fields)
