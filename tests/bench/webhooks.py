"""Webhooks through the outbox, beside a bare httpx loop over the same: `python -m tests.bench.webhooks COUNT`."""

import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import httpx
import sqlalchemy as sa

from alerts.delivery import Outcome, deliver_each
from alerts.model import AttemptResult
from alerts.store.secrets import Vault
from alerts.store.subscribers import add_subscriber
from alerts.store.tables import deliveries
from config.settings import Delivery, Settings
from config.upgrades import ready_database
from tests.bench.clocks import Spent
from tests.store.rows import SECRET, add_place

Row = tuple[str, str, str, str]
COUNT, SLICES, TARGETS, GOAL = 2_000, 10, 20, 0.7
BODY = '{"type":"digest.closed","data":{"text":"' + "讯" * 600 + '"}}'


def webhook_rows(count: int = COUNT) -> Iterator[Row]:
    """Measure ours and the bare loop in turns, slice by slice: what else the machine does hits both alike."""
    with receiver() as port, outbox(port, count) as (each, client):
        ours, theirs = Spent(0, 0), Spent(0, 0)
        for _ in range(SLICES):
            theirs = theirs.plus(bare(client, port, count // SLICES))
            ours = ours.plus(through_the_outbox(each, count // SLICES))
    yield (
        f"{count:,} webhooks through the outbox",
        f"{count / ours.wall:,.0f}/s, {ours.cpu / count * 1e3:.2f} ms of processor each",
        f"a bare httpx loop {count / theirs.wall:,.0f}/s, {theirs.cpu / count * 1e3:.2f} ms",
        f"{theirs.wall / ours.wall:.2f} × by the clock, {theirs.cpu / ours.cpu:.2f} × by the processor (goal {GOAL})",
    )


def bare(client: httpx.Client, port: int, count: int) -> Spent:
    """Return the time of posting so many bodies over one kept connection."""
    content, headers = BODY.encode(), {"Content-Type": "application/json"}
    began = Spent.now()
    for number in range(count):
        client.post(f"http://127.0.0.1:{port}/{number % TARGETS}", content=content, headers=headers).raise_for_status()
    return began.until_now()


def through_the_outbox(each: Iterator[Outcome], count: int) -> Spent:
    """Return the time of delivering so many of those that wait."""
    began = Spent.now()
    sent = [outcome.ending.result for outcome in islice(each, count)]
    spent = began.until_now()
    if sent != [AttemptResult.DELIVERED] * count:
        raise RuntimeError(f"{sent.count(AttemptResult.DELIVERED)} of {count} were delivered")
    return spent


@contextmanager
def outbox(port: int, count: int) -> Iterator[tuple[Iterator[Outcome], httpx.Client]]:
    """Fill a database of its own; yield what delivers from it, and a client for the bare loop."""
    with tempfile.TemporaryDirectory(prefix="yaoxun-bench-") as folder, httpx.Client(trust_env=False) as client:
        engine, vault = ready_database(f"sqlite:///{folder}/bench.db"), Vault.open(Path(folder))
        fill(engine, vault, port, count)
        settings = Settings(delivery=Delivery(allow=(f"127.0.0.1:{port}",)))
        yield deliver_each(engine, vault, settings, now=lambda: datetime.now(UTC), owner="bench"), client
        engine.dispose()


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
