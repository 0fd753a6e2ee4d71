"""Quiet hours by a reader's own clock: pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from alerts.model import Quiet


def after_quiet(quiet: Quiet | None, zone: ZoneInfo, moment: datetime) -> datetime:
    """Return the moment, or the end of the quiet hours that it lies in."""
    if quiet is None or quiet.since == quiet.until:
        return moment
    local = moment.astimezone(zone)
    clock = local.time()
    over_midnight = quiet.since > quiet.until
    late, early = clock >= quiet.since, clock < quiet.until
    if not (late or early if over_midnight else late and early):
        return moment
    day = local.date() + timedelta(days=1 if over_midnight and late else 0)
    return max(local_moment(day, quiet.until, zone), moment)


def local_moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return when it is so late there on a day, in UTC; a time that the night leaves out is an hour later."""
    return datetime.combine(day, at, zone).astimezone(UTC)
