"""Several deliveries in one hand: claimed, written down and marked together, where a repeat is known by its key.

What a transaction costs is then paid once for all of them. After a crash those that were sent and not yet marked go out
again with the same key, so this is for receivers that take each key once.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa

from alerts.model import AttemptResult, DeliveryState, WhenUnknown
from alerts.store.deliveries import READ, URGENT, read_delivery
from alerts.store.destinations import RHYTHM, read_rhythm
from alerts.store.outbox import Claimed, Ending, earlier_parts_done, is_waiting, lasted, may_be_sent
from alerts.store.tables import attempts, deliveries, destinations
from config.database import UtcDateTime

MARK = (
    sa.update(deliveries)
    .where(deliveries.c.id == sa.bindparam("which"))
    .values(
        state=DeliveryState.DELIVERED,
        owner=None,
        lease_until=None,
        next_attempt_at=sa.bindparam("at"),
        delivered_at=sa.bindparam("at"),
        answer=sa.bindparam("words"),
    )
)
END = (
    sa.update(attempts)
    .where(attempts.c.delivery_id == sa.bindparam("which"), attempts.c.number == sa.bindparam("nth"))
    .values(
        started_at=sa.bindparam("begun"),
        finished_at=sa.bindparam("at"),
        result=sa.bindparam("how"),
        code=sa.bindparam("said"),
        answer=sa.bindparam("words"),
        bytes=sa.bindparam("size"),
        duration_ms=sa.bindparam("took"),
    )
)
IDS: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
ATTEMPTED = (
    sa.select(attempts.c.delivery_id, sa.func.max(attempts.c.number))
    .where(attempts.c.delivery_id.in_(IDS))
    .group_by(attempts.c.delivery_id)
)
REPEATED = sa.select(attempts.c.delivery_id).where(
    attempts.c.delivery_id.in_(IDS), attempts.c.result == AttemptResult.UNKNOWN
)
PLACES = sa.select(
    destinations.c.id, destinations.c.channel, destinations.c.target, destinations.c.when_unknown, *RHYTHM
).where(destinations.c.id.in_(IDS))
OURS = (
    sa.select(deliveries.c.id, deliveries.c.attempts)
    .where(deliveries.c.id.in_(IDS), deliveries.c.state == DeliveryState.SENDING)
    .where(deliveries.c.owner == sa.bindparam("whose"))
    .with_for_update()
)
"""Statements are made once: making one costs more than running it."""


def claim_batch(  # noqa: PLR0913  what a worker claims by
    connection: sa.Connection,
    channel: str,
    *,
    owner: str,
    now: datetime,
    lease: timedelta,
    most: int,
    urgent_only: bool = False,
) -> list[Claimed]:
    """Lease up to so many due deliveries of a channel, the longest due first, and write their attempts down."""
    values = {"now": now, "new_owner": owner, "new_lease": now + lease, "most": most}
    rows = list(connection.execute(_claim(channel, urgent_only=urgent_only), values))
    return _begin(connection, sorted(rows, key=lambda row: (row.queue, row.next_attempt_at, row.id)), owner, now)


def finish_delivered(connection: sa.Connection, finished: Sequence[tuple[Claimed, Ending, datetime]]) -> list[bool]:
    """Mark what was delivered, each with when its attempt began; False where the lease is no longer ours."""
    ours = _still_ours(connection, [claimed for claimed, _, _ in finished])
    rows = [
        {
            "which": claimed.delivery.id,
            "nth": claimed.number,
            "begun": begun,
            "at": ending.finished_at,
            "how": ending.result,
            "said": ending.code,
            "words": ending.answer,
            "size": ending.bytes,
            "took": lasted(begun, ending.finished_at),
        }
        for claimed, ending, begun in finished
        if claimed.delivery.id in ours
    ]
    if rows:
        connection.execute(MARK, rows)
        connection.execute(END, rows)
    return [claimed.delivery.id in ours for claimed, _, _ in finished]


def give_back(connection: sa.Connection, unsent: Sequence[Claimed]) -> None:
    """Give back what was claimed and not begun, as if it had never been claimed."""
    ids = list(_still_ours(connection, unsent))
    under_way = attempts.c.delivery_id.in_(ids) & attempts.c.result.is_(None)
    connection.execute(sa.delete(attempts).where(under_way))
    values = {"state": DeliveryState.WAITING, "owner": None, "lease_until": None}
    update = sa.update(deliveries).where(deliveries.c.id.in_(ids))
    connection.execute(update.values(**values, attempts=deliveries.c.attempts - 1))


@cache
def _claim(channel: str, *, urgent_only: bool) -> sa.UpdateBase:
    """Return the statement of a channel."""
    now = sa.bindparam("now", type_=UtcDateTime())
    through = (
        sa.select(destinations.c.id)
        .where(destinations.c.id == deliveries.c.destination_id, destinations.c.channel == channel)
        .exists()
    )
    first = (
        sa.select(deliveries.c.id)
        .where(is_waiting(now), deliveries.c.queue == URGENT if urgent_only else sa.true(), through)
        .where(may_be_sent(now), earlier_parts_done())
        .order_by(deliveries.c.queue, deliveries.c.next_attempt_at, deliveries.c.id)
        .limit(sa.bindparam("most", type_=sa.Integer()))
        .with_for_update(skip_locked=True)  # says nothing on SQLite, where one transaction writes at a time
        .cte(
            "earliest"
        )  # found once: PostgreSQL may run a mere subquery again and again, each time past what it locked
    )
    claim = sa.update(deliveries).where(deliveries.c.id.in_(sa.select(first.c.id)), is_waiting(now))
    return claim.values(
        state=DeliveryState.SENDING,
        owner=sa.bindparam("new_owner"),
        lease_until=sa.bindparam("new_lease", type_=UtcDateTime()),
        attempts=deliveries.c.attempts + 1,
    ).returning(*READ)


def _begin(connection: sa.Connection, rows: Sequence[sa.Row], owner: str, now: datetime) -> list[Claimed]:  # type: ignore[type-arg]
    if not rows:
        return []
    ids = [row.id for row in rows]
    before: dict[int, int] = {row[0]: row[1] for row in connection.execute(ATTEMPTED, {"ids": ids})}
    repeated = set(connection.execute(REPEATED, {"ids": ids}).scalars()) if before else set()
    begun = [{"delivery_id": one, "number": before.get(one, 0) + 1, "started_at": now} for one in ids]
    connection.execute(sa.insert(attempts), begun)
    where = connection.execute(PLACES, {"ids": list({row.destination_id for row in rows})})
    places = {place.id: place for place in where}
    return [
        Claimed(
            delivery=read_delivery(row),
            number=before.get(row.id, 0) + 1,
            owner=owner,
            channel=places[row.destination_id].channel,
            sealed_target=places[row.destination_id].target,
            rhythm=read_rhythm(places[row.destination_id]),
            when_unknown=WhenUnknown(places[row.destination_id].when_unknown),
            maybe_repeated=row.id in repeated,
        )
        for row in rows
    ]


def _still_ours(connection: sa.Connection, claimed: Sequence[Claimed]) -> set[int]:
    """Return the ids of those whose lease is still ours, locked until the transaction ends."""
    attempted = {one.delivery.id: one.delivery.attempts for one in claimed}
    whose = claimed[0].owner if claimed else ""
    found = connection.execute(OURS, {"ids": list(attempted), "whose": whose})
    return {row.id for row in found if attempted[row.id] == row.attempts}
