"""The stand-ins are as strict as their providers, and say no as these do; what a channel makes of it."""

import json
from datetime import UTC, datetime

import pytest

from alerts.channels import CHANNELS
from alerts.channels.base import ChannelError, Envelope
from alerts.channels.outbound import post
from alerts.demo.receivers.listening import Reply
from alerts.demo.receivers.mattermost import Mattermost
from alerts.demo.receivers.teams import Teams
from alerts.demo.receivers.wecom import Robot, read_content
from config.settings import Delivery, Settings
from tests.channels.conftest import SEEN, sample_digest

SETTINGS = Settings(delivery=Delivery(allow=("127.0.0.1",), timeout=2))


def envelope() -> Envelope:
    return Envelope(key="digest-7-1", now=datetime.now(UTC))


def test_what_teams_tells_the_workflow_inside_a_200_is_no_success() -> None:
    with Teams(told_inside=True, clock=lambda: 0.0) as teams:
        [message] = CHANNELS["teams"].compose(sample_digest(), {"url": teams.url}, SETTINGS)
        long = {**message, "body": message["body"].replace("新能源汽车", "新能源汽车" * 900)}
        with pytest.raises(ChannelError, match=r"HTTP error 413, the message is too long: Webhook") as caught:
            CHANNELS["teams"].send(long, {"url": teams.url}, envelope(), SETTINGS)
        assert (caught.value.permanent, caught.value.status) == (True, 200)
        for _ in range(4):
            CHANNELS["teams"].send(message, {"url": teams.url}, envelope(), SETTINGS)
        with pytest.raises(ChannelError, match="returned HTTP error 429") as caught:
            CHANNELS["teams"].send(message, {"url": teams.url}, envelope(), SETTINGS)
        assert (caught.value.limited, caught.value.retry_after) == (True, 60)
        assert len(teams.contents) == 4


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"X-RateLimit-Reset": "7"}, 7),
        ({"X-RateLimit-Reset": "0"}, 1),
        ({"X-RateLimit-Reset": f"{SEEN.timestamp() + 9:.0f}"}, 9),
        ({"X-RateLimit-Reset": "999999"}, 86_400),
        ({"X-RateLimit-Reset": "soon"}, 5),
        ({"X-RateLimit-Reset": "7", "Retry-After": "11"}, 11),
        ({}, 5),
    ],
)
def test_mattermost_says_when_it_takes_messages_again(headers: dict[str, str], wait: float) -> None:
    with Mattermost() as server:
        server.answer_next(Reply(429, b"limit exceeded", headers))
        [message] = CHANNELS["mattermost"].compose(sample_digest(), {"url": server.url}, SETTINGS)
        with pytest.raises(ChannelError) as caught:
            CHANNELS["mattermost"].send(message, {"url": server.url}, Envelope(key="k", now=SEEN), SETTINGS)
    assert (caught.value.limited, caught.value.retry_after) == (True, wait)


ROWS = [{"keyname": "政策举措", "value": "3 条"}]
JUMPS = [{"type": 1, "title": "购车补贴办法", "url": "https://a.example/1"}]
CARD = {
    "card_type": "text_notice",
    "main_title": {"title": "要讯"},
    "horizontal_content_list": ROWS,
    "jump_list": JUMPS,
    "card_action": {"type": 1, "url": "https://a.example/"},
}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, ""),
        ({"main_title": {"title": "讯" * 27}}, "title exceeds 26"),
        ({"main_title": {"title": "要讯", "desc": "讯" * 31}}, "desc exceeds 30"),
        ({"sub_title_text": "讯" * 113}, "sub_title_text exceeds 112"),
        ({"horizontal_content_list": [{"keyname": "政策举措栏目"}]}, "keyname exceeds 5"),
        ({"horizontal_content_list": [{"keyname": "政策", "value": "讯" * 27}]}, "value exceeds 26"),
        ({"horizontal_content_list": ROWS * 7}, "horizontal_content_list"),
        ({"jump_list": JUMPS * 4}, "jump_list"),
        ({"jump_list": [{"title": "讯" * 14, "url": "https://a.example/1"}]}, "jump exceeds 13"),
        ({"jump_list": [{"title": "讯", "url": "javascript:alert(1)"}]}, "jump_list"),
        ({"card_action": {"type": 1}}, "card_action"),
    ],
)
def test_the_stand_in_measures_a_card(changes: dict[str, object], fault: str) -> None:
    content, found = read_content(json.dumps({"msgtype": "template_card", "template_card": CARD | changes}).encode())
    assert fault in found
    assert bool(content) is not bool(fault)


def test_the_stand_in_takes_nothing_that_is_not_declared_as_json() -> None:
    with Robot() as robot:
        body = b'{"msgtype": "text", "text": {"content": "x"}}'
        for kind, code in (("text/plain", 40058), ("application/json; charset=utf-8", 0)):
            answer = post(robot.url, content=body, headers={"Content-Type": kind}, settings=SETTINGS)
            assert answer.json["errcode"] == code
