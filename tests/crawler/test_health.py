"""The verdict as a function of what was counted."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.health import Failure, Fault, Tally, is_stale, verdict_of
from crawler.notice import Verdict

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
BROKEN = Failure("http://a.example/1", Fault.BROKEN, "status 404")
BLOCKED = Failure("http://a.example/2", Fault.BLOCKED, "robots.txt forbids it")
SHUT = Failure("http://a.example/3", Fault.BLOCKED, "status 412", shut=True)


@dataclass(frozen=True)
class Record:
    next_crawl_at: datetime
    last_crawl_at: datetime | None = None
    last_success_at: datetime | None = None


@pytest.mark.parametrize(
    ("tally", "verdict", "words"),
    [
        (Tally(lists=1, rows=3, added=1), Verdict.OK, ""),
        (Tally(lists=1, rows=3, revised=1), Verdict.OK, ""),
        (Tally(lists=1, rows=3, known=3), Verdict.UNCHANGED, ""),
        (Tally(lists=1), Verdict.UNCHANGED, ""),
        (Tally(lists=1, empty_lists=["http://a.example/"]), Verdict.EMPTY, "http://a.example/ has no rows"),
        (Tally(lists=2, rows=9, added=9, empty_lists=["http://a.example/"]), Verdict.EMPTY, "has no rows"),
        (Tally(), Verdict.BROKEN, "No list was read"),
        (Tally(lists=1, rows=3, added=3, errors=["x", "y"]), Verdict.BROKEN, "Yaoxun itself: x (and 1 more)"),
        (Tally(list_failures=[BROKEN]), Verdict.BROKEN, "The list http://a.example/1 could not be read: status 404"),
        (Tally(list_failures=[BROKEN, BLOCKED]), Verdict.BLOCKED, "robots.txt forbids it"),
        (Tally(lists=1, rows=2, added=1, notice_failures=[BROKEN]), Verdict.OK, "1 notice could not be read"),
        (Tally(lists=1, rows=3, added=1, notice_failures=[BROKEN] * 2), Verdict.BROKEN, "2 notices could not be read"),
        (Tally(lists=1, rows=3, added=1, notice_failures=[BROKEN, BLOCKED]), Verdict.BLOCKED, "2 notices"),
        (Tally(lists=1, rows=1, notice_failures=[BROKEN]), Verdict.BROKEN, "1 notice could not be read"),
        (Tally(lists=1, reread_failures=[BROKEN]), Verdict.UNCHANGED, "1 notice could not be read again"),
        (Tally(lists=1, reread_failures=[BROKEN] * 4), Verdict.BROKEN, "4 notices could not be read again"),
        (Tally(lists=1, reread_failures=[BROKEN] * 4, read=1), Verdict.UNCHANGED, "4 notices could not be read again"),
        (Tally(lists=1, reread_failures=[SHUT]), Verdict.BLOCKED, "status 412"),
        (Tally(lists=1, reread_failures=[replace(SHUT, elsewhere=True)] * 9), Verdict.UNCHANGED, "status 412"),
        (Tally(lists=1, rows=9, known=8, notice_failures=[SHUT]), Verdict.BLOCKED, "status 412"),
        (Tally(lists=1, rows=9, known=8, notice_failures=[BLOCKED]), Verdict.UNCHANGED, "robots.txt forbids it"),
    ],
)
def test_verdict(tally: Tally, verdict: Verdict, words: str) -> None:
    found, reason = verdict_of(tally, finish_reason="finished")
    assert found is verdict
    assert words in reason
    assert bool(words) == bool(reason)


def test_a_stopped_crawl_is_no_success_whatever_it_read() -> None:
    found, reason = verdict_of(Tally(lists=1, rows=3, added=3), finish_reason="shutdown")
    assert (found, "shutdown" in reason) == (Verdict.BROKEN, True)


def test_failed_counts_all_kinds() -> None:
    tally = Tally(notice_failures=[BROKEN], reread_failures=[BROKEN], errors=["x"])
    assert tally.failed == 3
    assert not tally.clean
    assert Tally(reread_failures=[BROKEN]).clean


@pytest.mark.parametrize(
    ("record", "stale"),
    [
        (Record(NOW, NOW, NOW - 6 * HOUR), False),
        (Record(NOW, NOW, NOW - 7 * HOUR), True),
        (Record(NOW + HOUR, NOW - HOUR, None), True),
        (Record(NOW - HOUR), False),
        (Record(NOW - 7 * HOUR), True),
    ],
)
def test_stale(record: Record, *, stale: bool) -> None:
    assert is_stale(record, HOUR, NOW) is stale


def test_a_slow_rhythm_has_more_patience() -> None:
    record = Record(NOW, NOW, NOW - 30 * HOUR)
    assert is_stale(record, HOUR, NOW)
    assert not is_stale(record, 12 * HOUR, NOW)
