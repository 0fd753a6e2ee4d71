"""Webhooks in one hand: each sent once, what failed marked alone, what was not begun given back; on both databases."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from alerts.delivery import DeliveryResult, deliver_due, deliver_each
from alerts.model import AttemptResult, DeliveryState
from alerts.store.deliveries import attempts_of, list_deliveries
from alerts.store.destinations import find_destination
from alerts.store.secrets import Vault
from config.settings import Settings
from tests.delivery.receiver import Answered, Receiver
from tests.store.rows import NOW, SECRET, add_outbox


def fill(engine: sa.Engine, vault: Vault, receiver: Receiver, readers: int) -> None:
    with engine.begin() as connection:
        for reader in range(readers):
            target = {"url": receiver.url, "secret": SECRET}
            add_outbox(connection, vault, [{"body": f'{{"n":{reader}}}'}], target=target, reader=f"{reader}科")


def states(engine: sa.Engine) -> list[tuple[str, int, list[str]]]:
    with engine.begin() as connection:
        return [
            (one.state, one.attempts, [str(attempt.result) for attempt in attempts_of(connection, one.id)])
            for one in reversed(list_deliveries(connection))
        ]


def test_many_are_sent_once_each_in_few_transactions(
    engine: sa.Engine, vault: Vault, receiver: Receiver, settings: Settings
) -> None:
    fill(engine, vault, receiver, 30)
    commits: list[None] = []
    sa.event.listen(engine, "commit", lambda _connection: commits.append(None))
    assert deliver_due(engine, vault, settings, now=lambda: NOW, owner="one") == DeliveryResult(delivered=30)
    assert states(engine) == [("delivered", 1, ["delivered"])] * 30
    assert sorted(got.body for got in receiver.requests) == sorted(f'{{"n":{n}}}' for n in range(30))
    assert len(commits) < 15


def test_one_that_fails_among_many_is_marked_alone(
    engine: sa.Engine, vault: Vault, receiver: Receiver, settings: Settings
) -> None:
    fill(engine, vault, receiver, 5)
    receiver.answer = lambda got: Answered(503 if '"n":2' in got.body else 200, "said")
    result = deliver_due(engine, vault, settings, now=lambda: NOW, owner="one")
    assert result == DeliveryResult(delivered=4, waiting=1)
    assert [state for state, _, _ in states(engine)] == ["delivered", "delivered", "waiting", "delivered", "delivered"]


def test_whoever_stops_gives_the_rest_back(
    engine: sa.Engine, vault: Vault, receiver: Receiver, settings: Settings
) -> None:
    fill(engine, vault, receiver, 5)
    receiver.answer = lambda _: Answered(503)
    each = deliver_each(engine, vault, settings, now=lambda: NOW, owner="one")
    next(each)
    del each  # a generator that nobody holds ends there
    after = states(engine)
    assert "sending" not in {state for state, _, _ in after}
    assert [attempts for _, attempts, _ in after] == [len(results) for _, _, results in after]
    receiver.answer = lambda _: Answered()
    later = NOW + timedelta(hours=1)
    assert deliver_due(engine, vault, settings, now=lambda: later, owner="two").delivered == 5


@pytest.mark.parametrize("said", [Answered(429, "", (("Retry-After", "600"),)), Answered(410)])
def test_a_target_that_refuses_gets_no_more_of_the_hand(
    engine: sa.Engine, vault: Vault, receiver: Receiver, settings: Settings, said: Answered
) -> None:
    fill(engine, vault, receiver, 1)
    with engine.begin() as connection:
        [first] = list_deliveries(connection)
        place = find_destination(connection, vault, first.destination_id)
        rows = sa.text(
            "INSERT INTO deliveries (destination_id, part, parts, key, message, next_attempt_at, created_at, state,"
            " attempts, answer) SELECT destination_id, 1, 1, key || :n, message, next_attempt_at, created_at, state,"
            " attempts, answer FROM deliveries WHERE id = :id"
        )
        connection.execute(rows, [{"n": f"-{n}", "id": first.id} for n in range(9)])
    receiver.answer = lambda _: said
    deliver_due(engine, vault, settings, now=lambda: NOW, owner="one")
    assert len(receiver.requests) == 1
    assert [results for _, _, results in states(engine)] == [
        [AttemptResult.LIMITED if said.status == 429 else AttemptResult.PERMANENT],
        *[[]] * 9,
    ]
    assert {state for state, _, _ in states(engine)[1:]} == {DeliveryState.WAITING}
    assert place.id == first.destination_id


def test_what_another_has_taken_over_is_not_marked(
    engine: sa.Engine, vault: Vault, receiver: Receiver, settings: Settings
) -> None:
    fill(engine, vault, receiver, 1)
    late = NOW + timedelta(seconds=settings.delivery.lease_seconds + 1)

    def slow(_: object) -> Answered:
        if len(receiver.requests) == 1:
            assert deliver_due(engine, vault, settings, now=lambda: late, owner="two") == DeliveryResult(delivered=1)
        return Answered()

    receiver.answer = slow
    outcomes = list(deliver_each(engine, vault, settings, now=lambda: NOW, owner="one"))
    assert [outcome.marked for outcome in outcomes] == [False]
    assert states(engine) == [("delivered", 2, ["unknown", "delivered"])]
