"""Dates and windows: what days they mean, how they are printed, and that printing them loses nothing."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.rules import NoticeText, holds, parse
from alerts.rules.days import Days, in_days, printed, read_days
from tests.rules.conftest import PATIENT, TODAY, VOCABULARY, Parsed, make_notice

dates = st.dates(date(1949, 1, 1), date(2199, 12, 31))


def test_forms_of_dates() -> None:
    september = (date(2020, 9, 1), date(2020, 9, 30))
    for written in ("2020-09", "2020-9", "2020年9月", "２０２０．９", "=2020/09", "2020-09-01..2020-09-30"):
        assert read_days(written, ahead=False) == september
    for written in ("2020-09-01", "20200901", "2020年9月1日", "2020.9.1"):
        assert read_days(written, ahead=False) == (september[0], september[0])
    assert read_days("2020", ahead=False) == (date(2020, 1, 1), date(2020, 12, 31))
    assert read_days("2020..2021", ahead=False) == (date(2020, 1, 1), date(2021, 12, 31))


@pytest.mark.parametrize(
    ("written", "days"),
    [
        (">=2020-09", (date(2020, 9, 1), None)),
        (">2020-09", (date(2020, 10, 1), None)),
        ("<2020-09", (None, date(2020, 8, 31))),
        ("≤2020-09", (None, date(2020, 9, 30))),
        ("<14d", (0, 13)),
        ("<=14d", (0, 14)),
        ("<2周", (0, 13)),
        ("=3天", (3, 3)),
        (">=8日", (8, None)),
        (">7d", (8, None)),
        ("14d", None),
        ("<0d", None),
        ("2020-00", None),
        ("2021-02-29", None),
        ("1900", None),
        ("2020-09..", None),
        ("", None),
        ("<3661d", None),
    ],
)
def test_what_days_are_meant(written: str, days: Days | None) -> None:
    assert read_days(written, ahead=True) == days
    if days is not None and isinstance(days[0], int):
        back = (None if days[1] is None else -int(str(days[1])), -days[0])
        assert read_days(written, ahead=False) == back


@given(
    st.one_of(st.tuples(dates, dates).map(sorted).map(tuple), st.tuples(dates, st.none()), st.tuples(st.none(), dates))
)
def test_dates_are_printed_so_that_they_read_back(days: Days) -> None:
    assert read_days(printed(days, ahead=False), ahead=False) == days


@given(st.sampled_from(["<", "<=", "=", ">", ">="]), st.integers(1, 3000), st.sampled_from("dw"), st.booleans())
def test_windows_are_printed_so_that_they_read_back(sign: str, count: int, unit: str, ahead: bool) -> None:  # noqa: FBT001
    days = read_days(f"{sign}{count if unit == 'd' else count // 7 + 1}{unit}", ahead=ahead)
    assert days is not None
    assert read_days(printed(days, ahead=ahead), ahead=ahead) == days


@PATIENT
@given(st.integers(-40, 40), st.integers(1, 30))
def test_a_window_moves_with_today(apart: int, count: int) -> None:
    day = TODAY + timedelta(days=apart)
    notice = make_notice("通知", published=day, deadlines=[day])
    text = NoticeText.of(notice, VOCABULARY, today=TODAY)

    def found(rule: str) -> bool:
        return holds(parse(rule, VOCABULARY), text)

    assert found(f"deadline:<{count}d") is (0 <= apart < count)
    assert found(f"deadline:<={count}d") is (0 <= apart <= count)
    assert found(f"deadline:>{count}d") is (apart > count)
    assert found(f"published:<{count}d") is (0 <= -apart < count)
    assert found(f"published:>={count}d") is (-apart >= count)
    assert found(f"deadline:={count}d") is (apart == count)


def test_a_window_without_a_day_has_no_answer(parsed: Parsed) -> None:
    rule = parsed("deadline:<7d")
    assert [str(window) for window in rule.windows] == ["deadline:<7d"]
    assert parsed("deadline:2020").windows == ()
    text = NoticeText.of(make_notice(deadlines=[TODAY]), VOCABULARY)
    assert holds(parsed("deadline:2020"), text)
    with pytest.raises(LookupError, match="today"):
        holds(rule, text)


def test_bounds_reach_to_the_ends_of_time() -> None:
    assert in_days((None, None), None) == (date.min, date.max)
