"""Closing periods: what waits for many destinations is read together, and what they get is written together."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any

import sqlalchemy as sa

from alerts.model import ClosedDigest, Destination, Hit, Match, RuleTag
from alerts.store.deliveries import delivery_rows
from alerts.store.destinations import read_destination
from alerts.store.digests import CONTENT, Found, Standing, standings
from alerts.store.matches import EVIDENCE
from alerts.store.secrets import Vault
from alerts.store.tables import deliveries, destinations, digest_items, digests, matches, subscriptions
from config.database import Json, insert_ignore
from crawler.archive.tables import notices

SLICE = 1_000  # ids in one IN (…)
REMEMBERED = 10_000  # evidence: of one notice, that of one rule is the same for all its readers


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A period as it is to be closed: its digest, if it has one, the messages, and the items that it takes.

    `fates` are those of items that the digest does not show. `seen` are revision and withdrawal of the notices as they
    were read. Without `leaves_at` the messages leave at once.
    """

    closed: ClosedDigest
    item_ids: Sequence[int]
    fates: dict[int, str] = field(default_factory=dict)
    messages: Sequence[Mapping[str, str]] = ()
    urgent: bool = False
    leaves_at: datetime | None = None
    had_problem: bool = False
    seen: dict[int, tuple[int, datetime | None]] = field(default_factory=dict)


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
    for row in connection.execute(query):
        found[row.destination_id].append(_found(row))
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


def write_closed(connection: sa.Connection, drafts: Sequence[Draft]) -> bool:
    """Close these periods, all or none; False when something is no longer as it was read, and nothing may be kept."""
    return (
        _as_read(connection, drafts)
        and _open(connection, [draft.closed for draft in drafts])
        and _take(connection, drafts)
        and _send_out(connection, drafts)
    )


def _as_read(connection: sa.Connection, drafts: Sequence[Draft]) -> bool:
    """Tell whether the notices still say what was read: of what happens later, whoever has the digest is told."""
    seen = {key: value for draft in drafts for key, value in draft.seen.items()}
    ids = iter(sorted(seen))
    while some := list(islice(ids, SLICE)):
        query = sa.select(notices.c.id, notices.c.revision, notices.c.withdrawn_at).where(notices.c.id.in_(some))
        now = {row.id: (row.revision, row.withdrawn_at) for row in connection.execute(query)}
        if any(now.get(one) != seen[one] for one in some):
            return False
    return True


def _open(connection: sa.Connection, closed: Sequence[ClosedDigest]) -> bool:
    rows = [
        {
            "id": one.id,
            "destination_id": one.destination_id,
            "period": one.period,
            "since": one.since,
            "until": one.until,
            "closed_at": one.closed_at,
            "notices": one.notices,
        }
        | ({} if one.digest is None else {"content": Json(CONTENT.dump_json(one.digest).decode())})
        for one in closed
    ]
    added = insert_ignore(connection, digests).returning(digests.c.id)
    of_a_kind = ([row for row in rows if ("content" in row) is told] for told in (True, False))
    return sum(len(connection.execute(added, some).all()) for some in of_a_kind if some) == len(rows)


def _take(connection: sa.Connection, drafts: Sequence[Draft]) -> bool:
    rows = [
        {"item": item_id, "digest": draft.closed.id, "why": draft.fates.get(item_id, "")}
        for draft in drafts
        for item_id in draft.item_ids
    ]
    this = (digest_items.c.id == sa.bindparam("item")) & digest_items.c.digest_id.is_(None)
    update = sa.update(digest_items).where(this)
    update = update.values(digest_id=sa.bindparam("digest"), fate=sa.bindparam("why"))
    return not rows or connection.execute(update, rows).rowcount == len(rows)


def _send_out(connection: sa.Connection, drafts: Sequence[Draft]) -> bool:
    rows = [row for draft in drafts for row in _rows(draft)]
    if rows:
        connection.execute(sa.insert(deliveries), rows)
    well_again = [draft.closed.destination_id for draft in drafts if draft.had_problem]
    if well_again:
        update = sa.update(destinations).where(destinations.c.id.in_(well_again), sa.not_(destinations.c.paused))
        connection.execute(update.values(problem=""))
    return True


def _rows(draft: Draft) -> list[dict[str, Any]]:
    closed = draft.closed
    rows = delivery_rows(closed.id, closed.destination_id, draft.messages, closed.closed_at, urgent=draft.urgent)
    return [row | {"next_attempt_at": draft.leaves_at or closed.closed_at} for row in rows]


def _found(row: sa.Row[Any]) -> Found:
    match = Match(
        subscription_id=row.subscription_id,
        notice_id=row.notice_id,
        rule_revision=row.rule_revision,
        notice_revision=row.notice_revision,
        evidence=_evidence(row.evidence),
        score=row.score,
        event=row.event,
    )
    rule = RuleTag(subscription_id=row.subscription_id, rule=row.rule, note=row.note)
    return Found(match=match, rule=rule, item_id=row.item_id, most=row.most)


@lru_cache(REMEMBERED)
def _evidence(written: str) -> tuple[Hit, ...]:
    return EVIDENCE.validate_json(written)
