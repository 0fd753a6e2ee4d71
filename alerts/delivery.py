"""The outbox at work: lease, send, mark; try again with growing patience, or give up.

A message is sent at least once. After a crash between sending and marking the lease runs out, the attempt counts as
unknown, and the message goes out again with the same key (Message-ID, webhook-id), told to say that it may be a repeat.
A permanent refusal gives the delivery up and pauses its destination with the receiver's words, until it is resumed.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog

from alerts.channels import CHANNELS
from alerts.channels.base import ChannelError, Envelope, Receipt
from alerts.model import AttemptResult, Delivery, DeliveryState
from alerts.store.destinations import pause_destination
from alerts.store.outbox import Claimed, Ending, bury_interrupted, claim_delivery, finish_delivery, postpone
from alerts.store.pacing import forget_idle, hold_lane, lane_of, take_turn
from alerts.store.secrets import Vault, VaultError
from config.settings import Settings

MINUTE, HOUR = 60, 3600
PATIENCE = (5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR)
"""Seconds to wait after the first attempt, the second, …; the last holds for all that follow."""

JITTER = 0.1
LONGEST_RETRY_AFTER = 24 * HOUR  # a receiver that asks for more is asked again after a day
MOST_WORDS = 500

log = structlog.get_logger(__name__)
chance = secrets.SystemRandom()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one attempt ended. It is not `marked` when the lease had run out: then it is another worker's to mark."""

    delivery: Delivery
    ending: Ending
    marked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryResult:
    """How many messages were delivered, are to be tried again, were given up."""

    delivered: int = 0
    waiting: int = 0
    dead: int = 0

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> "DeliveryResult":
        """Count outcomes as they come."""
        states = [outcome.ending.state for outcome in outcomes if outcome.marked]
        return cls(
            delivered=states.count(DeliveryState.DELIVERED),
            waiting=states.count(DeliveryState.WAITING),
            dead=states.count(DeliveryState.DEAD),
        )

    @property
    def failed(self) -> int:
        """Return how many were not delivered."""
        return self.waiting + self.dead


def deliver_due(
    engine: sa.Engine, vault: Vault, settings: Settings, *, now: Callable[[], datetime], owner: str
) -> DeliveryResult:
    """Send every message that is due."""
    return DeliveryResult.of(deliver_each(engine, vault, settings, now=now, owner=owner))


def deliver_each(
    engine: sa.Engine, vault: Vault, settings: Settings, *, now: Callable[[], datetime], owner: str
) -> Iterator[Outcome]:
    """Send every message that is due, each marked before the next is begun; whoever iterates may stop between two."""
    lease = timedelta(seconds=settings.delivery.lease_seconds)
    with engine.begin() as connection:
        bury_interrupted(connection, now=now(), limit=settings.delivery.attempts)
        forget_idle(connection, now=now())
    while True:
        with engine.begin() as connection:
            claimed = claim_delivery(connection, owner=owner, now=now(), lease=lease)
            postponed = claimed is not None and _postponed(connection, vault, claimed, now())
        if claimed is None:
            return
        if postponed:
            continue
        ending = _attempt(claimed, vault, settings, now)
        with engine.begin() as connection:
            marked = _mark(connection, claimed, ending)
            _hold(connection, vault, claimed, ending)
        yield Outcome(delivery=claimed.delivery, ending=ending, marked=marked)


def next_attempt(attempts: int, retry_after: float | None, *, jitter: float) -> timedelta:
    """Return how long to wait after so many attempts; the receiver's wish counts when it is longer.

    `jitter` from -1 to 1 moves it by a tenth, so that what failed together does not come back together.
    """
    patience = PATIENCE[min(attempts, len(PATIENCE)) - 1] * (1 + JITTER * jitter)
    return timedelta(seconds=max(patience, min(retry_after or 0, LONGEST_RETRY_AFTER)))


def _postponed(connection: sa.Connection, vault: Vault, claimed: Claimed, now: datetime) -> bool:
    """Ask for a turn in the target's lane; without one the delivery is put off, which is no attempt."""
    buckets = [(rate.burst, rate.interval) for rate in CHANNELS[claimed.channel].rates]
    lane = _lane(vault, claimed)
    later = take_turn(connection, lane, buckets, now=now) if lane else None
    if later is not None:
        postpone(connection, claimed, later)
    return later is not None


def _hold(connection: sa.Connection, vault: Vault, claimed: Claimed, ending: Ending) -> None:
    """Let the whole lane wait when the receiver said so: others that go there would be refused as well."""
    lane = _lane(vault, claimed) if ending.held_until else ""
    if lane and ending.held_until:
        hold_lane(connection, lane, ending.held_until)


def _lane(vault: Vault, claimed: Claimed) -> str:
    """Return the lane of the target; none of one that cannot be unsealed, since nothing is sent to it."""
    try:
        target = vault.unseal(claimed.sealed_target)
    except VaultError:
        return ""
    return lane_of(claimed.channel, target, CHANNELS[claimed.channel].paced_by)


def _attempt(claimed: Claimed, vault: Vault, settings: Settings, now: Callable[[], datetime]) -> Ending:
    """Send one message; whatever happens ends on its row."""
    delivery = claimed.delivery
    try:
        envelope = Envelope(key=delivery.key, now=now(), maybe_repeated=claimed.maybe_repeated)
        target = vault.unseal(claimed.sealed_target)
        receipt = CHANNELS[claimed.channel].send(delivery.message, target, envelope, settings)
    except ChannelError as error:
        return _failed(delivery, error, settings, now())
    except VaultError as error:
        return _failed(delivery, ChannelError(str(error), code="key"), settings, now())
    except Exception as error:
        log.exception("an attempt failed in our own code", delivery=delivery.id)
        own = ChannelError(f"{type(error).__name__}: {error}", code="error", unknown=True)
        return _failed(delivery, own, settings, now())
    return _delivered(receipt, now())


def _delivered(receipt: Receipt, now: datetime) -> Ending:
    return Ending(
        state=DeliveryState.DELIVERED,
        result=AttemptResult.HANDED_OVER if receipt.handed_over else AttemptResult.DELIVERED,
        finished_at=now,
        next_attempt_at=now,
        code=receipt.code,
        answer=receipt.answer[:MOST_WORDS],
        bytes=receipt.bytes,
    )


def _failed(delivery: Delivery, error: ChannelError, settings: Settings, now: datetime) -> Ending:
    used_up = delivery.attempts >= settings.delivery.attempts
    wait = next_attempt(delivery.attempts, error.retry_after, jitter=chance.uniform(-1, 1))
    return Ending(
        state=DeliveryState.DEAD if error.permanent or used_up else DeliveryState.WAITING,
        result=_result_of(error),
        finished_at=now,
        next_attempt_at=now + wait,
        code=error.code,
        answer=error.answer[:MOST_WORDS],
        bytes=error.bytes,
        held_until=now + timedelta(seconds=error.retry_after) if error.limited and error.retry_after else None,
    )


def _result_of(error: ChannelError) -> AttemptResult:
    if error.permanent:
        return AttemptResult.PERMANENT
    if error.limited:
        return AttemptResult.LIMITED
    return AttemptResult.UNKNOWN if error.unknown else AttemptResult.RETRY


def _mark(connection: sa.Connection, claimed: Claimed, ending: Ending) -> bool:
    delivery = claimed.delivery
    marked = finish_delivery(connection, claimed, ending)
    if not marked:
        log.warning("the lease ran out before the attempt ended", delivery=delivery.id, owner=claimed.owner)
    elif ending.result is AttemptResult.PERMANENT:
        pause_destination(connection, delivery.destination_id, paused=True, problem=ending.answer or ending.code)
    return marked
