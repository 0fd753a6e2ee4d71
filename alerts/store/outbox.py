"""The outbox at work: a worker leases a delivery, writes the attempt down before it is made, and marks how it ended."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeAlias

import sqlalchemy as sa

from alerts.model import AttemptResult, Delivery, DeliveryKind, DeliveryState, Rhythm, WhenUnknown
from alerts.store.deliveries import URGENT, read_delivery
from alerts.store.destinations import read_rhythm
from alerts.store.tables import attempts, deliveries, destinations, subscribers
from config.database import UtcDateTime

Moment: TypeAlias = "datetime | sa.BindParameter[datetime]"
INTERRUPTED = "The last attempt was interrupted: nobody knows whether it was taken."


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A delivery in our hands: nobody else sends it until the lease ends."""

    delivery: Delivery
    number: int  # of the attempt, counted over replays
    owner: str
    channel: str
    sealed_target: str = field(repr=False)
    rhythm: Rhythm
    when_unknown: WhenUnknown
    maybe_repeated: bool  # an earlier attempt ended without an answer
    unwanted: str = ""  # why nothing is to be sent after all


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


def claim_delivery(
    connection: sa.Connection, *, owner: str, now: datetime, lease: timedelta, urgent_only: bool = False
) -> Claimed | None:
    """Lease the delivery that has been due longest, the urgent first, and write down the attempt; None: nothing is due.

    What an interrupted worker left comes before both: somebody may wait for it already.
    """
    values = {"now": now, "new_owner": owner, "new_lease": now + lease}
    for left in (True, False):
        row = connection.execute(_claim(left=left, urgent_only=urgent_only), values).one_or_none()
        if row is not None:
            return _begin_attempt(connection, row, owner, now)
    return None


@cache
def _claim(*, left: bool, urgent_only: bool) -> sa.UpdateBase:
    """Return the statement, made once: making it costs more than running it."""
    now = sa.bindparam("now", type_=UtcDateTime())
    free = _is_left(now) if left else is_waiting(now)
    earliest = (
        sa.select(deliveries.c.id)
        .where(free, deliveries.c.queue == URGENT if urgent_only else sa.true(), may_be_sent(now))
        .where(earlier_parts_done())
        .order_by(deliveries.c.queue, deliveries.c.next_attempt_at, deliveries.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)  # says nothing on SQLite, where one transaction writes at a time
        .scalar_subquery()
    )
    return (
        sa.update(deliveries)
        .where(deliveries.c.id == earliest, free)
        .values(
            state=DeliveryState.SENDING,
            owner=sa.bindparam("new_owner"),
            lease_until=sa.bindparam("new_lease", type_=UtcDateTime()),
            attempts=deliveries.c.attempts + 1,
        )
        .returning(deliveries)
    )


def put_back(connection: sa.Connection, claimed: Claimed, *, until: datetime) -> None:
    """Let a delivery wait that was claimed and not begun; this was no attempt."""
    values = {"state": DeliveryState.WAITING, "owner": None, "lease_until": None, "next_attempt_at": until}
    connection.execute(_still_ours(claimed).values(values | {"attempts": deliveries.c.attempts - 1}))
    this = (attempts.c.delivery_id == claimed.delivery.id) & (attempts.c.number == claimed.number)
    connection.execute(sa.delete(attempts).where(this))


def put_off_place(connection: sa.Connection, destination_id: int, *, until: datetime) -> None:
    """Let all that waits for a place come no earlier than then."""
    waiting = (deliveries.c.state == DeliveryState.WAITING) & (deliveries.c.next_attempt_at < until)
    same_place = deliveries.c.destination_id == destination_id
    connection.execute(sa.update(deliveries).where(same_place, waiting).values(next_attempt_at=until))


def renew_lease(connection: sa.Connection, claimed: Claimed, *, until: datetime) -> bool:
    """Keep a delivery whose sending takes long; False when another has taken it."""
    return bool(connection.execute(_still_ours(claimed).values(lease_until=until)).rowcount)


def finish_delivery(connection: sa.Connection, claimed: Claimed, ending: Ending) -> bool:
    """Mark how the attempt ended; False, and nothing is marked, when the lease is no longer ours."""
    delivered_at = ending.finished_at if ending.state is DeliveryState.DELIVERED else None
    marked = connection.execute(
        _still_ours(claimed).values(
            state=ending.state,
            owner=None,
            lease_until=None,
            next_attempt_at=ending.next_attempt_at,
            delivered_at=delivered_at,
            answer=ending.answer,
        )
    ).rowcount
    if marked:
        _end_attempt(connection, claimed, ending)
    return bool(marked)


def bury_interrupted(connection: sa.Connection, *, now: datetime, limit: int) -> int:
    """Give up deliveries whose last attempt was interrupted and which have used all their attempts."""
    expired = (deliveries.c.state == DeliveryState.SENDING) & (deliveries.c.lease_until < now)
    update = sa.update(deliveries).where(expired, deliveries.c.attempts >= limit)
    return _leave(connection, update, DeliveryState.DEAD)


def hold_interrupted(connection: sa.Connection, *, now: datetime, keyed: Collection[str]) -> int:
    """Hold what may have been taken where its destination wants no repeats; `keyed` channels know a repeat anyway."""
    wants_no_repeat = (
        sa.select(destinations.c.id)
        .where(destinations.c.id == deliveries.c.destination_id, destinations.c.when_unknown == WhenUnknown.HOLD)
        .where(destinations.c.channel.not_in(keyed))
        .exists()
    )
    return _leave(connection, sa.update(deliveries).where(_is_left(now), wants_no_repeat), DeliveryState.HELD)


def _leave(connection: sa.Connection, update: sa.Update, state: DeliveryState) -> int:
    values = {"state": state, "owner": None, "lease_until": None, "answer": INTERRUPTED}
    ids = list(connection.execute(update.values(values).returning(deliveries.c.id)).scalars())
    return sum(bool(_call_unknown(connection, delivery_id)) for delivery_id in ids)


def count_due(connection: sa.Connection, *, now: datetime) -> int:
    """Return how many deliveries are due."""
    free = is_waiting(now) | _is_left(now)
    query = sa.select(sa.func.count()).select_from(deliveries).where(free, may_be_sent(now))
    return connection.execute(query).scalar_one()


def any_due(connection: sa.Connection, *, now: datetime) -> bool:
    """Tell whether anything is due: a look that keeps nobody from writing."""
    free = is_waiting(now) | _is_left(now)
    return bool(connection.execute(sa.select(sa.select(deliveries.c.id).where(free).exists())).scalar_one())


def is_waiting(now: Moment) -> sa.ColumnElement[bool]:
    """Tell whether it waits and is due."""
    return (deliveries.c.state == DeliveryState.WAITING) & (deliveries.c.next_attempt_at <= now)


def _is_left(now: Moment) -> sa.ColumnElement[bool]:
    """Tell whether an attempt never came back."""
    return (deliveries.c.state == DeliveryState.SENDING) & (deliveries.c.lease_until < now)


def _still_ours(claimed: Claimed) -> sa.Update:
    ours = (deliveries.c.state == DeliveryState.SENDING) & (deliveries.c.owner == claimed.owner)
    same = (deliveries.c.id == claimed.delivery.id) & (deliveries.c.attempts == claimed.delivery.attempts)
    return sa.update(deliveries).where(ours, same)


def may_be_sent(now: Moment) -> sa.ColumnElement[bool]:
    """Tell whether neither destination nor reader is paused, and the destination neither rests nor was never agreed to.

    Only the question whether a reader agrees goes to where they have not.
    """
    agreed = destinations.c.confirmed | (deliveries.c.kind == DeliveryKind.CONFIRMATION)
    rested = destinations.c.resting_until.is_(None) | (destinations.c.resting_until <= now)
    return (
        sa.select(destinations.c.id)
        .join(subscribers, subscribers.c.id == destinations.c.subscriber_id)
        .where(destinations.c.id == deliveries.c.destination_id, agreed, rested)
        .where(sa.not_(destinations.c.paused), sa.not_(subscribers.c.paused))
        .exists()
    )


def earlier_parts_done() -> sa.ColumnElement[bool]:
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
    """Write the attempt down before it is made."""
    maybe_repeated, before = False, _attempts_before(connection, row.id)
    if before:
        _call_unknown(connection, row.id)
        unknown = (attempts.c.delivery_id == row.id) & (attempts.c.result == AttemptResult.UNKNOWN)
        maybe_repeated = connection.execute(sa.select(sa.select(attempts.c.id).where(unknown).exists())).scalar_one()
    connection.execute(sa.insert(attempts).values(delivery_id=row.id, number=before + 1, started_at=now))
    place = connection.execute(sa.select(destinations).where(destinations.c.id == row.destination_id)).one()
    return Claimed(
        delivery=read_delivery(row),
        number=before + 1,
        owner=owner,
        channel=place.channel,
        sealed_target=place.target,
        rhythm=read_rhythm(place),
        when_unknown=WhenUnknown(place.when_unknown),
        maybe_repeated=maybe_repeated,
    )


def _attempts_before(connection: sa.Connection, delivery_id: int) -> int:
    last = sa.select(sa.func.max(attempts.c.number)).where(attempts.c.delivery_id == delivery_id)
    return connection.execute(last).scalar_one() or 0


def _call_unknown(connection: sa.Connection, delivery_id: int) -> int:
    """Say of an attempt that never came back that nobody knows how it ended."""
    lost = (attempts.c.delivery_id == delivery_id) & attempts.c.result.is_(None)
    return connection.execute(sa.update(attempts).where(lost).values(result=AttemptResult.UNKNOWN)).rowcount


def lasted(begun: datetime, finished: datetime) -> int:
    """Return the milliseconds of an attempt; none when the clock was put back meanwhile."""
    return max(0, int((finished - begun).total_seconds() * 1000))


def _end_attempt(connection: sa.Connection, claimed: Claimed, ending: Ending) -> None:
    this = (attempts.c.delivery_id == claimed.delivery.id) & (attempts.c.number == claimed.number)
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
            duration_ms=lasted(begun, ending.finished_at),
        )
    )
