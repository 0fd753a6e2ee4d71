"""How a subscription and a notice stand to each other: what the rows know beside the rule itself."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from alerts.model import NEW, Subscriber, Subscription
from alerts.store.subscribers import get_subscriber
from alerts.store.subscriptions import find_subscription
from alerts.store.tables import deliveries, destinations, digest_items, digests, matches
from crawler.archive.tables import notices


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A destination of the reader, and how far the notice came on the way there."""

    id: int
    name: str
    paused: bool
    problem: str
    created_at: datetime
    queued: bool = False  # it waits for a digest, or is in one
    period: str = ""  # of the digest that holds it
    states: tuple[str, ...] = ()  # of that digest's messages


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A subscription and a notice. Without `matched_at` the one did not meet the other so far."""

    subscription: Subscription
    subscriber: Subscriber
    waiting: bool  # the notice is not matched yet
    matched_at: datetime | None = None
    event: str = NEW
    ways: tuple[Way, ...] = ()


def find_standing(connection: sa.Connection, subscription_id: int, notice_id: int) -> Standing:
    """Return how they stand, by the last match if there are several; raise Unknown for the subscription."""
    subscription = find_subscription(connection, subscription_id)
    state = sa.select(notices.c.matching).where(notices.c.id == notice_id)
    met = (
        sa.select(matches.c.id, matches.c.matched_at, matches.c.event)
        .where(matches.c.subscription_id == subscription_id, matches.c.notice_id == notice_id)
        .order_by(matches.c.id.desc())
    )
    match = connection.execute(met).first()
    return Standing(
        subscription=subscription,
        subscriber=get_subscriber(connection, subscription.subscriber_id),
        waiting=connection.execute(state).scalar_one_or_none() == "waiting",
        matched_at=match and match.matched_at,
        event=match.event if match else NEW,
        ways=_ways(connection, subscription.subscriber_id, match.id if match else 0),
    )


def _ways(connection: sa.Connection, subscriber_id: int, match_id: int) -> tuple[Way, ...]:
    query = (
        sa.select(destinations, digest_items.c.id.label("item_id"), digest_items.c.digest_id, digests.c.period)
        .outerjoin(
            digest_items,
            (digest_items.c.destination_id == destinations.c.id) & (digest_items.c.match_id == match_id),
        )
        .outerjoin(digests, digests.c.id == digest_items.c.digest_id)
        .where(destinations.c.subscriber_id == subscriber_id)
        .order_by(destinations.c.id)
    )
    return tuple(
        Way(
            id=row.id,
            name=row.name,
            paused=row.paused,
            problem=row.problem,
            created_at=row.created_at,
            queued=row.item_id is not None,
            period=row.period or "",
            states=_states(connection, row.digest_id),
        )
        for row in connection.execute(query).all()
    )


def _states(connection: sa.Connection, digest_id: int | None) -> tuple[str, ...]:
    query = sa.select(deliveries.c.state).where(deliveries.c.digest_id == digest_id).order_by(deliveries.c.part)
    return tuple(connection.execute(query).scalars()) if digest_id is not None else ()
