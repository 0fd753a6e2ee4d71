"""Keeps the index: what waits is taken out of the queue and written as a segment; small segments become one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import sqlalchemy as sa

from crawler.archive.notices import notices_by_id
from crawler.notice import ArchivedNotice
from crawler.search.segment import MOST, NEVER, Listed, Segment, blocks_of, keys_in
from crawler.search.tables import block_id, search_blocks, search_queue, search_segments, search_texts
from crawler.search.tokens import Keys, keys_of

FAN = 4
"""Segments of about one size that become one. Sizes differ by this factor, so each notice is written few times."""

FIELD_END = "\r"
"""Stands between the fields of a notice: white space, so no fold holds it."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SLICE = 500


@dataclass(frozen=True, slots=True)
class Searchable:
    """A notice as it is indexed: (field, folded text) to look up, and what is read again, folded, to be sure."""

    notice: ArchivedNotice
    tokens: tuple[tuple[str, str], ...]
    texts: tuple[str, ...]
    facts: tuple[str, ...]


def waiting_to_index(connection: sa.Connection) -> int:
    """Return how many notices are not in the index as they stand."""
    return int(connection.execute(sa.select(sa.func.count()).select_from(search_queue)).scalar_one())


def take_waiting(connection: sa.Connection, *, limit: int) -> list[ArchivedNotice]:
    """Take notices out of the queue, the newest first; they are back unless the transaction is committed.

    One that somebody is changing is left until that is committed.
    """
    query = sa.select(search_queue.c.notice_id).order_by(search_queue.c.notice_id.desc()).limit(limit)
    ids = list(connection.execute(query.with_for_update(skip_locked=True)).scalars())
    for part in _slices(ids):
        connection.execute(sa.delete(search_queue).where(search_queue.c.notice_id.in_(part)))
    return list(notices_by_id(connection, ids).values())


def write_segment(connection: sa.Connection, found: Sequence[Searchable]) -> None:
    """Index notices, at most MOST of them."""
    ordered = sorted(found, key=lambda one: one.notice.id)
    ids = [one.notice.id for one in ordered]
    for part in _slices(ids):
        connection.execute(sa.delete(search_texts).where(search_texts.c.notice_id.in_(part)))
    texts = [{"notice_id": one.notice.id, "texts": packed(one.texts), "facts": packed(one.facts)} for one in ordered]
    connection.execute(sa.insert(search_texts), texts)
    _write(connection, listed_as(one.notice for one in ordered), keys_of([one.tokens for one in ordered]))


def merge_segments(engine: sa.Engine) -> bool:
    """Make one segment of the newest small ones, if there are enough; tell whether it was done.

    Segments never change, so they are read and sorted while others write.
    """
    with engine.execution_options(reading=True, binary=True).begin() as connection:
        sizes = connection.execute(sa.select(search_segments.c.id, search_segments.c.size)).all()
        chosen = _worth_merging(sorted((row.id, row.size) for row in sizes))
        if not chosen:
            return False
        listed, keys = _merged(connection, chosen)
    with engine.begin() as connection:
        gone = connection.execute(sa.delete(search_segments).where(search_segments.c.id.in_(chosen)))
        if gone.rowcount != len(chosen):  # somebody else was faster
            connection.rollback()
            return False
        for segment_id in chosen:
            connection.execute(sa.delete(search_blocks).where(_of_segment(segment_id)))
        _write(connection, listed, keys, segment_id=max(chosen))
    return True


def read_segments(connection: sa.Connection, ids: Iterable[int] | None = None) -> list[Segment]:
    """Return the segments, the newest first."""
    query = sa.select(search_segments).order_by(search_segments.c.id.desc())
    if ids is not None:
        query = query.where(search_segments.c.id.in_(list(ids)))
    return [_segment(row) for row in connection.execute(query)]


def listed_as(found: Iterable[ArchivedNotice]) -> Listed:
    """Return notices as the index lists them."""
    every = list(found)
    return Listed(
        np.array([one.id for one in every], np.int64),
        np.array([microseconds(one.first_seen_at) for one in every], np.int64),
        np.array([_day(one.published) for one in every], np.int32),
    )


def microseconds(moment: datetime) -> int:
    """Return a time as microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def packed(fields: Sequence[str]) -> bytes:
    """Return folded fields as they are stored."""
    return FIELD_END.join(fields).encode("utf-16-le", "surrogatepass")


def unpacked(stored: bytes) -> list[str]:
    """Return folded fields out of what is stored."""
    return stored.decode("utf-16-le", "surrogatepass").split(FIELD_END)


def _worth_merging(sizes: Sequence[tuple[int, int]]) -> list[int]:
    """Choose neighbours, so that the merged one takes the place of the newest: what it holds is older than the rest."""
    size = FAN
    while size <= MOST:
        newest: list[tuple[int, int]] = []
        for one in reversed(sizes):
            if one[1] >= size or sum(count for _, count in newest) + one[1] > MOST:
                break
            newest.append(one)
        if len(newest) >= FAN:
            return [segment_id for segment_id, _ in newest]
        size *= FAN
    return []


def _merged(connection: sa.Connection, ids: Sequence[int]) -> tuple[Listed, Keys]:
    segments = read_segments(connection, ids)
    listed = Listed.joined([segment.listed for segment in segments])
    _, first = np.unique(listed.ids, return_index=True)  # the newest of each notice comes first
    ordinals = np.full(len(listed), -1)
    ordinals[first] = np.arange(len(first))
    keys: list[Keys] = []
    start = 0
    for segment in segments:
        own = ordinals[start : start + len(segment.listed)]
        blocks = sa.select(search_blocks.c.postings).where(_of_segment(segment.id)).order_by(search_blocks.c.id)
        keys.append(keys_in(connection.execute(blocks).scalars(), own))
        start += len(segment.listed)
    together = np.concatenate(keys)
    together.sort(kind="stable")  # quick, for each segment is sorted
    return listed.chosen(first), together


def _of_segment(segment_id: int) -> sa.ColumnElement[bool]:
    return search_blocks.c.id.between(block_id(segment_id, 0), block_id(segment_id + 1, 0) - 1)


def _write(connection: sa.Connection, listed: Listed, keys: Keys, *, segment_id: int | None = None) -> None:
    blocks = list(blocks_of(keys))
    values = {
        "size": len(listed),
        "ids": listed.ids.tobytes(),
        "seen": listed.seen.tobytes(),
        "published": listed.published.tobytes(),
        "directory": np.array([first for first, _ in blocks], np.uint64).tobytes(),
    }
    if segment_id is not None:
        values["id"] = segment_id
    insert = sa.insert(search_segments).values(values).returning(search_segments.c.id)
    written = connection.execute(insert).scalar_one()
    rows: list[dict[str, Any]] = [
        {"id": block_id(written, number), "postings": block} for number, (_, block) in enumerate(blocks)
    ]
    if rows:
        connection.execute(sa.insert(search_blocks), rows)


def _segment(row: sa.Row[Any]) -> Segment:
    listed = Listed(
        np.frombuffer(row.ids, np.int64), np.frombuffer(row.seen, np.int64), np.frombuffer(row.published, np.int32)
    )
    return Segment(row.id, listed, np.frombuffer(row.directory, np.uint64))


def _day(published: date | None) -> int:
    return NEVER if published is None else (published - _EPOCH.date()).days


def _slices(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + _SLICE] for start in range(0, len(ids), _SLICE))
