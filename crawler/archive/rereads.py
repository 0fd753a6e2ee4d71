"""Which notices are read again, and what is made of one whose page is gone."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from crawler.archive.tables import notices

AGES = tuple(timedelta(hours=hours) for hours in (1, 6, 24, 3 * 24, 7 * 24, 14 * 24, 30 * 24))
"""How old a notice is when it is read again: often while it is young, then seldom, then never."""

SURE = 2  # misses in a row after which a page is taken as withdrawn: one may be a hiccup of the site
SECOND_LOOK = timedelta(hours=6)  # at most this long after the first miss
SUSPICIOUS = 4  # notices gone at once, and none there: the site has moved, nobody withdrew them
SLICE = 500  # keys in one IN (…)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """A notice that is due to be read again."""

    key: str
    url: str
    title: str
    published: date | None


def next_reread(first_seen_at: datetime, now: datetime) -> datetime | None:
    """Return when a notice is read again after `now`; None when it is old enough to be left alone."""
    later = (first_seen_at + age for age in AGES)
    return next((moment for moment in later if moment > now), None)


def due_rereads(
    connection: sa.Connection, source_id: str, *, since: datetime, now: datetime, limit: int
) -> list[Reread]:
    """Return the notices of a source, first seen since a time, that are due to be read again; the longest due first."""
    due = (notices.c.source_id == source_id) & (notices.c.next_reread_at <= now) & (notices.c.first_seen_at >= since)
    query = sa.select(notices.c.key, notices.c.url, notices.c.title, notices.c.published).where(due)
    rows = connection.execute(query.order_by(notices.c.next_reread_at, notices.c.id).limit(limit))
    return [Reread(key=row.key, url=row.url, title=row.title, published=row.published) for row in rows]


def read_again_now(connection: sa.Connection, source_ids: Collection[str], *, now: datetime) -> None:
    """Have the notices of these sources that are still looked after read again in their next crawl."""
    planned = notices.c.source_id.in_(source_ids) & notices.c.next_reread_at.is_not(None)
    connection.execute(sa.update(notices).where(planned).values(next_reread_at=now))


def note_present(connection: sa.Connection, key: str, *, now: datetime) -> None:
    """Note that the page of a notice was there, and that its next reading is further off.

    One that was withdrawn is so no longer, and waits to be matched: who was told so learns that it is back.
    """
    columns = (notices.c.id, notices.c.first_seen_at, notices.c.withdrawn_at)
    row = connection.execute(sa.select(*columns).where(notices.c.key == key).with_for_update()).one_or_none()
    if row is None:
        return
    values = {"misses": 0, "last_seen_at": now, "next_reread_at": next_reread(row.first_seen_at, now)}
    if row.withdrawn_at is not None:
        values |= {"withdrawn_at": None, "absent_since": row.withdrawn_at, "absent_until": now, "matching": "waiting"}
    connection.execute(sa.update(notices).where(notices.c.id == row.id).values(values))


def note_failed(connection: sa.Connection, key: str, *, now: datetime) -> None:
    """Note that a page could not be had this time, which says nothing of the notice."""
    row = connection.execute(sa.select(notices.c.first_seen_at).where(notices.c.key == key)).one_or_none()
    if row is not None:
        moment = next_reread(row.first_seen_at, now)
        connection.execute(sa.update(notices).where(notices.c.key == key).values(next_reread_at=moment))


def has_moved(keys: Sequence[str], reread: int) -> bool:
    """Tell whether so many pages are gone, of those read again, that the site was rebuilt and nothing withdrawn."""
    return len(keys) >= SUSPICIOUS and len(keys) >= reread


def note_gone(connection: sa.Connection, keys: Sequence[str], *, reread: int, now: datetime) -> list[int]:
    """Count a miss for notices whose pages were gone, of so many read again; return the ids of those now withdrawn.

    When every one of many is gone the site was rebuilt: its notices are looked at again, and none is withdrawn.
    """
    if has_moved(keys, reread):
        for part in _slices(keys):
            connection.execute(
                sa.update(notices).where(notices.c.key.in_(part)).values(next_reread_at=now + timedelta(days=1))
            )
        return []
    return [notice_id for key in keys if (notice_id := _miss(connection, key, now)) is not None]


def _miss(connection: sa.Connection, key: str, now: datetime) -> int | None:
    """Count one miss; return the notice's id when this one makes it withdrawn."""
    names = ("id", "misses", "first_seen_at", "withdrawn_at", "withdrawals")
    columns = [notices.c[name] for name in names]
    row = connection.execute(sa.select(*columns).where(notices.c.key == key).with_for_update()).one()
    misses, planned = row.misses + 1, next_reread(row.first_seen_at, now)
    values = {"misses": misses, "next_reread_at": planned}
    withdrawn = misses >= SURE and row.withdrawn_at is None
    if withdrawn:
        values |= {"withdrawn_at": now, "withdrawals": row.withdrawals + 1, "matching": "waiting"}
    elif misses < SURE:
        values["next_reread_at"] = min(planned or now + SECOND_LOOK, now + SECOND_LOOK)
    connection.execute(sa.update(notices).where(notices.c.id == row.id).values(values))
    return int(row.id) if withdrawn else None


def _slices(keys: Collection[str]) -> Iterator[list[str]]:
    every = list(keys)
    for start in range(0, len(every), SLICE):
        yield every[start : start + SLICE]
