"""The pages over real HTTP, and a reader whose mails lead to them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from alerts.channels import check_target
from alerts.console.app import make_app
from alerts.console.server import Server
from alerts.model import Destination
from alerts.store.destinations import find_destination
from alerts.store.secrets import Vault
from alerts.store.subscribers import add_subscriber
from config.settings import Settings, Smtp, Web
from tests.store.rows import add_place

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SETTINGS = Settings(web=Web(port=0), smtp=Smtp(host="mail.office.example", sender="要讯 <desk@yaoxun.example>"))


@dataclass
class Reader:
    """A reader's mail destination, and how it stands."""

    engine: sa.Engine
    vault: Vault
    id: int

    @property
    def place(self) -> Destination:
        with self.engine.begin() as connection:
            return find_destination(connection, self.vault, self.id)

    @property
    def path(self) -> str:
        return f"/unsubscribe/{self.place.target['token']}"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.open(tmp_path / "home")


@pytest.fixture
def reader(engine: sa.Engine, vault: Vault) -> Reader:
    target = check_target("email", {"address": "office@reader.example"})
    with engine.begin() as connection:
        subscriber = add_subscriber(connection, "规划科 <二>", now=NOW)
        place = add_place(connection, vault, subscriber, channel="email", target=target, name="工作邮箱", now=NOW)
    return Reader(engine, vault, place.id)


@pytest.fixture
def server(engine: sa.Engine, vault: Vault) -> Iterator[Server]:
    with Server(make_app(engine, vault, SETTINGS), SETTINGS.web) as server:
        yield server


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.origin, trust_env=False) as client:
        yield client
