"""Messages that may be marked together leave one after another, a transaction for many: see store/batches.py."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from alerts.model import AttemptResult
from alerts.store.batches import claim_batch, finish_delivered, give_back
from alerts.store.outbox import Claimed, Ending

BATCHED = frozenset({"webhook"})
"""Their receivers take each key once, so that a repeat after a crash does no harm; they keep no rate of their own."""

MOST = 128  # in one hand
MARKED_TOGETHER, LONGEST_UNMARKED = 64, 0.25  # messages, seconds

Finished = tuple[Claimed, Ending, bool]
"""What was sent, how it ended, and whether the mark is ours."""


@dataclass(slots=True)
class Hand:
    """What one worker holds: what is yet to be sent, and what was sent and not yet marked, with when it began."""

    waiting: list[Claimed]
    sent: list[tuple[Claimed, Ending, datetime]] = field(default_factory=list)
    since: float = field(default_factory=time.monotonic)

    @property
    def is_full(self) -> bool:
        """Tell whether it is time to mark."""
        late = time.monotonic() - self.since > LONGEST_UNMARKED
        return len(self.sent) >= MARKED_TOGETHER or late or not self.waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What a batch is worked with.

    `holding` keeps the leases while a message is sent, `attempt` sends it, `mark` marks one that was not simply
    delivered, `in_turn` puts off those whose turn it is not.
    """

    engine: sa.Engine
    now: Callable[[], datetime]
    owner: str
    lease: timedelta
    urgent_only: bool
    holding: Callable[..., AbstractContextManager[None]]
    attempt: Callable[[Claimed], Ending]
    mark: Callable[[sa.Connection, Claimed, Ending], bool]
    in_turn: Callable[[sa.Connection, Sequence[Claimed]], list[Claimed]]


def deliver_batch(bench: Bench) -> Iterator[Finished]:
    """Claim a hand full and send it; whoever stops iterating, or takes too long, has the rest given back."""
    hand = Hand(_claim(bench))
    half_time = time.monotonic() + bench.lease.total_seconds() / 2
    try:
        while hand.waiting and time.monotonic() < half_time:
            claimed = hand.waiting.pop(0)
            begun = bench.now()
            with bench.holding(claimed, *hand.waiting, *(one for one, _, _ in hand.sent)):
                ending = bench.attempt(claimed)
            hand.sent.append((claimed, ending, begun))
            refused = ending.result in {AttemptResult.PERMANENT, AttemptResult.LIMITED}
            if refused or hand.is_full:
                yield from _marked(bench, hand)
            if refused:
                _reconsider(bench, hand, claimed)
    finally:
        _let_go(bench, hand)


def _claim(bench: Bench) -> list[Claimed]:
    with bench.engine.begin() as connection:
        claimed = claim_batch(
            connection,
            BATCHED,
            owner=bench.owner,
            now=bench.now(),
            lease=bench.lease,
            most=MOST,
            urgent_only=bench.urgent_only,
        )
        return bench.in_turn(connection, claimed)


def _marked(bench: Bench, hand: Hand) -> Sequence[Finished]:
    """Mark what was sent: the delivered together, the others one by one."""
    sent, hand.sent, hand.since = hand.sent, [], time.monotonic()
    delivered = [one for one in sent if one[1].result is AttemptResult.DELIVERED]
    with bench.engine.begin() as connection:
        marks = iter(finish_delivered(connection, delivered))
        return [
            (claimed, ending, next(marks))
            if ending.result is AttemptResult.DELIVERED
            else (claimed, ending, bench.mark(connection, claimed, ending))
            for claimed, ending, _ in sent
        ]


def _reconsider(bench: Bench, hand: Hand, refused: Claimed) -> None:
    """Send nothing more to a place that has just refused, nor in a lane that is held since."""
    place = refused.delivery.destination_id
    with bench.engine.begin() as connection:
        give_back(connection, [one for one in hand.waiting if one.delivery.destination_id == place])
        others = [one for one in hand.waiting if one.delivery.destination_id != place]
        hand.waiting = bench.in_turn(connection, others)


def _let_go(bench: Bench, hand: Hand) -> None:
    """Mark what was sent and give back what was not; nothing stays leased that nobody works on."""
    if hand.sent:
        _marked(bench, hand)
    if hand.waiting:
        with bench.engine.begin() as connection:
            give_back(connection, hand.waiting)
        hand.waiting = []
