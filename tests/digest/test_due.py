"""When a daily digest is due, by the reader's clock."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from alerts.digest.due import due_period, last_due, moment_label
from alerts.model import Rhythm
from alerts.store.digests import Standing

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "label", "moment"),
    [
        ("2026-11-23 00:00", "2026-11-23", "2026-11-23 00:00"),  # 08:00 sharp in Shanghai
        ("2026-11-22 23:59", "2026-11-22", "2026-11-22 00:00"),
        ("2026-11-23 15:59", "2026-11-23", "2026-11-23 00:00"),
        ("2026-11-23 16:01", "2026-11-23", "2026-11-23 00:00"),  # the next local day, before its time
    ],
)
def test_the_last_due_moment(now: str, label: str, moment: str) -> None:
    assert last_due(time(8), SHANGHAI, utc(now)) == (label, utc(moment))


def test_a_time_that_a_spring_night_leaves_out_comes_an_hour_later_by_the_clock() -> None:
    assert last_due(time(2, 30), NEW_YORK, utc("2026-03-08 07:29"))[0] == "2026-03-07"
    assert last_due(time(2, 30), NEW_YORK, utc("2026-03-08 07:30")) == ("2026-03-08", utc("2026-03-08 07:30"))


def test_a_time_that_an_autumn_night_has_twice_counts_once() -> None:
    first, second = utc("2026-11-01 05:30"), utc("2026-11-01 06:30")  # both 01:30 in New York
    assert last_due(time(1, 30), NEW_YORK, first) == ("2026-11-01", first)
    rhythm = Rhythm(at=time(1, 30), timezone="America/New_York")
    closed = Standing(destination_id=1, rhythm=rhythm, covered_until=first)
    assert due_period(closed, second) is None


@pytest.mark.parametrize(
    ("covered_until", "now", "period"),
    [
        ("2026-11-22 00:00:05", "2026-11-23 00:00:03", "2026-11-23"),  # the next morning
        ("2026-11-23 00:00:03", "2026-11-23 00:00:09", None),  # closed already
        ("2026-11-23 06:00:00", "2026-11-23 07:00:00", None),  # added, or closed by hand, in the afternoon
        ("2026-11-19 00:00:05", "2026-11-23 09:00:00", "2026-11-23"),  # days missed: one period, the last
        ("2026-11-23 00:00:00", "2026-11-23 00:00:00", None),  # added at the very moment
        ("2026-11-25 00:00:00", "2026-11-23 09:00:00", None),  # the clock was set back
    ],
)
def test_which_period_is_due(covered_until: str, now: str, period: str | None) -> None:
    standing = Standing(destination_id=1, rhythm=Rhythm(at=time(8)), covered_until=utc(covered_until))
    due = due_period(standing, utc(now))
    assert (due.period if due else None) == period


def test_a_period_closed_by_hand_is_labelled_with_the_local_moment() -> None:
    assert moment_label(SHANGHAI, utc("2026-11-23 06:05:07")) == "2026-11-23 14:05:07"
