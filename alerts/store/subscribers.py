"""Subscribers: who reads."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from alerts.model import Subscriber
from alerts.store.errors import Taken, Unknown
from alerts.store.rule_changes import note_changes_of
from alerts.store.tables import subscribers
from config.database import insert_ignore


def add_subscriber(
    connection: sa.Connection, name: str, *, language: str = "zh", operator: bool = False, now: datetime
) -> Subscriber:
    """Add a reader; raise Taken when the name is used."""
    values = {"name": name, "language": language, "operator": operator, "created_at": now}
    row = connection.execute(insert_ignore(connection, subscribers).values(values).returning(subscribers)).one_or_none()
    if row is None:
        raise Taken("subscriber", name)
    return _subscriber(row)


def list_subscribers(connection: sa.Connection) -> list[Subscriber]:
    """Return every reader, the first added first."""
    return [_subscriber(row) for row in connection.execute(sa.select(subscribers).order_by(subscribers.c.id))]


def find_subscriber(connection: sa.Connection, who: str) -> Subscriber:
    """Return the reader of this name, else of this id; raise Unknown with the nearest name."""
    everybody = list_subscribers(connection)
    for found in everybody:
        if found.name == who:
            return found
    for found in everybody:
        if str(found.id) == who:
            return found
    raise Unknown("subscriber", who, (known.name for known in everybody))


def get_subscriber(connection: sa.Connection, subscriber_id: int) -> Subscriber:
    """Return the reader of this id; raise Unknown."""
    row = connection.execute(sa.select(subscribers).where(subscribers.c.id == subscriber_id)).one_or_none()
    if row is None:
        raise Unknown("subscriber", subscriber_id)
    return _subscriber(row)


def subscribers_by_id(connection: sa.Connection, ids: Collection[int]) -> dict[int, Subscriber]:
    """Return readers by id; ids that nobody has are absent."""
    rows = connection.execute(sa.select(subscribers).where(subscribers.c.id.in_(ids)))
    return {row.id: _subscriber(row) for row in rows}


def pause_subscriber(connection: sa.Connection, subscriber_id: int, *, paused: bool) -> None:
    """Stop (or go on) matching for a reader and sending to them."""
    connection.execute(sa.update(subscribers).where(subscribers.c.id == subscriber_id).values(paused=paused))
    note_changes_of(connection, subscriber_id)


def change_subscriber(connection: sa.Connection, changed: Subscriber) -> None:
    """Let a reader be as this says; raise Taken when another one bears the name."""
    other = (subscribers.c.name == changed.name) & (subscribers.c.id != changed.id)
    if connection.execute(sa.select(subscribers.c.id).where(other)).first():
        raise Taken("subscriber", changed.name)
    values = {key: value for key, value in asdict(changed).items() if key != "id"}
    connection.execute(sa.update(subscribers).where(subscribers.c.id == changed.id).values(values))
    note_changes_of(connection, changed.id)


def remove_subscriber(connection: sa.Connection, subscriber_id: int) -> None:
    """Remove a reader with their rules, destinations, digests and deliveries."""
    note_changes_of(connection, subscriber_id)
    connection.execute(sa.delete(subscribers).where(subscribers.c.id == subscriber_id))


def _subscriber(row: sa.Row[Any]) -> Subscriber:
    return Subscriber(id=row.id, name=row.name, language=row.language, operator=row.operator, paused=row.paused)
