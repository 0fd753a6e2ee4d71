"""Nothing leaves faster than its target takes it, a denied turn is no attempt, and a held lane holds every delivery."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from alerts.channels import CHANNELS
from alerts.delivery import deliver_due
from alerts.demo.receivers.wecom import Robot
from alerts.model import AttemptResult, DeliveryState
from alerts.store.deliveries import attempts_of, list_deliveries, next_due
from alerts.store.secrets import Vault
from config.settings import Delivery, Settings
from tests.channels.conftest import sample_digest
from tests.store.rows import NOW, add_outbox


class Hand:
    """A clock moved by hand, for sender and robot alike."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return (self.now - NOW).total_seconds()


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def robot(hand: Hand) -> Iterator[Robot]:
    with Robot(clock=hand.seconds) as robot:
        yield robot


def fill(engine: sa.Engine, vault: Vault, robot: Robot, readers: int, parts: int) -> None:
    [message] = CHANNELS["wecom"].compose(sample_digest(), {}, Settings())
    with engine.begin() as connection:
        for reader in range(readers):
            target = {"url": robot.url}
            messages = [dict(message)] * parts
            add_outbox(connection, vault, messages, channel="wecom", target=target, reader=f"{reader}科")


def settings_of(robot: Robot) -> Settings:
    return Settings(delivery=Delivery(allow=(robot.address,), timeout=5))


def test_a_robot_never_refuses_for_pace_and_a_turn_denied_is_no_attempt(
    engine: sa.Engine, vault: Vault, robot: Robot, hand: Hand
) -> None:
    fill(engine, vault, robot, readers=5, parts=7)
    rounds = 0
    while len(robot.contents) < 35:
        for worker in ("one", "two"):
            deliver_due(engine, vault, settings_of(robot), now=hand, owner=worker)
        with engine.begin() as connection:
            hand.now = max(next_due(connection) or hand.now, hand.now)
        rounds += 1
        assert rounds < 60
    assert not robot.refused
    assert hand.now - NOW >= timedelta(seconds=60 * (35 - 20) / 20)
    with engine.begin() as connection:
        everything = list_deliveries(connection)
        assert {one.state for one in everything} == {DeliveryState.DELIVERED}
        assert {one.attempts for one in everything} == {1}
        assert {len(attempts_of(connection, one.id)) for one in everything} == {1}


def test_a_robot_that_says_too_often_is_left_alone_by_everybody(
    engine: sa.Engine, vault: Vault, robot: Robot, hand: Hand
) -> None:
    fill(engine, vault, robot, readers=3, parts=1)
    robot.answer_next(45009, "api freq out of limit")
    deliver_due(engine, vault, settings_of(robot), now=hand, owner="one")
    assert robot.refused == [45009]
    assert robot.contents == []
    with engine.begin() as connection:
        results = [attempts_of(connection, one.id) for one in list_deliveries(connection)]
        assert [one.result for attempts in results for one in attempts] == [AttemptResult.LIMITED]
        assert next_due(connection) == NOW + timedelta(seconds=60)
    hand.now += timedelta(seconds=61)
    deliver_due(engine, vault, settings_of(robot), now=hand, owner="one")
    assert len(robot.contents) == 3


def test_what_apprise_took_is_called_handed_over(
    engine: sa.Engine, vault: Vault, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apprise.plugins.pushover import NotifyPushover  # noqa: PLC0415  takes a second that the others need not wait

    from alerts.demo.receivers.pushover import Pushover  # noqa: PLC0415  beside it

    with Pushover() as service, engine.begin() as connection:
        monkeypatch.setattr(NotifyPushover, "notify_url", service.url)
        add_outbox(connection, vault, [{"text": "一\n二"}], channel="apprise", target={"url": service.target})
        connection.commit()
        assert deliver_due(engine, vault, Settings(), now=hand, owner="one").delivered == 1
    with engine.begin() as connection:
        [delivery] = list_deliveries(connection)
        assert delivery.state is DeliveryState.DELIVERED
        assert [one.result for one in attempts_of(connection, delivery.id)] == [AttemptResult.HANDED_OVER]
