"""Messages that may be marked together leave one after another, a transaction for many: see store/batches.py.

A worker claims a hand full, sends it, and in one transaction marks what was sent and claims the next. A kill leaves the
outcome unknown of no more than was claimed and not yet marked, a hand of each worker; these go out again under their
own key. A webhook's receiver takes each key once; of mails, which some mailboxes then show twice, a hand is smaller.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from alerts.model import AttemptResult
from alerts.store.batches import claim_batch, finish_delivered, give_back
from alerts.store.outbox import Claimed, Ending

HANDS = {"webhook": 64, "email": 16}
"""How many of a channel are in one hand, of those whose receivers know a repeat by its key and which keep no rate."""

LONGEST_UNMARKED = 0.25  # seconds
SPELL = 1.0  # seconds with one channel before a worker looks at the others

Finished = tuple[Claimed, Ending, bool]
"""What was sent, how it ended, and whether the mark is ours."""


@dataclass(slots=True)
class Hand:
    """What one worker holds: what is yet to be sent, and what was sent and not yet marked, with when it began."""

    waiting: list[Claimed] = field(default_factory=list)
    sent: list[tuple[Claimed, Ending, datetime]] = field(default_factory=list)
    claimed_at: float = field(default_factory=time.monotonic)
    marked_at: float = field(default_factory=time.monotonic)

    @property
    def is_to_be_marked(self) -> bool:
        """Tell whether it is time to mark: all is sent, or a receiver takes its time."""
        return not self.waiting or time.monotonic() - self.marked_at > LONGEST_UNMARKED


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What a batch is worked with.

    `holding` keeps the leases while a message is sent, `attempt` sends it, `mark` marks one that was not simply
    delivered. `admit` puts off those whose turn it is not, `in_turn` those in a lane that is held since.
    """

    engine: sa.Engine
    now: Callable[[], datetime]
    owner: str
    lease: timedelta
    urgent_only: bool
    holding: Callable[..., AbstractContextManager[None]]
    attempt: Callable[[Claimed], Ending]
    mark: Callable[[sa.Connection, Claimed, Ending], bool]
    admit: Callable[[sa.Connection, Sequence[Claimed]], list[Claimed]]
    in_turn: Callable[[sa.Connection, Sequence[Claimed]], list[Claimed]]


def deliver_batch(bench: Bench, channel: str) -> Iterator[Finished]:
    """Send what is due in a channel for a spell; who stops iterating, or takes too long, has the rest given back."""
    hand, over = Hand(), time.monotonic() + SPELL
    patience = bench.lease.total_seconds() / 2
    try:
        yield from _turn_over(bench, hand, channel)
        while hand.waiting and time.monotonic() < hand.claimed_at + patience:
            refused = _send(bench, hand)
            if refused or hand.is_to_be_marked:
                yield from _turn_over(bench, hand, channel if time.monotonic() < over else None)
            if refused:
                _reconsider(bench, hand, refused)
    finally:
        _let_go(bench, hand)


def _send(bench: Bench, hand: Hand) -> Claimed | None:
    """Send the next of a hand; return it when its receiver wants no more for now."""
    claimed = hand.waiting.pop(0)
    begun = bench.now()
    with bench.holding(claimed, *hand.waiting, *(one for one, _, _ in hand.sent)):
        ending = bench.attempt(claimed)
    hand.sent.append((claimed, ending, begun))
    return claimed if ending.result in {AttemptResult.PERMANENT, AttemptResult.LIMITED} else None


def _turn_over(bench: Bench, hand: Hand, channel: str | None) -> Sequence[Finished]:
    """Mark what was sent, and in the same transaction fill an empty hand again."""
    sent, hand.sent, hand.marked_at = hand.sent, [], time.monotonic()
    with bench.engine.begin() as connection:
        finished = _marked(bench, connection, sent) if sent else []
        claimed = _claim(bench, connection, channel) if channel and not hand.waiting else []
    if claimed:
        hand.waiting, hand.claimed_at = claimed, time.monotonic()
    return finished


def _claim(bench: Bench, connection: sa.Connection, channel: str) -> list[Claimed]:
    claimed = claim_batch(
        connection,
        channel,
        owner=bench.owner,
        now=bench.now(),
        lease=bench.lease,
        most=HANDS[channel],
        urgent_only=bench.urgent_only,
    )
    return bench.admit(connection, claimed)


def _marked(
    bench: Bench, connection: sa.Connection, sent: Sequence[tuple[Claimed, Ending, datetime]]
) -> list[Finished]:
    """Mark what was sent: the delivered together, the others one by one."""
    delivered = [one for one in sent if one[1].result is AttemptResult.DELIVERED]
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
    if hand.waiting:
        with bench.engine.begin() as connection:
            give_back(connection, [one for one in hand.waiting if one.delivery.destination_id == place])
            others = [one for one in hand.waiting if one.delivery.destination_id != place]
            hand.waiting = bench.in_turn(connection, others)


def _let_go(bench: Bench, hand: Hand) -> None:
    """Mark what was sent and give back what was not; nothing stays leased that nobody works on."""
    if hand.sent:
        _turn_over(bench, hand, None)
    if hand.waiting:
        with bench.engine.begin() as connection:
            give_back(connection, hand.waiting)
        hand.waiting = []
