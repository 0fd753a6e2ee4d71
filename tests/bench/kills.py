"""Workers killed at any moment, many times: how many messages were lost, and how many came twice.

`python -m tests.bench.kills 50` kills that many. Every message bears an id, so one that comes twice is known again; one
that never comes is lost.
"""

import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from alerts.delivery import deliver_due
from alerts.model import DeliveryState
from alerts.store.deliveries import count_states
from alerts.store.secrets import Vault
from config.settings import Delivery, Settings
from config.upgrades import ready_database
from tests.delivery.receiver import Answered, Got, Receiver, running
from tests.store.rows import NOW, SECRET, add_outbox

WORKER = Path(__file__).parents[1] / "delivery" / "worker.py"
ROOT = Path(__file__).parents[2]
MESSAGES = 4
LATER = NOW + timedelta(minutes=5)


def main() -> None:
    """Kill as many workers as the first argument says, and say what came of it."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    with tempfile.TemporaryDirectory() as folder, running() as receiver:
        engine = ready_database(f"sqlite:///{folder}/kills.db")
        try:
            _rounds(engine, Vault.open(Path(folder)), receiver, rounds)
        finally:
            engine.dispose()


def _rounds(engine: sa.Engine, vault: Vault, receiver: Receiver, rounds: int) -> None:
    rng = random.Random(11)  # noqa: S311  when to kill is no secret
    arrived = threading.Event()

    def answer(_: Got) -> Answered:
        arrived.set()
        time.sleep(0.01)  # so that a kill may fall between sending, answer and mark
        return Answered()

    receiver.answer = answer
    settings = Settings(delivery=Delivery(allow=(receiver.allow,), timeout=5))
    killed = 0
    for number in range(rounds):
        target = {"url": receiver.url, "secret": SECRET}
        with engine.begin() as connection:
            for message in range(MESSAGES):
                body = {"body": f"{number}-{message}"}
                add_outbox(connection, vault, [body], target=target, reader=f"{number}-{message}")
        arrived.clear()
        command = [
            sys.executable,
            str(WORKER),
            str(engine.url),
            str(vault.path.parent),
            receiver.allow,
            NOW.isoformat(),
        ]
        worker = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        arrived.wait(60)
        time.sleep(rng.uniform(0, 0.12))
        worker.send_signal(signal.SIGKILL)
        killed += worker.wait() == -signal.SIGKILL
        deliver_due(engine, vault, settings, now=lambda: LATER, owner="two")
    _tell(engine, receiver, killed, rounds)


def _tell(engine: sa.Engine, receiver: Receiver, killed: int, rounds: int) -> None:
    came = Counter(got.body for got in receiver.requests)
    keys = {got.body: {one.key for one in receiver.requests if one.body == got.body} for got in receiver.requests}
    lost = rounds * MESSAGES - len(came)
    twice = sum(count > 1 for count in came.values())
    unknown = sum(len(one) > 1 for one in keys.values())
    with engine.begin() as connection:
        delivered = count_states(connection).get(DeliveryState.DELIVERED, 0)
    all_of_them = rounds * MESSAGES
    sys.stdout.write(f"{killed} workers killed of {rounds}: {all_of_them} messages, {delivered} marked delivered, ")
    sys.stdout.write(f"{lost} lost, {twice} sent twice under their own id, {unknown} twice under another\n")


if __name__ == "__main__":
    main()
