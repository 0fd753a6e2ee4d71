"""What is due when everybody's robots write leaves a few minutes later, where the provider asks for that."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from alerts.delivery import DeliveryResult, deliver_due
from alerts.demo.receivers.feishu import Feishu
from alerts.digest import Desk, close_due, close_now
from alerts.digest.due import uncrowded
from alerts.model import Cadence, Quiet, Rhythm
from alerts.store.deliveries import list_deliveries
from alerts.store.destinations import NewDestination, add_destination
from alerts.store.secrets import Vault
from alerts.store.subscribers import add_subscriber
from alerts.store.subscriptions import add_subscription
from config.settings import Delivery, Settings
from tests.store.rows import add_match, add_notice

FULL = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # 08:00 in Shanghai
YESTERDAY = FULL - timedelta(hours=20)
ONE, FIVE = timedelta(minutes=1), timedelta(minutes=5)


@pytest.mark.parametrize("due", [FULL, FULL + timedelta(minutes=30), FULL + timedelta(seconds=14.5)])
def test_it_leaves_one_to_five_minutes_past_and_always_at_the_same_moment(due: datetime) -> None:
    edge = due.replace(second=0, microsecond=0)
    moments = [uncrowded(due, place, Rhythm()) for place in range(1, 241)]
    assert moments == [uncrowded(due + timedelta(seconds=9), place, Rhythm()) for place in range(1, 241)]
    assert all(edge + ONE <= moment < edge + FIVE for moment in moments)
    assert len(set(moments)) == 240


def test_what_is_due_later_leaves_when_it_is_due() -> None:
    for minutes in (5, 7, 29.9):
        due = FULL + timedelta(minutes=minutes)
        assert [uncrowded(due, place, Rhythm()) for place in range(1, 241)] == [due] * 240


def test_it_never_leaves_in_quiet_hours() -> None:
    rhythm = Rhythm(quiet=Quiet(since=time(8, 1), until=time(9)))
    assert uncrowded(FULL, 1, rhythm) == FULL


def put(engine: sa.Engine, desk: Desk, channel: str, target: dict[str, str], cadence: Cadence) -> int:
    new = NewDestination(
        name=channel, channel=channel, target=target, at=time(8), timezone="Asia/Shanghai", cadence=cadence, weekday=4
    )
    with engine.begin() as connection:
        reader = add_subscriber(connection, f"{channel} {cadence}", now=YESTERDAY)
        place = add_destination(connection, desk.vault, reader.id, new, now=YESTERDAY)
        rule = add_subscription(connection, reader.id, "补贴", now=YESTERDAY)
        add_match(connection, rule.id, add_notice(connection, "补贴", now=YESTERDAY), "补贴", now=YESTERDAY)
        return place.id


def next_of(engine: sa.Engine, place: int) -> datetime:
    with engine.begin() as connection:
        [delivery] = list_deliveries(connection, destination_id=place)
    return delivery.next_attempt_at


def test_only_a_digest_by_the_clock_to_such_a_provider_waits(engine: sa.Engine, tmp_path: Path) -> None:
    with Feishu(wall=FULL.timestamp) as robot:
        settings = Settings(delivery=Delivery(allow=(robot.address,)))
        desk = Desk(vault=Vault.open(tmp_path), settings=settings, sections=(), sources={})
        feishu = {"url": robot.url, "secret": robot.secret}
        daily = put(engine, desk, "feishu", feishu, Cadence.DAILY)
        at_once = put(engine, desk, "feishu", feishu, Cadence.AT_ONCE)
        other = put(engine, desk, "wecom", {"url": "https://qyapi.weixin.qq.com/x"}, Cadence.DAILY)
        by_hand = put(engine, desk, "feishu", feishu, Cadence.WEEKLY)
        assert close_due(engine, desk.vault, settings, (), {}, now=FULL).digests == 3
        assert close_now(engine, desk, by_hand, now=FULL) is not None
        leaves = next_of(engine, daily)
        assert FULL + ONE <= leaves < FULL + FIVE
        assert [next_of(engine, place) for place in (at_once, other, by_hand)] == [FULL] * 3

        def deliver(moment: datetime) -> DeliveryResult:
            return deliver_due(engine, desk.vault, settings, now=lambda: moment, owner="one")

        with engine.begin() as connection:
            connection.execute(sa.text("UPDATE destinations SET paused = :yes WHERE channel = 'wecom'"), {"yes": True})
        assert deliver(FULL) == DeliveryResult(delivered=2)
        assert deliver(leaves - timedelta(seconds=1)) == DeliveryResult()
        assert deliver(leaves) == DeliveryResult(delivered=1)
        assert len(robot.contents) == 3
