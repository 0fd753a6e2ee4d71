"""Clusters in the archive: the pages on which one notice stands, named after the first that was found."""

from collections.abc import Collection

import sqlalchemy as sa

from crawler.archive.rows import archived_notice
from crawler.archive.tables import notices, signature_bands, signatures
from crawler.notice import ArchivedNotice, Notice
from crawler.reposts import bands_of, is_repost, signature_of

MOST_CANDIDATES = 40  # of one template there may be thousands: the latest are looked at


def join_cluster(connection: sa.Connection, notice_id: int, notice: Notice) -> int | None:
    """Look among notices with a band in common for one that this is a repost of; return its cluster."""
    signature = signature_of(notice)
    if not signature:
        return None
    bands = bands_of(signature)
    original = next((one for one in _candidates(connection, notice_id, bands) if is_repost(one, notice)), None)
    connection.execute(sa.insert(signatures).values(notice_id=notice_id, signature=signature))
    connection.execute(sa.insert(signature_bands), [{"notice_id": notice_id, "band": band} for band in bands])
    if original is None:
        return None
    cluster = original.cluster_id or original.id
    joined = notices.c.id.in_((notice_id, original.id))
    connection.execute(sa.update(notices).where(joined).values(cluster_id=cluster))
    return cluster


def clusters_of(connection: sa.Connection, cluster_ids: Collection[int]) -> dict[int, list[ArchivedNotice]]:
    """Return the notices of each cluster, the first found first."""
    found: dict[int, list[ArchivedNotice]] = {}
    query = sa.select(notices).where(notices.c.cluster_id.in_(cluster_ids)).order_by(notices.c.id)
    for row in connection.execute(query) if cluster_ids else ():
        found.setdefault(row.cluster_id, []).append(archived_notice(row))
    return found


def _candidates(connection: sa.Connection, notice_id: int, bands: Collection[str]) -> list[ArchivedNotice]:
    shared = sa.func.count().label("shared")
    nearest = (
        sa.select(signature_bands.c.notice_id, shared)
        .where(signature_bands.c.band.in_(bands), signature_bands.c.notice_id != notice_id)
        .group_by(signature_bands.c.notice_id)
        .order_by(shared.desc(), signature_bands.c.notice_id.desc())
        .limit(MOST_CANDIDATES)
        .subquery()
    )
    query = sa.select(notices).join(nearest, nearest.c.notice_id == notices.c.id)
    rows = connection.execute(query.order_by(nearest.c.shared.desc(), notices.c.id))
    return [archived_notice(row) for row in rows]
