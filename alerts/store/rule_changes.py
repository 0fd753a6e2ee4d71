"""What happened to the rules, in order: who keeps them ready reads this instead of all rules again.

Every change of what is matched leaves a row in its own transaction. Numbers are given before transactions end, so one
may become visible after a higher one: a number that is missing is looked for again.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from alerts.store.tables import rule_changes, subscriptions

LOOKED_BACK = 1000  # numbers below the last one that may still be on their way
KEPT = 100_000  # rows; who has seen less than these reads all rules again


@dataclass(frozen=True, slots=True)
class Seen:
    """Up to where somebody has read: the last change, by number and mark, and the numbers that were missing below."""

    last: int = 0
    mark: str = ""
    missing: frozenset[int] = frozenset()


def note_changes(connection: sa.Connection, subscription_ids: Iterable[int]) -> None:
    """Say that these rules are to be read again; called last in what changes them."""
    rows = [{"subscription_id": id_, "mark": secrets.token_hex(8)} for id_ in subscription_ids]
    if rows:
        connection.execute(sa.insert(rule_changes), rows)


def note_changes_of(connection: sa.Connection, subscriber_id: int) -> None:
    """Say that every rule of a reader is to be read again."""
    query = sa.select(subscriptions.c.id).where(subscriptions.c.subscriber_id == subscriber_id)
    note_changes(connection, connection.execute(query).scalars().all())


def seen_now(connection: sa.Connection) -> Seen:
    """Return what somebody has seen who reads all rules after this."""
    newest = sa.select(rule_changes.c.id, rule_changes.c.mark).order_by(rule_changes.c.id.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return Seen(row.id, row.mark, _missing(connection, row.id)) if row is not None else Seen()


def changes_since(connection: sa.Connection, seen: Seen) -> tuple[set[int], Seen] | None:
    """Return the rules to read again, and what is seen then; None when all are to be read.

    That is so when the last change seen is no more there: the table was cut, or the database is another one.
    """
    there = sa.select(rule_changes.c.mark).where(rule_changes.c.id == seen.last)
    if seen.last and connection.execute(there).scalar_one_or_none() != seen.mark:
        return None
    new = (rule_changes.c.id > seen.last) | rule_changes.c.id.in_(sa.bindparam("missing", expanding=True))
    query = sa.select(rule_changes).where(new).order_by(rule_changes.c.id)
    rows = connection.execute(query, {"missing": sorted(seen.missing)}).all()
    if not rows:
        return set(), seen
    last = rows[-1] if rows[-1].id > seen.last else None
    number, mark = (last.id, last.mark) if last else (seen.last, seen.mark)
    return {row.subscription_id for row in rows}, Seen(number, mark, _missing(connection, number))


def forget_old_changes(connection: sa.Connection, seen: Seen) -> None:
    """Keep the newest KEPT rows."""
    connection.execute(sa.delete(rule_changes).where(rule_changes.c.id <= seen.last - KEPT))


def _missing(connection: sa.Connection, last: int) -> frozenset[int]:
    first = max(1, last - LOOKED_BACK)
    query = sa.select(rule_changes.c.id).where(rule_changes.c.id.between(first, last))
    return frozenset(range(first, last + 1)) - set(connection.execute(query).scalars())
