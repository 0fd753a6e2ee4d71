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
HALF_AN_HOUR = 1_800
FIRST, SPREAD, STEP = timedelta(minutes=1), 240, 41  # seconds; the step puts neighbours far apart
MOST_PERIODS = 2_000  # that are counted: after more than that nobody asks how many they were


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A period to be closed; `periods` that it covers, more than one after a standstill.

    One that is due `by_clock` is neither wanted at once nor closed by hand: a few minutes more are no matter.
    """

    period: str
    periods: int = 1
    late: bool = False
    by_clock: bool = True


def due_period(standing: Standing, now: datetime) -> Due | None:
    """Return the period to be closed now, or None when the reader has everything up to its end, or wants quiet.

    However many periods were missed, only the last is due: its digest covers all of them.
    """
    rhythm = standing.rhythm
    zone = ZoneInfo(rhythm.timezone)
    if after_quiet(rhythm.quiet, zone, now) > now:
        return None
    if rhythm.cadence is Cadence.AT_ONCE:
        return Due(period=moment_label(zone, now), by_clock=False) if standing.waiting else None
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
    late = len(missed) > 1 or now - last > PATIENCE
    return Due(period=missed[last], periods=len(missed), late=late)


def uncrowded(moment: datetime, destination_id: int, rhythm: Rhythm) -> datetime:
    """Return when to send what would go with everybody's: one to five minutes past the full or the half hour.

    How many is each destination's own. What comes later than that, and what would then come in quiet hours, stays.
    """
    past = timedelta(seconds=moment.timestamp() % HALF_AN_HOUR)
    later = moment + max(FIRST + timedelta(seconds=destination_id * STEP % SPREAD) - past, timedelta())
    return moment if after_quiet(rhythm.quiet, ZoneInfo(rhythm.timezone), later) > later else later


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
