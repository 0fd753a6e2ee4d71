"""Subscribers, their rules and destinations: found by name or id, paused, removed with what hangs on them."""

from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
import sqlalchemy as sa

from alerts.store.destinations import (
    NewDestination,
    add_destination,
    find_by_token,
    find_destination,
    list_destinations,
    pause_destination,
    record_problem,
    remove_destination,
    retarget_destination,
)
from alerts.store.errors import Taken, Unknown
from alerts.store.secrets import Vault, VaultError
from alerts.store.subscribers import (
    add_subscriber,
    find_subscriber,
    get_subscriber,
    list_subscribers,
    pause_subscriber,
    remove_subscriber,
)
from alerts.store.subscriptions import (
    add_subscription,
    find_subscription,
    list_subscriptions,
    live_subscriptions,
    pause_subscription,
    remove_subscription,
)
from alerts.store.subscriptions import record_problem as record_rule_problem
from alerts.store.tables import destinations

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
MAIL = NewDestination(
    name="邮箱", channel="email", target={"address": "office@town.example"}, at=time(8, 30), timezone="Asia/Shanghai"
)


def test_a_subscriber_is_found_by_name_before_id(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        first = add_subscriber(connection, "规划科", now=NOW)
        second = add_subscriber(connection, str(first.id), language="en", now=NOW)
        assert find_subscriber(connection, "规划科") == first
        assert find_subscriber(connection, str(first.id)) == second
        assert find_subscriber(connection, str(second.id)) == second
        assert get_subscriber(connection, first.id) == first
        assert list_subscribers(connection) == [first, second]


def test_an_unknown_name_suggests_the_nearest(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        add_subscriber(connection, "research-desk", now=NOW)
        with pytest.raises(Unknown, match="did you mean research-desk"):
            find_subscriber(connection, "reserch-desk")
        with pytest.raises(Unknown, match=r"^There is no subscriber 张江$"):
            find_subscriber(connection, "张江")


def test_nothing_is_there_twice(engine: sa.Engine, tmp_path: Path) -> None:
    vault = Vault.open(tmp_path)
    with engine.begin() as connection:
        reader = add_subscriber(connection, "规划科", now=NOW)
        add_subscription(connection, reader.id, "补贴", now=NOW)
        add_destination(connection, vault, reader.id, MAIL, now=NOW)
        with pytest.raises(Taken):
            add_subscriber(connection, "规划科", now=NOW)
        with pytest.raises(Taken):
            add_subscription(connection, reader.id, "补贴", now=NOW)
        with pytest.raises(Taken):
            add_destination(connection, vault, reader.id, MAIL, now=NOW)


def test_only_live_rules_are_matched(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        awake, asleep = (add_subscriber(connection, name, now=NOW) for name in ("甲科", "乙科"))
        kept = add_subscription(connection, awake.id, "补贴", note="月报", now=NOW)
        paused = add_subscription(connection, awake.id, "奖励", now=NOW)
        broken = add_subscription(connection, awake.id, "region:旧名", now=NOW)
        add_subscription(connection, asleep.id, "补贴", now=NOW)
        pause_subscription(connection, paused.id, paused=True)
        record_rule_problem(connection, broken.id, "nobody knows 旧名")
        pause_subscriber(connection, asleep.id, paused=True)
        assert live_subscriptions(connection) == [kept]
        assert find_subscription(connection, broken.id).problem == "nobody knows 旧名"
        pause_subscription(connection, broken.id, paused=False)
        assert find_subscription(connection, broken.id).problem == ""


def test_targets_are_sealed_in_the_database(engine: sa.Engine, tmp_path: Path) -> None:
    vault = Vault.open(tmp_path / "one")
    with engine.begin() as connection:
        reader = add_subscriber(connection, "规划科", now=NOW)
        added = add_destination(connection, vault, reader.id, MAIL, now=NOW)
        assert "office@town.example" not in connection.execute(sa.select(destinations.c.target)).scalar_one()
        assert added.target == MAIL.target
        assert (added.rhythm.at, added.timezone) == (MAIL.at, MAIL.timezone)
        assert "office@town.example" not in repr(added)
        assert find_destination(connection, vault, added.id) == added
        with pytest.raises(VaultError):
            list_destinations(connection, Vault.open(tmp_path / "two"))


def test_one_bot_writes_to_many_chats_and_its_token_unsubscribes_nobody(engine: sa.Engine, tmp_path: Path) -> None:
    vault = Vault.open(tmp_path)
    bot = {"token": "123456:" + "A" * 35}
    chats = [replace(MAIL, name=chat, channel="telegram", target=bot | {"chat": chat}) for chat in ("-1001", "-1002")]
    with engine.begin() as connection:
        reader = add_subscriber(connection, "规划科", now=NOW)
        for chat in chats:
            added = add_destination(connection, vault, reader.id, chat, now=NOW)
        retarget_destination(connection, vault, added.id, bot | {"chat": "-1003"})
        assert [one.target["chat"] for one in list_destinations(connection, vault)] == ["-1001", "-1003"]
        assert find_by_token(connection, vault, bot["token"]) is None


def test_a_paused_destination_keeps_the_words_that_stopped_it(engine: sa.Engine, tmp_path: Path) -> None:
    vault = Vault.open(tmp_path)
    with engine.begin() as connection:
        reader = add_subscriber(connection, "规划科", now=NOW)
        added = add_destination(connection, vault, reader.id, MAIL, now=NOW)
        pause_destination(connection, added.id, paused=True, problem="410 Gone")
        record_problem(connection, added.id, "")
        stopped = find_destination(connection, vault, added.id)
        assert (stopped.paused, stopped.problem) == (True, "410 Gone")
        pause_destination(connection, added.id, paused=False)
        again = find_destination(connection, vault, added.id)
        assert (again.paused, again.problem) == (False, "")


def test_what_is_removed_takes_along_what_hangs_on_it(engine: sa.Engine, tmp_path: Path) -> None:
    vault = Vault.open(tmp_path)
    with engine.begin() as connection:
        gone, stays = (add_subscriber(connection, name, now=NOW) for name in ("甲科", "乙科"))
        for reader in (gone, stays):
            add_subscription(connection, reader.id, "补贴", now=NOW)
            add_destination(connection, vault, reader.id, MAIL, now=NOW)
        remove_subscriber(connection, gone.id)
        assert [rule.subscriber_id for rule in list_subscriptions(connection)] == [stays.id]
        assert [place.subscriber_id for place in list_destinations(connection, vault)] == [stays.id]
        remove_subscription(connection, list_subscriptions(connection, stays.id)[0].id)
        remove_destination(connection, list_destinations(connection, vault, stays.id)[0].id)
        assert not list_subscriptions(connection)
        assert not list_destinations(connection, vault)
