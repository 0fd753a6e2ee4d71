"""Closed periods: what many destinations get is written together, in the rows that were made ready before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa

from alerts.model import ClosedDigest
from alerts.store.deliveries import delivery_rows
from alerts.store.digests import CONTENT
from alerts.store.tables import deliveries, destinations, digests
from config.database import insert_ignore, run_many
from config.packed import pack
from crawler.archive.tables import notices

SLICE = 1_000  # ids in one IN (…)
TAKE = "UPDATE digest_items SET digest_id = ?, fate = ? WHERE id = ? AND digest_id IS NULL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A period as it is to be closed: its digest, if it has one, the messages, and the items that it takes.

    `fates` are those of items that the digest does not show. `seen` are revision and withdrawal of the notices as they
    were read. Without `leaves_at` the messages leave at once.
    """

    closed: ClosedDigest
    item_ids: Sequence[int]
    fates: dict[int, str] = field(default_factory=dict)
    messages: Sequence[Mapping[str, str]] = ()
    urgent: bool = False
    leaves_at: datetime | None = None
    had_problem: bool = False
    seen: dict[int, tuple[int, datetime | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Drafts as rows, packed and all: on SQLite nobody else can write while they are written.

    `items` are (digest, fate, item); `well_again` the destinations that had a problem.
    """

    seen: Mapping[int, tuple[int, datetime | None]]
    digests: Sequence[dict[str, Any]]
    items: Sequence[tuple[int, str, int]]
    deliveries: Sequence[dict[str, Any]]
    well_again: Sequence[int]


def make_ready(drafts: Sequence[Draft]) -> Ready:
    """Return the rows of these periods."""
    return Ready(
        seen={key: value for draft in drafts for key, value in draft.seen.items()},
        digests=[_row(draft.closed) for draft in drafts],
        items=[(one.closed.id, one.fates.get(item_id, ""), item_id) for one in drafts for item_id in one.item_ids],
        deliveries=[row for draft in drafts for row in _rows(draft)],
        well_again=[draft.closed.destination_id for draft in drafts if draft.had_problem],
    )


def write_closed(connection: sa.Connection, ready: Ready) -> bool:
    """Close these periods, all or none; False when something is no longer as it was read, and nothing may be kept."""
    if not (_as_read(connection, ready) and _open(connection, ready) and _take(connection, ready)):
        return False
    _send_out(connection, ready)
    return True


def _as_read(connection: sa.Connection, ready: Ready) -> bool:
    """Tell whether the notices still say what was read: of what happens later, whoever has the digest is told."""
    ids = iter(sorted(ready.seen))
    while some := list(islice(ids, SLICE)):
        query = sa.select(notices.c.id, notices.c.revision, notices.c.withdrawn_at).where(notices.c.id.in_(some))
        now = {row.id: (row.revision, row.withdrawn_at) for row in connection.execute(query)}
        if any(now.get(one) != ready.seen[one] for one in some):
            return False
    return True


def _open(connection: sa.Connection, ready: Ready) -> bool:
    add = insert_ignore(connection, digests).execution_options(preserve_rowcount=True)
    of_a_kind = ([row for row in ready.digests if ("content" in row) is told] for told in (True, False))
    return sum(connection.execute(add, some).rowcount for some in of_a_kind if some) == len(ready.digests)


def _take(connection: sa.Connection, ready: Ready) -> bool:
    return not ready.items or run_many(connection, TAKE, ready.items) == len(ready.items)


def _send_out(connection: sa.Connection, ready: Ready) -> None:
    if ready.deliveries:
        connection.execute(sa.insert(deliveries), ready.deliveries)
    if ready.well_again:
        well = sa.update(destinations).where(destinations.c.id.in_(ready.well_again), sa.not_(destinations.c.paused))
        connection.execute(well.values(problem=""))


def _row(closed: ClosedDigest) -> dict[str, Any]:
    content = {} if closed.digest is None else {"content": pack(CONTENT.dump_json(closed.digest))}
    return content | {
        "id": closed.id,
        "destination_id": closed.destination_id,
        "period": closed.period,
        "since": closed.since,
        "until": closed.until,
        "closed_at": closed.closed_at,
        "notices": closed.notices,
    }


def _rows(draft: Draft) -> Iterator[dict[str, Any]]:
    closed = draft.closed
    rows = delivery_rows(closed.id, closed.destination_id, draft.messages, closed.closed_at, urgent=draft.urgent)
    return (row | {"next_attempt_at": draft.leaves_at or closed.closed_at} for row in rows)
