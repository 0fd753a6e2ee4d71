"""Closing a period: everything that waits, once, in one transaction; on both databases."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from alerts.digest import ClosingResult, Desk, Due, close_digest, close_now, closing
from alerts.digest.closing import TOGETHER
from alerts.digest.drafting import draft_digests
from alerts.model import Subscriber
from alerts.store.closed import Draft, make_ready, write_closed
from alerts.store.deliveries import list_deliveries
from alerts.store.destinations import find_destination, pause_destination
from alerts.store.digests import count_waiting, find_digest, latest_digests
from alerts.store.subscribers import pause_subscriber
from alerts.store.tables import destinations
from crawler.archive.crawls import Result, finish_crawl, register_sources, start_crawl
from crawler.archive.tables import notices
from crawler.notice import Verdict
from tests.digest.conftest import MORNING, SOURCES, YESTERDAY, due, found, only_digest
from tests.store.rows import add_notice, add_place


def test_each_notice_stands_once_with_every_rule_that_found_it(
    engine: sa.Engine, desk: Desk, place: int, rules: Mapping[str, int]
) -> None:
    both = found(engine, rules, "关于充电桩补贴的通知", "补贴", "充电桩")
    one = found(engine, rules, "购车补贴细则", "补贴")
    chip = found(engine, rules, "芯片中试平台启用", "芯片", section="科创聚焦")
    found(engine, rules, "芯片论坛", "芯片", section="别处的栏目")
    assert due(engine, desk, MORNING) == ClosingResult(closed=1, digests=1, notices=4)
    closed, digest = only_digest(engine)
    assert (closed.period, closed.since, closed.until, closed.notices) == ("2026-11-23", YESTERDAY, MORNING, 4)
    assert [section.name for section in digest.sections] == ["科创聚焦", "经济热点", "别处的栏目"]
    assert [item.notice_id for item in digest.sections[0].items] == [chip]
    assert [item.notice_id for item in digest.sections[1].items] == [both, one]
    item = digest.sections[1].items[0]
    assert [(tag.rule, tag.note) for tag in item.rules] == [("补贴", "关注补贴"), ("充电桩", "关注充电桩")]
    assert [item.title.text[start:end] for start, end in item.title.spans] == ["充电桩补贴"]
    assert [item.snippet.text[start:end] for start, end in item.snippet.spans] == ["充电桩补贴"]
    assert (item.origin, item.agency, item.document_number) == ("town_gov 网", "示例镇人民政府", "示府〔2026〕12号")
    assert (item.attachments, item.url) == (1, "https://town.example/a.html")
    with engine.begin() as connection:
        (delivery,) = list_deliveries(connection)
        assert "充电桩补贴" in delivery.message["body"]
        assert delivery.destination_id == place
        assert count_waiting(connection) == {}


def test_a_period_is_closed_once(engine: sa.Engine, desk: Desk, place: int, rules: Mapping[str, int]) -> None:
    found(engine, rules, "购车补贴细则", "补贴")
    assert due(engine, desk, MORNING).closed == 1
    assert due(engine, desk, MORNING) == ClosingResult()
    assert due(engine, desk, MORNING + timedelta(hours=23)) == ClosingResult()
    assert close_digest(engine, desk, place, Due(period="2026-11-23"), now=MORNING) is None
    with engine.begin() as connection:
        assert len(list_deliveries(connection)) == 1


def test_four_schedulers_at_once_close_it_once(
    engine: sa.Engine, desk: Desk, place: int, rules: Mapping[str, int]
) -> None:
    for number in range(5):
        found(engine, rules, f"补贴{number}", "补贴")
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: due(engine, desk, MORNING), range(4)))
    assert sum(result.closed for result in results) == 1
    assert sum(result.notices for result in results) == 5
    with engine.begin() as connection:
        assert [delivery.destination_id for delivery in list_deliveries(connection)] == [place]


def test_where_nothing_waits_nothing_is_sent_and_the_period_is_closed(
    engine: sa.Engine, desk: Desk, place: int
) -> None:
    assert due(engine, desk, MORNING) == ClosingResult(closed=1)
    with engine.begin() as connection:
        (closed,) = latest_digests(connection, limit=5)
        assert (closed.destination_id, closed.notices, closed.digest) == (place, 0, None)
        assert not list_deliveries(connection)


def test_what_comes_later_is_in_the_next_one_and_only_there(
    engine: sa.Engine, desk: Desk, place: int, rules: Mapping[str, int]
) -> None:
    found(engine, rules, "购车补贴细则", "补贴")
    first = close_now(engine, desk, place, now=MORNING)
    late = found(engine, rules, "充电桩补贴", "补贴")
    second = close_now(engine, desk, place, now=MORNING + timedelta(hours=1))
    assert first is not None
    assert second is not None
    assert second.digest is not None
    assert (second.period, second.since) == ("2026-11-23 09:00:00", first.until)
    assert [item.notice_id for item in second.digest.items] == [late]


def test_periods_follow_each_other_without_gap_even_when_the_clock_is_set_back(
    engine: sa.Engine, desk: Desk, place: int
) -> None:
    moments = [
        MORNING,
        MORNING + timedelta(hours=1),
        MORNING + timedelta(hours=2),
        MORNING + timedelta(hours=1, minutes=30),
    ]
    closed = [close_now(engine, desk, place, now=moment) for moment in moments]
    periods = [(digest.since, digest.until) for digest in closed if digest]
    assert periods == [
        (YESTERDAY, moments[0]),
        (moments[0], moments[1]),
        (moments[1], moments[2]),
        (moments[3], moments[3]),
    ]


def test_missed_days_come_as_one_digest_that_covers_them(
    engine: sa.Engine, desk: Desk, place: int, rules: Mapping[str, int]
) -> None:
    due(engine, desk, MORNING)
    found(engine, rules, "购车补贴细则", "补贴")
    back = MORNING + timedelta(days=3, hours=2)
    assert due(engine, desk, back) == ClosingResult(closed=1, digests=1, notices=1)
    with engine.begin() as connection:
        closed = latest_digests(connection, limit=1, destination_id=place)[0]
    assert (closed.period, closed.since, closed.until) == ("2026-11-26", MORNING, back)


def test_every_destination_of_a_reader_gets_it_and_paused_ones_later(
    engine: sa.Engine, desk: Desk, reader: Subscriber, place: int, rules: Mapping[str, int]
) -> None:
    with engine.begin() as connection:
        chat = {"url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=robot-1"}
        add_place(connection, desk.vault, reader, channel="wecom", target=chat, now=YESTERDAY)
        pause_destination(connection, place, paused=True)
    found(engine, rules, "购车补贴细则", "补贴")
    assert due(engine, desk, MORNING) == ClosingResult(closed=1, digests=1, notices=1)
    with engine.begin() as connection:
        pause_destination(connection, place, paused=False)
        pause_subscriber(connection, reader.id, paused=True)
    assert due(engine, desk, MORNING) == ClosingResult()
    with engine.begin() as connection:
        pause_subscriber(connection, reader.id, paused=False)
    assert due(engine, desk, MORNING) == ClosingResult(closed=1, digests=1, notices=1)


def test_a_destination_at_fault_harms_no_other_and_loses_nothing(
    engine: sa.Engine, desk: Desk, reader: Subscriber, place: int, rules: Mapping[str, int]
) -> None:
    with engine.begin() as connection:
        other = add_place(connection, desk.vault, reader, name="别处", now=YESTERDAY).id
        unknown = sa.update(destinations).where(destinations.c.id == place)
        connection.execute(unknown.values(channel="carrier-pigeon"))
    found(engine, rules, "购车补贴细则", "补贴")
    assert due(engine, desk, MORNING) == ClosingResult(closed=1, digests=1, notices=1, problems=1)
    with engine.begin() as connection:
        assert find_destination(connection, desk.vault, place).problem == "KeyError: 'carrier-pigeon'"
        assert find_destination(connection, desk.vault, other).problem == ""
        assert count_waiting(connection) == {place: 1}
        connection.execute(unknown.values(channel="webhook"))
    assert due(engine, desk, MORNING) == ClosingResult(closed=1, digests=1, notices=1)
    with engine.begin() as connection:
        assert find_destination(connection, desk.vault, place).problem == ""


def test_many_are_closed_in_few_statements_and_transactions(
    engine: sa.Engine, desk: Desk, reader: Subscriber, place: int, rules: Mapping[str, int]
) -> None:
    with engine.begin() as connection:
        for number in range(TOGETHER + 1):
            add_place(connection, desk.vault, reader, name=f"别处{number}", now=YESTERDAY)
    found(engine, rules, "充电桩补贴", "补贴")
    statements: list[str] = []
    commits: list[None] = []
    sa.event.listen(engine, "before_cursor_execute", lambda _c, _u, said, *_rest: statements.append(said))
    sa.event.listen(engine, "commit", lambda _connection: commits.append(None))
    assert due(engine, desk, MORNING) == ClosingResult(closed=TOGETHER + 2, digests=TOGETHER + 2, notices=TOGETHER + 2)
    assert len(commits) <= 1 + 2 * 3  # the first of them, twice as many, the rest: each is read and written
    assert len(statements) < 2 * TOGETHER
    with engine.begin() as connection:
        sent = list_deliveries(connection)
        assert count_waiting(connection) == {}
    assert len({one.destination_id for one in sent}) == len(sent) == TOGETHER + 2
    assert place in {one.destination_id for one in sent}


@pytest.mark.parametrize("happens", ["withdrawn", "revised", "closed"])
def test_what_happens_while_a_digest_is_drafted_is_in_it(  # noqa: PLR0913, PLR0917  fixtures
    engine: sa.Engine,
    desk: Desk,
    place: int,
    rules: Mapping[str, int],
    monkeypatch: pytest.MonkeyPatch,
    happens: str,
) -> None:
    found(engine, rules, "购车补贴细则", "补贴")
    once = iter([happens])

    def overtaken(connection: sa.Connection, *given: Any) -> list[Draft]:  # noqa: ANN401  as draft_digests
        drafts = draft_digests(connection, *given)
        event = next(once, "")
        with engine.begin() if event else nullcontext(connection) as other:
            if event == "withdrawn":
                other.execute(sa.update(notices).values(withdrawn_at=MORNING))
            elif event == "revised":
                add_notice(other, "购车补贴细则", "已改", key="https://town.example/购车补贴细则", now=MORNING)
            elif event == "closed":
                assert write_closed(other, make_ready(draft_digests(other, *given)))
        return drafts

    monkeypatch.setattr(closing, "draft_digests", overtaken)
    assert due(engine, desk, MORNING).closed == (0 if happens == "closed" else 1)
    closed, digest = only_digest(engine)
    assert closed.destination_id == place
    assert digest.items[0].event == ("withdrawn" if happens == "withdrawn" else "new")
    assert next(once, "") == ""
    with engine.begin() as connection:
        assert len(list_deliveries(connection)) == 1
        assert count_waiting(connection) == {}


def test_a_notice_revised_since_is_shown_in_the_words_that_matched(
    engine: sa.Engine, desk: Desk, place: int, rules: Mapping[str, int]
) -> None:
    found(engine, rules, "购车补贴细则", "补贴")
    with engine.begin() as connection:
        key = "https://town.example/购车补贴细则"
        assert add_notice(connection, "短", "已改", key=key, now=MORNING).revision == 2
    close_now(engine, desk, place, now=MORNING)
    _, digest = only_digest(engine)
    (item,) = digest.items
    assert item.title.text == "购车补贴细则"
    assert [item.title.text[start:end] for start, end in item.title.spans] == ["补贴"]


def test_the_coverage_names_what_failed_and_what_is_stale(
    engine: sa.Engine, desk: Desk, place: int, rules: Mapping[str, int]
) -> None:
    interval = timedelta(hours=1)
    results = {
        "town_gov": (YESTERDAY + interval, Result(verdict=Verdict.OK)),
        "city_gov": (YESTERDAY + interval, Result(verdict=Verdict.BLOCKED, reason="403 for every page")),
        "dead_gov": (YESTERDAY - timedelta(days=9), Result(verdict=Verdict.OK)),
    }
    with engine.begin() as connection:
        register_sources(connection, SOURCES, MORNING)
        for source, (moment, result) in results.items():
            crawl = start_crawl(connection, source, round_id="r", now=moment)
            finish_crawl(connection, crawl, source, result, interval=interval, now=moment)
        running = start_crawl(connection, "new_gov", round_id="r", now=MORNING - interval)
        assert running
        crawl = start_crawl(connection, "town_gov", round_id="s", now=MORNING - interval)
        unchanged = Result(verdict=Verdict.UNCHANGED)
        finish_crawl(connection, crawl, "town_gov", unchanged, interval=interval, now=MORNING - interval)
    found(engine, rules, "购车补贴细则", "补贴")
    close_now(engine, desk, place, now=MORNING)
    coverage = only_digest(engine)[1].coverage
    assert coverage.checked == 2
    assert [(state.id, state.name, state.reason) for state in coverage.failed] == [
        ("city_gov", "city_gov 网", "403 for every page")
    ]
    assert [(state.id, state.since) for state in coverage.stale] == [("dead_gov", YESTERDAY - timedelta(days=9))]


def test_the_kept_digest_reads_back_as_it_was(
    engine: sa.Engine, desk: Desk, place: int, rules: Mapping[str, int]
) -> None:
    found(engine, rules, "关于充电桩补贴的通知", "补贴", "充电桩")
    closed = close_now(engine, desk, place, now=MORNING)
    assert closed is not None
    with engine.begin() as connection:
        assert find_digest(connection, closed.id) == closed
    assert closed.digest is not None
    assert closed.digest.items[0].title.spans == ((2, 7),)
