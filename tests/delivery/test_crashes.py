"""Workers beside each other, and workers killed: nothing is lost, and what is sent again says so."""

import json
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from alerts.delivery import DeliveryResult, deliver_due
from alerts.model import DeliveryState
from alerts.store.deliveries import attempts_of, find_delivery, list_deliveries
from alerts.store.outbox import INTERRUPTED, claim_delivery
from alerts.store.secrets import Vault
from alerts.store.tables import deliveries
from config.settings import Settings
from tests.delivery.receiver import Answered, Got, Receiver
from tests.store.rows import NOW, SECRET, add_outbox

WORKER = Path(__file__).with_name("worker.py")
ROOT = Path(__file__).parents[2]
LATER = NOW + timedelta(minutes=5)


def start_worker(engine: sa.Engine, vault: Vault, receiver: Receiver) -> subprocess.Popen[str]:
    database = engine.url.render_as_string(hide_password=False)
    command = [sys.executable, str(WORKER), database, str(vault.path.parent), receiver.allow, NOW.isoformat()]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def kill(worker: subprocess.Popen[str]) -> None:
    worker.send_signal(signal.SIGKILL)
    assert worker.wait() == -signal.SIGKILL
    assert worker.stdout is not None
    worker.stdout.close()


@pytest.mark.parametrize("channel", ["webhook", "wecom"])
def test_killed_between_sending_and_marking(
    engine: sa.Engine, vault: Vault, receiver: Receiver, settings: Settings, channel: str
) -> None:
    target, message = {
        "webhook": ({"url": receiver.url, "secret": SECRET}, {"body": "{}"}),
        "wecom": ({"url": receiver.url}, {"markdown": "**要讯** 1条", "maybe_repeated": "可能重复"}),
    }[channel]
    with engine.begin() as connection:
        (delivery_id,) = add_outbox(connection, vault, [message], channel=channel, target=target)
    arrived, released = threading.Event(), threading.Event()

    def hold(_: Got) -> Answered:
        arrived.set()
        released.wait(30)
        return Answered()

    receiver.answer = hold
    worker = start_worker(engine, vault, receiver)
    assert arrived.wait(30)
    kill(worker)
    released.set()
    receiver.answer = lambda _: Answered()
    early = deliver_due(engine, vault, settings, now=lambda: NOW + timedelta(seconds=60), owner="two")
    assert early == DeliveryResult()  # the lease still runs
    assert deliver_due(engine, vault, settings, now=lambda: LATER, owner="two") == DeliveryResult(delivered=1)
    with engine.begin() as connection:
        assert [attempt.result for attempt in attempts_of(connection, delivery_id)] == ["unknown", "delivered"]
        assert find_delivery(connection, delivery_id).state is DeliveryState.DELIVERED
    first, second = receiver.requests
    if channel == "webhook":
        assert first.key == second.key
        assert first.body == second.body
    else:
        assert "可能重复" not in first.body
        assert json.loads(second.body)["markdown"]["content"].startswith("可能重复\n")


def test_killed_after_the_answer_and_before_the_mark(
    engine: sa.Engine, vault: Vault, receiver: Receiver, settings: Settings
) -> None:
    with engine.begin() as connection:
        target = {"url": receiver.url, "secret": SECRET}
        (delivery_id,) = add_outbox(connection, vault, [{"body": "{}"}], target=target)
    answered = threading.Event()
    blocker = engine.connect()

    def answer_behind_a_lock(_: Got) -> Answered:
        """Hold the row (on SQLite the file) so that the answer arrives but cannot be marked."""
        blocker.execute(sa.select(deliveries.c.id).where(deliveries.c.id == delivery_id).with_for_update())
        answered.set()
        return Answered()

    receiver.answer = answer_behind_a_lock
    worker = start_worker(engine, vault, receiver)
    assert answered.wait(30)
    with pytest.raises(subprocess.TimeoutExpired):
        worker.wait(0.5)  # it has its answer and waits for the lock
    kill(worker)
    blocker.rollback()
    blocker.close()
    receiver.answer = lambda _: Answered()
    assert deliver_due(engine, vault, settings, now=lambda: LATER, owner="two") == DeliveryResult(delivered=1)
    assert len({got.key for got in receiver.requests}) == 1
    assert len(receiver.requests) == 2


def test_killed_after_the_claim_and_before_sending(
    engine: sa.Engine, vault: Vault, receiver: Receiver, settings: Settings
) -> None:
    with engine.begin() as connection:
        add_outbox(connection, vault, [{"body": "{}"}], target={"url": receiver.url, "secret": SECRET})
    with engine.begin() as connection:
        claimed = claim_delivery(connection, owner="dead", now=NOW, lease=timedelta(seconds=120))
    assert claimed is not None
    assert not claimed.maybe_repeated
    assert deliver_due(engine, vault, settings, now=lambda: LATER, owner="two") == DeliveryResult(delivered=1)
    assert len(receiver.requests) == 1


def test_what_kills_every_worker_is_given_up_in_the_end(
    engine: sa.Engine, vault: Vault, receiver: Receiver, settings: Settings
) -> None:
    with engine.begin() as connection:
        target = {"url": receiver.url, "secret": SECRET}
        (delivery_id,) = add_outbox(connection, vault, [{"body": "{}"}], target=target)
    moment = NOW
    for _ in range(settings.delivery.attempts):
        with engine.begin() as connection:
            assert claim_delivery(connection, owner="dead", now=moment, lease=timedelta(seconds=120))
        moment += timedelta(minutes=5)
    assert deliver_due(engine, vault, settings, now=lambda: moment, owner="two") == DeliveryResult()
    with engine.begin() as connection:
        delivery = find_delivery(connection, delivery_id)
        assert (delivery.state, delivery.answer) == (DeliveryState.DEAD, INTERRUPTED)
        assert {attempt.result for attempt in attempts_of(connection, delivery_id)} == {"unknown"}
    assert not receiver.requests


def test_four_workers_send_everything_once(engine: sa.Engine, vault: Vault, receiver: Receiver) -> None:
    with engine.begin() as connection:
        target = {"url": receiver.url, "secret": SECRET}
        for number in range(20):
            messages = [{"body": f"{number}-{part}"} for part in (1, 2)]
            add_outbox(connection, vault, messages, target=target, reader=f"第{number}科")
    workers = [start_worker(engine, vault, receiver) for _ in range(4)]
    delivered = [int(worker.communicate(timeout=60)[0]) for worker in workers]
    assert sum(delivered) == 40
    bodies = [got.body for got in receiver.requests]
    assert sorted(bodies) == sorted(f"{number}-{part}" for number in range(20) for part in (1, 2))
    assert all(bodies.index(f"{number}-1") < bodies.index(f"{number}-2") for number in range(20))
    with engine.begin() as connection:
        assert {delivery.attempts for delivery in list_deliveries(connection)} == {1}
