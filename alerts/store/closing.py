"""Closing periods: what waits for many destinations is read together. What they get: closed.py."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from functools import lru_cache

import sqlalchemy as sa

from alerts.model import Destination, Hit, Match, RuleTag
from alerts.store.destinations import read_destination
from alerts.store.digests import Found, Standing, standings
from alerts.store.matches import EVIDENCE
from alerts.store.secrets import Vault
from alerts.store.tables import destinations, digest_items, digests, matches, subscriptions
from crawler.archive.tables import notices

REMEMBERED = 10_000  # evidence: of one notice, that of one rule is the same for all its readers


def upcoming_ids(connection: sa.Connection, count: int) -> list[int]:
    """Return the ids of the next digests. PostgreSQL gives each once; on SQLite another may take them first."""
    if connection.dialect.name == "postgresql":
        sequence = sa.func.nextval(sa.func.pg_get_serial_sequence("digests", "id"))
        return list(connection.execute(sa.select(sequence).select_from(sa.func.generate_series(1, count))).scalars())
    last = connection.execute(sa.select(sa.func.max(digests.c.id))).scalar_one() or 0
    return list(range(last + 1, last + 1 + count))


def read_places(
    connection: sa.Connection, vault: Vault, destination_ids: Collection[int]
) -> dict[int, tuple[Destination, Standing]]:
    """Return the destinations, unsealed, each with up to when it has its digests; raise VaultError."""
    rows = connection.execute(standings().where(destinations.c.id.in_(destination_ids)))
    return {row.id: (read_destination(row, vault), Standing.of(row)) for row in rows}


def closed_already(connection: sa.Connection, periods: Iterable[tuple[int, str]]) -> set[tuple[int, str]]:
    """Return those of these periods of destinations that somebody has closed."""
    wanted = set(periods)
    query = sa.select(digests.c.destination_id, digests.c.period).where(
        digests.c.destination_id.in_({place for place, _ in wanted}), digests.c.period.in_({name for _, name in wanted})
    )
    return wanted & {(row.destination_id, row.period) for row in connection.execute(query)}


def waiting_items(connection: sa.Connection, destination_ids: Collection[int]) -> dict[int, list[Found]]:
    """Return every item that waits for these destinations, by destination and ordered by notice."""
    query = (
        sa.select(
            digest_items.c.destination_id,
            digest_items.c.id.label("item_id"),
            matches.c.subscription_id,
            matches.c.notice_id,
            matches.c.rule_revision,
            matches.c.notice_revision,
            sa.cast(matches.c.evidence, sa.Text).label("evidence"),
            matches.c.score,
            matches.c.event,
            subscriptions.c.rule,
            subscriptions.c.note,
            subscriptions.c.most,
        )
        .join(digest_items, digest_items.c.match_id == matches.c.id)
        .join(subscriptions, subscriptions.c.id == matches.c.subscription_id)
        .where(digest_items.c.destination_id.in_(destination_ids), digest_items.c.digest_id.is_(None))
        .order_by(digest_items.c.destination_id, matches.c.notice_id, matches.c.subscription_id, matches.c.id)
    )
    found: dict[int, list[Found]] = defaultdict(list)
    for destination_id, *row in connection.execute(query):
        found[destination_id].append(_found(*row))
    return found


def ending_notices(
    connection: sa.Connection, destination_ids: Collection[int], *, first: date, last: date, limit: int
) -> dict[int, list[int]]:
    """Return notices that went to destinations and whose first deadline lies in these days, the latest first."""
    query = (
        sa.select(digest_items.c.destination_id, notices.c.id, notices.c.deadline)
        .distinct()
        .join(matches, matches.c.notice_id == notices.c.id)
        .join(digest_items, digest_items.c.match_id == matches.c.id)
        .where(digest_items.c.destination_id.in_(destination_ids), digest_items.c.digest_id.is_not(None))
        .where(digest_items.c.fate == "", notices.c.deadline.between(first, last), notices.c.withdrawn_at.is_(None))
        .order_by(notices.c.deadline.desc(), notices.c.id)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for row in connection.execute(query):
        if len(found[row.destination_id]) < limit:
            found[row.destination_id].append(row.id)
    return found


def _found(  # noqa: PLR0913, PLR0917  the columns of a row, in their order: there are very many
    item_id: int,
    subscription_id: int,
    notice_id: int,
    rule_revision: int,
    notice_revision: int,
    evidence: str,
    score: float,
    event: str,
    rule: str,
    note: str,
    most: int | None,
) -> Found:
    match = Match(
        subscription_id=subscription_id,
        notice_id=notice_id,
        rule_revision=rule_revision,
        notice_revision=notice_revision,
        evidence=_evidence(evidence),
        score=score,
        event=event,
    )
    return Found(match=match, rule=_tag(subscription_id, rule, note), item_id=item_id, most=most)


@lru_cache(REMEMBERED)
def _tag(subscription_id: int, rule: str, note: str) -> RuleTag:
    return RuleTag(subscription_id=subscription_id, rule=rule, note=note)


@lru_cache(REMEMBERED)
def _evidence(written: str) -> tuple[Hit, ...]:
    return EVIDENCE.validate_json(written)
