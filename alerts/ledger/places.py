"""How far a match came on its way to a destination, or what keeps it."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from alerts.ledger.answers import PlaceAnswer, PlaceEntry, Sent
from alerts.ledger.sayings import Speech
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
    speech: Speech,
) -> list[PlaceEntry]:
    """Return an entry for each digest that held the notice, or the one that says why there is none."""
    own = [item for item in items if item.destination_id == place.id]
    if not own:
        answer, words = _why_not_put_down(connection, place, rules, matched, notice, speech)
        return [PlaceEntry(destination=place, answer=answer, words=words)]
    by_digest = {item.digest_id: [one for one in own if one.digest_id == item.digest_id] for item in own}
    return [_digest_entry(connection, place, subscriber, group, now, speech) for group in by_digest.values()]


def _why_not_put_down(  # noqa: PLR0913, PLR0917  everything that an answer depends on
    connection: sa.Connection,
    place: Destination,
    rules: Sequence[Subscription],
    matched: Sequence[MatchRow],
    notice: ArchivedNotice,
    speech: Speech,
) -> tuple[PlaceAnswer, str]:
    if not matched:
        return PlaceAnswer.NOTHING_TO_SEND, speech.say("nothing_to_send")
    found_by = {one.subscription_id for one in matched}
    going = [rule for rule in rules if rule.id in found_by and (rule.places is None or place.id in rule.places)]
    if not going:
        return PlaceAnswer.NOT_SENT_HERE, speech.say("not_sent_here")
    if all(one.matched_at < place.created_at for one in matched):
        return PlaceAnswer.ADDED_LATER, speech.say("place_added_later", when=place.created_at)
    twin = announced_twin(connection, notice.id, place.id)
    if twin is not None:
        return PlaceAnswer.ANNOUNCED_AS, speech.say("announced_as", twin=twin)
    return PlaceAnswer.NOT_PUT_DOWN, speech.say("not_put_down")


def _digest_entry(  # noqa: PLR0913, PLR0917  everything that an answer depends on
    connection: sa.Connection,
    place: Destination,
    subscriber: Subscriber,
    items: Sequence[ItemRow],
    now: datetime,
    speech: Speech,
) -> PlaceEntry:
    item = items[0]
    sent: tuple[Sent, ...] = ()
    if item.digest_id is None:
        answer, words = _why_waiting(place, subscriber, speech)
    elif all(one.fate == CAPPED for one in items):
        answer, words = PlaceAnswer.CAPPED, speech.say("capped")
    elif all(one.fate in {CAPPED, NO_NEWS} for one in items):
        answer, words = PlaceAnswer.NO_NEWS, speech.say("no_news")
    else:
        deliveries = sorted(list_deliveries(connection, digest_id=item.digest_id), key=lambda one: one.part)
        sent = tuple(Sent(delivery=one, attempts=tuple(attempts_of(connection, one.id))) for one in deliveries)
        answer, words = _how_sent(place, subscriber, deliveries, now, speech)
    return PlaceEntry(
        destination=place, answer=answer, words=words, digest_id=item.digest_id, period=item.period, sent=sent
    )


def _why_waiting(place: Destination, subscriber: Subscriber, speech: Speech) -> tuple[PlaceAnswer, str]:
    if subscriber.paused:
        return PlaceAnswer.READER_PAUSED, speech.say("waits_reader")
    if not place.confirmed:
        return PlaceAnswer.UNCONFIRMED, speech.say("waits_yes")
    if place.paused:
        return PlaceAnswer.PLACE_PAUSED, speech.say("waits_place", why=speech.because(place.problem))
    if place.problem:
        return PlaceAnswer.WAITS, speech.say("waits_problem", why=speech.because(place.problem))
    return PlaceAnswer.WAITS, speech.say("waits")


def _how_sent(  # noqa: PLR0911  one answer for each state
    place: Destination, subscriber: Subscriber, deliveries: Sequence[Delivery], now: datetime, speech: Speech
) -> tuple[PlaceAnswer, str]:
    """Return the answer of the part that stands worst: of a digest in parts nobody knows which held the notice."""
    states = {one.state for one in deliveries}
    if not deliveries:
        return PlaceAnswer.UNSENT, speech.say("unsent")
    last = deliveries[-1]
    if DeliveryState.DEAD in states:
        dead = next(one for one in deliveries if one.state is DeliveryState.DEAD)
        return PlaceAnswer.DEAD, speech.say("dead", count=dead.attempts, answer=dead.answer)
    if DeliveryState.HELD in states:
        return PlaceAnswer.HELD, speech.say("held")
    if states == {DeliveryState.DELIVERED}:
        return PlaceAnswer.DELIVERED, speech.say("delivered", when=last.delivered_at, answer=last.answer)
    if subscriber.paused:
        return PlaceAnswer.READER_PAUSED, speech.say("message_reader")
    if place.paused:
        return PlaceAnswer.PLACE_PAUSED, speech.say("message_place", why=speech.because(place.problem))
    if place.resting_until is not None and place.resting_until > now:
        return PlaceAnswer.RESTS, speech.say("rests", when=place.resting_until)
    due = min(one.next_attempt_at for one in deliveries if one.state is not DeliveryState.DELIVERED)
    tried = max(one.attempts for one in deliveries)
    answer = next((one.answer for one in deliveries if one.answer), "")
    return PlaceAnswer.ON_ITS_WAY, speech.say("on_its_way", count=tried, when=due, why=speech.because(answer))
