"""What follows from a mail that came back: its destination rests, or is stopped and its owner told; once."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog

from alerts.bounces.boxes import Box
from alerts.bounces.reports import Kind, Report, read_report
from alerts.channels.return_address import is_ours
from alerts.model import Destination
from alerts.stopping import stop_destination
from alerts.store.bounces import add_bounce, count_bounces
from alerts.store.deliveries import find_by_key, find_delivery
from alerts.store.destinations import (
    UNSUBSCRIBED,
    find_by_token,
    find_destination,
    pause_destination,
    rest_destination,
)
from alerts.store.errors import Unknown
from alerts.store.secrets import Vault
from alerts.store.suppressions import suppress_address
from config.settings import Settings

MOST_HARD = 2  # bounces of the 5.x.x class, after which nothing more is sent
REMEMBERED = timedelta(days=30)
RESTS = tuple(timedelta(hours=hours) for hours in (1, 4, 12, 24, 72))
"""How long a destination rests after the first 4.x.x, the second, …; the last holds for all that follow."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Intake:
    """How many mails of each kind were taken; `forged` bear a return address that we never made."""

    kinds: Counter[Kind] = field(default_factory=Counter)
    forged: int = 0
    repeated: int = 0


def take_all(engine: sa.Engine, vault: Vault, settings: Settings, box: Box, *, now: datetime) -> Intake:
    """Take every unseen mail; one is marked once what follows from it is safe. What is not ours stays unseen."""
    kinds: Counter[Kind] = Counter()
    forged = repeated = 0
    for name, raw in box.unseen():
        report = read_report(raw)
        if report.kind is Kind.OTHER:
            kinds[Kind.OTHER] += 1
            continue
        with engine.begin() as connection:
            place = _destination_of(connection, vault, report)
            new = place is not None and _take(connection, vault, settings, report, place, raw, now)
        forged += place is None
        repeated += place is not None and not new
        kinds[report.kind] += bool(new)
        box.mark(name)
    return Intake(kinds, forged, repeated)


def _destination_of(connection: sa.Connection, vault: Vault, report: Report) -> Destination | None:
    """Return whose mail it was, if the report knows what only our mail told."""
    if report.token:
        return find_by_token(connection, vault, report.token)
    try:
        if report.delivery is not None:
            delivery_id, tag = report.delivery
            found = find_delivery(connection, delivery_id)
            place = find_destination(connection, vault, found.destination_id)
            return place if is_ours(delivery_id, tag, place.target.get("token", "")) else None
        known = find_by_key(connection, report.key) if report.key else None
        return find_destination(connection, vault, known.destination_id) if known else None
    except Unknown:
        return None  # removed since


def _take(  # noqa: PLR0913, PLR0917  whose, what it says, when
    connection: sa.Connection,
    vault: Vault,
    settings: Settings,
    report: Report,
    place: Destination,
    raw: bytes,
    now: datetime,
) -> bool:
    """Write a report down and do what follows; False when the same mail was taken before."""
    fingerprint = hashlib.sha256(raw).hexdigest()
    delivery_id = report.delivery[0] if report.delivery else None
    if not add_bounce(
        connection, fingerprint, place.id, delivery_id, report.kind, report.status, report.words, now=now
    ):
        return False
    log.info("a mail came back", destination=place.id, kind=report.kind, status=report.status)
    said = f"{report.status} {report.words}".strip() or report.kind
    match report.kind:
        case Kind.UNSUBSCRIBE:
            pause_destination(connection, place.id, paused=True, problem=UNSUBSCRIBED)
        case Kind.COMPLAINT:
            suppress_address(connection, place.target.get("address", ""), f"its reader complained: {said}", now=now)
            stop_destination(connection, vault, settings, place.id, f"its reader complained: {said}", now=now)
        case Kind.HARD:
            if count_bounces(connection, place.id, Kind.HARD, since=now - REMEMBERED) >= MOST_HARD and not place.paused:
                stop_destination(connection, vault, settings, place.id, f"mails come back: {said}", now=now)
        case Kind.SOFT:
            times = count_bounces(connection, place.id, Kind.SOFT, since=now - REMEMBERED)
            rest_destination(connection, place.id, until=now + RESTS[min(times, len(RESTS)) - 1])
        case _:
            pass  # still being tried
    return True
