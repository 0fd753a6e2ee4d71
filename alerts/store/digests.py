"""Digests: periods closed once for each destination, and the items that each of them claimed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from alerts.model import Cadence, ClosedDigest, Digest, Match, Rhythm, RuleTag
from alerts.store.destinations import read_rhythm
from alerts.store.errors import Unknown
from alerts.store.tables import destinations, digest_items, digests, matches, subscribers

CONTENT = TypeAdapter(Digest)


CAPPED, NO_NEWS = "capped", "no_news"
"""Why a digest does not show what it claimed: its rule has a cap; what was withdrawn is there again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A destination's rhythm, and up to when it has its digests: its last closed period, or its beginning."""

    destination_id: int
    rhythm: Rhythm
    covered_until: datetime
    waiting: bool = False  # something was found for it

    @classmethod
    def of(cls, row: sa.Row[Any]) -> "Standing":
        """Read a row of `standings`."""
        return cls(destination_id=row.id, rhythm=read_rhythm(row), covered_until=row.covered_until, waiting=row.waiting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A match that a digest claimed, with the rule that made it."""

    match: Match
    rule: RuleTag
    item_id: int = 0
    most: int | None = None  # notices of the rule in one digest


def list_standings(connection: sa.Connection, cadence: Cadence | None = None) -> list[Standing]:
    """Return the standing of every destination (of one cadence) that is confirmed and not paused, nor its reader."""
    query = (
        standings()
        .join(subscribers, subscribers.c.id == destinations.c.subscriber_id)
        .where(sa.not_(destinations.c.paused), sa.not_(subscribers.c.paused), destinations.c.confirmed)
    )
    if cadence is not None:
        query = query.where(destinations.c.cadence == cadence)
    return [Standing.of(row) for row in connection.execute(query)]


def find_standing(connection: sa.Connection, destination_id: int) -> Standing:
    """Return the standing of one destination; raise Unknown."""
    row = connection.execute(standings().where(destinations.c.id == destination_id)).one_or_none()
    if row is None:
        raise Unknown("destination", destination_id)
    return Standing.of(row)


def last_sent(connection: sa.Connection, digest: ClosedDigest, notice_ids: Collection[int]) -> dict[int, datetime]:
    """Return when each notice went to the digest's destination last, before this digest; others are absent."""
    query = (
        sa.select(matches.c.notice_id, sa.func.max(digests.c.closed_at))
        .join(digest_items, digest_items.c.match_id == matches.c.id)
        .join(digests, digests.c.id == digest_items.c.digest_id)
        .where(digest_items.c.destination_id == digest.destination_id, digests.c.id != digest.id)
        .where(matches.c.notice_id.in_(notice_ids), digest_items.c.fate == "")
        .group_by(matches.c.notice_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def find_digest(connection: sa.Connection, digest_id: int) -> ClosedDigest:
    """Return one closed period; raise Unknown."""
    row = connection.execute(sa.select(digests).where(digests.c.id == digest_id)).one_or_none()
    if row is None:
        raise Unknown("digest", digest_id)
    return _closed(row)


def latest_digests(
    connection: sa.Connection, *, limit: int, destination_id: int | None = None, with_content: bool = False
) -> list[ClosedDigest]:
    """Return the last closed periods, the newest first; `with_content` only those in which something was found."""
    query = sa.select(digests).order_by(digests.c.id.desc()).limit(limit)
    if destination_id is not None:
        query = query.where(digests.c.destination_id == destination_id)
    if with_content:
        query = query.where(digests.c.notices > 0)
    return [_closed(row) for row in connection.execute(query)]


def count_waiting(connection: sa.Connection) -> dict[int, int]:
    """Return how many matches wait for the next digest, by destination."""
    query = sa.select(digest_items.c.destination_id, sa.func.count()).where(digest_items.c.digest_id.is_(None))
    return {row[0]: row[1] for row in connection.execute(query.group_by(digest_items.c.destination_id))}


def standings() -> sa.Select[Any]:
    """Select every destination with its standing."""
    last = sa.select(sa.func.max(digests.c.until)).where(digests.c.destination_id == destinations.c.id)
    covered = sa.func.coalesce(last.scalar_subquery(), destinations.c.created_at).label("covered_until")
    items = sa.select(digest_items.c.id).where(
        digest_items.c.destination_id == destinations.c.id, digest_items.c.digest_id.is_(None)
    )
    return sa.select(destinations, covered, items.exists().label("waiting")).order_by(destinations.c.id)


def _closed(row: sa.Row[Any]) -> ClosedDigest:
    return ClosedDigest(
        id=row.id,
        destination_id=row.destination_id,
        period=row.period,
        since=row.since,
        until=row.until,
        closed_at=row.closed_at,
        notices=row.notices,
        digest=None if row.content is None else CONTENT.validate_python(row.content),
    )
