"""Which daily period has ended last: pure, by the reader's own clock."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from alerts.store.digests import Rhythm


def due_period(rhythm: Rhythm, now: datetime) -> str | None:
    """Return the label of the period to be closed now, or None when the reader has everything up to its end.

    However many periods were missed, only the last is due: its digest covers all of them.
    """
    label, moment = last_due(rhythm.at, ZoneInfo(rhythm.timezone), now)
    return label if moment > rhythm.covered_until else None


def last_due(at: time, zone: ZoneInfo, now: datetime) -> tuple[str, datetime]:
    """Return the local date and the moment (UTC) at which a daily digest was due last.

    A time that a spring night leaves out comes an hour later by the clock; one that an autumn night has twice counts
    the first time, and the label keeps it from counting again.
    """
    day = now.astimezone(zone).date()
    moment = datetime.combine(day, at, zone).astimezone(UTC)
    if moment > now:
        day -= timedelta(days=1)
        moment = datetime.combine(day, at, zone).astimezone(UTC)
    return day.isoformat(), moment


def moment_label(zone: ZoneInfo, now: datetime) -> str:
    """Return the label of a period closed by hand: the local time to the second."""
    return now.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
