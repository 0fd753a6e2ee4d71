"""What the rows say of one notice and one reader: matches, the digests that claimed them, the way of each message."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from alerts.model import Hit
from alerts.store.matches import EVIDENCE
from alerts.store.tables import digest_items, digests, matches, subscriptions
from crawler.archive.tables import notices


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRow:
    """A match of a reader's rule with the notice."""

    id: int
    subscription_id: int
    event: str
    score: float
    evidence: tuple[Hit, ...]
    matched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """A match that was put down for a destination; without a digest it waits."""

    destination_id: int
    match_id: int
    fate: str
    digest_id: int | None
    period: str | None
    closed_at: datetime | None


def matches_of(connection: sa.Connection, notice_id: int, subscriber_id: int) -> list[MatchRow]:
    """Return every match of the reader's rules with the notice."""
    query = (
        sa.select(matches)
        .join(subscriptions, subscriptions.c.id == matches.c.subscription_id)
        .where(matches.c.notice_id == notice_id, subscriptions.c.subscriber_id == subscriber_id)
        .order_by(matches.c.id)
    )
    return [_match(row) for row in connection.execute(query)]


def items_of(connection: sa.Connection, match_ids: Collection[int]) -> list[ItemRow]:
    """Return where these matches were put down, and the digest that claimed each."""
    query = (
        sa.select(digest_items, digests.c.period, digests.c.closed_at)
        .join_from(digest_items, digests, digests.c.id == digest_items.c.digest_id, isouter=True)
        .where(digest_items.c.match_id.in_(match_ids))
        .order_by(digest_items.c.id)
    )
    return [
        ItemRow(
            destination_id=row.destination_id,
            match_id=row.match_id,
            fate=row.fate,
            digest_id=row.digest_id,
            period=row.period,
            closed_at=row.closed_at,
        )
        for row in connection.execute(query)
    ]


def is_waiting(connection: sa.Connection, notice_id: int) -> bool:
    """Tell whether a notice has yet to be held against the rules."""
    query = sa.select(notices.c.matching).where(notices.c.id == notice_id)
    return bool(connection.execute(query).scalar_one() == "waiting")


def announced_twin(connection: sa.Connection, notice_id: int, destination_id: int) -> int | None:
    """Return another page of the same notice that was put down for a destination instead; None without one."""
    this, other = notices.alias(), notices.alias()
    query = (
        sa.select(other.c.id)
        .join(this, this.c.cluster_id == other.c.cluster_id)
        .join(matches, matches.c.notice_id == other.c.id)
        .join(digest_items, digest_items.c.match_id == matches.c.id)
        .where(this.c.id == notice_id, other.c.id != notice_id, digest_items.c.destination_id == destination_id)
        .order_by(other.c.id)
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none()


def _match(row: sa.Row[Any]) -> MatchRow:
    return MatchRow(
        id=row.id,
        subscription_id=row.subscription_id,
        event=row.event,
        score=row.score,
        evidence=EVIDENCE.validate_python(row.evidence),
        matched_at=row.matched_at,
    )
