"""Subscriptions: the rules of the readers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from alerts.model import Subscription
from alerts.store.errors import Taken, Unknown
from alerts.store.tables import routes, subscribers, subscriptions
from config.database import insert_ignore


def add_subscription(  # noqa: PLR0913  a row has many columns, most with a default
    connection: sa.Connection,
    subscriber_id: int,
    rule: str,
    *,
    note: str = "",
    expires_at: datetime | None = None,
    most: int | None = None,
    places: Sequence[int] | None = None,
    now: datetime,
) -> Subscription:
    """Add a rule that goes to these destinations (None: to all); raise Taken when this reader has it already."""
    values = {
        "subscriber_id": subscriber_id,
        "rule": rule,
        "note": note,
        "expires_at": expires_at,
        "most": most,
        "created_at": now,
    }
    insert = insert_ignore(connection, subscriptions).values(values)
    row = connection.execute(insert.returning(subscriptions.c.id)).one_or_none()
    if row is None:
        raise Taken(f"This subscriber already has the rule {rule}")
    if places is not None:
        route_subscription(connection, row.id, places)
    return find_subscription(connection, row.id)


def list_subscriptions(connection: sa.Connection, subscriber_id: int | None = None) -> list[Subscription]:
    """Return every rule (of one reader), the first added first."""
    query = sa.select(subscriptions).order_by(subscriptions.c.id)
    if subscriber_id is not None:
        query = query.where(subscriptions.c.subscriber_id == subscriber_id)
    return _read(connection, query)


def live_subscriptions(connection: sa.Connection, *, now: datetime | None = None) -> list[Subscription]:
    """Return the rules to be matched: neither they nor their readers paused, no problem known, not expired by `now`."""
    query = (
        sa.select(subscriptions)
        .join(subscribers, subscribers.c.id == subscriptions.c.subscriber_id)
        .where(sa.not_(subscriptions.c.paused), sa.not_(subscribers.c.paused), subscriptions.c.problem == "")
        .order_by(subscriptions.c.id)
    )
    if now is not None:
        query = query.where(subscriptions.c.expires_at.is_(None) | (subscriptions.c.expires_at > now))
    return _read(connection, query)


def find_subscription(connection: sa.Connection, subscription_id: int) -> Subscription:
    """Return one rule; raise Unknown."""
    query = sa.select(subscriptions).where(subscriptions.c.id == subscription_id)
    found = _read(connection, query)
    if not found:
        raise Unknown("subscription", subscription_id)
    return found[0]


def change_subscription(  # noqa: PLR0913  a row has many columns
    connection: sa.Connection,
    subscription_id: int,
    *,
    note: str,
    expires_at: datetime | None,
    most: int | None,
    places: Sequence[int] | None,
) -> None:
    """Change everything of a rule but its words; what it found keeps its places."""
    update = sa.update(subscriptions).where(subscriptions.c.id == subscription_id)
    connection.execute(update.values(note=note, expires_at=expires_at, most=most))
    route_subscription(connection, subscription_id, places)


def route_subscription(connection: sa.Connection, subscription_id: int, places: Sequence[int] | None) -> None:
    """Let a rule go to these destinations, or (None) to every one of its reader's."""
    this = routes.c.subscription_id == subscription_id
    connection.execute(sa.delete(routes).where(this))
    update = sa.update(subscriptions).where(subscriptions.c.id == subscription_id)
    connection.execute(update.values(everywhere=places is None))
    rows = [{"subscription_id": subscription_id, "destination_id": place} for place in sorted(set(places or ()))]
    if rows:
        connection.execute(sa.insert(routes), rows)


def hold_subscriptions(connection: sa.Connection, ids: Iterable[int]) -> set[int]:
    """Return those that are still there, and keep them from being removed until the transaction ends."""
    query = sa.select(subscriptions.c.id).where(subscriptions.c.id.in_(sa.bindparam("ids", expanding=True)))
    locked = query.order_by(subscriptions.c.id).with_for_update(read=True, key_share=True)
    return set(connection.execute(locked, {"ids": sorted(set(ids))}).scalars())


def pause_subscription(connection: sa.Connection, subscription_id: int, *, paused: bool) -> None:
    """Stop (or go on) matching a rule; going on forgets its problem."""
    values = {"paused": True} if paused else {"paused": False, "problem": ""}
    connection.execute(sa.update(subscriptions).where(subscriptions.c.id == subscription_id).values(values))


def record_problem(connection: sa.Connection, subscription_id: int, problem: str) -> None:
    """Say why a rule no longer reads: it is not matched until it is resumed."""
    connection.execute(sa.update(subscriptions).where(subscriptions.c.id == subscription_id).values(problem=problem))


def remove_subscription(connection: sa.Connection, subscription_id: int) -> None:
    """Remove a rule and what it found; digests that were closed stay as they are."""
    connection.execute(sa.delete(subscriptions).where(subscriptions.c.id == subscription_id))


def _read(connection: sa.Connection, query: sa.Select[Any]) -> list[Subscription]:
    rows = connection.execute(query).all()
    some = any(not row.everywhere for row in rows)
    places = _places(connection) if some else {}
    return [_subscription(row, None if row.everywhere else tuple(places.get(row.id, ()))) for row in rows]


def _places(connection: sa.Connection) -> dict[int, list[int]]:
    places: dict[int, list[int]] = defaultdict(list)
    for row in connection.execute(sa.select(routes).order_by(routes.c.subscription_id, routes.c.destination_id)):
        places[row.subscription_id].append(row.destination_id)
    return places


def _subscription(row: sa.Row[Any], places: tuple[int, ...] | None) -> Subscription:
    return Subscription(
        id=row.id,
        subscriber_id=row.subscriber_id,
        rule=row.rule,
        note=row.note,
        revision=row.revision,
        paused=row.paused,
        problem=row.problem,
        created_at=row.created_at,
        expires_at=row.expires_at,
        most=row.most,
        places=places,
    )
