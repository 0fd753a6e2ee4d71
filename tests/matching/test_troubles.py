"""A rule that once was read and no longer is: paused alone, told once, resumed when it reads; on both databases."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from alerts.matching import match_waiting
from alerts.store.deliveries import list_deliveries
from alerts.store.destinations import NewDestination, change_destination, list_destinations
from alerts.store.errors import Taken
from alerts.store.secrets import Vault
from alerts.store.subscribers import add_subscriber
from alerts.store.subscriptions import (
    add_subscription,
    change_rule,
    change_subscription,
    find_subscription,
    pause_subscription,
    record_problem,
)
from alerts.store.tables import matches
from alerts.troubles import TroubleResult, look_after_rules, note_lines
from config.regions import Places, load_places
from config.settings import Settings
from tests.store.rows import NOW, add_notice, add_place

REGIONS = Settings().regions
PLACES = load_places(REGIONS)
RULE = "补贴 region:昆山"


@pytest.fixture
def renamed(tmp_path: Path) -> Places:
    """The place tree after somebody renamed a town in it."""
    path = tmp_path / "regions.toml"
    path.write_text(REGIONS.read_text(encoding="utf-8").replace("昆山市", "新昆市"), encoding="utf-8")
    return load_places(path)


def subscribe(engine: sa.Engine, home: Path, *rules: str, reader: str = "规划科", language: str = "zh") -> list[int]:
    """Rules of a reader with two destinations."""
    with engine.begin() as connection:
        owner = add_subscriber(connection, reader, language=language, now=NOW)
        for name in ("甲", "乙"):
            add_place(connection, Vault.open(home), owner, name=name)
        return [add_subscription(connection, owner.id, rule, now=NOW).id for rule in rules]


def arrive(engine: sa.Engine, title: str, places: Places) -> None:
    with engine.begin() as connection:
        add_notice(connection, title)
    match_waiting(engine, places, (), now=NOW)


def look(engine: sa.Engine, home: Path, places: Places) -> TroubleResult:
    return look_after_rules(engine, Vault.open(home), Settings(), places, now=NOW)


def problem(engine: sa.Engine, subscription: int) -> str:
    with engine.begin() as connection:
        return find_subscription(connection, subscription).problem


def count(engine: sa.Engine, subscription: int) -> int:
    with engine.begin() as connection:
        query = sa.select(sa.func.count()).where(matches.c.subscription_id == subscription)
        return connection.execute(query).scalar_one()


def notes(engine: sa.Engine) -> list[dict[str, Any]]:
    with engine.begin() as connection:
        return [json.loads(one.message["body"])["data"] for one in list_deliveries(connection)]


def test_a_renamed_region_pauses_one_rule_and_tells_its_owner_once(
    engine: sa.Engine, tmp_path: Path, renamed: Places
) -> None:
    gone, other = subscribe(engine, tmp_path, RULE, "补贴")
    (elsewhere,) = subscribe(engine, tmp_path, "补贴 region:苏州", reader="产业科")
    arrive(engine, "购车补贴", PLACES)
    assert [count(engine, one) for one in (gone, other, elsewhere)] == [1, 1, 1]
    assert look(engine, tmp_path, PLACES) == TroubleResult()

    arrive(engine, "装修补贴", renamed)
    assert look(engine, tmp_path, renamed) == TroubleResult(problems=1, notes=2)
    arrive(engine, "养老补贴", renamed)
    assert look(engine, tmp_path, renamed) == TroubleResult()
    assert [count(engine, one) for one in (gone, other)] == [1, 3]
    assert [bool(problem(engine, one)) for one in (gone, other, elsewhere)] == [True, False, False]
    first, second = notes(engine)
    assert first == second
    (line,) = first["lines"]
    assert line.startswith(f"订阅 {gone}“{RULE}”：没有名为“昆山”的地区。")
    assert f"yaoxun subscriptions edit {gone}" in line


def test_it_goes_on_when_it_reads_again_and_a_new_trouble_is_told_anew(
    engine: sa.Engine, tmp_path: Path, renamed: Places
) -> None:
    (rule,) = subscribe(engine, tmp_path, RULE)
    arrive(engine, "购车补贴", renamed)
    assert look(engine, tmp_path, renamed).problems == 1
    assert look(engine, tmp_path, PLACES) == TroubleResult(resumed=1)
    arrive(engine, "装修补贴", PLACES)
    assert (problem(engine, rule), count(engine, rule)) == ("", 1)
    arrive(engine, "养老补贴", renamed)
    assert look(engine, tmp_path, renamed).problems == 1


def test_it_goes_on_when_it_is_edited(engine: sa.Engine, tmp_path: Path, renamed: Places) -> None:
    rule, other = subscribe(engine, tmp_path, RULE, "汽车")
    arrive(engine, "购车补贴", renamed)
    look(engine, tmp_path, renamed)
    with engine.begin() as connection:
        assert change_rule(connection, rule, "补贴 region:新昆").revision == 2
        with pytest.raises(Taken):
            change_rule(connection, other, "补贴 region:新昆")
    assert look(engine, tmp_path, renamed) == TroubleResult()
    assert problem(engine, rule) == ""


def test_nothing_is_told_of_a_rule_that_has_ended_nor_where_nobody_said_yes(engine: sa.Engine, tmp_path: Path) -> None:
    (rule,) = subscribe(engine, tmp_path, "补贴")
    with engine.begin() as connection:
        record_problem(connection, rule, "failed on notice 7: ZeroDivisionError: inside")
        change_subscription(connection, rule, note="", expires_at=NOW, most=None, places=None)
    assert look(engine, tmp_path, PLACES) == TroubleResult()
    with engine.begin() as connection:
        change_subscription(connection, rule, note="", expires_at=None, most=None, places=None)
        first, _ = list_destinations(connection, Vault.open(tmp_path))
        new = replace(NewDestination.of(first), confirmed=False)
        change_destination(connection, Vault.open(tmp_path), first.id, new)
    assert look(engine, tmp_path, PLACES) == TroubleResult(problems=1, notes=1)


def test_a_rule_that_failed_waits_for_its_owner(engine: sa.Engine, tmp_path: Path) -> None:
    (rule,) = subscribe(engine, tmp_path, "补贴")
    with engine.begin() as connection:
        record_problem(connection, rule, "failed on notice 7: ZeroDivisionError: inside")
    assert look(engine, tmp_path, PLACES) == TroubleResult(problems=1, notes=2)
    assert look(engine, tmp_path, PLACES) == TroubleResult()
    assert problem(engine, rule)
    assert "failed on notice 7" in str(notes(engine)[0]["lines"])
    with engine.begin() as connection:
        pause_subscription(connection, rule, paused=False)
        record_problem(connection, rule, "failed on notice 7: ZeroDivisionError: inside")
    assert look(engine, tmp_path, PLACES).problems == 1


def test_who_has_no_destination_is_told_when_there_is_one(engine: sa.Engine, tmp_path: Path, renamed: Places) -> None:
    with engine.begin() as connection:
        owner = add_subscriber(connection, "规划科", now=NOW)
        add_subscription(connection, owner.id, RULE, now=NOW)
    arrive(engine, "购车补贴", renamed)
    assert look(engine, tmp_path, renamed) == TroubleResult()
    with engine.begin() as connection:
        add_place(connection, Vault.open(tmp_path), owner)
    assert look(engine, tmp_path, renamed) == TroubleResult(problems=1, notes=1)


def test_an_owner_is_told_of_all_at_once_in_their_language(engine: sa.Engine, tmp_path: Path, renamed: Places) -> None:
    rules = subscribe(engine, tmp_path, RULE, "汽车 region:昆山", language="en")
    arrive(engine, "购车补贴", renamed)
    assert look(engine, tmp_path, renamed) == TroubleResult(problems=2, notes=2)
    with engine.begin() as connection:
        lines = note_lines([find_subscription(connection, one) for one in rules], renamed, "en")
    assert [line.split(":")[0] for line in lines] == [
        f"Subscription {rules[0]}, 补贴 region",
        f"Subscription {rules[1]}, 汽车 region",
    ]
    assert "No region is called 昆山." in lines[0]
