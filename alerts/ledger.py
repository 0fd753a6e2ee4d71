"""What became of a notice for a reader: matched and why, in which digest, delivered when and how, or why not.

Nothing is without an answer: whatever the rows say falls under one of RuleAnswer and one of PlaceAnswer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from alerts.model import Attempt, Delivery, DeliveryState, Destination, Hit, Subscriber, Subscription
from alerts.rules import NoticeText, Rule, RuleError, china_day, holds, parse
from alerts.rules.tree import Or
from alerts.rules.why import why
from alerts.store.deliveries import attempts_of, list_deliveries
from alerts.store.destinations import list_destinations
from alerts.store.digests import CAPPED, NO_NEWS
from alerts.store.ledger import ItemRow, MatchRow, announced_twin, is_waiting, items_of, matches_of
from alerts.store.secrets import Vault
from alerts.store.subscriptions import list_subscriptions
from config.vocabulary import Words
from crawler.archive.attachments import in_full
from crawler.notice import ArchivedNotice


class RuleAnswer(StrEnum):
    """What a rule of the reader says of the notice."""

    MATCHED = "matched"
    NOT_YET = "not_yet"  # the notice waits to be held against the rules
    DOES_NOT_HOLD = "does_not_hold"
    ADDED_LATER = "added_later"  # the rule came after the notice
    PAUSED = "paused"
    READER_PAUSED = "reader_paused"
    EXPIRED = "expired"
    UNREADABLE = "unreadable"
    DID_NOT_HOLD_THEN = "did_not_hold_then"  # it holds now, and did not when the notice was matched


class PlaceAnswer(StrEnum):
    """What became of it on the way to a destination of the reader."""

    NOTHING_TO_SEND = "nothing_to_send"  # no rule matched
    NOT_SENT_HERE = "not_sent_here"  # the rules that matched go elsewhere
    ADDED_LATER = "added_later"  # the destination came after the match
    ANNOUNCED_AS = "announced_as"  # another page of the same notice stood for it
    NOT_PUT_DOWN = "not_put_down"  # its rule went elsewhere when it matched
    WAITS = "waits"  # for the end of the period
    UNCONFIRMED = "unconfirmed"  # the reader has not said yes to this mailbox
    PLACE_PAUSED = "place_paused"
    READER_PAUSED = "reader_paused"
    CAPPED = "capped"  # its rule shows only its best
    NO_NEWS = "no_news"  # it was withdrawn and is there again
    RESTS = "rests"  # mails come back for now
    ON_ITS_WAY = "on_its_way"
    DELIVERED = "delivered"
    HELD = "held"  # it may have been taken, and no repeats are wanted
    DEAD = "dead"
    UNSENT = "unsent"  # the digest left no message


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleEntry:
    """One rule: its answer in a word and in a sentence, and of a match when and by what."""

    subscription: Subscription
    answer: RuleAnswer
    words: str
    matched_at: datetime | None = None
    event: str = ""
    evidence: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message, with every attempt."""

    delivery: Delivery
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceEntry:
    """One destination, and one entry for each digest that held the notice."""

    destination: Destination
    answer: PlaceAnswer
    words: str
    digest_id: int | None = None
    period: str | None = None
    sent: tuple[Sent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The whole answer."""

    notice: ArchivedNotice
    subscriber: Subscriber
    rules: tuple[RuleEntry, ...]
    places: tuple[PlaceEntry, ...]


def account_of(  # noqa: PLR0913  whose, of what, by which rules and key, as of when
    connection: sa.Connection,
    vault: Vault,
    vocabulary: Words,
    notice: ArchivedNotice,
    subscriber: Subscriber,
    *,
    now: datetime,
) -> Account:
    """Return what became of a notice for a reader."""
    notice = next(in_full(connection, [notice]))
    text = NoticeText.of(notice, vocabulary, today=china_day(now))
    matched = matches_of(connection, notice.id, subscriber.id)
    rules = list_subscriptions(connection, subscriber.id)
    waiting = is_waiting(connection, notice.id)
    items = items_of(connection, [one.id for one in matched])
    return Account(
        notice=notice,
        subscriber=subscriber,
        rules=tuple(
            entry
            for rule in rules
            for entry in _rule_entries(rule, matched, subscriber, notice, text, vocabulary, waiting=waiting, now=now)
        ),
        places=tuple(
            entry
            for place in list_destinations(connection, vault, subscriber.id)
            for entry in _place_entries(connection, place, rules, matched, items, subscriber, notice, now)
        ),
    )


def _rule_entries(  # noqa: PLR0913, PLR0917  everything that an answer depends on
    rule: Subscription,
    matched: Sequence[MatchRow],
    subscriber: Subscriber,
    notice: ArchivedNotice,
    text: NoticeText,
    vocabulary: Words,
    *,
    waiting: bool,
    now: datetime,
) -> list[RuleEntry]:
    """Return an entry for each match of the rule, or the one that says why there is none."""
    own = [one for one in matched if one.subscription_id == rule.id]
    if own:
        return [
            RuleEntry(
                subscription=rule,
                answer=RuleAnswer.MATCHED,
                words=f"matched as {one.event} by {_terms(one.evidence)}",
                matched_at=one.matched_at,
                event=one.event,
                evidence=one.evidence,
            )
            for one in own
        ]
    answer, words = _why_unmatched(rule, subscriber, notice, text, vocabulary, waiting=waiting, now=now)
    return [RuleEntry(subscription=rule, answer=answer, words=words)]


def _terms(evidence: Sequence[Hit]) -> str:
    return ", ".join(dict.fromkeys(hit.term for hit in evidence)) or "its facts"


def _why_unmatched(  # noqa: PLR0911, PLR0913  one answer for each reason, and everything that it depends on
    rule: Subscription,
    subscriber: Subscriber,
    notice: ArchivedNotice,
    text: NoticeText,
    vocabulary: Words,
    *,
    waiting: bool,
    now: datetime,
) -> tuple[RuleAnswer, str]:
    try:
        parsed = parse(rule.rule, vocabulary)
    except RuleError as error:
        return RuleAnswer.UNREADABLE, f"the rule cannot be read: {error.message}"
    if rule.problem:
        return RuleAnswer.UNREADABLE, f"the rule is out of use: {rule.problem}"
    if not holds(parsed, text):
        return RuleAnswer.DOES_NOT_HOLD, f"the notice does not meet: {_lacking(parsed, text, notice)}"
    if subscriber.paused:
        return RuleAnswer.READER_PAUSED, "the reader is paused"
    if rule.paused:
        return RuleAnswer.PAUSED, "the rule is paused"
    if rule.expires_at is not None and rule.is_over(now):
        return RuleAnswer.EXPIRED, f"the rule ended at {rule.expires_at:%Y-%m-%d %H:%M} UTC"
    if waiting:
        return RuleAnswer.NOT_YET, "the notice is not matched yet: the service does that within seconds"
    if rule.created_at > notice.first_seen_at:
        return RuleAnswer.ADDED_LATER, f"the rule was added later, at {rule.created_at:%Y-%m-%d %H:%M} UTC"
    return (
        RuleAnswer.DID_NOT_HOLD_THEN,
        "it holds now, and did not when the notice was matched: the rule was paused then, or the notice changed since",
    )


def _lacking(rule: Rule, text: NoticeText, notice: ArchivedNotice) -> str:
    """Name the parts that fail, as they are written, and what comes closest to each."""
    return ", ".join(
        (f"({one.node})" if isinstance(one.node, Or) else str(one.node))
        + (f" ({one.remark.said('en')})" if one.remark else "")
        for one in why(rule, text, notice).lacking()
    )


def _place_entries(  # noqa: PLR0913, PLR0917  everything that an answer depends on
    connection: sa.Connection,
    place: Destination,
    rules: Sequence[Subscription],
    matched: Sequence[MatchRow],
    items: Sequence[ItemRow],
    subscriber: Subscriber,
    notice: ArchivedNotice,
    now: datetime,
) -> list[PlaceEntry]:
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
