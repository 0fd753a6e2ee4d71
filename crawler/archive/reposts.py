"""Clusters in the archive: the pages on which one notice stands, named after the first that was found."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import sqlalchemy as sa

from config.database import insert_many
from crawler.archive.rows import archived_notice
from crawler.archive.tables import notices, signature_bands
from crawler.notice import ArchivedNotice, Notice
from crawler.reposts import are_kin, bands_of, is_repost, may_be_repost, queue_of

MOST_CANDIDATES = 40  # of one template there may be thousands: the latest are looked at, and only they are kept
SLICE = 400  # ids in one IN (…)


def join_clusters(connection: sa.Connection, added: Mapping[int, Notice]) -> None:
    """Look for notices that new ones are reposts of; what is one notice gets one cluster. `added` is by id."""
    bands = dict(zip(added, bands_of(list(added.values())), strict=True))
    rows = [(notice_id, band) for notice_id, its in bands.items() for band in its]
    if not rows:
        return
    _queue_up(connection, (notice.title for notice_id, notice in added.items() if bands[notice_id]))
    insert_many(connection, signature_bands, rows)
    shared = _shared(connection, list(bands))
    waiting = sorted(notice_id for notice_id, its in bands.items() if not shared.keys().isdisjoint(its))
    for place, notice_id in enumerate(waiting):
        _join(connection, notice_id, added[notice_id], bands[notice_id], later=waiting[place + 1 :])
    _forget_older(connection, [band for band, count in shared.items() if count >= 2 * MOST_CANDIDATES])


def clusters_of(connection: sa.Connection, cluster_ids: Collection[int]) -> dict[int, list[ArchivedNotice]]:
    """Return the notices of each cluster, the first found first."""
    found: dict[int, list[ArchivedNotice]] = {}
    query = sa.select(notices).where(notices.c.cluster_id.in_(cluster_ids)).order_by(notices.c.id)
    for row in connection.execute(query) if cluster_ids else ():
        found.setdefault(row.cluster_id, []).append(archived_notice(row))
    return found


def _queue_up(connection: sa.Connection, titles: Iterable[str]) -> None:
    """Wait until nobody else is archiving what may be the same notices: two copies at once would not see each other.

    On SQLite one alone writes. The queues are left when the transaction ends; all take them in one order.
    """
    if connection.dialect.name == "postgresql":
        for queue in sorted({queue_of(title) for title in titles}):
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(queue)))


def _shared(connection: sa.Connection, notice_ids: Sequence[int]) -> dict[int, int]:
    """Return the bands of notices that more than one notice has, and how many have each."""
    column, times = signature_bands.c.band, sa.func.count()
    query = sa.select(column, times.label("times")).group_by(column).having(times > 1)
    its = sa.select(signature_bands.c.band)
    parts = (query.where(column.in_(its.where(signature_bands.c.notice_id.in_(part)))) for part in _slices(notice_ids))
    return {row.band: row.times for part in parts for row in connection.execute(part)}


def _join(
    connection: sa.Connection, notice_id: int, notice: Notice, bands: Sequence[int], *, later: Sequence[int]
) -> None:
    """Put a notice into the cluster of those that it is a repost of; whoever comes last may join two clusters."""
    nearest = _nearest(connection, notice_id, bands, later)
    same: list[ArchivedNotice] = []
    for one in _candidates(connection, nearest, notice):
        apart = not same or (one.cluster_id or one.id) not in {known.cluster_id for known in same}
        if apart and is_repost(one, notice) and all(are_kin(one, known) for known in same):
            same.append(one)
    if same:
        clusters = {one.cluster_id for one in same} - {None}
        joined = notices.c.id.in_([notice_id, *(one.id for one in same)]) | notices.c.cluster_id.in_(clusters)
        cluster = min(one.cluster_id or one.id for one in same)
        held = connection.execute(sa.select(notices.c.id).where(joined).order_by(notices.c.id).with_for_update())
        ids = held.scalars().all()  # locked in the order that everybody keeps
        connection.execute(sa.update(notices).where(notices.c.id.in_(ids)).values(cluster_id=cluster))


def _nearest(connection: sa.Connection, notice_id: int, bands: Sequence[int], later: Sequence[int]) -> list[int]:
    """Return the ids of notices with bands in common, those with most of them first, then the latest.

    Those that come `later` will themselves look for this one.
    """
    column = signature_bands.c.notice_id
    query = (
        sa.select(column)
        .where(signature_bands.c.band.in_(bands), column.not_in((notice_id, *later)))
        .group_by(column)
        .order_by(sa.func.count().desc(), column.desc())
        .limit(MOST_CANDIDATES)
    )
    return list(connection.execute(query).scalars())


def _candidates(connection: sa.Connection, nearest: Sequence[int], notice: Notice) -> Iterator[ArchivedNotice]:
    """Yield the notices that may be the same by all but their texts, which are read of these alone."""
    columns = (notices.c.id, notices.c.title, notices.c.document_number, notices.c.published, notices.c.regions)
    rows = {row.id: row for row in connection.execute(sa.select(*columns).where(notices.c.id.in_(nearest)))}
    for notice_id in nearest:
        if may_be_repost(rows[notice_id], notice):
            yield archived_notice(connection.execute(sa.select(notices).where(notices.c.id == notice_id)).one())


def _forget_older(connection: sa.Connection, bands: Sequence[int]) -> None:
    """Keep the latest of the notices that have these bands: the others would not be looked at again."""
    for band in bands:
        same = signature_bands.c.band == band
        latest = sa.select(signature_bands.c.notice_id).where(same).order_by(signature_bands.c.notice_id.desc())
        oldest = latest.offset(MOST_CANDIDATES - 1).limit(1).scalar_subquery()
        connection.execute(sa.delete(signature_bands).where(same, signature_bands.c.notice_id < oldest))


def _slices(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), SLICE):
        yield ids[start : start + SLICE]
