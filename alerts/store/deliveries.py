"""Deliveries: every message that is, or was, on its way."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from alerts.model import Attempt, AttemptResult, Delivery, DeliveryKind, DeliveryState
from alerts.store.errors import Unknown
from alerts.store.tables import attempts, deliveries
from config.packed import pack

URGENT, USUAL = 0, 1
"""The queues: what waits in the first goes before all of the second."""

READ = tuple(column for column in deliveries.c if column.name not in {"owner", "lease_until", "created_at"})
"""The columns that `read_delivery` reads, and the queue."""


def delivery_rows(
    digest_id: int,
    destination_id: int,
    messages: Sequence[Mapping[str, str]],
    now: datetime,
    *,
    urgent: bool = False,
) -> list[dict[str, Any]]:
    """Return the rows that put the parts of a digest into the outbox, due at once; urgent ones go before the others."""
    return [
        {
            "digest_id": digest_id,
            "destination_id": destination_id,
            "part": part,
            "parts": len(messages),
            "key": make_key(digest_id, part),
            "message": pack(dict(message)),
            "next_attempt_at": now,
            "created_at": now,
            "queue": URGENT if urgent else USUAL,
        }
        for part, message in enumerate(messages, 1)
    ]


def add_note(
    connection: sa.Connection,
    destination_id: int,
    messages: Sequence[Mapping[str, str]],
    now: datetime,
    *,
    kind: DeliveryKind = DeliveryKind.NOTE,
) -> None:
    """Put a note that belongs to no digest into the outbox, due at once."""
    rows = [
        {
            "destination_id": destination_id,
            "part": part,
            "parts": len(messages),
            "key": f"{kind}-{secrets.token_hex(12)}",
            "message": dict(message),
            "next_attempt_at": now,
            "created_at": now,
            "kind": kind,
        }
        for part, message in enumerate(messages, 1)
    ]
    connection.execute(sa.insert(deliveries), rows)


def make_key(digest_id: int, part: int) -> str:
    """Return what names a delivery for ever: webhook-id (which may hold no full stop), or Message-ID before its @.

    The random end keeps two installations apart, and one whose database was made anew from its own past.
    """
    return f"digest-{digest_id}-{part}-{secrets.token_hex(8)}"


def replay_deliveries(connection: sa.Connection, ids: Collection[int], now: datetime) -> list[int]:
    """Put deliveries that were given up or are held back into the outbox, due at once; return which these were.

    Each keeps its key, so that a receiver that has it already knows it again, and all its attempts.
    """
    done = (DeliveryState.DEAD, DeliveryState.HELD)
    update = sa.update(deliveries).where(deliveries.c.id.in_(ids), deliveries.c.state.in_(done))
    values = {"state": DeliveryState.WAITING, "attempts": 0, "next_attempt_at": now}
    return sorted(connection.execute(update.values(values).returning(deliveries.c.id)).scalars())


def count_states(connection: sa.Connection) -> dict[str, int]:
    """Return how many deliveries are in each state."""
    query = sa.select(deliveries.c.state, sa.func.count()).group_by(deliveries.c.state)
    return {row[0]: row[1] for row in connection.execute(query)}


def next_due(connection: sa.Connection) -> datetime | None:
    """Return when the next waiting delivery is due; None when none waits."""
    query = sa.select(sa.func.min(deliveries.c.next_attempt_at)).where(deliveries.c.state == DeliveryState.WAITING)
    due: datetime | None = connection.execute(query).scalar_one()
    return due


def list_deliveries(
    connection: sa.Connection,
    *,
    state: DeliveryState | None = None,
    digest_id: int | None = None,
    destination_id: int | None = None,
    limit: int | None = None,
) -> list[Delivery]:
    """Return deliveries (in one state, of one digest), the newest first."""
    query = sa.select(deliveries).order_by(deliveries.c.id.desc()).limit(limit)
    if state is not None:
        query = query.where(deliveries.c.state == state)
    if digest_id is not None:
        query = query.where(deliveries.c.digest_id == digest_id)
    if destination_id is not None:
        query = query.where(deliveries.c.destination_id == destination_id)
    return [read_delivery(row) for row in connection.execute(query)]


def find_delivery(connection: sa.Connection, delivery_id: int) -> Delivery:
    """Return one delivery; raise Unknown."""
    row = connection.execute(sa.select(deliveries).where(deliveries.c.id == delivery_id)).one_or_none()
    if row is None:
        raise Unknown("delivery", delivery_id)
    return read_delivery(row)


def find_by_key(connection: sa.Connection, key: str) -> Delivery | None:
    """Return the delivery of this key; None when nobody has it."""
    row = connection.execute(sa.select(deliveries).where(deliveries.c.key == key)).one_or_none()
    return None if row is None else read_delivery(row)


def attempts_of(connection: sa.Connection, delivery_id: int) -> list[Attempt]:
    """Return every attempt of a delivery, the first first."""
    query = sa.select(attempts).where(attempts.c.delivery_id == delivery_id).order_by(attempts.c.number)
    return [_attempt(row) for row in connection.execute(query)]


def read_delivery(row: sa.Row[Any]) -> Delivery:
    """Return a row of the table as a value."""
    return Delivery(
        id=row.id,
        digest_id=row.digest_id,
        destination_id=row.destination_id,
        part=row.part,
        parts=row.parts,
        key=row.key,
        message=row.message,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        answer=row.answer,
        delivered_at=row.delivered_at,
        kind=DeliveryKind(row.kind),
    )


def _attempt(row: sa.Row[Any]) -> Attempt:
    return Attempt(
        number=row.number,
        started_at=row.started_at,
        finished_at=row.finished_at,
        result=None if row.result is None else AttemptResult(row.result),
        code=row.code,
        answer=row.answer,
        bytes=row.bytes,
        duration_ms=row.duration_ms,
    )
