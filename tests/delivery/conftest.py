"""What deliveries need: a vault, a receiver, settings that allow it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.demo.receivers.wecom import Robot
from alerts.store.secrets import Vault
from config.settings import Delivery, Settings
from tests.channels.conftest import authority, odd_server, trusted  # noqa: F401  fixtures of both folders
from tests.delivery.receiver import Receiver, running


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.open(tmp_path / "home")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running() as receiver:
        yield receiver


@pytest.fixture
def settings(receiver: Receiver) -> Settings:
    return Settings(delivery=Delivery(allow=(receiver.allow,), timeout=5))


@pytest.fixture
def robot() -> Iterator[Robot]:
    """The receiver of the delivery that comes next."""
    with Robot() as robot:
        yield robot
