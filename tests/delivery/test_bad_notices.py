"""Notices that hold what none should, and five thousand of them in one digest, through every channel to its end."""

import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlalchemy as sa

from alerts.channels import CHANNELS, check_target
from alerts.delivery import deliver_each
from alerts.digest import close_due
from alerts.model import AttemptResult, Delivery, DeliveryState, Match
from alerts.store.deliveries import attempts_of, list_deliveries
from alerts.store.matches import queue_matches, write_matches
from alerts.store.secrets import Vault
from alerts.store.subscribers import add_subscriber
from alerts.store.subscriptions import add_subscription
from config.database import open_database
from config.settings import Settings
from crawler.archive.notices import archive_notice
from crawler.notice import Notice
from tests.channels.reaching import REACHING, Reached
from tests.delivery.recorded import Clock
from tests.store.rows import add_place


class Filled(NamedTuple):
    """A database, and how many notices it holds."""

    path: Path
    notices: int


BEFORE, A_WHILE = timedelta(hours=25), timedelta(minutes=1)
MOST_ROUNDS = 60
TITLES = {
    "lines": "补贴一\r\nBcc: victim@office.example\r\n\r\n正文",
    "long": "补贴二" + "很长" * 5_000,
    "arabic": "إشعار بشأن الدعم 补贴三",
    "emoji": "补贴四 🚗👨‍👩‍👧🇨🇳",
    "script": "补贴五 javascript:alert(5)",
    "turning": "补贴六 \u202e反",
}
LINKS = {"script": "javascript:alert(1)", "long": "https://town.example/" + "a" * 5_000}
SHOWN = ("补贴一", "补贴二", "补贴三", "补贴四", "补贴五", "补贴六", "إشعار بشأن الدعم", "🚗👨‍👩‍👧🇨🇳")


@pytest.fixture(scope="module", params=[len(TITLES), 5_000])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Filled:
    """An archive of so many notices, which each channel gets a copy of."""
    path = Path(shutil.copy(sqlite_template, tmp_path_factory.mktemp("filled") / "yaoxun.db"))
    with opened(path) as engine:
        fill(engine, request.param)
    return Filled(path, request.param)


@pytest.fixture
def engine(filled: Filled, tmp_path: Path) -> Iterator[sa.Engine]:
    with opened(Path(shutil.copy(filled.path, tmp_path / "yaoxun.db"))) as engine:
        yield engine


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_digest_of_them_arrives_and_so_does_the_next(
    engine: sa.Engine, vault: Vault, tmp_path: Path, channel: str, filled: Filled
) -> None:
    clock = Clock()
    with reached(channel, tmp_path) as place:
        queue(engine, vault, place, filled.notices, clock)
        closed = close_due(engine, vault, place.settings, (), {}, now=clock())
        assert (closed.digests, closed.notices, closed.problems) == (2, filled.notices + 1, 0)
        sent = send_all(engine, vault, place.settings, clock)
        assert {one.destination_id for one in sent} == {1, 2}
        assert max(one.part for one in sent if one.destination_id == 1) == len(sent) - 1
        arrived = place.taken()
    assert len(arrived) == len(sent)
    for one in sent:
        with engine.begin() as connection:
            [attempt] = attempts_of(connection, one.id)
        assert attempt.result in {AttemptResult.DELIVERED, AttemptResult.HANDED_OVER}
        assert attempt.code
        assert attempt.bytes > 0
        assert attempt.duration_ms >= 0
    written = "".join("".join(one.message.values()) for one in sent)
    seen = written if channel == "email" else "".join(arrived)
    assert not re.search(r"javascript:alert(\(|%28)1", written + seen)
    assert "\u202e" not in written + seen
    assert not re.search(r"[\r\n]Bcc:", written + seen)
    assert "很长" * 2_500 not in written + seen
    if filled.notices == len(TITLES):
        assert [words for words in SHOWN if words not in seen] == []
    elif channel != "webhook":
        assert re.search(r"另有 \d{4} 条因篇幅未列出", seen)


@contextmanager
def opened(path: Path) -> Iterator[sa.Engine]:
    engine = open_database(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@contextmanager
def reached(channel: str, folder: Path) -> Iterator[Reached]:
    with ExitStack() as stack:
        place = REACHING[channel](folder / "mails")
        stack.enter_context(place.stack)
        yield place


def fill(engine: sa.Engine, count: int) -> None:
    before = Clock()() - BEFORE
    with engine.begin() as connection:
        for name, title in TITLES.items():
            archive(connection, name, title, before)
        for number in range(count - len(TITLES)):
            archive(connection, f"n{number}", f"补贴{number}", before)


def queue(engine: sa.Engine, vault: Vault, place: Reached, count: int, clock: Clock) -> None:
    """Two readers: one whose rule met everything, and one who comes after."""
    channel, before = place.channel.name, clock() - BEFORE
    other = check_target("email", {"address": "next@office.example"}) if channel == "email" else place.target
    with engine.begin() as connection:
        for name, target, found in (("甲", place.target, range(1, count + 1)), ("乙", other, [1])):
            reader = add_subscriber(connection, name, now=before)
            add_place(connection, vault, reader, channel=channel, target=target, now=before)
            rule = add_subscription(connection, reader.id, "补贴", now=before).id
            met = [match_of(rule, notice) for notice in found]
            write_matches(connection, met, now=before)
            queue_matches(connection, met, now=before)


def match_of(rule: int, notice: int) -> Match:
    score = 1 / notice  # those that hold what they should not come first
    return Match(subscription_id=rule, notice_id=notice, rule_revision=1, notice_revision=1, evidence=(), score=score)


def archive(connection: sa.Connection, name: str, title: str, when: datetime) -> None:
    url = LINKS.get(name, f"https://town.example/{name}")
    notice = Notice(key=name, source="town", title=title, text=f"{title[:200]}。", url=url)
    archive_notice(connection, notice, now=when)


def send_all(engine: sa.Engine, vault: Vault, settings: Settings, clock: Clock) -> list[Delivery]:
    """Let a worker send until all is sent, at the pace of the channel; return the deliveries, the first part first."""
    for _ in range(MOST_ROUNDS):
        list(deliver_each(engine, vault, settings, now=clock, owner="one"))
        with engine.begin() as connection:
            everything = sorted(list_deliveries(connection), key=lambda one: one.id)
        if all(one.state is DeliveryState.DELIVERED for one in everything):
            return everything
        assert all(one.state in {DeliveryState.DELIVERED, DeliveryState.WAITING} for one in everything)
        clock.ahead += A_WHILE
    pytest.fail(f"not all is sent: {everything[-1]}")
