"""Closes a period for a destination: one transaction claims what waits and leaves a digest and its deliveries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import structlog

from alerts.channels import CHANNELS
from alerts.digest.building import build_sections
from alerts.digest.due import due_period, moment_label
from alerts.digest.gathering import gather_coverage, gather_notices
from alerts.model import ClosedDigest, Destination, Digest
from alerts.store.deliveries import add_deliveries
from alerts.store.destinations import find_destination, record_problem
from alerts.store.digests import (
    Found,
    claim_items,
    find_digest,
    find_rhythm,
    keep_content,
    list_rhythms,
    open_digest,
)
from alerts.store.secrets import Vault
from alerts.store.subscribers import get_subscriber
from config.sections import Section
from config.settings import Settings
from crawler.sources import Source

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingResult:
    """How many periods were closed, the digests and notices these gave, and the destinations at fault."""

    closed: int = 0
    digests: int = 0
    notices: int = 0
    problems: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a digest is made with, beside the rows."""

    vault: Vault
    settings: Settings
    sections: Sequence[Section]
    sources: Mapping[str, Source]


def close_due(  # noqa: PLR0913  what a digest is made with, each opened once by the caller
    engine: sa.Engine,
    vault: Vault,
    settings: Settings,
    sections: Sequence[Section],
    sources: Mapping[str, Source],
    *,
    now: datetime,
) -> ClosingResult:
    """Close the period of every destination whose time has come. Any number of schedulers may do so at once."""
    desk = Desk(vault=vault, settings=settings, sections=sections, sources=sources)
    with engine.begin() as connection:
        due = [(rhythm.destination_id, due_period(rhythm, now)) for rhythm in list_rhythms(connection)]
    closed: list[ClosedDigest] = []
    problems = 0
    for destination_id, period in due:
        if period is None:
            continue
        try:
            digest = close_digest(engine, desk, destination_id, period, now=now)
        except Exception as error:  # noqa: BLE001  one destination at fault must not keep the others waiting
            problems += 1
            _record(engine, destination_id, error)
        else:
            closed += [digest] if digest else []
    return ClosingResult(
        closed=len(closed),
        digests=sum(digest.notices > 0 for digest in closed),
        notices=sum(digest.notices for digest in closed),
        problems=problems,
    )


def close_now(engine: sa.Engine, desk: Desk, destination_id: int, *, now: datetime) -> ClosedDigest | None:
    """Close what waits for a destination at this moment; None when that was done within this second."""
    with engine.begin() as connection:
        zone = ZoneInfo(find_rhythm(connection, destination_id).timezone)
    return close_digest(engine, desk, destination_id, moment_label(zone, now), now=now)


def close_digest(
    engine: sa.Engine, desk: Desk, destination_id: int, period: str, *, now: datetime
) -> ClosedDigest | None:
    """Close one period, all or nothing; None when somebody closed it already. Where nothing waits nothing is sent."""
    with engine.begin() as connection:
        destination = find_destination(connection, desk.vault, destination_id)
        since = min(find_rhythm(connection, destination_id).covered_until, now)
        digest_id = open_digest(connection, destination_id, period, since=since, until=now)
        if digest_id is None:
            return None
        found = claim_items(connection, digest_id, destination_id)
        closed = find_digest(connection, digest_id)
        if found:
            _write_digest(connection, desk, destination, closed, found)
        record_problem(connection, destination_id, "")
        return find_digest(connection, digest_id)


def _write_digest(
    connection: sa.Connection, desk: Desk, destination: Destination, closed: ClosedDigest, found: Sequence[Found]
) -> None:
    digest = _build(connection, desk, destination, closed, found)
    if not digest.items:
        return
    keep_content(connection, digest)
    messages = CHANNELS[destination.channel].compose(digest, destination.target, desk.settings)
    add_deliveries(connection, closed.id, destination.id, messages, closed.closed_at)


def _build(
    connection: sa.Connection, desk: Desk, destination: Destination, closed: ClosedDigest, found: Sequence[Found]
) -> Digest:
    subscriber = get_subscriber(connection, destination.subscriber_id)
    notices = gather_notices(connection, closed, found, desk.sources)
    coverage = gather_coverage(
        connection,
        desk.sources,
        since=closed.since,
        until=closed.until,
        interval_minutes=desk.settings.crawl.interval_minutes,
    )
    return Digest(
        id=closed.id,
        subscriber=subscriber.name,
        destination=destination.name,
        period=closed.period,
        since=closed.since,
        until=closed.until,
        timezone=destination.timezone,
        language=subscriber.language,
        sections=build_sections(notices, [section.name for section in desk.sections]),
        coverage=coverage,
    )


def _record(engine: sa.Engine, destination_id: int, error: Exception) -> None:
    """Say on the destination why its digest could not be closed; what waits goes on waiting for the next try."""
    log.error("a digest could not be closed", destination=destination_id, exc_info=error)
    with engine.begin() as connection:
        record_problem(connection, destination_id, f"{type(error).__name__}: {error}")
