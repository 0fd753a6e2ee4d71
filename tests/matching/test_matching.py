"""Waiting notices × live subscriptions: every rule by itself, everything in one transaction; on both databases."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from alerts import matching
from alerts.matching import MatchingResult, match_waiting
from alerts.rules import NoticeText, Rule, evidence, holds
from alerts.store.closing import waiting_items
from alerts.store.digests import count_waiting
from alerts.store.matches import count_matches
from alerts.store.secrets import Vault
from alerts.store.subscribers import add_subscriber
from alerts.store.subscriptions import (
    add_subscription,
    find_subscription,
    list_subscriptions,
    pause_subscription,
    remove_subscription,
)
from alerts.store.tables import matches
from config.regions import Places, load_places
from config.sections import Section, SectionsError, load_sections
from config.settings import Settings
from crawler.archive.attachments import archive_attachments
from crawler.archive.notices import find_notice, waiting_notices
from crawler.notice import Attachment, Reading
from tests.store.rows import NOW, add_digest, add_notice, add_place

Match = Callable[..., MatchingResult]
LATER = NOW + timedelta(hours=1)


@pytest.fixture(scope="module")
def places() -> Places:
    return load_places(Settings().regions)


@pytest.fixture
def run(engine: sa.Engine, places: Places) -> Match:
    sections = load_sections(Settings().sections)
    return lambda now=NOW, limit=100: match_waiting(engine, places, sections, now=now, limit=limit)


def subscribe(engine: sa.Engine, *rules: str, reader: str = "规划科") -> list[int]:
    with engine.begin() as connection:
        subscriber = add_subscriber(connection, reader, now=NOW)
        return [add_subscription(connection, subscriber.id, rule, now=NOW).id for rule in rules]


def archive(engine: sa.Engine, *titles: str) -> list[int]:
    with engine.begin() as connection:
        return [add_notice(connection, title).id for title in titles]


def met(engine: sa.Engine) -> list[tuple[int, int]]:
    """Every match as (subscription, notice)."""
    with engine.begin() as connection:
        rows = connection.execute(sa.select(matches.c.subscription_id, matches.c.notice_id))
        return sorted((row.subscription_id, row.notice_id) for row in rows)


def test_an_exclusion_in_one_rule_hides_nothing_from_another(engine: sa.Engine, run: Match) -> None:
    ai, care = subscribe(engine, "人工智能 -招聘", "养老服务")
    jobs, lab = archive(engine, "养老服务中心招聘公告", "人工智能实验室揭牌")
    assert run() == MatchingResult(notices=2, matches=2)
    assert met(engine) == sorted([(care, jobs), (ai, lab)])


def test_two_rules_with_the_same_word_both_match(engine: sa.Engine, run: Match) -> None:
    plain, narrow = subscribe(engine, "补贴", "补贴 购置税")
    (notice,) = archive(engine, "购置税补贴办法")
    run()
    assert met(engine) == [(plain, notice), (narrow, notice)]


def test_the_match_says_where_in_the_original(engine: sa.Engine, run: Match) -> None:
    (rule,) = subscribe(engine, "新能源汽车 region:江苏")
    with engine.begin() as connection:
        notice = add_notice(connection, "新 能源汽車下乡", "关于新能源\n汽车的通知。")
    run()
    with engine.begin() as connection:
        row = connection.execute(sa.select(matches)).one()
    assert (row.subscription_id, row.notice_id, row.rule_revision, row.notice_revision) == (rule, notice.id, 1, 1)
    shown = {hit["field"]: hit["spans"] for hit in row.evidence}
    assert shown == {"title": [[0, 6]], "body": [[2, 8]]}
    assert row.score > 0


def test_a_second_run_finds_nothing_to_do(engine: sa.Engine, run: Match) -> None:
    subscribe(engine, "补贴")
    archive(engine, "购车补贴", "无关通告")
    assert run() == MatchingResult(notices=2, matches=1)
    assert run() == MatchingResult()


def test_a_backlog_is_worked_off_in_batches(engine: sa.Engine, run: Match) -> None:
    subscribe(engine, "补贴")
    archive(engine, *(f"购车补贴第{number}批" for number in range(7)))
    assert run(limit=3) == MatchingResult(notices=7, matches=7)


def test_each_match_waits_once_for_each_destination_of_its_reader(
    engine: sa.Engine, run: Match, tmp_path: Path
) -> None:
    subscribe(engine, "补贴", "购车")
    subscribe(engine, "芯片", reader="产业科")
    vault = Vault.open(tmp_path)
    with engine.begin() as connection:
        reader = add_subscriber(connection, "第三科", now=NOW)
        add_subscription(connection, reader.id, "补贴", now=NOW)
        two = [add_place(connection, vault, reader, name=name).id for name in ("邮箱", "群")]
    archive(engine, "购车补贴")
    run()
    with engine.begin() as connection:
        assert count_waiting(connection) == dict.fromkeys(two, 1)


def test_a_revised_notice_is_matched_again_and_announced_once(engine: sa.Engine, run: Match, tmp_path: Path) -> None:
    car, chip = subscribe(engine, "补贴", "芯片")
    with engine.begin() as connection:
        reader = add_subscriber(connection, "第三科", now=NOW)
        again = add_subscription(connection, reader.id, "补贴", now=NOW).id
        place = add_place(connection, Vault.open(tmp_path), reader)
        notice = add_notice(connection, "购车补贴", key="k")
    run()
    with engine.begin() as connection:
        [found] = waiting_items(connection, [place.id])[place.id]
        add_digest(connection, place.id, items=[found.item_id])
        add_notice(connection, "关于购车补贴和芯片", key="k", now=LATER)
    assert run(LATER) == MatchingResult(notices=1, matches=3)
    assert met(engine) == sorted([(car, notice.id), (chip, notice.id), (again, notice.id), (again, notice.id)])
    with engine.begin() as connection:
        assert count_waiting(connection) == {place.id: 1}  # the reader has the old words, and learns of the new
        row = connection.execute(sa.select(matches).where(matches.c.subscription_id == car)).one()
    assert row.notice_revision == 2
    assert row.evidence[0]["spans"] == [[4, 6]]
    assert row.matched_at == NOW


def test_what_was_found_before_a_destination_is_not_announced_to_it(
    engine: sa.Engine, run: Match, tmp_path: Path
) -> None:
    with engine.begin() as connection:
        reader = add_subscriber(connection, "规划科", now=NOW)
        add_subscription(connection, reader.id, "补贴", now=NOW)
        add_notice(connection, "购车补贴", key="k")
    run()
    with engine.begin() as connection:
        place = add_place(connection, Vault.open(tmp_path), reader)
        add_notice(connection, "购车补贴有变", key="k", now=LATER)
        add_notice(connection, "装修补贴", now=LATER)
    assert run(LATER) == MatchingResult(notices=2, matches=2)
    with engine.begin() as connection:
        assert count_waiting(connection) == {place.id: 1}


def test_a_notice_revised_while_it_is_matched_keeps_waiting(
    engine: sa.Engine, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(engine, "补贴")
    with engine.begin() as connection:
        notice = add_notice(connection, "购车补贴", key="k")
    revised: list[int] = []

    def revise_meanwhile(rule: Rule, text: NoticeText) -> bool:
        if not revised:
            with engine.begin() as connection:
                revised.append(add_notice(connection, "补贴停止", key="k", now=LATER).revision)
        return holds(rule, text)

    monkeypatch.setattr(matching, "holds", revise_meanwhile)
    sections = (Section(name="经济热点", rule="经济", default=True),)
    match_waiting(engine, places, sections, now=NOW, limit=10)
    assert revised == [2]
    with engine.begin() as connection:
        assert [(waiting.id, waiting.revision) for waiting in waiting_notices(connection, limit=9)] == [(notice.id, 2)]


def test_what_is_paused_or_removed_meets_nothing(
    engine: sa.Engine, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    paused, gone, kept = subscribe(engine, "补贴", "购车", "通知 OR 补贴")
    with engine.begin() as connection:
        pause_subscription(connection, paused, paused=True)
        notice = add_notice(connection, "购车补贴")

    def remove_meanwhile(*arguments: Any) -> Any:  # noqa: ANN401  whatever evidence takes and gives
        with engine.begin() as connection:
            remove_subscription(connection, gone)
        return evidence(*arguments)

    monkeypatch.setattr(matching, "evidence", remove_meanwhile)
    assert match_waiting(engine, places, (), now=NOW) == MatchingResult(notices=1, matches=1)
    assert met(engine) == [(kept, notice.id)]


def test_a_rule_that_no_longer_reads_is_a_problem_of_its_own(engine: sa.Engine, run: Match) -> None:
    broken, good = subscribe(engine, "region:沒有这个地方", "补贴")
    (notice,) = archive(engine, "购车补贴")
    assert run() == MatchingResult(notices=1, matches=1, problems=1)
    assert met(engine) == [(good, notice)]
    with engine.begin() as connection:
        assert "没有这个地方" in find_subscription(connection, broken).problem.replace("沒", "没")
    archive(engine, "购车补贴二")
    assert run() == MatchingResult(notices=1, matches=1)


def test_a_rule_that_fails_on_a_notice_stops_nobody_else(
    engine: sa.Engine, run: Match, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(engine, "购车", "补贴")
    first, second = archive(engine, "购车补贴", "补贴细则")

    def explode(rule: Rule, text: NoticeText) -> bool:
        if str(rule.root) == "购车":
            raise ZeroDivisionError("inside the matcher")
        return holds(rule, text)

    monkeypatch.setattr(matching, "holds", explode)
    assert run() == MatchingResult(notices=2, matches=2, problems=1)
    assert [notice for _, notice in met(engine)] == [first, second]
    with engine.begin() as connection:
        problem = list_subscriptions(connection)[0].problem
    assert problem == f"failed on notice {first}: ZeroDivisionError: inside the matcher"


def test_a_crash_before_the_end_loses_and_doubles_nothing(
    engine: sa.Engine, run: Match, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(engine, "补贴")
    archive(engine, "购车补贴", "装修补贴")
    with monkeypatch.context() as patched:
        patched.setattr(matching, "mark_matched", lambda *_: 1 // 0)  # the last thing that is written
        with pytest.raises(ZeroDivisionError):
            run()
    assert met(engine) == []
    assert run() == MatchingResult(notices=2, matches=2)


def test_a_notice_is_filed_under_its_column_unless_it_has_one(engine: sa.Engine, run: Match) -> None:
    with engine.begin() as connection:
        policy = add_notice(connection, "关于促进消费的若干措施")
        other = add_notice(connection, "某某")
        given = add_notice(connection, "关于印发办法的通知", section="科创聚焦")
    subscribe(engine, "section:政策举措")
    run()
    with engine.begin() as connection:
        filed = [getattr(find_notice(connection, one.id), "section", None) for one in (policy, other, given)]
        assert count_matches(connection, policy.id) == 1
    assert filed == ["政策举措", "经济热点", "科创聚焦"]


def test_a_column_whose_rule_does_not_read_is_named(engine: sa.Engine, places: Places) -> None:
    archive(engine, "某某")
    with pytest.raises(SectionsError, match=r"坏栏目\.rule"):
        match_waiting(engine, places, (Section(name="坏栏目", rule="(", default=True),), now=NOW)


def read_later(engine: sa.Engine, notice_id: int) -> None:
    """What the crawler does when a file that could not be had at first is read after all."""
    file = Attachment(url="https://town.example/a.pdf", name="附件", reading=Reading.READ, pages=("空白", "补贴三万元"))
    with engine.begin() as connection:
        archive_attachments(connection, notice_id, (file,), {}, now=LATER)


def test_what_stands_in_a_file_is_matched_also_when_it_comes_later(engine: sa.Engine, run: Match) -> None:
    subscribe(engine, "补贴")
    (notice_id,) = archive(engine, "关于申报的通知")
    assert run().matches == 0
    read_later(engine, notice_id)
    assert run(LATER) == MatchingResult(notices=1, matches=1)
    with engine.begin() as connection:
        ((hit,),) = connection.execute(sa.select(matches.c.evidence)).scalars()
    assert (hit["attachment"], hit["page"], hit["spans"]) == ("附件", 2, [[0, 2]])


def test_a_file_that_is_read_while_its_notice_is_matched_is_not_missed(
    engine: sa.Engine, run: Match, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(engine, "补贴")
    (notice_id,) = archive(engine, "关于申报的通知")
    written = matching._write

    def read_before(connection: sa.Connection, *rest: Any) -> int:  # noqa: ANN401  whatever the stage passes on
        monkeypatch.setattr(matching, "_write", written)
        file = Attachment(url="https://town.example/a.pdf", name="附件", reading=Reading.READ, pages=("补贴",))
        archive_attachments(connection, notice_id, (file,), {}, now=NOW)
        return written(connection, *rest)

    monkeypatch.setattr(matching, "_write", read_before)
    assert run().matches == 0
    assert run(LATER).matches == 1
