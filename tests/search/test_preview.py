"""A preview counts what the rule would have found day by day, and says which terms do nothing or nearly everything."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

import alerts.search.preview
from alerts.rules import parse
from alerts.search.indexing import index_waiting
from alerts.search.preview import Preview, preview
from config.vocabulary import Vocabulary
from crawler.archive.notices import archive_notice
from crawler.notice import Notice
from crawler.search.find import snapshot

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)  # noon in Shanghai


@pytest.fixture
def filled(engine: sa.Engine, vocabulary: Vocabulary) -> sa.Engine:
    """40 days: each with ten notices on 补贴, of these one on 充电桩 too, one on 专精特新企业, and one with 招聘."""
    with engine.begin() as connection:
        for day in range(40):
            for number in range(10):
                words = {0: "充电桩", 1: "专精特新企业", 2: "招聘"}.get(number, "工作")
                one = Notice(key=f"{day}/{number}", source="a", title="通知", text=f"补贴办法，{words}。")
                archive_notice(connection, one, now=NOW - timedelta(days=day, minutes=number))
    index_waiting(engine, vocabulary)
    return engine


def previewed(engine: sa.Engine, rule: str, vocabulary: Vocabulary, days: int = 30) -> Preview:
    with snapshot(engine) as connection:
        return preview(connection, parse(rule, vocabulary), vocabulary, now=NOW, zone=SHANGHAI, days=days)


def test_hits_a_day(filled: sa.Engine, vocabulary: Vocabulary) -> None:
    shown = previewed(filled, "补贴 充电桩", vocabulary, days=7)
    assert [str(day)[5:] for day, _ in shown.days] == ["11-17", "11-18", "11-19", "11-20", "11-21", "11-22", "11-23"]
    assert [count for _, count in shown.days] == [1] * 7
    assert (shown.total, shown.sampled, shown.too_many) == (7, False, False)
    assert [one.notice.key for one in shown.examples] == ["0/0", "1/0", "2/0", "3/0", "4/0"]
    assert {hit.term for hit in shown.examples[0].hits} == {"补贴", "充电桩"}


@pytest.mark.parametrize(
    ("rule", "idle"),
    [
        ("补贴 充电桩", ["补贴"]),  # every notice has it
        ("充电桩 -招聘", ["-招聘"[1:]]),
        ("补贴 -招聘", ["补贴"]),
        ("充电桩 OR 量子", ["量子"]),
        ("充电桩 OR 专精特新企业", []),
        ("充电桩", []),
        ("没有", []),
        ("充电桩 (补贴办法 OR 招聘)", ["招聘"]),
        ("补贴办法 NEAR/2 充电桩", ["补贴办法"]),
    ],
)
def test_terms_that_do_nothing(filled: sa.Engine, vocabulary: Vocabulary, rule: str, idle: list[str]) -> None:
    found = previewed(filled, rule, vocabulary).idle
    assert set(idle) <= set(found)
    assert rule == "充电桩 (补贴办法 OR 招聘)" or list(found) == idle


def test_the_alternative_that_makes_most_of_it(filled: sa.Engine, vocabulary: Vocabulary) -> None:
    shown = previewed(filled, "工作 OR 充电桩", vocabulary)
    assert [(one.term, round(one.share, 2)) for one in shown.alone] == [("工作", 0.88)]
    assert previewed(filled, "招聘 OR 充电桩", vocabulary).alone == ()


def test_more_than_anybody_reads(filled: sa.Engine, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alerts.search.preview, "MANY_A_DAY", 9)
    assert previewed(filled, "补贴", vocabulary).too_many
    assert not previewed(filled, "充电桩", vocabulary).too_many


def test_of_too_many_candidates_some_are_looked_at_and_it_says_so(
    filled: sa.Engine, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerts.search.preview, "SAMPLE", 100)
    shown = previewed(filled, "补贴办法 NEAR/9 工作", vocabulary)
    assert shown.sampled
    assert (shown.looked, shown.candidates) == (100, 210)
    assert shown.total == 210  # each of the candidates meets it
    exact = previewed(filled, "补贴 工作", vocabulary)
    assert (exact.sampled, exact.total) == (False, 210)


def test_what_waits_for_the_index_is_counted(filled: sa.Engine, vocabulary: Vocabulary) -> None:
    with filled.begin() as connection:
        archive_notice(connection, Notice(key="new", source="a", title="充电桩", text=""), now=NOW)
    assert previewed(filled, "充电桩", vocabulary, days=1).total == 2


def test_an_empty_archive(engine: sa.Engine, vocabulary: Vocabulary) -> None:
    shown = previewed(engine, "补贴 OR 充电桩", vocabulary)
    assert (shown.total, shown.examples, shown.idle, shown.alone) == (0, (), (), ())
