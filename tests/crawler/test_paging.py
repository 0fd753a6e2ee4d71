"""How far a list is followed."""

from collections.abc import Mapping
from datetime import date

from crawler.paging import ENOUGH_KNOWN, UNDATED_PAGES, Backfill, Backward, Forward
from crawler.reading.listing import Row


def rows(first: int, count: int, day: date | None = None) -> dict[str, Row]:
    return {
        str(n): Row(title=f"第{n}号通知", url=f"http://a.example/{n}", date=day) for n in range(first, first + count)
    }


def test_forward_while_there_is_news() -> None:
    page = rows(0, 5)
    assert Forward(pages=3).goes_on(page, page, 1)
    assert not Forward(pages=3).goes_on(page, {}, 1)
    assert not Forward(pages=3).goes_on(page, page, 3)


def test_what_is_pinned_on_top_does_not_end_it_and_a_long_stretch_of_known_rows_does() -> None:
    pinned, rest = rows(0, ENOUGH_KNOWN + 5), rows(50, 5)
    assert Forward(pages=3).goes_on(pinned | rest, rest, 1)
    assert not Forward(pages=3).goes_on(rest | pinned, rest, 1)


def test_known_rows_count_over_pages() -> None:
    course, half = Forward(pages=9), ENOUGH_KNOWN // 2
    first, second = rows(0, half + 1), rows(50, half + 1)
    assert course.goes_on(first, rows(0, 1), 1)
    assert not course.goes_on(second | rows(90, 1), {}, 2)


def test_a_sweep_looks_a_few_pages_further_and_a_thorough_reading_all() -> None:
    sweep = Forward(pages=9, sweep=True)
    assert [sweep.goes_on(rows(n * 10, 5), {}, n) for n in (1, 2, 3)] == [True, True, False]
    thorough = Forward(pages=9, thorough=True)
    assert [thorough.goes_on(rows(n * 10, 5), {}, n) for n in (1, 8, 9)] == [True, True, False]


def test_a_site_that_answers_every_number_with_one_page_is_left() -> None:
    page = rows(0, 5)
    for course in (Forward(pages=9, thorough=True), Backward(since=date(2026, 1, 1))):
        assert course.goes_on(page, page, 1)
        assert not course.goes_on(page, page, 2)


def test_backward_until_all_is_older() -> None:
    course = Backward(since=date(2026, 6, 1))
    assert course.goes_on(rows(0, 5, date(2026, 7, 1)), {}, 1)
    assert course.goes_on(rows(10, 5, date(2026, 5, 1)) | rows(20, 1, date(2026, 6, 1)), {}, 2)
    assert not course.goes_on(rows(30, 5, date(2026, 5, 31)), {}, 3)
    assert [course.wants(row) for row in rows(0, 1, date(2026, 5, 31)).values()] == [False]
    assert all(course.wants(row) for row in [*rows(0, 1, date(2026, 6, 1)).values(), *rows(0, 1).values()])


def test_backward_a_new_item_pinned_on_every_page_does_not_keep_it_going() -> None:
    course, pinned = Backward(since=date(2026, 6, 1)), rows(99, 1, date(2026, 7, 1))
    assert course.goes_on(pinned | rows(0, 5, date(2026, 6, 1)), {}, 1)
    assert not course.goes_on(pinned | rows(10, 5, date(2026, 5, 1)), {}, 2)


def test_backward_without_dates_some_pages() -> None:
    course = Backward(since=date(2026, 6, 1))
    assert course.goes_on(rows(0, 5), {}, UNDATED_PAGES - 1)
    assert not course.goes_on(rows(10, 5), {}, UNDATED_PAGES)


def test_a_page_is_done_when_its_notices_are_and_all_pages_before() -> None:
    saved: list[Mapping[str, int]] = []
    backfill = Backfill(since=date(2026, 1, 1), save=lambda done: saved.append(dict(done)))
    backfill.begin("list", 1, {"a", "b"})
    backfill.begin("list", 2, {"c"})
    backfill.settle("c")
    assert saved == []
    backfill.settle("a")
    backfill.settle("b")
    assert saved == [{"list": 2}]
    backfill.begin("list", 3, set())
    assert saved[-1] == {"list": 3}
