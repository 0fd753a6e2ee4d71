"""Matches, and the items that wait for the next digest of each destination."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects import postgresql, sqlite

from alerts.model import Hit, Match
from alerts.store.tables import destinations, digest_items, digests, matches, routes, subscribers, subscriptions
from config.database import UtcDateTime, insert_ignore
from crawler.archive.tables import notices

EVIDENCE = TypeAdapter(tuple[Hit, ...])
RENEWED = ("rule_revision", "notice_revision", "evidence", "score")
"""Columns of a match that is made again: a notice that was revised keeps its match as new."""


def write_matches(connection: sa.Connection, found: Sequence[Match], *, now: datetime) -> None:
    """Write matches; a notice that was revised keeps its match, with the evidence of its new words."""
    if not found:
        return
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(matches)
    renew = insert.on_conflict_do_update(
        index_elements=["subscription_id", "notice_id", "event"], set_={name: insert.excluded[name] for name in RENEWED}
    )
    # Two matchers at once lock rows in one order, or PostgreSQL sees a deadlock.
    ordered = sorted(found, key=lambda match: (match.subscription_id, match.notice_id, match.event))
    connection.execute(renew, [_row(match) | {"matched_at": now} for match in ordered])


def add_matches(connection: sa.Connection, found: Sequence[Match], *, now: datetime) -> int:
    """Write matches that were not made before and return how many; those that were stay as they are."""
    ordered = sorted(found, key=lambda match: (match.subscription_id, match.notice_id, match.event))
    rows = [_row(match) | {"matched_at": now} for match in ordered]
    added = insert_ignore(connection, matches).returning(matches.c.id)
    return len(connection.execute(added, rows).all()) if rows else 0


def queue_matches(connection: sa.Connection, found: Sequence[Match], *, now: datetime) -> int:
    """Let each match made now wait for the next digest of every destination that its rule goes to; return how many.

    A match that was only renewed was made earlier: it is not announced twice, nor to a destination added since. What
    stands on several sites is announced once.
    """
    notice_ids = sorted({match.notice_id for match in found})
    waiting = (
        sa.select(destinations.c.id, matches.c.id)
        .select_from(matches)
        .join(subscriptions, subscriptions.c.id == matches.c.subscription_id)
        .join(destinations, destinations.c.subscriber_id == subscriptions.c.subscriber_id)
        .where(matches.c.notice_id.in_(notice_ids), matches.c.matched_at == now, sa.not_(_announced_elsewhere(now)))
        .where(_goes_there(subscriptions))
        .order_by(destinations.c.id, matches.c.id)
    )
    insert = insert_ignore(connection, digest_items).from_select(["destination_id", "match_id"], waiting)
    return connection.execute(insert).rowcount


def _goes_there(rule: sa.FromClause) -> sa.ColumnElement[bool]:
    """Tell whether a rule goes to the destination at hand."""
    chosen = sa.select(routes.c.destination_id).where(
        routes.c.subscription_id == rule.c.id, routes.c.destination_id == destinations.c.id
    )
    return rule.c.everywhere | chosen.correlate(rule, destinations).exists()


def _announced_elsewhere(now: datetime) -> sa.Exists:
    """Tell whether another page of the same notice waits or was sent, or is about to be queued with this one."""
    this, other, twin = notices.alias(), notices.alias(), matches.alias()
    item, rule = digest_items.alias(), subscriptions.alias()
    queued = (
        sa.select(item.c.id)
        .where(item.c.match_id == twin.c.id, item.c.destination_id == destinations.c.id)
        .correlate(twin, destinations)
    )
    about_to_be = (twin.c.matched_at == now) & (other.c.id < this.c.id)
    return (
        sa.select(twin.c.id)
        .join(other, other.c.id == twin.c.notice_id)
        .join(rule, rule.c.id == twin.c.subscription_id)
        .join(this, this.c.cluster_id == other.c.cluster_id)
        .where(this.c.id == matches.c.notice_id, other.c.id != this.c.id)
        .where(twin.c.event == matches.c.event, rule.c.subscriber_id == destinations.c.subscriber_id, _goes_there(rule))
        .where(about_to_be | queued.exists())
        .correlate(matches, destinations)
        .exists()
    )


def tell_followers(  # noqa: PLR0913  what happened, to whom it is news, and the time
    connection: sa.Connection,
    notice_id: int,
    event: str,
    *,
    sent_before: datetime,
    shown_since: datetime | None = None,
    now: datetime,
) -> int:
    """Let what happened to a notice wait for every destination that was sent the notice; return how many.

    It was sent before a time and, when `shown_since` is told, shown in a digest of then or later.

    Whose first digest with the notice is still to come is told by that one. A rule that asked for the event itself has
    its match already.
    """
    told = _received(notice_id, before=sent_before, since=shown_since)
    columns = ("subscription_id", "notice_id", "rule_revision", "notice_revision", "evidence", "score")
    chosen = [matches.c[name] for name in columns]
    values = (sa.literal(now, UtcDateTime()), sa.literal(event))
    query = sa.select(*chosen, *values).where(matches.c.id.in_(sa.select(told.c.match_id))).order_by(matches.c.id)
    names = [*columns, "matched_at", "event"]
    connection.execute(insert_ignore(connection, matches).from_select(names, query))
    waiting = (
        sa.select(told.c.destination_id, matches.c.id)
        .distinct()
        .join(first := matches.alias("first"), first.c.id == told.c.match_id)
        .join(matches, (matches.c.subscription_id == first.c.subscription_id) & (matches.c.event == event))
        .where(matches.c.notice_id == notice_id)
        .order_by(told.c.destination_id, matches.c.id)
    )
    insert = insert_ignore(connection, digest_items).from_select(["destination_id", "match_id"], waiting)
    return connection.execute(insert).rowcount


def _received(notice_id: int, *, before: datetime, since: datetime | None) -> sa.Subquery:
    """Select which destination was sent a notice for which match before a time, where reader and rule are live."""
    query = (
        sa.select(digest_items.c.destination_id, matches.c.id.label("match_id"))
        .join(matches, matches.c.id == digest_items.c.match_id)
        .join(subscriptions, subscriptions.c.id == matches.c.subscription_id)
        .join(subscribers, subscribers.c.id == subscriptions.c.subscriber_id)
        .join(digests, digests.c.id == digest_items.c.digest_id)
        .where(matches.c.notice_id == notice_id, digests.c.closed_at < before)
        .where(sa.not_(subscriptions.c.paused), sa.not_(subscribers.c.paused))
    )
    if since is not None:
        query = query.where(digests.c.closed_at >= since, digest_items.c.fate == "")
    return query.subquery()


def count_matches(connection: sa.Connection, notice_id: int) -> int:
    """Return how many subscriptions met a notice."""
    query = sa.select(sa.func.count()).select_from(matches).where(matches.c.notice_id == notice_id)
    return connection.execute(query).scalar_one()


def _row(match: Match) -> dict[str, object]:
    return {
        "subscription_id": match.subscription_id,
        "notice_id": match.notice_id,
        "rule_revision": match.rule_revision,
        "notice_revision": match.notice_revision,
        "evidence": EVIDENCE.dump_python(match.evidence, mode="json"),
        "score": match.score,
        "event": match.event,
    }
