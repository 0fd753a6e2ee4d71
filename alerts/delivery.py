"""The outbox at work: lease, send, mark; try again with growing patience, or give up.

A message is sent at least once. After a crash between sending and marking the lease runs out, the attempt counts as
unknown, and the message goes out again with the same key (Message-ID, webhook-id), told to say that it may be a repeat,
or is held where its destination wants no repeats. Mails and webhooks are claimed and marked by the hand (see `batch`):
of each worker's no more than one is ever unknown. A sending that takes long keeps its lease. A permanent refusal gives
the delivery up, pauses its destination with the receiver's words until it is resumed, and tells its owner elsewhere.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import structlog

from alerts.batch import HANDS, Bench, deliver_batch
from alerts.channels import CHANNELS, KEYED, outbound, smtp
from alerts.channels.base import ChannelError, Envelope, Receipt
from alerts.domains import within_pace
from alerts.heart import Heart
from alerts.lanes import hold, in_turn
from alerts.model import AttemptResult, Delivery, DeliveryState, WhenUnknown
from alerts.quiet import after_quiet
from alerts.stopping import stop_destination
from alerts.store.outbox import (
    Claimed,
    Ending,
    bury_interrupted,
    claim_delivery,
    finish_delivery,
    hold_interrupted,
)
from alerts.store.pacing import forget_idle
from alerts.store.secrets import Vault, VaultError
from alerts.unwanted import say_unwanted
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


def deliver_each(  # noqa: PLR0913  what a worker works with
    engine: sa.Engine,
    vault: Vault,
    settings: Settings,
    *,
    now: Callable[[], datetime],
    owner: str,
    urgent_only: bool = False,
) -> Iterator[Outcome]:
    """Send every message that is due, each marked before the next is begun; whoever iterates may stop between two."""
    lease = timedelta(seconds=settings.delivery.lease_seconds)
    with engine.begin() as connection:
        bury_interrupted(connection, now=now(), limit=settings.delivery.attempts)
        forget_idle(connection, now=now())
        hold_interrupted(connection, now=now(), keyed=KEYED)
    with smtp.kept_open(), outbound.kept_open(), Heart(engine, now, lease).beating() as heart:
        bench = _bench(engine, vault, settings, now, owner, heart, urgent_only=urgent_only)
        while True:
            for channel in HANDS:
                for sent, ending, marked in deliver_batch(bench, channel):
                    yield Outcome(delivery=sent.delivery, ending=ending, marked=marked)
            with engine.begin() as connection:
                claimed = claim_delivery(connection, owner=owner, now=now(), lease=lease, urgent_only=urgent_only)
                admitted = bench.admit(connection, [claimed]) if claimed else []
            if claimed is None:
                return
            for one in admitted:
                with heart.holding(one):
                    ending = bench.attempt(one)
                with engine.begin() as connection:
                    marked = bench.mark(connection, one, ending)
                yield Outcome(delivery=one.delivery, ending=ending, marked=marked)


def _bench(  # noqa: PLR0913, PLR0917  what a worker works with
    engine: sa.Engine,
    vault: Vault,
    settings: Settings,
    now: Callable[[], datetime],
    owner: str,
    heart: Heart,
    *,
    urgent_only: bool,
) -> Bench:
    return Bench(
        engine=engine,
        now=now,
        owner=owner,
        lease=timedelta(seconds=settings.delivery.lease_seconds),
        urgent_only=urgent_only,
        holding=heart.holding,
        attempt=lambda claimed: _attempt(claimed, vault, settings, now),
        mark=lambda connection, claimed, ending: _mark(connection, vault, settings, claimed, ending),
        admit=lambda connection, claimed: _admitted(connection, vault, settings, claimed, now()),
        in_turn=lambda connection, claimed: in_turn(connection, vault, claimed, now=now()),
    )


def next_attempt(attempts: int, retry_after: float | None, *, jitter: float) -> timedelta:
    """Return how long to wait after so many attempts; the receiver's wish counts when it is longer.

    `jitter` from -1 to 1 moves it by a tenth, so that what failed together does not come back together.
    """
    patience = PATIENCE[min(attempts, len(PATIENCE)) - 1] * (1 + JITTER * jitter)
    return timedelta(seconds=max(patience, min(retry_after or 0, LONGEST_RETRY_AFTER)))


def _admitted(
    connection: sa.Connection, vault: Vault, settings: Settings, claimed: Sequence[Claimed], now: datetime
) -> list[Claimed]:
    """Return those whose turn it is, the others put off; those that nobody wants any more say so."""
    free = in_turn(connection, vault, claimed, now=now)
    paced = within_pace(connection, vault, free, most=settings.smtp.domain_per_minute, now=now)
    return say_unwanted(connection, vault, paced)


def _attempt(claimed: Claimed, vault: Vault, settings: Settings, now: Callable[[], datetime]) -> Ending:
    """Send one message; whatever happens ends on its row."""
    delivery = claimed.delivery
    try:
        envelope = Envelope(key=delivery.key, now=now(), delivery=delivery.id, maybe_repeated=claimed.maybe_repeated)
        target = vault.unseal(claimed.sealed_target)
        if claimed.unwanted:
            raise ChannelError(claimed.unwanted, code="suppressed", permanent=True)  # noqa: TRY301  it ends as the receiver's own would
        receipt = CHANNELS[claimed.channel].send(delivery.message, target, envelope, settings)
    except ChannelError as error:
        return _failed(claimed, error, settings, now())
    except VaultError as error:
        return _failed(claimed, ChannelError(str(error), code="key"), settings, now())
    except Exception as error:  # the per-delivery catch: the next one goes on
        log.exception("an attempt failed in our own code", delivery=delivery.id)
        own = ChannelError(f"{type(error).__name__}: {error}", code="error", unknown=True)
        return _failed(claimed, own, settings, now())
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


def _failed(claimed: Claimed, error: ChannelError, settings: Settings, now: datetime) -> Ending:
    wait = next_attempt(claimed.delivery.attempts, error.retry_after, jitter=chance.uniform(-1, 1))
    return Ending(
        state=_state_after(claimed, error, settings),
        result=_result_of(error),
        finished_at=now,
        next_attempt_at=after_quiet(claimed.rhythm.quiet, ZoneInfo(claimed.rhythm.timezone), now + wait),
        code=error.code,
        answer=error.answer[:MOST_WORDS],
        bytes=error.bytes,
        held_until=now + timedelta(seconds=error.retry_after) if error.limited and error.retry_after else None,
    )


def _state_after(claimed: Claimed, error: ChannelError, settings: Settings) -> DeliveryState:
    if error.permanent:
        return DeliveryState.DEAD
    if error.unknown and claimed.when_unknown is WhenUnknown.HOLD and claimed.channel not in KEYED:
        return DeliveryState.HELD
    used_up = claimed.delivery.attempts >= settings.delivery.attempts
    return DeliveryState.DEAD if used_up else DeliveryState.WAITING


def _result_of(error: ChannelError) -> AttemptResult:
    if error.permanent:
        return AttemptResult.PERMANENT
    if error.limited:
        return AttemptResult.LIMITED
    return AttemptResult.UNKNOWN if error.unknown else AttemptResult.RETRY


def _mark(connection: sa.Connection, vault: Vault, settings: Settings, claimed: Claimed, ending: Ending) -> bool:
    delivery = claimed.delivery
    marked = finish_delivery(connection, claimed, ending)
    if not marked:
        log.warning("the lease ran out before the attempt ended", delivery=delivery.id, owner=claimed.owner)
    elif ending.result is AttemptResult.PERMANENT:
        problem = ending.answer or ending.code
        stop_destination(connection, vault, settings, delivery.destination_id, problem, now=ending.finished_at)
    if ending.held_until:
        hold(connection, vault, claimed, ending.held_until)
    return marked
