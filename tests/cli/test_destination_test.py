"""`yaoxun destinations test` and `channels`: what they show, against strict receivers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from alerts.channels import CHANNELS
from alerts.demo.receivers.dingtalk import DingTalk
from alerts.demo.receivers.listening import Reply
from alerts.demo.receivers.slack import Slack
from alerts.demo.receivers.wecom import Robot
from alerts.store.pacing import hold_lane, lane_of
from tests.cli.conftest import Yaoxun


@pytest.fixture
def dingtalk() -> Iterator[DingTalk]:
    with DingTalk() as robot:
        yield robot


@pytest.fixture
def allowed(yaoxun: Yaoxun, monkeypatch: pytest.MonkeyPatch) -> Yaoxun:
    monkeypatch.setenv("YAOXUN_DELIVERY_ALLOW", '["127.0.0.1"]')
    yaoxun("subscribers", "add", "规划科")
    return yaoxun


def add(yaoxun: Yaoxun, channel: str, **target: str) -> None:
    fields = [part for name, value in target.items() for part in ("--set", f"{name}={value}")]
    yaoxun("destinations", "add", "-s", "规划科", "--channel", channel, *fields)


def tried(yaoxun: Yaoxun, code: int = 0) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = yaoxun("destinations", "test", 1, "--json", code=code).json["messages"]
    return messages


def test_a_sample_is_taken_and_what_came_back_is_shown(allowed: Yaoxun, dingtalk: DingTalk) -> None:
    add(allowed, "dingtalk", url=dingtalk.url, secret=dingtalk.secret)
    [message] = tried(allowed)
    assert (message["result"], message["status"], message["code"]) == ("delivered", 200, "0")
    assert message["bytes"] == len(dingtalk.bodies[0])
    assert "测试消息" in dingtalk.contents[0]
    assert '"errmsg": "ok"' in allowed("destinations", "test", 1).out


def test_a_refusal_is_shown_in_the_providers_words_and_nothing_secret(allowed: Yaoxun, dingtalk: DingTalk) -> None:
    wrong = "SEC" + "x" * 40
    add(allowed, "dingtalk", url=dingtalk.url, secret=wrong)
    [message] = tried(allowed, code=1)
    assert (message["result"], message["code"]) == ("permanent", "310000")
    assert "sign not match" in message["answer"]
    shown = allowed("destinations", "test", 1, code=1)
    assert wrong not in shown.out + shown.errors
    assert dingtalk.token not in shown.out + shown.errors


def test_a_receiver_that_repeats_the_key_does_not_get_it_shown(allowed: Yaoxun) -> None:
    with Slack() as slack:
        add(allowed, "slack", url=slack.url)
        slack.answer_next(Reply(500, f"cannot post to {slack.url}".encode()))
        [message] = tried(allowed, code=1)
    assert (message["result"], message["status"]) == ("retry", 500)
    assert "x" * 24 not in message["answer"]
    assert "cannot post to" in message["answer"]


def test_a_sample_waits_for_its_turn_like_any_message(allowed: Yaoxun, database: sa.Engine) -> None:
    with Robot() as robot:
        add(allowed, "wecom", url=robot.url)
        lane = lane_of("wecom", {"url": robot.url}, CHANNELS["wecom"].paced_by)
        with database.begin() as connection:
            hold_lane(connection, lane, datetime.now(UTC) + timedelta(hours=1))
        [message] = tried(allowed, code=1)
        assert message["result"] == "limited"
        assert "its turn comes at" in message["answer"]
        assert robot.contents == []


def test_every_message_of_the_sample_is_shown(allowed: Yaoxun) -> None:
    with Robot() as robot:
        add(allowed, "wecom", url=robot.url, form="template_card")
        messages = tried(allowed)
    assert [(one["part"], one["parts"], one["result"]) for one in messages] == [
        (1, 2, "delivered"),
        (2, 2, "delivered"),
    ]
    assert len(robot.contents) == 2


def test_an_unknown_destination_is_said(allowed: Yaoxun) -> None:
    assert "9" in allowed("destinations", "test", 9, code=2).errors


def test_the_channels_say_what_they_ask_for(yaoxun: Yaoxun) -> None:
    listed = yaoxun("destinations", "channels").out
    assert all(name in listed for name in CHANNELS)
    told = yaoxun("destinations", "channels", "dingtalk").out
    assert "access_token=…" in told
    assert "required" in told
    [channel] = yaoxun("destinations", "channels", "telegram", "--json").json["channels"]
    assert {field["name"]: field["secret"] for field in channel["fields"]}["token"] is True
    assert "did you mean" not in yaoxun("destinations", "channels", "pigeon", code=2).out
