"""How far a match came on its way to a destination, or what keeps it."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from alerts.ledger.answers import PlaceAnswer, PlaceEntry, Sent
from alerts.model import Delivery, DeliveryState, Destination, Subscriber, Subscription
from alerts.store.deliveries import attempts_of, list_deliveries
from alerts.store.digests import CAPPED, NO_NEWS
from alerts.store.ledger import ItemRow, MatchRow, announced_twin
from crawler.notice import ArchivedNotice


def place_entries(  # noqa: PLR0913, PLR0917  everything that an answer depends on
    connection: sa.Connection,
    place: Destination,
    rules: Sequence[Subscription],
    matched: Sequence[MatchRow],
    items: Sequence[ItemRow],
    subscriber: Subscriber,
    notice: ArchivedNotice,
    now: datetime,
) -> list[PlaceEntry]:
    """Return an entry for each digest that held the notice, or the one that says why there is none."""
    own = [item for item in items if item.destination_id == place.id]
    if not own:
        answer, words = _why_not_put_down(connection, place, rules, matched, notice)
        return [PlaceEntry(destination=place, answer=answer, words=words)]
    by_digest = {item.digest_id: [one for one in own if one.digest_id == item.digest_id] for item in own}
    return [_digest_entry(connection, place, subscriber, group, now) for group in by_digest.values()]


def _why_not_put_down(
    connection: sa.Connection,
    place: Destination,
    rules: Sequence[Subscription],
    matched: Sequence[MatchRow],
    notice: ArchivedNotice,
) -> tuple[PlaceAnswer, str]:
    if not matched:
        return PlaceAnswer.NOTHING_TO_SEND, "no rule of the reader matched"
    found_by = {one.subscription_id for one in matched}
    going = [rule for rule in rules if rule.id in found_by and (rule.places is None or place.id in rule.places)]
    if not going:
        return PlaceAnswer.NOT_SENT_HERE, "the rules that matched go to other destinations"
    if all(one.matched_at < place.created_at for one in matched):
        added = f"{place.created_at:%Y-%m-%d %H:%M} UTC"
        return PlaceAnswer.ADDED_LATER, f"the destination was added at {added}, after the match"
    twin = announced_twin(connection, notice.id, place.id)
    if twin is not None:
        return PlaceAnswer.ANNOUNCED_AS, f"the same notice on another site stands for it: notice {twin}"
    return PlaceAnswer.NOT_PUT_DOWN, "its rule went elsewhere when it matched"


def _digest_entry(
    connection: sa.Connection, place: Destination, subscriber: Subscriber, items: Sequence[ItemRow], now: datetime
) -> PlaceEntry:
    item = items[0]
    sent: tuple[Sent, ...] = ()
    if item.digest_id is None:
        answer, words = _why_waiting(place, subscriber)
    elif all(one.fate == CAPPED for one in items):
        answer, words = PlaceAnswer.CAPPED, "left out: its rule shows only its best in one digest"
    elif all(one.fate in {CAPPED, NO_NEWS} for one in items):
        answer, words = PlaceAnswer.NO_NEWS, "left out: it was withdrawn and is there again"
    else:
        deliveries = sorted(list_deliveries(connection, digest_id=item.digest_id), key=lambda one: one.part)
        sent = tuple(Sent(delivery=one, attempts=tuple(attempts_of(connection, one.id))) for one in deliveries)
        answer, words = _how_sent(place, subscriber, deliveries, now)
    return PlaceEntry(
        destination=place, answer=answer, words=words, digest_id=item.digest_id, period=item.period, sent=sent
    )


def _why_waiting(place: Destination, subscriber: Subscriber) -> tuple[PlaceAnswer, str]:
    if subscriber.paused:
        return PlaceAnswer.READER_PAUSED, "it waits: the reader is paused"
    if not place.confirmed:
        return PlaceAnswer.UNCONFIRMED, "it waits: the reader has not said yes to this mailbox"
    if place.paused:
        return PlaceAnswer.PLACE_PAUSED, f"it waits: the destination is paused{_because(place.problem)}"
    if place.problem:
        return PlaceAnswer.WAITS, f"it waits for a digest that could not be closed{_because(place.problem)}"
    return PlaceAnswer.WAITS, "it waits for the end of the period"


def _how_sent(  # noqa: PLR0911  one answer for each state
    place: Destination, subscriber: Subscriber, deliveries: Sequence[Delivery], now: datetime
) -> tuple[PlaceAnswer, str]:
    """Return the answer of the part that stands worst: of a digest in parts nobody knows which held the notice."""
    states = {one.state for one in deliveries}
    if not deliveries:
        return PlaceAnswer.UNSENT, "the digest left no message"
    last = deliveries[-1]
    if DeliveryState.DEAD in states:
        dead = next(one for one in deliveries if one.state is DeliveryState.DEAD)
        return PlaceAnswer.DEAD, f"given up after {dead.attempts} attempts: {dead.answer}"
    if DeliveryState.HELD in states:
        return PlaceAnswer.HELD, "held: it may have been taken, and the destination wants no repeats"
    if states == {DeliveryState.DELIVERED}:
        return PlaceAnswer.DELIVERED, f"delivered at {last.delivered_at:%Y-%m-%d %H:%M:%S} UTC: {last.answer}"
    if subscriber.paused:
        return PlaceAnswer.READER_PAUSED, "the message waits: the reader is paused"
    if place.paused:
        return PlaceAnswer.PLACE_PAUSED, f"the message waits: the destination is paused{_because(place.problem)}"
    if place.resting_until is not None and place.resting_until > now:
        until = f"{place.resting_until:%Y-%m-%d %H:%M} UTC"
        return PlaceAnswer.RESTS, f"the message waits until {until}: mails to it came back"
    due = min(one.next_attempt_at for one in deliveries if one.state is not DeliveryState.DELIVERED)
    tried = max(one.attempts for one in deliveries)
    answer = next((one.answer for one in deliveries if one.answer), "")
    return PlaceAnswer.ON_ITS_WAY, f"on its way: {tried} attempts, next {due:%Y-%m-%d %H:%M:%S} UTC{_because(answer)}"


def _because(problem: str) -> str:
    return f" ({problem})" if problem else ""
