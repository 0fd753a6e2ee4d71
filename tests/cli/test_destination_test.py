"""`yaoxun destinations test` and what it shows, against strict receivers."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from alerts.demo.receivers.dingtalk import DingTalk
from alerts.demo.receivers.listening import Reply
from alerts.demo.receivers.slack import Slack
from alerts.demo.receivers.wecom import Robot

PROGRAM = [sys.executable, "-c", "from alerts.cli.app import main; main()"]


@pytest.fixture
def dingtalk() -> Iterator[DingTalk]:
    with DingTalk() as robot:
        yield robot


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("YAOXUN_")}
    environment |= {"YAOXUN_HOME": str(home), "YAOXUN_DELIVERY_ALLOW": '["127.0.0.1"]', "COLUMNS": "200"}
    return subprocess.run(
        [*PROGRAM, *arguments], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def added(home: Path, channel: str, **target: str) -> None:
    for command in (("db", "upgrade"), ("subscribers", "add", "规划科")):
        assert run(home, *command).returncode == 0
    fields = [part for name, value in target.items() for part in ("--set", f"{name}={value}")]
    done = run(home, "destinations", "add", "-s", "规划科", "--channel", channel, *fields)
    assert done.returncode == 0, done.stderr


def tried(home: Path) -> tuple[int, list[dict[str, Any]]]:
    done = run(home, "destinations", "test", "1", "--json")
    return done.returncode, json.loads(done.stdout)["messages"]


def test_a_sample_is_taken_and_what_came_back_is_shown(tmp_path: Path, dingtalk: DingTalk) -> None:
    added(tmp_path, "dingtalk", url=dingtalk.url, secret=dingtalk.secret)
    code, [message] = tried(tmp_path)
    assert code == 0
    assert (message["result"], message["status"], message["code"]) == ("delivered", 200, "0")
    assert message["bytes"] == len(dingtalk.bodies[0])
    assert "测试消息" in dingtalk.contents[0]
    shown = run(tmp_path, "destinations", "test", "1").stdout
    assert '"errmsg": "ok"' in shown


def test_a_refusal_is_shown_in_the_providers_words_and_nothing_secret(tmp_path: Path, dingtalk: DingTalk) -> None:
    wrong = "SEC" + "x" * 40
    added(tmp_path, "dingtalk", url=dingtalk.url, secret=wrong)
    code, [message] = tried(tmp_path)
    assert code == 1
    assert (message["result"], message["code"]) == ("permanent", "310000")
    assert "sign not match" in message["answer"]
    shown = run(tmp_path, "destinations", "test", "1")
    assert wrong not in shown.stdout + shown.stderr
    assert dingtalk.token not in shown.stdout + shown.stderr


def test_a_receiver_that_echoes_the_key_does_not_get_it_shown(tmp_path: Path) -> None:
    with Slack() as slack:
        added(tmp_path, "slack", url=slack.url)
        slack.answer_next(Reply(500, f"cannot post to {slack.url}".encode()))
        code, [message] = tried(tmp_path)
    assert code == 1
    assert (message["result"], message["status"]) == ("retry", 500)
    assert "x" * 24 not in message["answer"]
    assert "cannot post to" in message["answer"]


def test_a_sample_waits_its_turn_like_any_message(tmp_path: Path) -> None:
    with Slack() as slack:
        added(tmp_path, "slack", url=slack.url)
        slack.answer_next(Reply(200, b"ok"))
        assert tried(tmp_path)[0] == 0
        assert not slack.refused[1:]


def test_every_message_of_the_sample_is_shown(tmp_path: Path) -> None:
    with Robot() as robot:
        added(tmp_path, "wecom", url=robot.url, form="template_card")
        code, messages = tried(tmp_path)
    assert code == 0
    assert [(one["part"], one["parts"], one["result"]) for one in messages] == [
        (1, 2, "delivered"),
        (2, 2, "delivered"),
    ]
    assert len(robot.contents) == 2


def test_an_unknown_destination_is_said(tmp_path: Path) -> None:
    assert run(tmp_path, "db", "upgrade").returncode == 0
    done = run(tmp_path, "destinations", "test", "9")
    assert done.returncode != 0
    assert "9" in done.stderr
