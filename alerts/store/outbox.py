"""The outbox at work: a worker leases a delivery, writes the attempt down before it is made, and marks how it ended."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from alerts.model import AttemptResult, Delivery, DeliveryState
from alerts.store.deliveries import read_delivery
from alerts.store.tables import attempts, deliveries, destinations, subscribers

INTERRUPTED = "The last attempt was interrupted: nobody knows whether it was taken."


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A delivery in our hands: nobody else sends it until the lease ends."""

    delivery: Delivery
    owner: str
    channel: str
    sealed_target: str = field(repr=False)
    maybe_repeated: bool  # an earlier attempt ended without an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How an attempt ended, and where that leaves the delivery."""

    state: DeliveryState
    result: AttemptResult
    finished_at: datetime
    next_attempt_at: datetime
    code: str = ""
    answer: str = ""
    bytes: int = 0
    held_until: datetime | None = None  # when the receiver takes anything again


def claim_delivery(connection: sa.Connection, *, owner: str, now: datetime, lease: timedelta) -> Claimed | None:
    """Lease the delivery that has been due longest and write down the attempt; None when nothing is due."""
    free = _is_free(now)
    earliest = (
        sa.select(deliveries.c.id)
        .where(free, _may_be_sent(), _earlier_parts_done())
        .order_by(deliveries.c.next_attempt_at, deliveries.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)  # says nothing on SQLite, where one transaction writes at a time
        .scalar_subquery()
    )
    claim = sa.update(deliveries).where(deliveries.c.id == earliest, free)
    row = connection.execute(
        claim.values(
            state=DeliveryState.SENDING, owner=owner, lease_until=now + lease, attempts=deliveries.c.attempts + 1
        ).returning(deliveries)
    ).one_or_none()
    return None if row is None else _begin_attempt(connection, row, owner, now)


def postpone(connection: sa.Connection, claimed: Claimed, until: datetime) -> None:
    """Give a delivery back as if it had not been claimed; all that wait for the same place come later as well."""
    under_way = (attempts.c.delivery_id == claimed.delivery.id) & attempts.c.result.is_(None)
    connection.execute(sa.delete(attempts).where(under_way))
    this = sa.update(deliveries).where(deliveries.c.id == claimed.delivery.id)
    connection.execute(
        this.values(
            state=DeliveryState.WAITING,
            owner=None,
            lease_until=None,
            attempts=deliveries.c.attempts - 1,
            next_attempt_at=until,
        )
    )
    same_place = deliveries.c.destination_id == claimed.delivery.destination_id
    waiting = (deliveries.c.state == DeliveryState.WAITING) & (deliveries.c.next_attempt_at < until)
    connection.execute(sa.update(deliveries).where(same_place, waiting).values(next_attempt_at=until))


def finish_delivery(connection: sa.Connection, claimed: Claimed, ending: Ending) -> bool:
    """Mark how the attempt ended; False, and nothing is marked, when the lease is no longer ours."""
    delivery = claimed.delivery
    ours = (deliveries.c.state == DeliveryState.SENDING) & (deliveries.c.owner == claimed.owner)
    update = sa.update(deliveries).where(
        deliveries.c.id == delivery.id, ours, deliveries.c.attempts == delivery.attempts
    )
    delivered_at = ending.finished_at if ending.state is DeliveryState.DELIVERED else None
    marked = connection.execute(
        update.values(
            state=ending.state,
            owner=None,
            lease_until=None,
            next_attempt_at=ending.next_attempt_at,
            delivered_at=delivered_at,
            answer=ending.answer,
        )
    ).rowcount
    if marked:
        _end_attempt(connection, delivery, ending)
    return bool(marked)


def bury_interrupted(connection: sa.Connection, *, now: datetime, limit: int) -> int:
    """Give up deliveries whose last attempt was interrupted and which have used all their attempts."""
    expired = (deliveries.c.state == DeliveryState.SENDING) & (deliveries.c.lease_until < now)
    update = sa.update(deliveries).where(expired, deliveries.c.attempts >= limit)
    ids = connection.execute(
        update.values(state=DeliveryState.DEAD, owner=None, lease_until=None, answer=INTERRUPTED).returning(
            deliveries.c.id
        )
    ).scalars()
    return sum(bool(_call_unknown(connection, delivery_id)) for delivery_id in list(ids))


def count_due(connection: sa.Connection, *, now: datetime) -> int:
    """Return how many deliveries are due."""
    query = sa.select(sa.func.count()).select_from(deliveries).where(_is_free(now), _may_be_sent())
    return connection.execute(query).scalar_one()


def _is_free(now: datetime) -> sa.ColumnElement[bool]:
    waiting = (deliveries.c.state == DeliveryState.WAITING) & (deliveries.c.next_attempt_at <= now)
    expired = (deliveries.c.state == DeliveryState.SENDING) & (deliveries.c.lease_until < now)
    return waiting | expired


def _may_be_sent() -> sa.ColumnElement[bool]:
    """Tell whether neither destination nor reader is paused."""
    return (
        sa.select(destinations.c.id)
        .join(subscribers, subscribers.c.id == destinations.c.subscriber_id)
        .where(destinations.c.id == deliveries.c.destination_id)
        .where(sa.not_(destinations.c.paused), sa.not_(subscribers.c.paused))
        .exists()
    )


def _earlier_parts_done() -> sa.ColumnElement[bool]:
    """Tell whether nothing stands before this part: a reader gets them in order. A dead part holds up nobody."""
    earlier = deliveries.alias("earlier")
    open_states = (DeliveryState.WAITING, DeliveryState.SENDING)
    return ~(
        sa.select(earlier.c.id)
        .where(earlier.c.digest_id == deliveries.c.digest_id, earlier.c.part < deliveries.c.part)
        .where(earlier.c.state.in_(open_states))
        .exists()
    )


def _begin_attempt(connection: sa.Connection, row: sa.Row[Any], owner: str, now: datetime) -> Claimed:
    _call_unknown(connection, row.id)
    unknown = sa.select(sa.func.count()).where(
        attempts.c.delivery_id == row.id, attempts.c.result == AttemptResult.UNKNOWN
    )
    maybe_repeated = connection.execute(unknown).scalar_one() > 0
    connection.execute(sa.insert(attempts).values(delivery_id=row.id, number=row.attempts, started_at=now))
    where = sa.select(destinations.c.channel, destinations.c.target).where(destinations.c.id == row.destination_id)
    destination = connection.execute(where).one()
    return Claimed(
        delivery=read_delivery(row),
        owner=owner,
        channel=destination.channel,
        sealed_target=destination.target,
        maybe_repeated=maybe_repeated,
    )


def _call_unknown(connection: sa.Connection, delivery_id: int) -> int:
    """Say of an attempt that never came back that nobody knows how it ended."""
    lost = (attempts.c.delivery_id == delivery_id) & attempts.c.result.is_(None)
    return connection.execute(sa.update(attempts).where(lost).values(result=AttemptResult.UNKNOWN)).rowcount


def _end_attempt(connection: sa.Connection, delivery: Delivery, ending: Ending) -> None:
    this = (attempts.c.delivery_id == delivery.id) & (attempts.c.number == delivery.attempts)
    begun = connection.execute(sa.select(attempts.c.started_at).where(this)).scalar_one()
    connection.execute(
        sa.update(attempts)
        .where(this)
        .values(
            finished_at=ending.finished_at,
            result=ending.result,
            code=ending.code,
            answer=ending.answer,
            bytes=ending.bytes,
            duration_ms=int((ending.finished_at - begun).total_seconds() * 1000),
        )
    )
