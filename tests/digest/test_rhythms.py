"""When a digest is due: hourly, weekly, on working days, at once, around quiet hours and over nights of 23 and 25 h."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from alerts.digest.due import Due, due_period
from alerts.model import Cadence, Quiet, Rhythm
from alerts.quiet import after_quiet
from alerts.store.digests import Standing

NIGHT = Quiet(since=time(22), until=time(7, 30))
NOON = Quiet(since=time(12), until=time(13))
SHANGHAI = "Asia/Shanghai"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str, zone: str = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def due(rhythm: Rhythm, covered: datetime, now: datetime, *, waiting: bool = False) -> Due | None:
    return due_period(Standing(destination_id=1, rhythm=rhythm, covered_until=covered, waiting=waiting), now)


def period(rhythm: Rhythm, covered: str, now: str) -> str | None:
    found = due(rhythm, local(covered), local(now))
    return found.period if found else None


def test_a_weekly_digest_comes_on_its_day_and_is_labelled_with_its_week() -> None:
    friday = Rhythm(cadence=Cadence.WEEKLY, weekday=4, at=time(16))
    assert period(friday, "2026-11-20 16:00", "2026-11-27 15:59") is None
    assert period(friday, "2026-11-20 16:00", "2026-11-27 16:00") == "2026-11-21/2026-11-27"
    assert period(friday, "2026-11-27 16:00", "2026-11-28 16:00") is None


@pytest.mark.parametrize(
    ("day", "comes"),
    [
        ("2026-09-30", True),
        ("2026-10-01", False),  # National Day
        ("2026-10-07", False),
        ("2026-10-10", True),  # a Saturday that makes up for it
        ("2026-11-21", False),  # a usual Saturday
        ("2099-10-01", True),  # beyond the known years: a Thursday
        ("2099-10-03", False),  # a Saturday
    ],
)
def test_a_working_day_digest_knows_holidays_and_make_up_days(day: str, comes: bool) -> None:  # noqa: FBT001  a table's column
    rhythm = Rhythm(cadence=Cadence.WORKDAYS)
    assert (period(rhythm, f"{day} 07:00", f"{day} 08:01") == day) is comes


def test_what_a_holiday_holds_up_is_not_late() -> None:
    after = due(Rhythm(cadence=Cadence.WORKDAYS), local("2026-09-30 08:00"), local("2026-10-08 08:00"))
    assert after == Due(period="2026-10-08", periods=1, late=False)


def test_an_hourly_digest_keeps_its_minute() -> None:
    rhythm = Rhythm(cadence=Cadence.HOURLY, at=time(8, 20))
    assert period(rhythm, "2026-11-23 10:20", "2026-11-23 11:19") is None
    assert period(rhythm, "2026-11-23 10:20", "2026-11-23 11:20") == "2026-11-23 11:20"


def test_an_hour_that_an_autumn_night_has_twice_is_two() -> None:
    rhythm = Rhythm(cadence=Cadence.HOURLY, at=time(0), timezone="America/New_York")
    first = due(rhythm, utc("2026-11-01 04:00"), utc("2026-11-01 05:00"))
    second = due(rhythm, utc("2026-11-01 05:00"), utc("2026-11-01 06:00"))
    assert first is not None
    assert second is not None
    assert (first.period, second.period) == ("2026-11-01 01:00", "2026-11-01 01:00-0500")


def test_an_hour_that_a_spring_night_leaves_out_is_none() -> None:
    rhythm = Rhythm(cadence=Cadence.HOURLY, at=time(0), timezone="America/New_York")
    found = due(rhythm, utc("2026-03-08 06:00"), utc("2026-03-08 07:00"))
    assert found == Due(period="2026-03-08 03:00", periods=1, late=False)


def test_after_a_standstill_one_digest_covers_all_and_says_so() -> None:
    assert due(Rhythm(), local("2026-11-20 08:00"), local("2026-11-23 09:30")) == Due(
        period="2026-11-23", periods=3, late=True
    )
    hourly = due(Rhythm(cadence=Cadence.HOURLY, at=time(0)), local("2026-11-20 08:00"), local("2026-11-23 08:00"))
    assert hourly == Due(period="2026-11-23 08:00", periods=72, late=True)


def test_a_digest_that_could_not_be_closed_for_hours_is_late() -> None:
    assert due(Rhythm(), local("2026-11-22 08:00"), local("2026-11-23 08:59")) == Due(period="2026-11-23")
    assert due(Rhythm(), local("2026-11-22 08:00"), local("2026-11-23 09:01")) == Due(period="2026-11-23", late=True)


@pytest.mark.parametrize(
    ("quiet", "moment", "after"),
    [
        (NIGHT, "2026-11-23 21:59", "2026-11-23 21:59"),
        (NIGHT, "2026-11-23 22:00", "2026-11-24 07:30"),
        (NIGHT, "2026-11-24 00:30", "2026-11-24 07:30"),
        (NIGHT, "2026-11-24 07:30", "2026-11-24 07:30"),
        (NOON, "2026-11-23 12:30", "2026-11-23 13:00"),
        (NOON, "2026-11-23 13:00", "2026-11-23 13:00"),
        (None, "2026-11-23 03:00", "2026-11-23 03:00"),
    ],
)
def test_quiet_hours_end(quiet: Quiet | None, moment: str, after: str) -> None:
    assert after_quiet(quiet, ZoneInfo(SHANGHAI), local(moment)) == local(after)


def test_what_falls_into_quiet_hours_comes_once_when_they_end_and_is_not_late() -> None:
    hourly = Rhythm(cadence=Cadence.HOURLY, at=time(0), quiet=NIGHT)
    assert due(hourly, local("2026-11-23 21:00"), local("2026-11-24 03:00")) is None
    assert due(hourly, local("2026-11-23 21:00"), local("2026-11-24 07:30")) == Due(period="2026-11-24 07:00")
    assert due(hourly, local("2026-11-24 07:30"), local("2026-11-24 08:00")) == Due(period="2026-11-24 08:00")


def test_a_daily_digest_inside_quiet_hours_waits_for_their_end() -> None:
    late_evening = Rhythm(at=time(23), quiet=NIGHT)
    assert due(late_evening, local("2026-11-23 07:30"), local("2026-11-23 23:30")) is None
    assert due(late_evening, local("2026-11-23 07:30"), local("2026-11-24 07:30")) == Due(period="2026-11-23")


def test_at_once_closes_only_where_something_waits_and_nobody_sleeps() -> None:
    rhythm = Rhythm(cadence=Cadence.AT_ONCE, quiet=NIGHT)
    covered, now = local("2026-11-23 10:00"), local("2026-11-23 11:00:05")
    assert due(rhythm, covered, now) is None
    assert due(rhythm, covered, now, waiting=True) == Due(period="2026-11-23 11:00:05", by_clock=False)
    assert due(rhythm, covered, local("2026-11-23 23:00"), waiting=True) is None
