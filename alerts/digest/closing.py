"""Closes a period for a destination: one transaction claims what waits and leaves a digest and its deliveries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import structlog

from alerts.channels import CHANNELS
from alerts.digest.due import Due, due_period, moment_label
from alerts.digest.relevant import Relevance
from alerts.digest.writing import Desk, build_digest
from alerts.model import Cadence, ClosedDigest, Destination, Digest
from alerts.store.deliveries import add_deliveries
from alerts.store.destinations import find_destination, record_problem
from alerts.store.digests import (
    Found,
    claim_items,
    find_digest,
    find_standing,
    keep_content,
    list_standings,
    open_digest,
)
from alerts.store.secrets import Vault
from config.sections import Section
from config.settings import Settings
from config.vocabulary import Words
from crawler.sources import Source

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingResult:
    """How many periods were closed, the digests and notices these gave, and the destinations at fault."""

    closed: int = 0
    digests: int = 0
    notices: int = 0
    problems: int = 0


def close_due(  # noqa: PLR0913  what a digest is made with, each opened once by the caller
    engine: sa.Engine,
    vault: Vault,
    settings: Settings,
    sections: Sequence[Section],
    sources: Mapping[str, Source],
    *,
    vocabulary: Words | None = None,
    now: datetime,
    only: Cadence | None = None,
) -> ClosingResult:
    """Close the period of every destination (`only` those of one cadence) whose time has come.

    Any number of schedulers may do so at once.
    """
    relevance = Relevance(vocabulary) if vocabulary is not None else None
    desk = Desk(vault=vault, settings=settings, sections=sections, sources=sources, relevance=relevance)
    with engine.execution_options(reading=True).begin() as connection:
        standings = list_standings(connection, only)
    closed: list[ClosedDigest] = []
    problems = 0
    for standing in standings:
        try:
            due = due_period(standing, now)
            digest = due and close_digest(engine, desk, standing.destination_id, due, now=now)
        except Exception as error:  # noqa: BLE001  one destination at fault must not keep the others waiting
            problems += 1
            _record(engine, standing.destination_id, error)
        else:
            closed += [digest] if digest else []
    return ClosingResult(
        closed=len(closed),
        digests=sum(digest.digest is not None for digest in closed),
        notices=sum(digest.notices for digest in closed),
        problems=problems,
    )


def close_now(engine: sa.Engine, desk: Desk, destination_id: int, *, now: datetime) -> ClosedDigest | None:
    """Close what waits for a destination at this moment; None when that was done within this second."""
    with engine.begin() as connection:
        zone = ZoneInfo(find_standing(connection, destination_id).rhythm.timezone)
    return close_digest(engine, desk, destination_id, Due(period=moment_label(zone, now)), now=now)


def close_digest(engine: sa.Engine, desk: Desk, destination_id: int, due: Due, *, now: datetime) -> ClosedDigest | None:
    """Close one period, all or nothing; None when somebody closed it already.

    Where nothing waits nothing is sent, unless the reader wants to hear of that too.
    """
    with engine.begin() as connection:
        destination = find_destination(connection, desk.vault, destination_id)
        since = min(find_standing(connection, destination_id).covered_until, now)
        digest_id = open_digest(connection, destination_id, due.period, since=since, until=now)
        if digest_id is None:
            return None
        found = claim_items(connection, digest_id, destination_id)
        closed = find_digest(connection, digest_id)
        digest = None
        if found or destination.tell_empty:
            digest = _write_digest(connection, desk, destination, closed, due, found)
        if destination.problem:
            record_problem(connection, destination_id, "")
        return replace(closed, notices=len(digest.items), digest=digest) if digest else closed


def _write_digest(  # noqa: PLR0913, PLR0917  a digest has a place, a period and what was found
    connection: sa.Connection,
    desk: Desk,
    destination: Destination,
    closed: ClosedDigest,
    due: Due,
    found: Sequence[Found],
) -> Digest | None:
    digest = build_digest(connection, desk, destination, closed, due, found)
    if not digest.items and not destination.tell_empty:
        return None
    keep_content(connection, digest)
    messages = CHANNELS[destination.channel].compose(digest, destination.target, desk.settings)
    urgent = destination.rhythm.cadence is Cadence.AT_ONCE
    add_deliveries(connection, closed.id, destination.id, messages, closed.closed_at, urgent=urgent)
    return digest


def _record(engine: sa.Engine, destination_id: int, error: Exception) -> None:
    """Say on the destination why its digest could not be closed; what waits goes on waiting for the next try."""
    log.error("a digest could not be closed", destination=destination_id, exc_info=error)
    with engine.begin() as connection:
        record_problem(connection, destination_id, f"{type(error).__name__}: {error}")
