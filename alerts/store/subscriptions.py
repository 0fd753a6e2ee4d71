"""Subscriptions: the rules of the readers."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from alerts.model import Subscription
from alerts.store.errors import Taken, Unknown
from alerts.store.rule_changes import note_changes
from alerts.store.tables import routes, subscribers, subscriptions
from config.database import insert_ignore

SLICE = 500  # ids in one IN (…)


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
        raise Taken("subscription", rule)
    if places is not None:
        route_subscription(connection, row.id, places)
    note_changes(connection, [row.id])
    return find_subscription(connection, row.id)


def list_subscriptions(connection: sa.Connection, subscriber_id: int | None = None) -> list[Subscription]:
    """Return every rule (of one reader), the first added first."""
    query = sa.select(subscriptions).order_by(subscriptions.c.id)
    if subscriber_id is not None:
        query = query.where(subscriptions.c.subscriber_id == subscriber_id)
    return _read(connection, query)


def subscriptions_of(connection: sa.Connection, subscriber_ids: Collection[int]) -> dict[int, list[Subscription]]:
    """Return the rules of readers, by reader and in the order of their ids."""
    of_them = subscriptions.c.subscriber_id.in_(subscriber_ids)
    found: dict[int, list[Subscription]] = defaultdict(list)
    for one in _read(connection, sa.select(subscriptions).where(of_them).order_by(subscriptions.c.id)):
        found[one.subscriber_id].append(one)
    return found


def live_subscriptions(
    connection: sa.Connection, ids: Iterable[int] | None = None, *, now: datetime | None = None
) -> list[Subscription]:
    """Return the rules (of these ids) that are matched: neither they nor their readers paused, no problem known.

    Those that expire are among them until `now` is said.
    """
    live = _live(sa.select(subscriptions))
    if now is not None:
        live = live.where(_lasts(now))
    if ids is None:
        return _read(connection, live)
    wanted = sorted(ids)
    parts = (wanted[start : start + SLICE] for start in range(0, len(wanted), SLICE))
    return [one for part in parts for one in _read(connection, live.where(subscriptions.c.id.in_(part)))]


def count_live(connection: sa.Connection, *, now: datetime) -> int:
    """Return how many rules are matched."""
    query = _live(sa.select(sa.func.count(subscriptions.c.id)), ordered=False).where(_lasts(now))
    return int(connection.execute(query).scalar_one())


def live_rules(connection: sa.Connection, *, now: datetime) -> list[tuple[int, str]]:
    """Return the ids of the rules that are matched, and what they say: of a million of them no more."""
    query = _live(sa.select(subscriptions.c.id, subscriptions.c.rule)).where(_lasts(now))
    return [(row.id, row.rule) for row in connection.execute(query)]


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
    note_changes(connection, [subscription_id])


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
    values = {"paused": True} if paused else {"paused": False, "problem": "", "told_problem": ""}
    connection.execute(sa.update(subscriptions).where(subscriptions.c.id == subscription_id).values(values))
    note_changes(connection, [subscription_id])


def record_problem(connection: sa.Connection, subscription_id: int, problem: str) -> None:
    """Say why a rule no longer reads: it is not matched until it is resumed."""
    connection.execute(sa.update(subscriptions).where(subscriptions.c.id == subscription_id).values(problem=problem))
    note_changes(connection, [subscription_id])


def change_rule(connection: sa.Connection, subscription_id: int, rule: str) -> Subscription:
    """Let a subscription find something else from now on, whatever its problem was; raise Unknown or Taken."""
    changed = find_subscription(connection, subscription_id)
    same = (subscriptions.c.subscriber_id == changed.subscriber_id) & (subscriptions.c.rule == rule)
    if connection.execute(sa.select(subscriptions.c.id).where(same, subscriptions.c.id != subscription_id)).first():
        raise Taken("subscription", rule)
    values = {"rule": rule, "revision": changed.revision + 1, "problem": "", "told_problem": ""}
    connection.execute(sa.update(subscriptions).where(subscriptions.c.id == subscription_id).values(values))
    note_changes(connection, [subscription_id])
    return find_subscription(connection, subscription_id)


def troubled_subscriptions(connection: sa.Connection) -> list[Subscription]:
    """Return the rules that have a problem."""
    query = sa.select(subscriptions).where(subscriptions.c.problem != "").order_by(subscriptions.c.id)
    return _read(connection, query)


def forget_problem(connection: sa.Connection, troubled: Subscription) -> bool:
    """Go on matching a rule that has this problem; tell whether it still had it."""
    same = (subscriptions.c.id == troubled.id) & (subscriptions.c.problem == troubled.problem)
    same &= subscriptions.c.rule == troubled.rule
    update = sa.update(subscriptions).where(same).values(problem="", told_problem="")
    forgotten = connection.execute(update).rowcount > 0
    note_changes(connection, [troubled.id] if forgotten else [])
    return forgotten


def untold_problems(connection: sa.Connection) -> list[Subscription]:
    """Return the rules whose owners do not know yet of their problem."""
    untold = (subscriptions.c.problem != "") & (subscriptions.c.problem != subscriptions.c.told_problem)
    query = sa.select(subscriptions).where(untold).order_by(subscriptions.c.id).with_for_update()
    return _read(connection, query)


def mark_told(connection: sa.Connection, told: Iterable[Subscription]) -> None:
    """Note that the owners know of these problems."""
    for one in told:
        update = sa.update(subscriptions).where(subscriptions.c.id == one.id)
        connection.execute(update.values(told_problem=one.problem))


def remove_subscription(connection: sa.Connection, subscription_id: int) -> None:
    """Remove a rule and what it found; digests that were closed stay as they are."""
    connection.execute(sa.delete(subscriptions).where(subscriptions.c.id == subscription_id))
    note_changes(connection, [subscription_id])


def _lasts(now: datetime) -> sa.ColumnElement[bool]:
    """Tell whether a rule has not expired."""
    return subscriptions.c.expires_at.is_(None) | (subscriptions.c.expires_at > now)


def _live(query: sa.Select[Any], *, ordered: bool = True) -> sa.Select[Any]:
    live = query.join(subscribers, subscribers.c.id == subscriptions.c.subscriber_id).where(
        sa.not_(subscriptions.c.paused), sa.not_(subscribers.c.paused), subscriptions.c.problem == ""
    )
    return live.order_by(subscriptions.c.id) if ordered else live


def _read(connection: sa.Connection, query: sa.Select[Any]) -> list[Subscription]:
    rows = connection.execute(query).all()
    places = _places(connection, [row.id for row in rows if not row.everywhere])
    return [_subscription(row, None if row.everywhere else tuple(places.get(row.id, ()))) for row in rows]


def _places(connection: sa.Connection, ids: Sequence[int]) -> dict[int, list[int]]:
    """Return the destinations of the rules that do not go everywhere; of many rules, of all in one go."""
    query = sa.select(routes).order_by(routes.c.subscription_id, routes.c.destination_id)
    if len(ids) <= SLICE:
        query = query.where(routes.c.subscription_id.in_(ids))
    places: dict[int, list[int]] = defaultdict(list)
    for row in connection.execute(query) if ids else ():
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
