"""Destinations: where a reader is reached. Their targets are sealed in the database."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

import sqlalchemy as sa

from alerts.model import Cadence, Destination, Grouping, Quiet, Rhythm, WhenUnknown
from alerts.store.errors import Taken, Unknown
from alerts.store.secrets import Vault
from alerts.store.tables import bounces, destinations
from config.database import insert_ignore

MAIL = "email"
UNSUBSCRIBED = "unsubscribed by the reader"
"""The problem of a destination whose reader followed the link in a mail."""

RHYTHM = tuple(destinations.c[name] for name in ("cadence", "at", "weekday", "timezone", "quiet_from", "quiet_until"))
"""The columns that `read_rhythm` reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDestination:
    """What a reader says of a destination; `target` is as the channel's check_target returned it."""

    name: str
    channel: str
    target: Mapping[str, str] = field(repr=False)
    at: time
    timezone: str
    cadence: Cadence = Cadence.DAILY
    weekday: int = 0
    quiet: Quiet | None = None
    tell_empty: bool = False
    grouping: Grouping = Grouping.SECTION
    when_unknown: WhenUnknown = WhenUnknown.RESEND
    confirmed: bool = True

    @classmethod
    def of(cls, destination: Destination) -> "NewDestination":
        """Return what is said of a destination that is there."""
        rhythm = destination.rhythm
        return cls(
            name=destination.name,
            channel=destination.channel,
            target=destination.target,
            at=rhythm.at,
            timezone=rhythm.timezone,
            cadence=rhythm.cadence,
            weekday=rhythm.weekday,
            quiet=rhythm.quiet,
            tell_empty=destination.tell_empty,
            grouping=destination.grouping,
            when_unknown=destination.when_unknown,
            confirmed=destination.confirmed,
        )


def add_destination(
    connection: sa.Connection, vault: Vault, subscriber_id: int, new: NewDestination, *, now: datetime
) -> Destination:
    """Add a destination with its target sealed; raise Taken when this reader uses the name."""
    values = {"subscriber_id": subscriber_id, "channel": new.channel, **_columns(vault, new), "created_at": now}
    insert = insert_ignore(connection, destinations).values(values)
    row = connection.execute(insert.returning(destinations)).one_or_none()
    if row is None:
        raise Taken("destination", new.name)
    return read_destination(row, vault)


def list_destinations(connection: sa.Connection, vault: Vault, subscriber_id: int | None = None) -> list[Destination]:
    """Return every destination (of one reader), unsealed; raise VaultError when the key does not fit."""
    query = sa.select(destinations).order_by(destinations.c.id)
    if subscriber_id is not None:
        query = query.where(destinations.c.subscriber_id == subscriber_id)
    return [read_destination(row, vault) for row in connection.execute(query)]


def find_destination(connection: sa.Connection, vault: Vault, destination_id: int) -> Destination:
    """Return one destination, unsealed; raise Unknown or VaultError."""
    query = sa.select(destinations).where(destinations.c.id == destination_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise Unknown("destination", destination_id)
    return read_destination(row, vault)


def find_by_token(connection: sa.Connection, vault: Vault, token: str) -> Destination | None:
    """Return the destination whose unsubscribe token this is; None when it is nobody's. Raises VaultError."""
    whose = (destinations.c.token_hash == _hashed(token)) & (destinations.c.channel == MAIL)
    query = sa.select(destinations).where(whose)
    row = connection.execute(query).one_or_none()
    return None if row is None else read_destination(row, vault)


def retarget_destination(
    connection: sa.Connection, vault: Vault, destination_id: int, target: Mapping[str, str]
) -> None:
    """Reach a reader at another target, as the channel's check_target returned it; what waits goes there too."""
    this = destinations.c.id == destination_id
    channel = connection.execute(sa.select(destinations.c.channel).where(this)).scalar_one()
    connection.execute(sa.update(destinations).where(this).values(_sealed(vault, channel, target)))


def change_destination(connection: sa.Connection, vault: Vault, destination_id: int, new: NewDestination) -> None:
    """Change everything of a destination but its channel; raise Taken when another one bears the name."""
    other = (destinations.c.name == new.name) & (destinations.c.id != destination_id)
    same_reader = sa.select(destinations.c.subscriber_id).where(destinations.c.id == destination_id).scalar_subquery()
    if connection.execute(
        sa.select(destinations.c.id).where(other, destinations.c.subscriber_id == same_reader)
    ).first():
        raise Taken("destination", new.name)
    update = sa.update(destinations).where(destinations.c.id == destination_id)
    connection.execute(update.values(_columns(vault, new)))


def confirm_destination(connection: sa.Connection, destination_id: int) -> None:
    """Write down that the reader wants it."""
    connection.execute(sa.update(destinations).where(destinations.c.id == destination_id).values(confirmed=True))


def rest_destination(connection: sa.Connection, destination_id: int, *, until: datetime | None) -> None:
    """Send nothing to a destination until then; None ends the rest."""
    update = sa.update(destinations).where(destinations.c.id == destination_id)
    connection.execute(update.values(resting_until=until))


def pause_destination(connection: sa.Connection, destination_id: int, *, paused: bool, problem: str = "") -> None:
    """Stop (or go on) closing digests for a destination and sending to it; `problem` says what stopped it."""
    update = sa.update(destinations).where(destinations.c.id == destination_id)
    values = {"paused": paused, "problem": problem} | ({} if paused else {"resting_until": None})
    connection.execute(update.values(values))
    if not paused:  # what came back before is forgiven, or the next bounce alone would stop it again
        connection.execute(sa.update(bounces).where(bounces.c.destination_id == destination_id).values(kind="forgiven"))


def record_problem(connection: sa.Connection, destination_id: int, problem: str) -> None:
    """Say what is wrong with a destination that goes on being tried; empty when it is well again."""
    update = sa.update(destinations).where(destinations.c.id == destination_id, sa.not_(destinations.c.paused))
    connection.execute(update.where(destinations.c.problem != problem).values(problem=problem))


def remove_destination(connection: sa.Connection, destination_id: int) -> None:
    """Remove a destination with its digests and deliveries."""
    connection.execute(sa.delete(destinations).where(destinations.c.id == destination_id))


def _columns(vault: Vault, new: NewDestination) -> dict[str, Any]:
    return {
        "name": new.name,
        **_sealed(vault, new.channel, new.target),
        "at": new.at,
        "timezone": new.timezone,
        "cadence": new.cadence,
        "weekday": new.weekday,
        "quiet_from": new.quiet.since if new.quiet else None,
        "quiet_until": new.quiet.until if new.quiet else None,
        "tell_empty": new.tell_empty,
        "grouping": new.grouping,
        "when_unknown": new.when_unknown,
        "confirmed": new.confirmed,
    }


def read_rhythm(row: sa.Row[Any]) -> Rhythm:
    """Return the rhythm that stands in a row of destinations."""
    there = row.quiet_from is not None and row.quiet_until is not None
    return Rhythm(
        cadence=Cadence(row.cadence),
        at=row.at,
        weekday=row.weekday,
        timezone=row.timezone,
        quiet=Quiet(since=row.quiet_from, until=row.quiet_until) if there else None,
    )


def _sealed(vault: Vault, channel: str, target: Mapping[str, str]) -> dict[str, str | None]:
    """Return a target sealed. Only a mailbox's token unsubscribes: a bot's is the same for all its chats."""
    token = target.get("token") if channel == MAIL else None
    return {"target": vault.seal(target), "token_hash": _hashed(token) if token else None}


def _hashed(token: str) -> str:
    """Return the token's digest: it is random and long, so that a plain one gives nothing away."""
    return hashlib.sha256(token.encode()).hexdigest()


def read_destination(row: sa.Row[Any], vault: Vault) -> Destination:
    """Return a row as a value, its target unsealed; raise VaultError."""
    return Destination(
        id=row.id,
        subscriber_id=row.subscriber_id,
        name=row.name,
        channel=row.channel,
        target=vault.unseal(row.target),
        rhythm=read_rhythm(row),
        tell_empty=row.tell_empty,
        grouping=Grouping(row.grouping),
        when_unknown=WhenUnknown(row.when_unknown),
        confirmed=row.confirmed,
        resting_until=row.resting_until,
        paused=row.paused,
        problem=row.problem,
        created_at=row.created_at,
    )
