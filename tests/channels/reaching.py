"""Each channel with a receiver that listens: what the tests of every channel reach."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from apprise.plugins.pushover import NotifyPushover

from alerts.channels import CHANNELS, check_target
from alerts.channels.base import Channel, Envelope, Message, Receipt
from alerts.demo.receivers.dingtalk import DingTalk
from alerts.demo.receivers.discord import Discord
from alerts.demo.receivers.feishu import Feishu
from alerts.demo.receivers.listening import Reply
from alerts.demo.receivers.mailbox import Mailbox
from alerts.demo.receivers.mattermost import Mattermost
from alerts.demo.receivers.ntfy import Ntfy
from alerts.demo.receivers.pushover import Pushover
from alerts.demo.receivers.slack import Slack
from alerts.demo.receivers.strict import Strict, as_json
from alerts.demo.receivers.teams import Teams
from alerts.demo.receivers.telegram import Telegram, failed
from alerts.demo.receivers.webhook import Hook
from alerts.demo.receivers.wecom import Robot
from alerts.model import (
    Digest,
)
from config.settings import Delivery, Settings, Smtp


@dataclass
class Reached:
    """One channel with a receiver that listens."""

    channel: Channel
    target: Mapping[str, str]
    settings: Settings
    taken: Callable[[], list[str]]  # what arrived, without what is fresh on every attempt
    fail_temporarily: Callable[[], None]
    fail_permanently: Callable[[], None]
    stay_busy_for: float | None  # what the temporary failure says of the next attempt
    move: Callable[[int], "Reached"]  # the same, with the receiver believed at another port
    repeated: str = ""  # what a chat message begins with when it may be a repeat
    holds: int = 50  # so many notices find room in a digest's messages
    stack: ExitStack = field(default_factory=ExitStack)

    def send(self, message: Message, key: str = "digest-7-1", *, maybe_repeated: bool = False) -> Receipt:
        envelope = Envelope(key=key, now=datetime.now(UTC), maybe_repeated=maybe_repeated)
        return self.channel.send(message, self.target, envelope, self.settings)

    def compose(self, digest: Digest) -> list[Message]:
        return list(self.channel.compose(digest, self.target, self.settings))


def reach_email(folder: Path) -> Reached:
    stack = ExitStack()
    refusals: dict[str, str] = {}
    box = stack.enter_context(Mailbox(folder, refuse=refusals))

    def settings(port: int) -> Settings:
        return Settings(smtp=Smtp(host="127.0.0.1", port=port, security="none", timeout=0.5))

    def taken() -> list[str]:
        lines = (path.read_bytes().decode().split("\r\n") for path in box.messages)
        return ["\n".join(line for line in mail if not line.startswith("Date:")) for mail in lines]

    found = Reached(
        channel=CHANNELS["email"],
        target=check_target("email", {"address": "reader@office.example"}),
        settings=settings(box.port),
        taken=taken,
        fail_temporarily=lambda: refusals.update({"reader@office.example": "452 4.2.2 mailbox full"}),
        fail_permanently=lambda: refusals.update({"reader@office.example": "550 5.1.1 no such mailbox"}),
        stay_busy_for=None,
        move=lambda port: replace(found, settings=settings(port)),
        stack=stack,
    )
    return found


def reach_wecom(_folder: Path) -> Reached:
    stack = ExitStack()
    moment = iter(range(0, 10_000_000, 3600))  # an hour passes between two messages
    robot = stack.enter_context(Robot(clock=lambda: float(next(moment))))
    found = Reached(
        channel=CHANNELS["wecom"],
        target=check_target("wecom", {"url": robot.url}),
        settings=Settings(delivery=Delivery(allow=("127.0.0.1",), timeout=0.5)),
        taken=lambda: list(robot.contents),
        fail_temporarily=lambda: robot.answer_next(45009, "api freq out of limit"),
        fail_permanently=lambda: robot.answer_next(93000, "invalid webhook url"),
        stay_busy_for=60,
        move=lambda port: replace(found, target={"url": robot.url.replace(str(robot.port), str(port))}),
        repeated="（可能重复）",
        stack=stack,
    )
    return found


def reach_webhook(_folder: Path) -> Reached:
    stack = ExitStack()
    secret = check_target("webhook", {"url": "https://hooks.office.example"})["secret"]
    hook = stack.enter_context(Hook(secret))
    target = check_target("webhook", {"url": hook.url, "secret": secret})
    found = Reached(
        channel=CHANNELS["webhook"],
        target=target,
        settings=Settings(delivery=Delivery(allow=("127.0.0.1",), timeout=0.5)),
        taken=lambda: [hook.bodies[key].decode() for key in (*hook.bodies, *hook.repeats)],
        fail_temporarily=lambda: hook.answer_next(429, b"slow down", {"Retry-After": "90"}),
        fail_permanently=lambda: hook.answer_next(410, b"gone"),
        stay_busy_for=90,
        move=lambda port: replace(found, target={**target, "url": hook.url.replace(str(hook.port), str(port))}),
        stack=stack,
    )
    return found


class Ticking:
    """An hour passes between two messages, so that no rate is met; the time of day stays what it is."""

    def __init__(self) -> None:
        self.moment = 0.0

    def __call__(self) -> float:
        self.moment += 3600
        return self.moment


@dataclass(frozen=True)
class Strictly:
    """How a channel's strict stand-in is set up: its target, and what it says when busy and when it is gone."""

    make: Callable[..., Strict]
    target: Callable[[Any], dict[str, str]]
    busy: Reply
    wait: float
    gone: Reply
    repeated: str = "（可能重复）"


STRICT: Mapping[str, Strictly] = {
    "dingtalk": Strictly(
        make=partial(DingTalk, keyword="要讯"),
        target=lambda one: {"url": one.url, "secret": one.secret, "keyword": one.keyword},
        busy=as_json(200, {"errcode": 130101, "errmsg": "send too fast"}),
        wait=600,
        gone=as_json(200, {"errcode": 310000, "errmsg": "sign not match"}),
    ),
    "feishu": Strictly(
        make=Feishu,
        target=lambda one: {"url": one.url, "secret": one.secret},
        busy=as_json(200, {"code": 11232, "msg": "frequency limited"}),
        wait=60,
        gone=as_json(200, {"code": 19021, "msg": "sign match fail"}),
    ),
    "slack": Strictly(
        make=Slack,
        target=lambda one: {"url": one.url},
        busy=Reply(429, b"rate_limited", {"Retry-After": "30"}),
        wait=30,
        gone=Reply(404, b"no_service"),
    ),
    "teams": Strictly(
        make=Teams,
        target=lambda one: {"url": one.url},
        busy=as_json(429, {"error": {"code": "TooManyRequests"}}, {"Retry-After": "77"}),
        wait=77,
        gone=as_json(404, {"error": {"code": "WorkflowNotFound"}}),
    ),
    "discord": Strictly(
        make=Discord,
        target=lambda one: {"url": one.url},
        busy=as_json(429, {"message": "You are being rate limited.", "retry_after": 1.337, "global": False}),
        wait=2,
        gone=as_json(404, {"message": "Unknown Webhook", "code": 10015}),
    ),
    "telegram": Strictly(
        make=Telegram,
        target=lambda one: {"token": one.token, "chat": one.chat, "server": one.origin},
        busy=failed(429, "Too Many Requests: retry after 30", retry_after=30),
        wait=30,
        gone=failed(403, "Forbidden: bot was kicked from the group chat"),
    ),
    "mattermost": Strictly(
        make=Mattermost,
        target=lambda one: {"url": one.url},
        busy=Reply(429, b"limit exceeded"),
        wait=5,
        gone=as_json(403, {"id": "web.incoming_webhook.disabled.app_error", "message": "disabled"}),
    ),
    "ntfy": Strictly(
        make=Ntfy,
        target=lambda one: {"topic": one.topic, "server": one.origin, "token": one.token},
        busy=as_json(429, {"code": 42901, "http": 429, "error": "limit reached"}),
        wait=60,
        gone=as_json(403, {"code": 40301, "http": 403, "error": "forbidden"}),
    ),
}


def reach_strict(name: str, _folder: Path) -> Reached:
    stack = ExitStack()
    how = STRICT[name]
    receiver = stack.enter_context(how.make(clock=Ticking()))
    target = check_target(name, how.target(receiver))

    def move(port: int) -> Reached:
        moved = {key: value.replace(f":{receiver.port}", f":{port}") for key, value in target.items()}
        return replace(found, target=moved)

    found = Reached(
        channel=CHANNELS[name],
        target=target,
        settings=Settings(delivery=Delivery(allow=("127.0.0.1",), timeout=0.5)),
        taken=lambda: list(receiver.contents),
        fail_temporarily=lambda: receiver.answer_next(how.busy),
        fail_permanently=lambda: receiver.answer_next(how.gone),
        stay_busy_for=how.wait,
        move=move,
        repeated=how.repeated,
        stack=stack,
    )
    return found


def reach_apprise(_folder: Path) -> Reached:
    stack = ExitStack()
    service = stack.enter_context(Pushover(clock=Ticking()))
    stack.enter_context(pytest.MonkeyPatch.context()).setattr(NotifyPushover, "notify_url", service.url)

    def move(port: int) -> Reached:
        stack.enter_context(pytest.MonkeyPatch.context()).setattr(
            NotifyPushover, "notify_url", f"http://127.0.0.1:{port}/"
        )
        return found

    found = Reached(
        channel=CHANNELS["apprise"],
        target=check_target("apprise", {"url": service.target}),
        settings=Settings(delivery=Delivery(allow=("127.0.0.1",), timeout=0.5)),
        taken=lambda: list(service.contents),
        fail_temporarily=lambda: service.answer_next(Reply(429, b'{"status":0}')),
        fail_permanently=lambda: service.answer_next(Reply(401, b'{"status":0}')),
        stay_busy_for=60,
        move=move,
        repeated="（可能重复）",
        holds=10,
        stack=stack,
    )
    return found


REACHING: Mapping[str, Callable[[Path], Reached]] = {
    "email": reach_email,
    "wecom": reach_wecom,
    "webhook": reach_webhook,
    "apprise": reach_apprise,
    **{name: partial(reach_strict, name) for name in STRICT},
}
