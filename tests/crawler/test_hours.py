"""At night the crawls are further apart, and the morning is not missed."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crawler.hours import Night

ZONE = ZoneInfo("Asia/Shanghai")
NIGHT = Night(start=23, end=6, zone=ZONE, factor=3)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("clock", "interval", "expected"),
    [
        ("22:59", HOUR, HOUR),
        ("23:00", HOUR, 3 * HOUR),
        ("02:30", HOUR, 3 * HOUR),
        ("04:00", HOUR, 2 * HOUR),
        ("05:50", HOUR, HOUR),
        ("06:00", HOUR, HOUR),
        ("12:00", HOUR, HOUR),
        ("23:00", 4 * HOUR, 7 * HOUR),
        ("23:00", 24 * HOUR, 24 * HOUR),
    ],
)
def test_interval(clock: str, interval: timedelta, expected: timedelta) -> None:
    now = datetime.fromisoformat(f"2026-11-23T{clock}").replace(tzinfo=ZONE)
    assert NIGHT.interval_after(now.astimezone(ZoneInfo("UTC")), interval) == expected


def test_equal_hours_mean_that_there_is_no_night() -> None:
    night = Night(start=5, end=5, zone=ZONE, factor=3)
    assert {night.interval_after(datetime(2026, 1, 1, hour, tzinfo=ZONE), HOUR) for hour in range(24)} == {HOUR}


def test_a_night_within_one_day() -> None:
    night = Night(start=0, end=6, zone=ZONE, factor=2)
    assert night.interval_after(datetime(2026, 1, 1, 0, tzinfo=ZONE), HOUR) == 2 * HOUR
    assert night.interval_after(datetime(2026, 1, 1, 23, tzinfo=ZONE), HOUR) == HOUR
