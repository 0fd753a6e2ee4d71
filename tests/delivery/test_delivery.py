"""Lease, send, mark, try again, give up: against a real receiver, on both databases."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

import pytest
import sqlalchemy as sa

from alerts.delivery import PATIENCE, DeliveryResult, deliver_due, deliver_each, next_attempt
from alerts.model import Attempt, AttemptResult, Delivery, DeliveryState
from alerts.store.deliveries import attempts_of, find_delivery
from alerts.store.destinations import find_destination, pause_destination
from alerts.store.secrets import Vault
from alerts.store.subscribers import find_subscriber, pause_subscriber
from config.settings import Settings
from tests.delivery.receiver import Answered, Got, Receiver
from tests.store.rows import NOW, SECRET, add_outbox

Run = Callable[[datetime], DeliveryResult]


@pytest.fixture
def run(engine: sa.Engine, vault: Vault, settings: Settings) -> Run:
    return lambda moment: deliver_due(engine, vault, settings, now=lambda: moment, owner="one")


def put(engine: sa.Engine, vault: Vault, receiver: Receiver, *bodies: str, reader: str = "规划科") -> list[int]:
    target = {"url": receiver.url, "secret": SECRET}
    with engine.begin() as connection:
        return add_outbox(connection, vault, [{"body": body} for body in bodies], target=target, reader=reader)


def state_of(engine: sa.Engine, delivery_id: int) -> tuple[Delivery, list[Attempt]]:
    with engine.begin() as connection:
        return find_delivery(connection, delivery_id), attempts_of(connection, delivery_id)


def test_everything_due_is_sent_once(engine: sa.Engine, vault: Vault, receiver: Receiver, run: Run) -> None:
    first, second = put(engine, vault, receiver, '{"part":1}', '{"part":2}')
    assert run(NOW) == DeliveryResult(delivered=2)
    assert run(NOW + timedelta(days=2)) == DeliveryResult()
    assert [got.body for got in receiver.requests] == ['{"part":1}', '{"part":2}']
    delivery, attempts = state_of(engine, first)
    assert delivery.state is DeliveryState.DELIVERED
    assert delivery.delivered_at == NOW
    assert delivery.key == receiver.requests[0].key
    assert delivery.key != state_of(engine, second)[0].key
    assert "." not in delivery.key
    assert [(attempt.number, attempt.result, attempt.code) for attempt in attempts] == [
        (1, AttemptResult.DELIVERED, "200")
    ]
    assert attempts[0].bytes == len('{"part":1}')


@pytest.mark.parametrize("status", [200, 503])
def test_an_attempt_during_which_the_clock_is_put_back_lasted_no_time(
    engine: sa.Engine, vault: Vault, receiver: Receiver, settings: Settings, status: int
) -> None:
    receiver.answer = lambda _: Answered(status)
    (delivery_id,) = put(engine, vault, receiver, "x")
    back = (NOW + timedelta(hours=10, minutes=-minutes) for minutes in count())
    deliver_due(engine, vault, settings, now=lambda: next(back), owner="one")
    (attempt,) = state_of(engine, delivery_id)[1]
    assert attempt.code == str(status)
    assert attempt.duration_ms == 0


def test_a_failure_waits_longer_each_time_and_keeps_its_key(
    engine: sa.Engine, vault: Vault, receiver: Receiver, run: Run
) -> None:
    (delivery_id,) = put(engine, vault, receiver, "{}")
    receiver.answer = lambda _: Answered(503, "try later")
    assert run(NOW) == DeliveryResult(waiting=1)
    assert run(NOW + timedelta(seconds=4)) == DeliveryResult()
    later = NOW + timedelta(seconds=6)
    assert run(later) == DeliveryResult(waiting=1)
    assert run(later + timedelta(minutes=4)) == DeliveryResult()
    receiver.answer = lambda _: Answered()
    assert run(later + timedelta(minutes=6)) == DeliveryResult(delivered=1)
    assert len({got.key for got in receiver.requests}) == 1
    delivery, attempts = state_of(engine, delivery_id)
    assert [attempt.result for attempt in attempts] == ["retry", "retry", "delivered"]
    assert attempts[0].answer == "HTTP 503: try later"
    assert delivery.attempts == 3


def test_after_every_attempt_it_is_given_up_with_the_last_words(
    engine: sa.Engine, vault: Vault, receiver: Receiver, run: Run
) -> None:
    (delivery_id,) = put(engine, vault, receiver, "{}")
    receiver.answer = lambda _: Answered(500, "no luck")
    moment, results = NOW, []
    for _ in range(12):
        results.append(run(moment))
        moment += timedelta(days=2)
    assert results == [DeliveryResult(waiting=1)] * 9 + [DeliveryResult(dead=1)] + [DeliveryResult()] * 2
    delivery, attempts = state_of(engine, delivery_id)
    assert (delivery.state, delivery.answer, len(attempts)) == (DeliveryState.DEAD, "HTTP 500: no luck", 10)


def test_the_receiver_may_ask_for_more_patience(engine: sa.Engine, vault: Vault, receiver: Receiver, run: Run) -> None:
    put(engine, vault, receiver, "{}")
    receiver.answer = lambda _: Answered(429, "slow down", (("Retry-After", "3600"),))
    run(NOW)
    assert run(NOW + timedelta(seconds=3599)) == DeliveryResult()
    assert run(NOW + timedelta(seconds=3600)) == DeliveryResult(waiting=1)


def test_a_permanent_refusal_pauses_the_destination_with_its_words(
    engine: sa.Engine, vault: Vault, receiver: Receiver, run: Run
) -> None:
    first, second = put(engine, vault, receiver, "{}", "{}")
    receiver.answer = lambda _: Answered(410, "unsubscribed")
    assert run(NOW) == DeliveryResult(dead=1)
    assert run(NOW + timedelta(days=9)) == DeliveryResult()
    delivery, attempts = state_of(engine, first)
    assert delivery.state is DeliveryState.DEAD
    assert [attempt.result for attempt in attempts] == [AttemptResult.PERMANENT]
    with engine.begin() as connection:
        place = find_destination(connection, vault, delivery.destination_id)
        assert (place.paused, place.problem) == (True, "HTTP 410: unsubscribed")
        pause_destination(connection, place.id, paused=False)
    receiver.answer = lambda _: Answered()
    assert run(NOW + timedelta(days=9)) == DeliveryResult(delivered=1)
    assert state_of(engine, second)[0].state is DeliveryState.DELIVERED


def test_parts_arrive_in_order(engine: sa.Engine, vault: Vault, receiver: Receiver, run: Run) -> None:
    put(engine, vault, receiver, "one", "two", "three")
    receiver.answer = lambda got: Answered(503 if got.body == "two" and len(receiver.requests) == 2 else 200)
    assert run(NOW) == DeliveryResult(delivered=1, waiting=1)
    assert run(NOW + timedelta(minutes=1)) == DeliveryResult(delivered=2)
    assert [got.body for got in receiver.requests] == ["one", "two", "two", "three"]


def test_a_part_given_up_does_not_hold_up_the_next(
    engine: sa.Engine, vault: Vault, receiver: Receiver, settings: Settings
) -> None:
    put(engine, vault, receiver, "one", "two")
    receiver.answer = lambda got: Answered(503 if got.body == "one" else 200)
    once = settings.model_copy(update={"delivery": settings.delivery.model_copy(update={"attempts": 1})})
    result = deliver_due(engine, vault, once, now=lambda: NOW, owner="one")
    assert result == DeliveryResult(delivered=1, dead=1)


def test_what_is_paused_waits(engine: sa.Engine, vault: Vault, receiver: Receiver, run: Run) -> None:
    put(engine, vault, receiver, "{}")
    with engine.begin() as connection:
        reader = find_subscriber(connection, "规划科")
        pause_subscriber(connection, reader.id, paused=True)
    assert run(NOW) == DeliveryResult()
    with engine.begin() as connection:
        pause_subscriber(connection, reader.id, paused=False)
    assert run(NOW) == DeliveryResult(delivered=1)


def test_one_delivery_that_cannot_be_sent_harms_no_other(
    engine: sa.Engine, vault: Vault, receiver: Receiver, run: Run
) -> None:
    with engine.begin() as connection:
        (lost,) = add_outbox(connection, vault, [{}], target={"url": receiver.url, "secret": SECRET}, reader="甲科")
        sealed_elsewhere = Vault.open(vault.path.parent / "other")
        target = {"url": receiver.url, "secret": SECRET}
        (locked,) = add_outbox(connection, sealed_elsewhere, [{"body": "{}"}], target=target, reader="乙科")
    put(engine, vault, receiver, "{}", reader="丙科")
    assert run(NOW) == DeliveryResult(delivered=1, waiting=2)
    assert state_of(engine, lost)[0].answer == "KeyError: 'body'"
    assert "Put back the key file" in state_of(engine, locked)[0].answer
    assert state_of(engine, locked)[1][0].result is AttemptResult.RETRY


def test_nobody_marks_what_another_worker_has_taken_over(
    engine: sa.Engine, vault: Vault, receiver: Receiver, settings: Settings
) -> None:
    (delivery_id,) = put(engine, vault, receiver, "{}")
    late = NOW + timedelta(seconds=settings.delivery.lease_seconds + 1)

    def slow(_: Got) -> Answered:
        if len(receiver.requests) == 1:  # while the first worker waits for its answer, another takes over
            result = deliver_due(engine, vault, settings, now=lambda: late, owner="two")
            assert result == DeliveryResult(delivered=1)
        return Answered(503, "too late")

    receiver.answer = lambda got: slow(got) if len(receiver.requests) == 1 else Answered(200, "taken")
    outcomes = list(deliver_each(engine, vault, settings, now=lambda: NOW, owner="one"))
    assert [outcome.marked for outcome in outcomes] == [False]
    assert DeliveryResult.of(outcomes) == DeliveryResult()
    delivery, attempts = state_of(engine, delivery_id)
    assert (delivery.state, delivery.answer) == (DeliveryState.DELIVERED, "taken")
    assert [attempt.result for attempt in attempts] == ["unknown", "delivered"]


def test_whoever_iterates_may_stop_between_two(
    engine: sa.Engine, vault: Vault, receiver: Receiver, settings: Settings, run: Run
) -> None:
    put(engine, vault, receiver, "one", "two")
    each = deliver_each(engine, vault, settings, now=lambda: NOW, owner="one")
    assert next(each).ending.state is DeliveryState.DELIVERED
    assert len(receiver.requests) == 1
    del each  # a generator that nobody holds ends there, and gives back what it has claimed
    assert run(NOW) == DeliveryResult(delivered=1)


@pytest.mark.parametrize(
    ("attempts", "retry_after", "seconds"),
    [
        (1, None, 5),
        (2, None, 300),
        (9, None, 86_400),
        (40, None, 86_400),
        (1, 60, 60),
        (3, 60, 1800),
        (1, 10**9, 86_400),
    ],
)
def test_patience(attempts: int, retry_after: float | None, seconds: float) -> None:
    assert next_attempt(attempts, retry_after, jitter=0) == timedelta(seconds=seconds)


def test_patience_grows_and_jitter_moves_it_by_a_tenth() -> None:
    assert list(PATIENCE) == sorted(PATIENCE)
    assert next_attempt(2, None, jitter=-1) == timedelta(seconds=270)
    assert next_attempt(2, None, jitter=1) == timedelta(seconds=330)
