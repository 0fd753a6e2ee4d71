"""Cadence, quiet hours, days on the command line and in files: read, and put into words."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from alerts.model import Cadence, Quiet, Rhythm
from crawler.reading.workdays import known_until

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CHINESE_WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日天")


class UnfitRhythm(ValueError):
    """A value that no rhythm can have: what is wrong, and what to write instead."""

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(f"{message}. {advice}")
        self.message = message
        self.advice = advice


def read_time(given: str) -> time:
    """Read a time of day; raise UnfitRhythm."""
    try:
        return datetime.strptime(given, "%H:%M").time()  # noqa: DTZ007  a time of day has no zone
    except ValueError as error:
        raise UnfitRhythm(f"{given!r} is no time of day", "Write hours and minutes, such as 08:00") from error


def read_zone(given: str) -> str:
    """Read the name of a time zone; raise UnfitRhythm."""
    try:
        return ZoneInfo(given).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnfitRhythm(f"no time zone is called {given!r}", "Write one like Asia/Shanghai") from error


def read_quiet(given: str) -> Quiet | None:
    """Read 22:00-07:00; empty is none. Raise UnfitRhythm."""
    if not given.strip():
        return None
    since, dash, until = given.partition("-")
    if not dash:
        raise UnfitRhythm(f"{given!r} are no quiet hours", "Write both ends, such as 22:00-07:00")
    quiet = Quiet(since=read_time(since.strip()), until=read_time(until.strip()))
    if quiet.since == quiet.until:
        raise UnfitRhythm(f"{given!r} begins when it ends", "Write two different times, or leave it out")
    return quiet


def read_weekday(given: str) -> int:
    """Read a weekday by its English name, its first three letters or in Chinese; 0 is Monday. Raise UnfitRhythm."""
    for number, (name, chinese) in enumerate(zip(WEEKDAYS, CHINESE_WEEKDAYS, strict=True)):
        if given.strip().lower() in {name, name[:3], *(prefix + one for prefix in ("周", "星期") for one in chinese)}:
            return number
    raise UnfitRhythm(f"{given!r} is no weekday", f"Write one of {', '.join(WEEKDAYS)}, or 周五")


def read_last_day(given: str, zone: str) -> datetime | None:
    """Read the last day on which something holds; return the moment at which that day ends there. Empty is none."""
    if not given.strip():
        return None
    try:
        day = date.fromisoformat(given.strip())
    except ValueError as error:
        raise UnfitRhythm(f"{given!r} is no day", "Write it like 2026-12-31") from error
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)


def last_day(ends: datetime | None, zone: str) -> str:
    """Return the last day before a moment, as read_last_day reads it."""
    return "" if ends is None else (ends - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date().isoformat()


def quiet_in_words(quiet: Quiet | None) -> str:
    """Return quiet hours as read_quiet reads them."""
    return f"{quiet.since:%H:%M}-{quiet.until:%H:%M}" if quiet else ""


def cadence_in_words(rhythm: Rhythm) -> str:
    """Return when a digest comes, such as: weekly on friday at 16:00 Asia/Shanghai, quiet 22:00-07:00."""
    at = f"at {rhythm.at:%H:%M}"
    words = {
        Cadence.AT_ONCE: "at once",
        Cadence.HOURLY: f"hourly at :{rhythm.at:%M}",
        Cadence.DAILY: f"daily {at}",
        Cadence.WEEKLY: f"weekly on {WEEKDAYS[rhythm.weekday]} {at}",
        Cadence.WORKDAYS: f"on working days {at}",
    }[rhythm.cadence]
    quiet = f", quiet {quiet_in_words(rhythm.quiet)}" if rhythm.quiet else ""
    return f"{words} {rhythm.timezone}{quiet}"


def calendar_note(rhythm: Rhythm) -> str:
    """Say how far working days are known, where a rhythm asks for them."""
    if rhythm.cadence is not Cadence.WORKDAYS:
        return ""
    year = known_until()
    return f"Holidays and make-up working days are known until {year}; later years count Monday to Friday."
