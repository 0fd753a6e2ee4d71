"""Webhooks through the outbox, beside a bare httpx loop over the same: `python -m tests.bench.webhooks COUNT`."""

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import sqlalchemy as sa

from alerts.delivery import deliver_due
from alerts.store.secrets import Vault
from alerts.store.subscribers import add_subscriber
from alerts.store.tables import deliveries
from config.database import ready_database
from config.settings import Delivery, Settings
from tests.store.rows import SECRET, add_place

Row = tuple[str, str, str, str]
COUNT, TARGETS, GOAL = 1_000, 20, 0.7
BODY = '{"type":"digest.closed","data":{"text":"' + "讯" * 600 + '"}}'


def webhook_rows(count: int = COUNT) -> Iterator[Row]:
    """Measure the bare loop before and after ours, since the machine is shared."""
    with receiver() as port:
        before = bare(port, count)
        ours = through_the_outbox(port, count)
        theirs = (before + bare(port, count)) / 2
    yield (
        f"{count:,} webhooks through the outbox",
        f"{count / ours:,.0f}/s",
        f"a bare httpx loop {count / theirs:,.0f}/s",
        f"{theirs / ours:.2f} × (goal {GOAL})",
    )


def bare(port: int, count: int) -> float:
    """Return the seconds of posting so many bodies over one kept connection."""
    content, headers = BODY.encode(), {"Content-Type": "application/json"}
    with httpx.Client(trust_env=False) as client:
        began = time.perf_counter()
        for number in range(count):
            client.post(
                f"http://127.0.0.1:{port}/{number % TARGETS}", content=content, headers=headers
            ).raise_for_status()
        return time.perf_counter() - began


def through_the_outbox(port: int, count: int) -> float:
    """Return the seconds of delivering so many that wait in a database of its own."""
    with tempfile.TemporaryDirectory(prefix="yaoxun-bench-") as folder:
        engine, vault = ready_database(f"sqlite:///{folder}/bench.db"), Vault.open(Path(folder))
        fill(engine, vault, port, count)
        settings = Settings(delivery=Delivery(allow=(f"127.0.0.1:{port}",)))
        began = time.perf_counter()
        result = deliver_due(engine, vault, settings, now=lambda: datetime.now(UTC), owner="bench")
        seconds = time.perf_counter() - began
        engine.dispose()
    if result.delivered != count:
        raise RuntimeError(f"{result.delivered} of {count} were delivered")
    return seconds


def fill(engine: sa.Engine, vault: Vault, port: int, count: int) -> None:
    """Put so many messages to twenty targets into the outbox."""
    now = datetime.now(UTC)
    with engine.begin() as connection:
        reader = add_subscriber(connection, "bench", now=now)
        places = [
            add_place(
                connection,
                vault,
                reader,
                target={"url": f"http://127.0.0.1:{port}/{number}", "secret": SECRET},
                name=str(number),
            ).id
            for number in range(TARGETS)
        ]
        rows = [
            {
                "destination_id": places[number % TARGETS],
                "part": 1,
                "parts": 1,
                "key": f"bench-{number}",
                "message": {"body": BODY},
                "next_attempt_at": now,
                "created_at": now,
            }
            for number in range(count)
        ]
        connection.execute(sa.insert(deliveries), rows)


@contextmanager
def receiver() -> Iterator[int]:
    """Run a receiver in a process of its own, so that it costs the sender nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
        command = [sys.executable, "-m", "tests.bench.taking", str(listener.fileno())]
        with subprocess.Popen(command, pass_fds=[listener.fileno()]) as child:
            try:
                httpx.post(f"http://127.0.0.1:{port}/", content=b"{}", trust_env=False, timeout=60)
                yield port
            finally:
                child.terminate()


if __name__ == "__main__":
    for row in webhook_rows(int(sys.argv[1]) if sys.argv[1:] else COUNT):
        sys.stdout.write("  ".join(row) + "\n")
