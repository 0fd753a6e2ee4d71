"""Mailboxes that no mail goes to, whoever names them."""

from dataclasses import dataclass
from datetime import datetime

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
    query = sa.select(suppressions).where(suppressions.c.address == address.lower())
    row = connection.execute(query).one_or_none()
    return None if row is None else Suppression(address=row.address, reason=row.reason, created_at=row.created_at)


def any_suppressed(connection: sa.Connection) -> bool:
    """Tell whether the list holds anything."""
    return bool(connection.execute(sa.select(sa.select(suppressions.c.address).exists())).scalar_one())


def list_suppressions(connection: sa.Connection) -> list[Suppression]:
    """Return the list, the last added first."""
    query = sa.select(suppressions).order_by(suppressions.c.created_at.desc(), suppressions.c.address)
    return [
        Suppression(address=row.address, reason=row.reason, created_at=row.created_at)
        for row in connection.execute(query)
    ]
