"""The whole account of a notice for a reader, and how one rule and a notice stand to each other."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from alerts.ledger.answers import Account, PlaceEntry
from alerts.ledger.places import place_entries
from alerts.ledger.rules import rule_entries
from alerts.ledger.sayings import Speech
from alerts.model import Subscriber, Subscription
from alerts.rules import NoticeText, china_day
from alerts.store.destinations import list_destinations
from alerts.store.ledger import is_waiting, items_of, matches_of
from alerts.store.secrets import Vault
from alerts.store.subscribers import get_subscriber
from alerts.store.subscriptions import find_subscription, list_subscriptions
from config.vocabulary import Words
from crawler.archive.attachments import in_full
from crawler.notice import ArchivedNotice


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A subscription and a notice. Without `matched_at` the one did not meet the other so far."""

    subscription: Subscription
    subscriber: Subscriber
    waiting: bool  # the notice is not matched yet
    matched_at: datetime | None
    places: tuple[PlaceEntry, ...]


def account_of(  # noqa: PLR0913  whose, of what, by which rules and key, as of when
    connection: sa.Connection,
    vault: Vault,
    vocabulary: Words,
    notice: ArchivedNotice,
    subscriber: Subscriber,
    *,
    now: datetime,
    speech: Speech,
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
            for entry in rule_entries(
                rule, matched, subscriber, notice, text, vocabulary, waiting=waiting, now=now, speech=speech
            )
        ),
        places=tuple(
            entry
            for place in list_destinations(connection, vault, subscriber.id)
            for entry in place_entries(connection, place, rules, matched, items, subscriber, notice, now, speech)
        ),
    )


def standing_of(  # noqa: PLR0913  of what, by which rule and key, as of when, in which words
    connection: sa.Connection,
    vault: Vault,
    notice: ArchivedNotice,
    subscription_id: int,
    *,
    now: datetime,
    speech: Speech,
) -> Standing:
    """Return how one rule and a notice stand, by the last match if there are several; raise Unknown for the rule."""
    rule = find_subscription(connection, subscription_id)
    subscriber = get_subscriber(connection, rule.subscriber_id)
    matched = [one for one in matches_of(connection, notice.id, subscriber.id) if one.subscription_id == rule.id]
    last = matched[-1:]
    items = items_of(connection, [one.id for one in last])
    return Standing(
        subscription=rule,
        subscriber=subscriber,
        waiting=is_waiting(connection, notice.id),
        matched_at=last[0].matched_at if last else None,
        places=tuple(
            entry
            for place in list_destinations(connection, vault, subscriber.id)
            for entry in place_entries(connection, place, [rule], last, items, subscriber, notice, now, speech)
        ),
    )
