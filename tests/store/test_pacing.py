"""The pace of a target: no span sees more than its rate, whoever asks; both databases."""

import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa

from alerts.channels import CHANNELS
from alerts.channels.base import Rate
from alerts.store.pacing import forget_idle, hold_lane, lane_of, take_turn

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def buckets(*rates: Rate) -> list[tuple[int, float]]:
    return [(rate.burst, rate.interval) for rate in rates]


def leave(engine: sa.Engine, rates: tuple[Rate, ...], until: timedelta, lane: str = "a") -> list[datetime]:
    """Send as much as may leave, and say when each did."""
    left, now = [], NOW
    while now < NOW + until:
        with engine.begin() as connection:
            later = take_turn(connection, lane, buckets(*rates), now=now)
        if later is None:
            left.append(now)
        else:
            assert later > now
            now = later
    return left


@pytest.mark.parametrize(
    "rates", [(Rate(20, 60),), (Rate(100, 60), Rate(5, 1)), (Rate(1, 1),), (Rate(20, 60), Rate(1, 1)), (Rate(3, 7),)]
)
def test_no_span_sees_more_than_the_rate_and_the_flow_never_stops(engine: sa.Engine, rates: tuple[Rate, ...]) -> None:
    left = leave(engine, rates, timedelta(minutes=3))
    for rate in rates:
        span = timedelta(seconds=rate.seconds)
        assert max(sum(first <= one < first + span for one in left) for first in left) <= rate.most
    slowest = max(rate.interval for rate in rates)
    assert max(later - one for one, later in pairwise(left)) <= timedelta(seconds=slowest + 0.001)
    assert len(left) >= 180 / slowest


def test_a_denied_turn_takes_nothing(engine: sa.Engine) -> None:
    rate = buckets(Rate(2, 60))
    with engine.begin() as connection:
        assert take_turn(connection, "a", rate, now=NOW) is None
        denied = {take_turn(connection, "a", rate, now=NOW) for _ in range(50)}
    assert denied == {NOW + timedelta(seconds=60)}


def test_lanes_are_apart(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        for lane in ("a", "b", "c"):
            assert take_turn(connection, lane, buckets(Rate(1, 60)), now=NOW) is None


def test_a_held_lane_waits_and_a_shorter_hold_does_not_shorten_it(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        hold_lane(connection, "a", NOW + timedelta(minutes=10))
        hold_lane(connection, "a", NOW + timedelta(minutes=1))
        for rates in ([], buckets(Rate(20, 60))):
            assert take_turn(connection, "a", rates, now=NOW) == NOW + timedelta(minutes=10)
        assert take_turn(connection, "a", [], now=NOW + timedelta(minutes=10)) is None
        assert take_turn(connection, "b", [], now=NOW) is None


def test_workers_that_ask_at_once_share_one_bucket(engine: sa.Engine) -> None:
    given: list[bool] = []

    def ask() -> None:
        for _ in range(10):
            with engine.begin() as connection:
                given.append(take_turn(connection, "a", buckets(Rate(20, 60)), now=NOW) is None)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert given.count(True) == 10


def test_what_says_nothing_any_more_is_forgotten(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        take_turn(connection, "a", buckets(Rate(20, 60)), now=NOW)
        assert forget_idle(connection, now=NOW) == 0
        assert forget_idle(connection, now=NOW + timedelta(hours=1)) == 1


def test_a_lane_is_what_the_provider_counts_and_gives_nothing_away() -> None:
    chat = {"token": "123456:secret", "chat": "-100", "topic": "1"}
    paced_by = CHANNELS["telegram"].paced_by
    assert lane_of("telegram", chat, paced_by) == lane_of("telegram", {**chat, "topic": "2"}, paced_by)
    assert lane_of("telegram", chat, paced_by) != lane_of("telegram", {**chat, "chat": "-200"}, paced_by)
    assert "secret" not in lane_of("telegram", chat, paced_by)


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_channel_says_what_its_targets_share(channel: str) -> None:
    known = {field.name for field in CHANNELS[channel].fields}
    assert CHANNELS[channel].paced_by
    assert set(CHANNELS[channel].paced_by) <= known
