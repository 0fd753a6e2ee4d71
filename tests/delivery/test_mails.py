"""Mails in one hand: each once, only the suppressed given up; a kill leaves no more than a hand unknown."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from alerts.batch import HANDS
from alerts.channels import check_target
from alerts.delivery import DeliveryResult, deliver_due
from alerts.demo.receivers.mailbox import Mailbox
from alerts.model import DeliveryState
from alerts.store.batches import claim_batch
from alerts.store.deliveries import attempts_of, count_states, list_deliveries
from alerts.store.secrets import Vault
from alerts.store.suppressions import suppress_address
from config.settings import Settings, Smtp
from tests.store.rows import NOW, add_outbox

NOTE = {"subject": "S", "html": "<p>H</p>", "text": "T", "mailto": "mailto:a@b.example", "one_click": ""}
READERS = 40


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Mailbox]:
    with Mailbox(tmp_path / "mail") as box:
        yield box


@pytest.fixture
def settings(box: Mailbox) -> Settings:
    return Settings(smtp=Smtp(host="127.0.0.1", port=box.port, security="none", sender="d@yaoxun.example"))


@pytest.fixture(autouse=True)
def filled(engine: sa.Engine, vault: Vault) -> None:
    with engine.begin() as connection:
        for reader in range(READERS):
            target = check_target("email", {"address": f"reader{reader}@office.example"})
            add_outbox(connection, vault, [dict(NOTE)], channel="email", target=target, reader=f"{reader}科")


def test_each_reader_gets_one_mail_over_one_connection_in_few_transactions(
    engine: sa.Engine, vault: Vault, settings: Settings, box: Mailbox
) -> None:
    commits: list[None] = []
    sa.event.listen(engine, "commit", lambda _connection: commits.append(None))
    assert deliver_due(engine, vault, settings, now=lambda: NOW, owner="one") == DeliveryResult(delivered=READERS)
    assert sorted(str(box.read(number)["To"]) for number in range(READERS)) == sorted(
        f"reader{reader}@office.example" for reader in range(READERS)
    )
    assert box.connections == 1
    assert len(commits) < READERS / 2


def test_of_a_hand_only_the_mailbox_that_wants_none_gets_none(
    engine: sa.Engine, vault: Vault, settings: Settings, box: Mailbox
) -> None:
    with engine.begin() as connection:
        suppress_address(connection, "Reader3@office.example", "by hand", now=NOW)
    result = deliver_due(engine, vault, settings, now=lambda: NOW, owner="one")
    assert result == DeliveryResult(delivered=READERS - 1, dead=1)
    assert "reader3@office.example" not in {str(box.read(number)["To"]) for number in range(READERS - 1)}
    with engine.begin() as connection:
        [dead] = list_deliveries(connection, state=DeliveryState.DEAD)
    assert dead.answer == "not sent: the mailbox is suppressed (by hand)"


def test_a_worker_never_has_more_than_a_hand_under_way(engine: sa.Engine, vault: Vault, settings: Settings) -> None:
    under_way = []

    def now() -> datetime:
        with engine.execution_options(reading=True).begin() as connection:
            under_way.append(count_states(connection).get(DeliveryState.SENDING, 0))
        return NOW

    assert deliver_due(engine, vault, settings, now=now, owner="one").delivered == READERS
    assert max(under_way) == HANDS["email"]


def test_what_a_killed_worker_leaves_goes_out_under_its_own_id(
    engine: sa.Engine, vault: Vault, settings: Settings, box: Mailbox
) -> None:
    with engine.begin() as connection:
        lease = timedelta(seconds=60)
        left = claim_batch(connection, "email", owner="dead", now=NOW, lease=lease, most=HANDS["email"])
        keys = {one.id: one.key for one in list_deliveries(connection)}
    assert len(left) == HANDS["email"]
    later = NOW + lease + timedelta(seconds=1)
    assert deliver_due(engine, vault, settings, now=lambda: later, owner="two").delivered == READERS
    assert {str(box.read(number)["Message-ID"]) for number in range(READERS)} == {
        f"<{key}@yaoxun.example>" for key in keys.values()
    }
    assert box.repeats == []
    with engine.begin() as connection:
        twice = [one for one in list_deliveries(connection) if len(attempts_of(connection, one.id)) > 1]
        results = [[str(attempt.result) for attempt in attempts_of(connection, one.id)] for one in twice]
    assert {one.id for one in twice} == {one.delivery.id for one in left}
    assert results == [["unknown", "delivered"]] * len(left)
