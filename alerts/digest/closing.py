"""Closes periods: one transaction claims what waits for some destinations, and leaves their digests and deliveries."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import structlog

from alerts.digest.drafting import draft_digests
from alerts.digest.due import Due, due_period, moment_label
from alerts.digest.relevant import Relevance
from alerts.digest.writing import Desk
from alerts.model import Cadence, ClosedDigest
from alerts.store.closed import Ready, make_ready, write_closed
from alerts.store.destinations import record_problem
from alerts.store.digests import Standing, find_standing, list_standings
from alerts.store.secrets import Vault
from config.sections import Section
from config.settings import Settings
from config.vocabulary import Words
from crawler.sources import Source

FIRST, TOGETHER = 64, 256
"""Destinations closed together: what their digests need is read in one go, and a transaction is paid once for all.

The first are few, so that they leave while the others are written; then twice as many, and so on.
"""

log = structlog.get_logger(__name__)


class Outrun(Exception):
    """A digest was overtaken while it was written, twice; what waits goes on waiting for the next try."""


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
    left: Callable[[], object] | None = None,
) -> ClosingResult:
    """Close the period of every destination (`only` those of one cadence) whose time has come.

    Any number of schedulers may do so at once. `left` is called each time that digests were left to be delivered: the
    first need not wait for the last.
    """
    relevance = Relevance(vocabulary) if vocabulary is not None else None
    desk = Desk(vault=vault, settings=settings, sections=sections, sources=sources, relevance=relevance)
    with engine.execution_options(reading=True).begin() as connection:
        standings = list_standings(connection, only)
    closed: list[ClosedDigest] = []
    problems = 0
    for together in _more_and_more(standings):
        digests, at_fault = _close_some(engine, desk, together, now)
        closed += digests
        problems += at_fault
        if left is not None and any(digest.digest is not None for digest in digests):
            left()
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
    due = Due(period=moment_label(zone, now), by_clock=False)
    return close_digest(engine, desk, destination_id, due, now=now)


def close_digest(engine: sa.Engine, desk: Desk, destination_id: int, due: Due, *, now: datetime) -> ClosedDigest | None:
    """Close one period, all or nothing; None when somebody closed it already."""
    return next(iter(_close_together(engine, desk, {destination_id: due}, now)), None)


def _more_and_more(standings: Sequence[Standing]) -> Iterator[Sequence[Standing]]:
    start, size = 0, FIRST
    while start < len(standings):
        yield standings[start : start + size]
        start, size = start + size, min(2 * size, TOGETHER)


def _close_some(
    engine: sa.Engine, desk: Desk, standings: Sequence[Standing], now: datetime
) -> tuple[list[ClosedDigest], int]:
    """Close what is due of these, together; if that fails one by one, so that only those at fault stay open.

    Return what was closed, and how many are at fault.
    """
    try:
        dues = {one.destination_id: due for one in standings if (due := due_period(one, now)) is not None}
        return _close_together(engine, desk, dues, now), 0
    except Exception as error:  # noqa: BLE001  one destination at fault must not keep the others waiting
        if len(standings) == 1:
            _record(engine, standings[0].destination_id, error)
            return [], 1
        each = [_close_some(engine, desk, [one], now) for one in standings]
        return [one for closed, _ in each for one in closed], sum(at_fault for _, at_fault in each)


def _close_together(engine: sa.Engine, desk: Desk, dues: Mapping[int, Due], now: datetime) -> list[ClosedDigest]:
    """Draft the digests while others may write, and write them if all is still as it was read.

    If not, they are drafted again in the transaction that writes them.
    """
    with engine.execution_options(reading=True).begin() as connection:
        drafts = draft_digests(connection, desk, dues, now) if dues else []
    if not drafts or _written(engine, make_ready(drafts)):
        return [draft.closed for draft in drafts]
    with engine.begin() as connection:
        drafts = draft_digests(connection, desk, dues, now)
        if drafts and not write_closed(connection, make_ready(drafts)):
            raise Outrun("others close the same periods, or change their notices, all the time")
    return [draft.closed for draft in drafts]


def _written(engine: sa.Engine, ready: Ready) -> bool:
    with engine.connect() as connection, connection.begin() as transaction:
        written = write_closed(connection, ready)
        if not written:
            transaction.rollback()
    return written


def _record(engine: sa.Engine, destination_id: int, error: Exception) -> None:
    """Say on the destination why its digest could not be closed; what waits goes on waiting for the next try."""
    log.error("a digest could not be closed", destination=destination_id, exc_info=error)
    with engine.begin() as connection:
        record_problem(connection, destination_id, f"{type(error).__name__}: {error}")
