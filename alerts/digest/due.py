"""Which period has ended last: pure, by the reader's own clock, calendar and quiet hours.

A period is keyed by its local label, UNIQUE for a destination: 2026-11-23 of a daily or working-day digest,
2026-11-17/2026-11-23 of a weekly, 2026-11-23 14:00 of an hourly one, a moment to the second for one at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from alerts.model import Cadence, Rhythm
from alerts.quiet import after_quiet, local_moment
from alerts.store.digests import Standing
from crawler.reading.workdays import is_workday

HOUR = timedelta(hours=1)
PATIENCE = HOUR  # a digest closed later than this is late
MOST_PERIODS = 2_000  # that are counted: after more than that nobody asks how many they were


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A period to be closed; `periods` that it covers, more than one after a standstill."""

    period: str
    periods: int = 1
    late: bool = False


def due_period(standing: Standing, now: datetime) -> Due | None:
    """Return the period to be closed now, or None when the reader has everything up to its end, or wants quiet.

    However many periods were missed, only the last is due: its digest covers all of them.
    """
    rhythm = standing.rhythm
    zone = ZoneInfo(rhythm.timezone)
    if after_quiet(rhythm.quiet, zone, now) > now:
        return None
    if rhythm.cadence is Cadence.AT_ONCE:
        return Due(period=moment_label(zone, now)) if standing.waiting else None
    missed: dict[datetime, str] = {}
    for label, moment in islice(_moments(rhythm, zone, now), MOST_PERIODS):
        due = after_quiet(rhythm.quiet, zone, moment)
        if due <= standing.covered_until:
            break
        if due <= now:
            missed.setdefault(due, label)
    if not missed:
        return None
    last = max(missed)
    return Due(period=missed[last], periods=len(missed), late=len(missed) > 1 or now - last > PATIENCE)


def last_due(at: time, zone: ZoneInfo, now: datetime) -> tuple[str, datetime]:
    """Return the local date and the moment (UTC) at which a daily digest was due last.

    A time that a spring night leaves out comes an hour later by the clock; one that an autumn night has twice counts
    the first time, and the label keeps it from counting again.
    """
    return next(_days(Rhythm(at=at), zone, now))


def moment_label(zone: ZoneInfo, now: datetime) -> str:
    """Return the label of a digest that is closed by hand or at once."""
    return now.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def _moments(rhythm: Rhythm, zone: ZoneInfo, now: datetime) -> Iterator[tuple[str, datetime]]:
    """Yield label and moment of the periods that have ended, the last first."""
    return _hours(rhythm, zone, now) if rhythm.cadence is Cadence.HOURLY else _days(rhythm, zone, now)


def _hours(rhythm: Rhythm, zone: ZoneInfo, now: datetime) -> Iterator[tuple[str, datetime]]:
    """Go back hour by hour in UTC: an hour that an autumn night has twice is two, told apart by its offset."""
    local = now.astimezone(zone)
    moment = local.replace(minute=rhythm.at.minute, second=0, microsecond=0).astimezone(UTC)
    moment -= HOUR if moment > now else timedelta()
    while True:
        local = moment.astimezone(zone)
        yield local.strftime("%Y-%m-%d %H:%M") + (local.strftime("%z") if local.fold else ""), moment
        moment -= HOUR


def _days(rhythm: Rhythm, zone: ZoneInfo, now: datetime) -> Iterator[tuple[str, datetime]]:
    day = now.astimezone(zone).date()
    while True:
        moment = local_moment(day, rhythm.at, zone)
        if moment <= now and _has_digest(rhythm, day):
            yield _label(rhythm.cadence, day), moment
        day -= timedelta(days=1)


def _has_digest(rhythm: Rhythm, day: date) -> bool:
    if rhythm.cadence is Cadence.WEEKLY:
        return day.weekday() == rhythm.weekday
    return rhythm.cadence is not Cadence.WORKDAYS or is_workday(day)


def _label(cadence: Cadence, day: date) -> str:
    first = f"{day - timedelta(days=6)}/" if cadence is Cadence.WEEKLY else ""
    return f"{first}{day}"
