"""`yaoxun rules why`: the tree with its answers, and what outside of the rule kept a notice from its reader."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from alerts.cli.output import console
from alerts.model import Hit, Match
from alerts.store.matches import queue_matches, write_matches
from alerts.store.subscriptions import record_problem
from alerts.store.tables import subscriptions
from crawler.archive.notices import archive_notice, find_notice, mark_matched
from crawler.notice import Notice
from tests.cli.conftest import Yaoxun

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def archive(database: sa.Engine, *, matched: bool = False, now: datetime = NOW) -> int:
    notice = Notice(
        key="https://a.example/1",
        source="a",
        title="江苏发布促进汽车消费政策",
        text="对新能源公交给予补贴。建设集中式充电桩。二手车除外。",
        regions=("江苏",),
    )
    with database.begin() as connection:
        archived = archive_notice(connection, notice, now=now)
        found = find_notice(connection, archived.id)
        assert found is not None
        mark_matched(connection, [found] if matched else [])
    return archived.id


def subscribe(yaoxun: Yaoxun, rule: str) -> None:
    yaoxun("subscribers", "add", "规划科")
    yaoxun("subscriptions", "add", "-s", "规划科", rule)


def facts(yaoxun: Yaoxun) -> list[str]:
    return [fact["name"] for fact in yaoxun("rules", "why", 1, 1, "--json").json["facts"]]


def test_the_tree_is_readable_at_80_columns(
    yaoxun: Yaoxun, database: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "width", 80)
    archive(database)
    subscribe(yaoxun, "汽车消费 充电桩 title:补贴 -(二手车 OR 招聘)")
    lines = yaoxun("rules", "why", 1, 1).out.splitlines()
    assert lines == [
        "江苏发布促进汽车消费政策",
        "✗ 全部满足",
        "├── ✓ 汽车消费",
        "│     标题 江苏发布促进汽车消费政策",
        "├── ✓ 充电桩",
        "│     正文 …公交给予补贴。建设集中式充电桩。二手车除外。",
        "├── ✗ title:补贴  不在标题，只在正文",
        "│     正文 对新能源公交给予补贴。建设集中式充电桩。二手…",
        "└── ✗ 不含  要排除的内容在这里",
        "    └── ✓ 满足其一",
        "        ├── ✓ 二手车",
        "        │     正文 …补贴。建设集中式充电桩。二手车除外。",
        "        └── ✗ 招聘  没有出现",
        "✗ 通知还没有匹配，稍后会自动进行",
        "• 没有命中记录",
    ]


def test_it_speaks_english_too(yaoxun: Yaoxun, database: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YAOXUN_LANGUAGE", "en")
    archive(database)
    subscribe(yaoxun, "汽车消费 芯片")
    told = yaoxun("rules", "why", 1, 1).out
    assert "✗ all of these" in told
    assert "✗ 芯片  it does not occur" in told
    assert "the notice is not matched yet" in told


def test_json_holds_the_tree_and_the_facts(yaoxun: Yaoxun, database: sa.Engine) -> None:
    archive(database)
    subscribe(yaoxun, "汽车 充电桩")
    told = yaoxun("rules", "why", 1, 1, "--json").json
    assert (told["holds"], told["error"], told["matched_at"]) == (True, None, None)
    assert [part["holds"] for part in told["tree"]["parts"]] == [True, True]
    assert [(fact["name"], fact["well"]) for fact in told["facts"]] == [("waiting", False), ("unmatched", None)]


def test_a_notice_older_than_the_subscription_says_so(yaoxun: Yaoxun, database: sa.Engine) -> None:
    archive(database, matched=True)
    subscribe(yaoxun, "汽车")
    assert facts(yaoxun) == ["older", "unmatched"]


def test_pauses_and_problems_are_told(yaoxun: Yaoxun, database: sa.Engine) -> None:
    archive(database, matched=True, now=datetime.now(UTC) + timedelta(days=1))
    subscribe(yaoxun, "汽车")
    assert facts(yaoxun) == ["changed"]  # it holds now, and nobody stands in the way
    yaoxun("subscribers", "pause", "规划科")
    yaoxun("subscriptions", "pause", 1)
    with database.begin() as connection:
        record_problem(connection, 1, "no region")
    assert facts(yaoxun) == ["reader_paused", "paused", "problem", "unmatched"]


def test_a_rule_that_no_longer_reads_shows_its_fault(yaoxun: Yaoxun, database: sa.Engine) -> None:
    archive(database)
    subscribe(yaoxun, "汽车")
    with database.begin() as connection:
        connection.execute(sa.update(subscriptions).values(rule="region:沒有"))
    told = yaoxun("rules", "why", 1, 1, "--json").json
    assert told["tree"] is None
    assert "沒有" in told["error"]["message"]


def test_how_far_a_match_came_is_told(yaoxun: Yaoxun, database: sa.Engine) -> None:
    archive(database, matched=True)
    subscribe(yaoxun, "汽车")

    def match() -> None:
        hits = (Hit(term="汽车", field="title", spans=((6, 8),)),)
        made = Match(subscription_id=1, notice_id=1, rule_revision=1, notice_revision=1, evidence=hits, score=8)
        now = datetime.now(UTC)
        with database.begin() as connection:
            write_matches(connection, [made], now=now)
            queue_matches(connection, [made], now=now)

    add = ("destinations", "add", "-s", "规划科", "--channel", "webhook", "--set", "url=https://a.example/in")
    yaoxun(*add, "--name", "一")
    match()
    assert facts(yaoxun) == ["matched", "waits"]
    yaoxun(*add, "--name", "二")
    assert facts(yaoxun) == ["matched", "waits", "added_later"]
    yaoxun("destinations", "pause", 1)
    assert facts(yaoxun) == ["matched", "place_paused", "added_later"]
    yaoxun("destinations", "resume", 1)
    yaoxun("digest", "close", "--destination", 1)
    assert facts(yaoxun) == ["matched", "on_its_way", "added_later"]


def test_an_expired_rule_and_one_that_goes_elsewhere_say_so(yaoxun: Yaoxun, database: sa.Engine) -> None:
    archive(database)
    yaoxun("subscribers", "add", "规划科")
    add = ("destinations", "add", "-s", "规划科", "--channel", "webhook", "--set", "url=https://a.example/in")
    for name in ("一", "二"):
        yaoxun(*add, "--name", name)
    yaoxun("subscriptions", "add", "-s", "规划科", "汽车", "--to", "二", "--until", "2000-01-01")
    assert "expired" in facts(yaoxun)
    yaoxun("subscriptions", "edit", 1, "--until", "")
    yaoxun("digest", "close", "--destination", 1)
    assert facts(yaoxun) == ["matched", "not_sent_here", "waits"]
    assert "一：命中的规则投递到别处" in yaoxun("rules", "why", 1, 1).out


def test_unknown_numbers_are_refused(yaoxun: Yaoxun, database: sa.Engine) -> None:
    assert "no subscription" in yaoxun("rules", "why", 1, 1, code=2).errors.lower()
    subscribe(yaoxun, "汽车")
    assert "There is no notice 1" in yaoxun("rules", "why", 1, 1, code=2).errors
    assert archive(database) == 1


def test_a_rule_can_be_tried_with_its_tree(yaoxun: Yaoxun) -> None:
    told = yaoxun("rules", "test", "补贴 芯片", "--text", "购车补贴", "--tree").out
    assert told.splitlines() == ["✗ 全部满足", "├── ✓ 补贴", "│     正文 购车补贴", "└── ✗ 芯片  没有出现"]
