"""The live rules follow the table: few or many, from a file or not, with the answers of every rule by itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from alerts import live
from alerts.live import LiveRules, asked_at_once
from alerts.matching import match_waiting
from alerts.rules import NoticeText, parse
from alerts.rules.matcher import Frequencies, shipped
from alerts.store import rule_changes
from alerts.store.rule_changes import Seen, changes_since, forget_old_changes, note_changes, seen_now
from alerts.store.subscribers import (
    add_subscriber,
    change_subscriber,
    get_subscriber,
    pause_subscriber,
    remove_subscriber,
)
from alerts.store.subscriptions import (
    add_subscription,
    change_rule,
    change_subscription,
    find_subscription,
    pause_subscription,
    record_problem,
    remove_subscription,
)
from alerts.store.tables import matches, subscriptions
from alerts.store.tables import rule_changes as changes_table
from config.settings import load_settings
from config.vocabulary import Vocabulary, load_vocabulary
from tests.rules.conftest import make_notice
from tests.store.rows import NOW, add_notice

Found = Callable[[str], list[str]]


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    return load_vocabulary(load_settings({}).regions, load_settings({}).synonyms)


@pytest.fixture(params=[0, 1000], ids=["many", "few"])
def rules(
    request: pytest.FixtureRequest, words: Vocabulary, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> LiveRules:
    monkeypatch.setattr(live, "FEW", request.param)
    return LiveRules(words, tmp_path / "rules.index")


@pytest.fixture
def found(engine: sa.Engine, words: Vocabulary, rules: LiveRules) -> Found:
    def find(title: str) -> list[str]:
        with engine.begin() as connection:
            notice = add_notice(connection, title).id
        match_waiting(engine, words, (), now=NOW, live=rules)
        with engine.begin() as connection:
            query = sa.select(subscriptions.c.rule).join(matches, matches.c.subscription_id == subscriptions.c.id)
            return sorted(connection.execute(query.where(matches.c.notice_id == notice)).scalars())

    return find


def subscribe(engine: sa.Engine, *rules: str, reader: str = "规划科") -> tuple[int, list[int]]:
    with engine.begin() as connection:
        subscriber = add_subscriber(connection, reader, now=NOW)
        return subscriber.id, [add_subscription(connection, subscriber.id, rule, now=NOW).id for rule in rules]


def test_no_rule_is_forgotten_while_it_is_asked_for(
    engine: sa.Engine, found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "REMEMBERED", 2)
    subscribe(engine, "补贴", "汽车", "充电桩")
    assert found("汽车补贴") == ["汽车", "补贴"]
    assert found("充电桩补贴") == ["充电桩", "补贴"]  # one at hand, one to read, room for two
    assert found("汽车充电桩补贴") == ["充电桩", "汽车", "补贴"]  # and more than there is room for


def test_what_changes_counts_from_the_next_notice_on(engine: sa.Engine, found: Found) -> None:
    reader, (subsidy, car, _) = subscribe(engine, "补贴", "汽车 -补贴", "=京东")
    assert found("汽车补贴") == ["补贴"]
    other, (late,) = subscribe(engine, "补贴 NEAR 汽车", reader="产业科")
    assert found("补贴新能源汽车") == ["补贴", "补贴 NEAR 汽车"]
    with engine.begin() as connection:
        pause_subscription(connection, subsidy, paused=True)
        change_rule(connection, car, "充电桩")
    assert found("汽车补贴与充电桩") == ["充电桩", "补贴 NEAR 汽车"]
    with engine.begin() as connection:
        pause_subscription(connection, subsidy, paused=False)
        pause_subscriber(connection, other, paused=True)
    assert found("汽车补贴") == ["补贴"]
    with engine.begin() as connection:
        pause_subscriber(connection, other, paused=False)
        remove_subscription(connection, subsidy)
    assert found("汽车 补贴") == ["补贴 NEAR 汽车"]
    with engine.begin() as connection:
        record_problem(connection, late, "broken")
        remove_subscriber(connection, reader)
    assert found("汽车补贴与充电桩，京东") == []


def test_a_rule_ends_at_its_moment_and_goes_on_when_that_is_moved(
    engine: sa.Engine, words: Vocabulary, rules: LiveRules
) -> None:
    end = NOW + timedelta(hours=1)
    with engine.begin() as connection:
        reader = add_subscriber(connection, "规划科", now=NOW)
        rule = add_subscription(connection, reader.id, "补贴", expires_at=end, now=NOW).id

    def count(title: str, now: datetime) -> int:
        with engine.begin() as connection:
            add_notice(connection, title)
        return match_waiting(engine, words, (), now=now, live=rules).matches

    assert count("购车补贴", end - timedelta(seconds=1)) == 1
    assert count("装修补贴", end) == 0  # no row has changed
    with engine.begin() as connection:
        later = end + timedelta(days=1)
        change_subscription(connection, rule, note="", expires_at=later, most=None, places=None)
    assert count("养老补贴", end) == 1
    with engine.begin() as connection:
        change_subscription(connection, rule, note="", expires_at=NOW, most=None, places=None)
    assert count("安家补贴", end) == 0


def test_what_has_expired_leaves_the_rules(
    engine: sa.Engine, words: Vocabulary, rules: LiveRules, tmp_path: Path
) -> None:
    end, text = NOW + timedelta(hours=1), NoticeText.of(make_notice("购车补贴"), words)
    with engine.begin() as connection:
        reader = add_subscriber(connection, "规划科", now=NOW)
        short = add_subscription(connection, reader.id, "补贴", expires_at=end, now=NOW).id
        long = add_subscription(connection, reader.id, "购车", now=NOW).id
    rules.follow(engine, now=NOW)
    assert len(rules) == 2
    assert [one.id for one, _ in rules.met_by(engine, text, now=end)] == [long]
    assert len(rules) == 1  # found once more, and let go
    later = LiveRules(words, tmp_path / "other.index")
    later.follow(engine, now=end)
    assert len(later) == 1  # not even taken in
    with engine.begin() as connection:
        change_subscription(connection, short, note="", expires_at=None, most=None, places=None)
    for each in (rules, later):
        each.follow(engine, now=end)
        assert [one.id for one, _ in each.met_by(engine, text, now=end)] == [short, long]


def test_an_index_is_built_with_what_the_archive_teaches(
    engine: sa.Engine, words: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "FEW", 0)
    monkeypatch.setattr(live, "ENOUGH", 4)
    subscribe(engine, "补贴", "汽车")

    def shares() -> Frequencies:
        ready = LiveRules(words)
        ready.follow(engine, now=NOW)
        assert len(ready.met_by(engine, NoticeText.of(make_notice("汽车补贴"), words), now=NOW)) == 2
        assert ready._many is not None
        return ready._many.frequencies

    with engine.begin() as connection:
        for number in range(3):
            add_notice(connection, f"通知 {number}", "斛珧斛珧")
    assert shares() is shipped()
    with engine.begin() as connection:
        add_notice(connection, "通知 3", "公告")
    assert shares().shares["斛珧"] == 0.75


def test_an_imported_pause_of_a_reader_is_heard(engine: sa.Engine, found: Found) -> None:
    reader, _ = subscribe(engine, "补贴")
    assert found("购车补贴") == ["补贴"]
    with engine.begin() as connection:
        change_subscriber(connection, replace(get_subscriber(connection, reader), paused=True))
    assert found("装修补贴") == []


def test_a_rule_that_does_not_read_harms_no_other(engine: sa.Engine, found: Found) -> None:
    _, (good, bad) = subscribe(engine, "补贴", "region:上海")
    with engine.begin() as connection:
        broken = sa.update(subscriptions).where(subscriptions.c.id == bad).values(rule="region:蓬莱仙岛")
        connection.execute(broken)
        note_changes(connection, [bad])
    assert found("补贴") == ["补贴"]
    with engine.begin() as connection:
        assert "蓬莱仙岛" in find_subscription(connection, bad).problem
        assert find_subscription(connection, good).problem == ""


def test_the_index_is_taken_from_its_file(
    engine: sa.Engine, words: Vocabulary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "FEW", 0)
    subscribe(engine, "补贴", "汽车")
    first = LiveRules(words, tmp_path / "rules.index")
    first.follow(engine, now=NOW)
    first.tidy(engine)
    subscribe(engine, "充电桩", reader="产业科")
    with monkeypatch.context() as patch:
        patch.setattr(live, "_compiled", pytest.fail)
        second = LiveRules(words, tmp_path / "rules.index")
        second.follow(engine, now=NOW)
        assert len(second) == 3
    with engine.begin() as connection:
        connection.execute(sa.update(changes_table).values(mark="restored from elsewhere"))
        remove_subscriber(connection, 1)
        connection.execute(sa.update(changes_table).values(mark="restored from elsewhere"))
    third = LiveRules(words, tmp_path / "rules.index")
    third.follow(engine, now=NOW)
    assert len(third) == 1


def test_an_index_of_another_format_is_made_anew(
    engine: sa.Engine, words: Vocabulary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "FEW", 0)
    subscribe(engine, "补贴", "汽车")
    file = tmp_path / "rules.index"
    first = LiveRules(words, file)
    first.follow(engine, now=NOW)
    first.tidy(engine)
    good = file.read_bytes()
    file.write_bytes(good.replace(b"yaoxun rules 3", b"yaoxun rules 2", 1))
    second = LiveRules(words, file)
    second.follow(engine, now=NOW)
    texts = [NoticeText.of(make_notice(title), words) for title in ("补贴", "无")]
    assert [len(second.met_by(engine, text, now=NOW)) for text in texts] == [1, 0]
    second.tidy(engine)
    assert file.read_bytes() == good


def test_a_change_that_becomes_visible_late_is_not_missed(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        note_changes(connection, [1, 2, 3])
        connection.execute(sa.delete(changes_table).where(changes_table.c.id == 2))
        seen = seen_now(connection)
        assert changes_since(connection, seen) == (set(), seen)
        connection.execute(sa.insert(changes_table).values(id=2, subscription_id=7, mark="late"))
        again = changes_since(connection, seen)
        assert again == ({7}, Seen(seen.last, seen.mark))
        assert changes_since(connection, Seen()) == ({1, 3, 7}, Seen(seen.last, seen.mark))


def test_who_has_not_seen_what_was_forgotten_reads_everything(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule_changes, "KEPT", 2)
    with engine.begin() as connection:
        note_changes(connection, [1])
        early = seen_now(connection)
        note_changes(connection, [2, 3, 4])
        forget_old_changes(connection, seen_now(connection))
        assert changes_since(connection, early) is None
        assert changes_since(connection, seen_now(connection)) == (set(), seen_now(connection))


@pytest.mark.parametrize("few", [0, 1000])
def test_many_notices_are_asked_at_once(few: int, words: Vocabulary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "FEW", few)
    rules = [(number, parse(rule, words)) for number, rule in enumerate(("补贴", "=京东", "汽车", "=京东 补贴"))]
    ask = asked_at_once(rules, notices=2)
    assert ask(NoticeText.of(make_notice("京东集团"), words)) == [1]
    assert ask(NoticeText.of(make_notice("北京东路的汽车补贴"), words)) == [0, 2]
