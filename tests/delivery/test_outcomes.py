"""Unknown outcomes, slow receivers, refusals for good, replays: against a real receiver, on both databases."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from alerts.delivery import DeliveryResult, deliver_due, deliver_each
from alerts.model import DeliveryState, Quiet, WhenUnknown
from alerts.store.deliveries import add_note, attempts_of, find_delivery, list_deliveries, replay_deliveries
from alerts.store.destinations import (
    NewDestination,
    change_destination,
    find_destination,
    list_destinations,
    rest_destination,
)
from alerts.store.outbox import claim_delivery
from alerts.store.secrets import Vault
from alerts.store.subscribers import add_subscriber, find_subscriber
from config.settings import Delivery, Settings
from tests.delivery.receiver import Answered, Got, Receiver
from tests.store.rows import NOW, SECRET, add_outbox, add_place

LATER = NOW + timedelta(minutes=5)
Run = Callable[[datetime], DeliveryResult]
CHAT = {"markdown": "**要讯** 1条", "maybe_repeated": "（可能重复）"}


@pytest.fixture
def run(engine: sa.Engine, vault: Vault, settings: Settings) -> Run:
    return lambda moment: deliver_due(engine, vault, settings, now=lambda: moment, owner="one")


def put(engine: sa.Engine, vault: Vault, receiver: Receiver, channel: str = "wecom", **changes: Any) -> int:  # noqa: ANN401  any field
    message, target = (
        (CHAT, {"url": receiver.url})
        if channel == "wecom"
        else ({"body": "{}"}, {"url": receiver.url, "secret": SECRET})
    )
    with engine.begin() as connection:
        (delivery_id,) = add_outbox(connection, vault, [dict(message)], channel=channel, target=target)
        place = find_destination(connection, vault, find_delivery(connection, delivery_id).destination_id)
        change_destination(connection, vault, place.id, replace(NewDestination.of(place), **changes))
    return delivery_id


def state(engine: sa.Engine, delivery_id: int) -> tuple[str, list[str | None]]:
    with engine.begin() as connection:
        results = [None if one.result is None else str(one.result) for one in attempts_of(connection, delivery_id)]
        return str(find_delivery(connection, delivery_id).state), results


def interrupt(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        assert claim_delivery(connection, owner="dead", now=NOW, lease=timedelta(seconds=120)) is not None


def test_a_chat_message_that_may_have_been_taken_is_held_where_no_repeats_are_wanted(
    engine: sa.Engine, vault: Vault, receiver: Receiver, run: Run
) -> None:
    delivery_id = put(engine, vault, receiver, when_unknown=WhenUnknown.HOLD)
    interrupt(engine)
    assert run(LATER) == DeliveryResult()
    assert state(engine, delivery_id) == ("held", ["unknown"])
    assert run(LATER + timedelta(days=9)) == DeliveryResult()
    with engine.begin() as connection:
        assert replay_deliveries(connection, [delivery_id], LATER) == [delivery_id]
    assert run(LATER) == DeliveryResult(delivered=1)
    assert json.loads(receiver.requests[0].body)["markdown"]["content"].startswith("（可能重复）")
    assert state(engine, delivery_id) == ("delivered", ["unknown", "delivered"])


def test_no_answer_holds_too_and_a_webhook_is_sent_again_whatever_is_wanted(
    engine: sa.Engine, vault: Vault, receiver: Receiver, settings: Settings
) -> None:
    held = put(engine, vault, receiver, when_unknown=WhenUnknown.HOLD)
    receiver.answer = lambda _: Answered(200, "no errcode in here")
    deliver_due(engine, vault, settings, now=lambda: NOW, owner="one")
    assert state(engine, held) == ("held", ["unknown"])
    with engine.begin() as connection:
        place = add_place(
            connection, vault, find_subscriber(connection, "规划科"), target={"url": receiver.url, "secret": SECRET}
        )
        change_destination(
            connection, vault, place.id, replace(NewDestination.of(place), when_unknown=WhenUnknown.HOLD)
        )
        add_note(connection, place.id, [{"body": "{}"}], NOW)
    interrupt(engine)
    assert deliver_due(engine, vault, settings, now=lambda: LATER, owner="one") == DeliveryResult(delivered=1)


def test_a_replay_begins_the_schedule_anew_under_the_same_key(
    engine: sa.Engine, vault: Vault, receiver: Receiver, run: Run, settings: Settings
) -> None:
    delivery_id = put(engine, vault, receiver, "webhook")
    receiver.answer = lambda _: Answered(500, "no luck")
    for day in range(settings.delivery.attempts):
        run(NOW + timedelta(days=2 * day))
    assert state(engine, delivery_id)[0] == "dead"
    moment = NOW + timedelta(days=40)
    with engine.begin() as connection:
        assert replay_deliveries(connection, [delivery_id, 999], moment) == [delivery_id]
    assert run(moment) == DeliveryResult(waiting=1)
    assert run(moment + timedelta(seconds=4)) == DeliveryResult()
    receiver.answer = lambda _: Answered()
    assert run(moment + timedelta(seconds=6)) == DeliveryResult(delivered=1)
    assert state(engine, delivery_id) == ("delivered", ["retry"] * 11 + ["delivered"])
    assert len({got.key for got in receiver.requests}) == 1
    with engine.begin() as connection:
        assert replay_deliveries(connection, [delivery_id], moment) == []


def test_a_sending_that_takes_longer_than_the_lease_keeps_it(
    engine: sa.Engine, vault: Vault, receiver: Receiver, settings: Settings
) -> None:
    delivery_id = put(engine, vault, receiver, "webhook")
    arrived, released = threading.Event(), threading.Event()

    def slow(_: Got) -> Answered:
        arrived.set()
        released.wait(30)
        return Answered()

    receiver.answer = slow
    short = Settings(delivery=Delivery(allow=settings.delivery.allow, timeout=30, lease_seconds=5))
    first = threading.Thread(
        target=deliver_due, args=(engine, vault, short), kwargs={"now": lambda: datetime.now(UTC), "owner": "one"}
    )
    first.start()
    assert arrived.wait(30)
    begun = datetime.now(UTC)
    while datetime.now(UTC) < begun + timedelta(seconds=7):  # longer than the lease
        assert deliver_due(engine, vault, short, now=lambda: datetime.now(UTC), owner="two") == DeliveryResult()
    released.set()
    first.join()
    assert len(receiver.requests) == 1
    assert state(engine, delivery_id) == ("delivered", ["delivered"])


def test_what_fails_in_the_evening_is_tried_again_after_the_quiet_hours(
    engine: sa.Engine, vault: Vault, receiver: Receiver, run: Run
) -> None:
    quiet = Quiet(since=(NOW + timedelta(hours=8)).time(), until=(NOW + timedelta(hours=9)).time())  # 09:00 in Shanghai
    delivery_id = put(engine, vault, receiver, "webhook", quiet=quiet)
    receiver.answer = lambda _: Answered(503, "later")
    assert run(NOW) == DeliveryResult(waiting=1)
    with engine.begin() as connection:
        assert find_delivery(connection, delivery_id).next_attempt_at == NOW + timedelta(hours=1)


def test_the_owner_is_told_elsewhere_of_a_destination_that_refuses_for_good(
    engine: sa.Engine, vault: Vault, receiver: Receiver, settings: Settings
) -> None:
    delivery_id = put(engine, vault, receiver, "webhook")
    with engine.begin() as connection:
        reader = find_subscriber(connection, "规划科")
        robot = add_place(connection, vault, reader, channel="wecom", target={"url": receiver.url}, name="群")
        add_place(connection, vault, add_subscriber(connection, "别人", now=NOW), name="theirs")
    receiver.answer = lambda got: Answered(410, "gone") if "webhook-id" in got.headers else Answered()
    outcomes = list(deliver_each(engine, vault, settings, now=lambda: NOW, owner="one"))
    assert [one.ending.state for one in outcomes] == [DeliveryState.DEAD, DeliveryState.DELIVERED]
    said = json.loads(receiver.requests[1].body)["markdown"]["content"]
    assert "“webhook”已暂停投递" in said
    assert "HTTP 410: gone" in said
    assert "yaoxun deliveries replay --dead --destination 1" in said
    with engine.begin() as connection:
        assert [one.destination_id for one in list_deliveries(connection)] == [
            robot.id,
            find_delivery(connection, delivery_id).destination_id,
        ]


def test_without_another_place_the_operators_are_told(
    engine: sa.Engine, vault: Vault, receiver: Receiver, run: Run
) -> None:
    put(engine, vault, receiver, "webhook")
    with engine.begin() as connection:
        operator = add_subscriber(connection, "管理员", operator=True, now=NOW)
        place = add_place(connection, vault, operator, channel="wecom", target={"url": receiver.url})
    receiver.answer = lambda got: Answered(410, "gone") if "webhook-id" in got.headers else Answered()
    assert run(NOW) == DeliveryResult(delivered=1, dead=1)
    with engine.begin() as connection:
        assert {one.id for one in list_destinations(connection, vault) if one.paused} == {1}
        assert list_deliveries(connection, destination_id=place.id)[0].state is DeliveryState.DELIVERED


def test_what_rests_or_was_not_agreed_to_waits(engine: sa.Engine, vault: Vault, receiver: Receiver, run: Run) -> None:
    resting = put(engine, vault, receiver, "webhook")
    with engine.begin() as connection:
        rest_destination(connection, find_delivery(connection, resting).destination_id, until=LATER)
        place = add_place(connection, vault, add_subscriber(connection, "别科", now=NOW), target={"url": receiver.url})
        change_destination(connection, vault, place.id, replace(NewDestination.of(place), confirmed=False))
        add_note(connection, place.id, [{"body": "{}"}], NOW)
    assert run(NOW) == DeliveryResult()
    assert run(LATER) == DeliveryResult(delivered=1)


def test_what_is_urgent_goes_first(engine: sa.Engine, vault: Vault, receiver: Receiver, settings: Settings) -> None:
    target = {"url": receiver.url, "secret": SECRET}
    with engine.begin() as connection:
        add_outbox(connection, vault, [{"body": "usual"}], target=target, now=NOW - timedelta(hours=1))
        add_outbox(connection, vault, [{"body": "urgent"}], target=target, reader="急", urgent=True)
    list(deliver_each(engine, vault, settings, now=lambda: NOW, owner="one", urgent_only=True))
    assert [got.body for got in receiver.requests] == ["urgent"]
    deliver_due(engine, vault, settings, now=lambda: NOW, owner="one")
    assert [got.body for got in receiver.requests] == ["urgent", "usual"]
