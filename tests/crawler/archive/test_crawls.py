"""When a source is due, how its crawls ended, and how a failing one is left alone for longer."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from crawler.archive.crawls import (
    DIED,
    Result,
    back_off,
    close_round,
    crawls_between,
    crawls_of_round,
    due_sources,
    finish_crawl,
    latest_crawls,
    register_sources,
    source_records,
    start_crawl,
)
from crawler.notice import Verdict

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


def crawl(connection: sa.Connection, source: str, verdict: Verdict, now: datetime) -> None:
    crawl_id = start_crawl(connection, source, round_id="r", now=now)
    result = Result(verdict=verdict, reason="x", rows=3, added=2, bytes=9, statistics={"finish_reason": "finished"})
    finish_crawl(connection, crawl_id, source, result, interval=HOUR, now=now)


def test_new_sources_are_due_at_once_and_registering_again_changes_nothing(connection: sa.Connection) -> None:
    register_sources(connection, ["b", "a"], NOW)
    assert due_sources(connection, NOW) == ["a", "b"]
    crawl(connection, "a", Verdict.OK, NOW)
    register_sources(connection, ["a", "b", "c"], NOW)
    assert due_sources(connection, NOW) == ["b", "c"]
    assert due_sources(connection, NOW - HOUR) == []


def test_a_clock_that_was_a_year_ahead_lets_no_source_wait_for_a_year(connection: sa.Connection) -> None:
    register_sources(connection, ["a"], NOW)
    crawl(connection, "a", Verdict.OK, NOW + timedelta(days=365))
    assert due_sources(connection, NOW) == ["a"]
    crawl(connection, "a", Verdict.OK, NOW)
    assert due_sources(connection, NOW) == []
    assert due_sources(connection, NOW - timedelta(minutes=5)) == []  # another machine's clock


def test_the_most_overdue_comes_first(connection: sa.Connection) -> None:
    register_sources(connection, ["a"], NOW)
    register_sources(connection, ["b"], NOW - HOUR)
    assert due_sources(connection, NOW) == ["b", "a"]


def test_a_finished_crawl_says_everything(connection: sa.Connection) -> None:
    register_sources(connection, ["a"], NOW)
    crawl(connection, "a", Verdict.OK, NOW)
    (found,) = latest_crawls(connection, "a", 5)
    assert (found.verdict, found.rows, found.added, found.bytes) == (Verdict.OK, 3, 2, 9)
    assert found.statistics == {"finish_reason": "finished"}
    assert found.finished_at == NOW
    record = source_records(connection)["a"]
    assert (record.verdict, record.last_success_at, record.failures) == (Verdict.OK, NOW, 0)
    assert record.next_crawl_at == NOW + HOUR


@pytest.mark.parametrize("verdict", [Verdict.EMPTY, Verdict.BLOCKED, Verdict.BROKEN])
def test_failures_are_counted_and_success_forgets_them(connection: sa.Connection, verdict: Verdict) -> None:
    register_sources(connection, ["a"], NOW)
    crawl(connection, "a", Verdict.OK, NOW)
    for number in (1, 2, 3):
        crawl(connection, "a", verdict, NOW + number * HOUR)
        record = source_records(connection)["a"]
        assert record.failures == number
        assert record.next_crawl_at - record.last_crawl_at == HOUR * 2**number  # type: ignore[operator]
        assert record.last_success_at == NOW
    crawl(connection, "a", Verdict.UNCHANGED, NOW + 9 * HOUR)
    record = source_records(connection)["a"]
    assert (record.failures, record.last_success_at) == (0, NOW + 9 * HOUR)


def test_back_off_ends_at_a_day_or_the_interval() -> None:
    assert back_off(HOUR, 0) == HOUR
    assert back_off(HOUR, 1000) == timedelta(days=1)
    assert back_off(timedelta(days=3), 5) == timedelta(days=3)


def test_a_crawl_left_by_a_dead_process_is_recognised_at_the_next(connection: sa.Connection) -> None:
    register_sources(connection, ["a"], NOW)
    dead = start_crawl(connection, "a", round_id="r1", now=NOW)
    crawl(connection, "a", Verdict.OK, NOW + HOUR)
    last, first = latest_crawls(connection, "a", 5)
    assert (first.id, first.verdict, first.reason) == (dead, Verdict.BROKEN, DIED)
    assert last.verdict is Verdict.OK


def test_a_dead_round_counts_as_failure_of_what_it_was_reading(connection: sa.Connection) -> None:
    register_sources(connection, ["a", "b"], NOW)
    crawl(connection, "a", Verdict.OK, NOW)
    start_crawl(connection, "b", round_id="r", now=NOW)
    start_crawl(connection, "a", round_id="other", now=NOW)
    assert close_round(connection, "r", intervals={}, default=HOUR, now=NOW) == ["b"]
    assert [(c.source_id, c.verdict) for c in crawls_of_round(connection, "r")] == [
        ("a", Verdict.OK),
        ("b", Verdict.BROKEN),
    ]
    assert source_records(connection)["b"].failures == 1
    assert latest_crawls(connection, "a", 1)[0].finished_at is None


def test_crawls_between_two_moments(connection: sa.Connection) -> None:
    for hour in range(4):
        crawl(connection, f"s{hour}", Verdict.OK, NOW + hour * HOUR)
    between = crawls_between(connection, NOW + HOUR, NOW + 3 * HOUR)
    assert [found.source_id for found in between] == ["s1", "s2"]
