"""Mails that came back."""

from datetime import datetime

import sqlalchemy as sa

from alerts.store.tables import bounces
from config.database import insert_ignore


def add_bounce(  # noqa: PLR0913, PLR0917  a row has many columns
    connection: sa.Connection,
    fingerprint: str,
    destination_id: int,
    delivery_id: int | None,
    kind: str,
    status: str,
    words: str,
    *,
    now: datetime,
) -> bool:
    """Write a report down; False when the same mail was written down before."""
    values = {
        "fingerprint": fingerprint,
        "destination_id": destination_id,
        "delivery_id": delivery_id,
        "kind": kind,
        "status": status,
        "words": words,
        "received_at": now,
    }
    insert = insert_ignore(connection, bounces).values(values).returning(bounces.c.id)
    return connection.execute(insert).scalar_one_or_none() is not None


def count_bounces(connection: sa.Connection, destination_id: int, kind: str, *, since: datetime) -> int:
    """Return how many of a kind a destination had since then."""
    query = sa.select(sa.func.count()).select_from(bounces)
    these = (bounces.c.destination_id == destination_id) & (bounces.c.kind == kind) & (bounces.c.received_at > since)
    return connection.execute(query.where(these)).scalar_one()
