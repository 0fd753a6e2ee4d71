"""The rhythm of a source and its state, day by day; holidays; missing document numbers."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from crawler.archive.crawls import Result, finish_crawl, register_sources, start_crawl
from crawler.archive.healths import assess_source, mark_told, number_gaps, untold_changes
from crawler.archive.notices import archive_notice
from crawler.archive.tables import sources
from crawler.notice import Notice, Verdict
from crawler.rhythm import Health, Rhythm, State, gaps_in, health_of, is_working_day, learn, working_days

MONDAY = date(2026, 11, 16)
WEEKLY = [MONDAY - timedelta(days=7 * number) for number in range(6)]
DAILY = [MONDAY - timedelta(days=number) for number in range(20)]
BURSTS = [MONDAY - timedelta(days=90 * season + day) for season in range(4) for day in range(3)]
NOW = datetime(2026, 11, 16, 4, tzinfo=UTC)


def state(rhythm: Rhythm, today: date, **facts: Any) -> Health:  # noqa: ANN401  facts are named in each test
    usual: dict[str, Any] = {"verdict": Verdict.OK, "failures": 0, "reason": "", "succeeded": True, "rows": 0}
    return health_of(rhythm, today=today, **(usual | facts))


def test_holidays_are_no_working_days_and_a_year_without_a_calendar_has_weekends() -> None:
    assert not is_working_day(date(2026, 10, 1))
    assert is_working_day(date(2026, 11, 23))
    assert [is_working_day(date(2040, 1, day)) for day in (6, 7, 9)] == [True, False, True]
    assert working_days(date(2026, 9, 30), date(2026, 10, 7)) == 0
    assert working_days(MONDAY, MONDAY + timedelta(days=7)) == 5


@pytest.mark.parametrize(
    ("days", "after", "expected"),
    [
        (WEEKLY, 7, State.FRESH),
        (WEEKLY, 14, State.FRESH),
        (WEEKLY, 15, State.LATE),
        (WEEKLY, 29, State.STALE),
        (DAILY, 3, State.FRESH),
        (DAILY, 4, State.LATE),
        (DAILY, 9, State.STALE),
        (BURSTS, 50, State.FRESH),  # so long it has been silent before
        (BURSTS, 95, State.LATE),
        (BURSTS, 190, State.STALE),
        (WEEKLY[:3], 400, State.FRESH),  # too little to learn from
    ],
)
def test_states_by_silence(days: list[date], after: int, expected: State) -> None:
    assert state(learn(days, [], {}), MONDAY + timedelta(days=after)).state is expected


def test_nobody_is_late_because_of_the_national_holiday() -> None:
    days = [date(2026, 9, 30) - timedelta(days=number) for number in range(15)]
    assert state(learn(days, [], {}), date(2026, 10, 8)).state is State.FRESH


@pytest.mark.parametrize(
    ("last", "after"),
    [
        (date(2026, 2, 14), date(2026, 2, 24)),
        (date(2027, 2, 4), date(2027, 2, 15)),  # the calendar of that year was not announced when this was written
        (date(2028, 9, 29), date(2028, 10, 10)),
    ],
)
def test_nobody_is_late_because_of_a_long_holiday(last: date, after: date) -> None:
    days = [last - timedelta(days=number) for number in range(15)]
    assert state(learn(days, [], {}), after).state is State.FRESH


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"failures": 1, "verdict": Verdict.BROKEN}, State.FRESH),  # one bad hour
        ({"failures": 2, "verdict": Verdict.BROKEN}, State.BROKEN),
        ({"failures": 2, "verdict": Verdict.EMPTY}, State.BROKEN),
        ({"failures": 2, "verdict": Verdict.BLOCKED}, State.BLOCKED),
        ({"failures": 1, "verdict": Verdict.BLOCKED, "succeeded": False}, State.BLOCKED),
        ({"succeeded": False, "verdict": None}, State.NEW),
        ({"rows": 5}, State.BROKEN),
        ({"rows": 6}, State.FRESH),
        ({"rows": 0}, State.FRESH),  # its list was never sent
    ],
)
def test_states_by_crawls(facts: dict[str, object], expected: State) -> None:
    assert state(learn(WEEKLY, [20, 20, 21, 0], {}), MONDAY, **facts).state is expected


def test_a_short_list_does_not_collapse() -> None:
    assert state(learn(WEEKLY, [7, 7], {}), MONDAY, rows=1).state is State.FRESH


@pytest.mark.parametrize(
    ("lately", "before", "expected"),
    [
        (0, 20, State.BROKEN),
        (1, 18, State.BROKEN),  # some will still have it
        (0, 15, State.FRESH),  # it was never there in every notice
        (2, 20, State.FRESH),
        (10, 20, State.FRESH),
    ],
)
def test_a_field_that_notices_lose_is_a_fault(lately: int, before: int, expected: State) -> None:
    had = [number < lately for number in range(10)] + [number < before for number in range(20)]
    health = state(learn(WEEKLY, [], {"published": had, "agency": [True] * 30}), MONDAY)
    said = "its last 10 notices have no published, as they used to" if expected is State.BROKEN else ""
    assert (health.state, health.reason) == (expected, said)


def test_few_notices_lose_nothing() -> None:
    assert learn([], [], {"published": [False] * 10 + [True] * 19}).lost == ()
    assert learn([], [], {"published": [False] * 10 + [True] * 20}).lost == ("published",)


def test_gaps_in_document_numbers() -> None:
    numbers = [f"示府发〔2026〕{number}号" for number in (9, 10, 11, 13, 14)] + [
        "示府办〔2026〕1号",
        "示府办〔2026〕90号",
        "无号",
    ]
    (gap,) = gaps_in(numbers)
    assert (gap.prefix, gap.year, gap.missing, str(gap)) == ("示府发", 2026, (12,), "示府发〔2026〕12号")
    assert gaps_in(f"示府发〔2026〕{number}号" for number in (1, 50, 90, 120)) == ()


@pytest.mark.parametrize(
    ("numbers", "missing"),
    [
        ((11, 13), "示府发〔2026〕12号"),
        ((11, 12, 14), "示府发〔2026〕13号"),
        ((11, 14), ""),  # two that a site repeats by chance
        ((11,), ""),
        ((11, 12, 13), ""),
    ],
)
def test_a_number_between_two_is_missed(numbers: tuple[int, ...], missing: str) -> None:
    assert "".join(map(str, gaps_in(f"示府发〔2026〕{number}号" for number in numbers))) == missing


def test_a_new_year_begins_its_numbers_anew() -> None:
    old, new = (f"示府发〔2025〕{number}号" for number in (79, 80, 81)), (f"示府发〔2026〕{n}号" for n in (1, 2))
    assert gaps_in([*old, *new]) == ()


def crawl(connection: sa.Connection, verdict: Verdict, *, rows: int = 20, now: datetime = NOW) -> None:
    number = start_crawl(connection, "town", round_id="r", now=now)
    result = Result(verdict=verdict, rows=rows, reason="" if verdict is Verdict.OK else "status 403")
    finish_crawl(connection, number, "town", result, interval=timedelta(hours=1), now=now)
    assess_source(connection, "town", now=now)


def test_a_list_that_has_lost_its_rows_is_broken_until_it_has_them_again(connection: sa.Connection) -> None:
    register_sources(connection, ["town"], NOW)

    def state_after(verdict: Verdict, rows: int) -> str:
        crawl(connection, verdict, rows=rows)
        return str(connection.execute(sa.select(sources.c.state)).scalar_one())

    assert state_after(Verdict.OK, 20) == "fresh"
    assert state_after(Verdict.OK, 5) == "broken"
    assert state_after(Verdict.UNCHANGED, 0) == "broken"  # not sent again: still those five
    assert state_after(Verdict.OK, 19) == "fresh"


def test_the_archive_keeps_the_state_and_since_when_and_tells_each_change_once(connection: sa.Connection) -> None:
    register_sources(connection, ["town"], NOW)
    for number, day in enumerate(WEEKLY):
        key = f"https://town.example/{number}"
        notice = Notice(
            key=key,
            source="town",
            title="通知",
            text="正文。",
            published=day,
            document_number=f"示〔2026〕{number * 2}号",
        )
        archive_notice(connection, notice, now=NOW)

    def told() -> list[tuple[str, str]]:
        changes = untold_changes(connection, {"town"})
        mark_told(connection, changes)
        return [(change.state, change.reason) for change in changes]

    crawl(connection, Verdict.OK)
    assert told() == []
    crawl(connection, Verdict.BLOCKED)
    assert told() == []
    later = NOW + timedelta(hours=1)
    crawl(connection, Verdict.BLOCKED, now=later)
    assert told() == [("blocked", "status 403")]
    crawl(connection, Verdict.BLOCKED, now=later + timedelta(hours=1))
    assert told() == []
    row = connection.execute(sa.select(sources)).one()
    assert (row.state, row.state_since) == ("blocked", later)
    assert row.rhythm["gaps"] == ["、".join(f"示〔2026〕{n}号" for n in (1, 3, 5, 7, 9))]
    assert (row.rhythm["gap"], row.rhythm["rows"], row.rhythm["missing"]) == (5, 20, {"agency": 1, "regions": 1})
    crawl(connection, Verdict.OK, now=later + timedelta(hours=2))
    assert told() == [("fresh", "")]
    assert [str(gap) for gap in number_gaps(connection, "town")] == [
        "、".join(f"示〔2026〕{n}号" for n in (1, 3, 5, 7, 9))
    ]
