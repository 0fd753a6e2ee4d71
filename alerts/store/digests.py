"""Digests: periods closed once for each destination, and the items that each of them claimed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from alerts.model import Cadence, ClosedDigest, Digest, Match, Rhythm, RuleTag
from alerts.store.destinations import read_rhythm
from alerts.store.errors import Unknown
from alerts.store.matches import EVIDENCE
from alerts.store.tables import destinations, digest_items, digests, matches, subscribers, subscriptions
from config.database import insert_ignore
from crawler.archive.tables import notices

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
        _standings()
        .join(subscribers, subscribers.c.id == destinations.c.subscriber_id)
        .where(sa.not_(destinations.c.paused), sa.not_(subscribers.c.paused), destinations.c.confirmed)
    )
    if cadence is not None:
        query = query.where(destinations.c.cadence == cadence)
    return [_standing(row) for row in connection.execute(query)]


def find_standing(connection: sa.Connection, destination_id: int) -> Standing:
    """Return the standing of one destination; raise Unknown."""
    row = connection.execute(_standings().where(destinations.c.id == destination_id)).one_or_none()
    if row is None:
        raise Unknown("destination", destination_id)
    return _standing(row)


def open_digest(
    connection: sa.Connection, destination_id: int, period: str, *, since: datetime, until: datetime
) -> int | None:
    """Close a period for a destination and return the digest's id; None when somebody closed it already."""
    values = {"destination_id": destination_id, "period": period, "since": since, "until": until}
    insert = insert_ignore(connection, digests).values(values | {"closed_at": until, "notices": 0})
    return connection.execute(insert.returning(digests.c.id)).scalar_one_or_none()


def claim_items(connection: sa.Connection, digest_id: int, destination_id: int) -> list[Found]:
    """Take every item that waits for this destination into the digest; one committed later waits for the next."""
    waiting = (digest_items.c.destination_id == destination_id) & digest_items.c.digest_id.is_(None)
    connection.execute(sa.update(digest_items).where(waiting).values(digest_id=digest_id))
    query = (
        sa.select(
            matches,
            subscriptions.c.rule,
            subscriptions.c.note,
            subscriptions.c.most,
            digest_items.c.id.label("item_id"),
        )
        .join(digest_items, digest_items.c.match_id == matches.c.id)
        .join(subscriptions, subscriptions.c.id == matches.c.subscription_id)
        .where(digest_items.c.digest_id == digest_id)
        .order_by(matches.c.notice_id, matches.c.subscription_id)
    )
    return [_found(row) for row in connection.execute(query)]


def note_fate(connection: sa.Connection, item_ids: Collection[int], fate: str) -> None:
    """Write down why a digest does not show what it claimed."""
    if item_ids:
        connection.execute(sa.update(digest_items).where(digest_items.c.id.in_(item_ids)).values(fate=fate))


def ending_notices(connection: sa.Connection, destination_id: int, *, first: date, last: date, limit: int) -> list[int]:
    """Return notices that went to a destination and whose first deadline lies in these days, the latest first."""
    query = (
        sa.select(notices.c.id, notices.c.deadline)
        .distinct()
        .join(matches, matches.c.notice_id == notices.c.id)
        .join(digest_items, digest_items.c.match_id == matches.c.id)
        .where(digest_items.c.destination_id == destination_id, digest_items.c.digest_id.is_not(None))
        .where(digest_items.c.fate == "", notices.c.deadline.between(first, last), notices.c.withdrawn_at.is_(None))
        .order_by(notices.c.deadline.desc(), notices.c.id)
        .limit(limit)
    )
    return [row.id for row in connection.execute(query)]


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


def keep_content(connection: sa.Connection, digest: Digest) -> None:
    """Keep the digest as it is sent, for whoever asks later."""
    content = CONTENT.dump_python(digest, mode="json")
    update = sa.update(digests).where(digests.c.id == digest.id)
    connection.execute(update.values(content=content, notices=len(digest.items)))


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


def _standings() -> sa.Select[Any]:
    last = sa.select(sa.func.max(digests.c.until)).where(digests.c.destination_id == destinations.c.id)
    covered = sa.func.coalesce(last.scalar_subquery(), destinations.c.created_at).label("covered_until")
    items = sa.select(digest_items.c.id).where(
        digest_items.c.destination_id == destinations.c.id, digest_items.c.digest_id.is_(None)
    )
    return sa.select(destinations, covered, items.exists().label("waiting")).order_by(destinations.c.id)


def _standing(row: sa.Row[Any]) -> Standing:
    return Standing(
        destination_id=row.id,
        rhythm=read_rhythm(row),
        covered_until=row.covered_until,
        waiting=row.waiting,
    )


def _found(row: sa.Row[Any]) -> Found:
    match = Match(
        subscription_id=row.subscription_id,
        notice_id=row.notice_id,
        rule_revision=row.rule_revision,
        notice_revision=row.notice_revision,
        evidence=EVIDENCE.validate_python(row.evidence),
        score=row.score,
        event=row.event,
    )
    rule = RuleTag(subscription_id=row.subscription_id, rule=row.rule, note=row.note)
    return Found(match=match, rule=rule, item_id=row.item_id, most=row.most)


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
