"""Mailboxes that no mail goes to, whoever names them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from alerts.store.tables import suppressions
from config.database import insert_ignore


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """A mailbox that wants no mail, and why."""

    address: str
    reason: str
    created_at: datetime


def suppress_address(connection: sa.Connection, address: str, reason: str, *, now: datetime) -> bool:
    """Send nothing more to a mailbox; False when that was so already."""
    if not address:
        return False
    values = {"address": address.lower(), "reason": reason, "created_at": now}
    insert = insert_ignore(connection, suppressions).values(values).returning(suppressions.c.address)
    return connection.execute(insert).scalar_one_or_none() is not None


def allow_address(connection: sa.Connection, address: str) -> bool:
    """Take a mailbox off the list; False when it was not on it."""
    return bool(connection.execute(sa.delete(suppressions).where(suppressions.c.address == address.lower())).rowcount)


def find_suppression(connection: sa.Connection, address: str) -> Suppression | None:
    """Return why a mailbox gets nothing; None when it may."""
    return find_suppressions(connection, [address]).get(address.lower())


def find_suppressions(connection: sa.Connection, addresses: Collection[str]) -> dict[str, Suppression]:
    """Return why mailboxes get nothing, by their addresses in lower case; those that may get mails are absent."""
    query = sa.select(suppressions).where(suppressions.c.address.in_({address.lower() for address in addresses}))
    return {row.address: _suppression(row) for row in connection.execute(query)}


def any_suppressed(connection: sa.Connection) -> bool:
    """Tell whether the list holds anything."""
    return bool(connection.execute(sa.select(sa.select(suppressions.c.address).exists())).scalar_one())


def list_suppressions(connection: sa.Connection) -> list[Suppression]:
    """Return the list, the last added first."""
    query = sa.select(suppressions).order_by(suppressions.c.created_at.desc(), suppressions.c.address)
    return [_suppression(row) for row in connection.execute(query)]


def _suppression(row: sa.Row[Any]) -> Suppression:
    return Suppression(address=row.address, reason=row.reason, created_at=row.created_at)
