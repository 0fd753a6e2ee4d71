"""Those who deliver in a process of their own: woken they look at once, killed others follow, told to end they end."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from alerts.channels import check_target
from alerts.couriers import Couriers
from alerts.demo.receivers.mailbox import Mailbox
from alerts.model import DeliveryState
from alerts.store.deliveries import count_states
from alerts.store.secrets import Vault
from config.settings import Settings, Smtp
from tests.store.rows import add_outbox

NOTE = {"subject": "S", "html": "<p>H</p>", "text": "T", "mailto": "mailto:a@b.example", "one_click": ""}
YESTERDAY = datetime.now(UTC) - timedelta(days=1)
PATIENCE = 30.0


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Mailbox]:
    with Mailbox(tmp_path / "mail") as box:
        yield box


@pytest.fixture
def settings(box: Mailbox, engine: sa.Engine, vault: Vault) -> Settings:
    return Settings(
        home=vault.path.parent,
        database_url=engine.url.render_as_string(hide_password=False),
        smtp=Smtp(host="127.0.0.1", port=box.port, security="none", sender="d@yaoxun.example"),
    )


@pytest.fixture
def put(engine: sa.Engine, vault: Vault) -> Callable[[str], None]:
    """Lets a mail wait in the outbox."""

    def put(reader: str) -> None:
        target = check_target("email", {"address": f"{reader}@office.example"})
        with engine.begin() as connection:
            add_outbox(connection, vault, [NOTE], channel="email", target=target, reader=reader, now=YESTERDAY)

    return put


def delivered(engine: sa.Engine, count: int) -> bool:
    """Whether so many are marked before patience ends."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with engine.begin() as connection:
            if count_states(connection) == {DeliveryState.DELIVERED: count}:
                return True
        time.sleep(0.05)
    return False


def test_what_waits_leaves_and_they_end_when_told(
    settings: Settings, engine: sa.Engine, box: Mailbox, put: Callable[[str], None]
) -> None:
    put("first")
    with Couriers(settings) as couriers:
        assert box.wait(1, timeout=PATIENCE)
        put("second")
        couriers.wake()
        assert box.wait(2, timeout=PATIENCE)
        process = couriers.process_id
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert delivered(engine, 2)
    couriers.wake()  # says nothing to nobody: it is over


def test_others_follow_when_they_are_killed(
    settings: Settings, engine: sa.Engine, box: Mailbox, put: Callable[[str], None]
) -> None:
    with Couriers(settings) as couriers:
        put("first")
        assert delivered(engine, 1)
        killed = couriers.process_id
        os.kill(killed, signal.SIGKILL)
        put("second")
        couriers.wake()
        assert delivered(engine, 2)
        assert couriers.process_id != killed
    assert sorted(str(box.read(number)["To"]) for number in range(2)) == [
        "first@office.example",
        "second@office.example",
    ]


def test_signals_do_not_end_them_but_who_started_them_does(
    settings: Settings, engine: sa.Engine, put: Callable[[str], None]
) -> None:
    with Couriers(settings) as couriers:
        put("first")
        assert delivered(engine, 1)
        process = couriers._process
        for number in (signal.SIGTERM, signal.SIGINT):
            process.send_signal(number)
        put("second")
        couriers.wake()
        assert delivered(engine, 2)
        couriers.end()
        assert process.wait(PATIENCE) == 0
