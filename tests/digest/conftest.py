"""A reader with three rules and a destination, and what closes their digests."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from alerts.digest import ClosingResult, Desk, close_due
from alerts.model import ClosedDigest, Digest, Subscriber
from alerts.store.digests import latest_digests
from alerts.store.secrets import Vault
from alerts.store.subscribers import add_subscriber
from alerts.store.subscriptions import add_subscription
from config.sections import Section
from config.settings import Settings
from crawler.sources import Source
from tests.store.rows import add_match, add_notice, add_place

MORNING = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # 08:00 in Shanghai


YESTERDAY = MORNING - timedelta(hours=20)


SECTIONS = tuple(Section(name=name, rule=name, default=name == "经济热点") for name in ("科创聚焦", "经济热点"))


SOURCES = {
    name: Source(id=name, name=f"{name} 网", family="listing", lists=("https://town.example/",), region="江苏")
    for name in ("town_gov", "city_gov", "dead_gov", "new_gov")
}


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.open(tmp_path)


@pytest.fixture
def desk(vault: Vault) -> Desk:
    return Desk(vault=vault, settings=Settings(), sections=SECTIONS, sources=SOURCES)


@pytest.fixture
def reader(engine: sa.Engine) -> Subscriber:
    with engine.begin() as connection:
        return add_subscriber(connection, "规划科", now=YESTERDAY)


@pytest.fixture
def place(engine: sa.Engine, vault: Vault, reader: Subscriber) -> int:
    with engine.begin() as connection:
        return add_place(connection, vault, reader, now=YESTERDAY).id


@pytest.fixture
def rules(engine: sa.Engine, reader: Subscriber) -> Mapping[str, int]:
    with engine.begin() as connection:
        return {
            rule: add_subscription(connection, reader.id, rule, note=f"关注{rule}", now=YESTERDAY).id
            for rule in ("补贴", "充电桩", "芯片")
        }


def due(engine: sa.Engine, desk: Desk, now: datetime) -> ClosingResult:
    return close_due(engine, desk.vault, desk.settings, desk.sections, desk.sources, now=now)


def found(engine: sa.Engine, rules: Mapping[str, int], title: str, *terms: str, section: str = "经济热点") -> int:
    with engine.begin() as connection:
        notice = add_notice(connection, title, section=section, now=YESTERDAY)
        for term in terms:
            add_match(connection, rules[term], notice, term, score=len(terms), now=YESTERDAY)
    return notice.id


def only_digest(engine: sa.Engine) -> tuple[ClosedDigest, Digest]:
    with engine.begin() as connection:
        (closed,) = latest_digests(connection, limit=5)
    assert closed.digest is not None
    return closed, closed.digest
