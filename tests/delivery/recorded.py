"""Two deliveries that are due, the first at fault: what is recorded of it, and whether the next went on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from alerts.delivery import deliver_each
from alerts.demo.receivers.wecom import PATH, Robot
from alerts.model import Attempt, AttemptResult, DeliveryState
from alerts.store.deliveries import attempts_of, find_delivery
from alerts.store.secrets import Vault
from config.settings import Delivery, Settings, Smtp
from tests.store.rows import SECRET, add_outbox

TIMEOUT = 0.5  # seconds that a receiver is given

WRITTEN: Mapping[str, dict[str, str]] = {
    "webhook": {"body": '{"type":"note","data":{}}'},
    "wecom": {"markdown": "**要讯** 1 条", "maybe_repeated": "（可能重复）"},
    "email": {"subject": "S", "html": "<p>H</p>", "text": "T", "mailto": "mailto:a@b.example", "one_click": ""},
}
"""A message of each channel as it is stored."""


class Clock:
    """The time of day, which may be moved on: what is signed must be fresh, and a duration is a real one."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass(frozen=True)
class Place:
    """A destination: its channel and the target as it is stored."""

    channel: str
    target: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What stands in the rows of a delivery after its last attempt."""

    state: DeliveryState
    result: AttemptResult
    code: str
    answer: str
    bytes: int
    duration_ms: int


def attempt_both(engine: sa.Engine, vault: Vault, settings: Settings, bad: Place, good: Place) -> Recorded:
    """Let one worker send to both, the bad one first; return what is recorded of it once the good one has its own."""
    clock = Clock()
    with engine.begin() as connection:
        ids = [
            add_outbox(connection, vault, [dict(WRITTEN[place.channel])], reader=reader, now=clock(), **of(place))[0]
            for reader, place in (("甲科", bad), ("乙科", good))
        ]
    outcomes = list(deliver_each(engine, vault, settings, now=clock, owner="one"))
    assert [outcome.delivery.id for outcome in outcomes] == ids
    assert all(outcome.marked for outcome in outcomes)
    first, second = (recorded(engine, delivery_id) for delivery_id in ids)
    assert (second.state, second.result) == (DeliveryState.DELIVERED, AttemptResult.DELIVERED), second
    return first


def of(place: Place) -> dict[str, Any]:
    return {"channel": place.channel, "target": place.target}


def recorded(engine: sa.Engine, delivery_id: int) -> Recorded:
    with engine.begin() as connection:
        delivery, last = find_delivery(connection, delivery_id), _last(attempts_of(connection, delivery_id))
    assert last.result is not None
    assert delivery.answer == last.answer
    return Recorded(
        state=delivery.state,
        result=last.result,
        code=last.code,
        answer=last.answer,
        bytes=last.bytes,
        duration_ms=last.duration_ms,
    )


def _last(attempts: list[Attempt]) -> Attempt:
    assert attempts[-1].finished_at is not None
    return attempts[-1]


def settings_with(robot: Robot, *allow: str, smtp: Smtp | None = None) -> Settings:
    """Nothing inside may be reached but the robot, and what is named."""
    delivery = Delivery(allow=(robot.address, *allow), timeout=TIMEOUT)
    return Settings(delivery=delivery, smtp=smtp or Smtp())


def hook_at(url: str) -> Place:
    return Place("webhook", {"url": url, "secret": SECRET})


def at(channel: str, port: int) -> Place:
    """A destination whose receiver is believed at this port."""
    if channel == "webhook":
        return hook_at(f"http://127.0.0.1:{port}/")
    return Place("wecom", {"url": f"http://127.0.0.1:{port}{PATH}?key=a"})


def next_to(robot: Robot) -> Place:
    return Place("wecom", {"url": robot.url})


def size_of(channel: str) -> int:
    """Return the bytes that leave for the message of a channel."""
    message = WRITTEN[channel]
    if channel == "webhook":
        return len(message["body"].encode())
    return len(f'{{"msgtype": "markdown", "markdown": {{"content": "{message["markdown"]}"}}}}'.encode())
