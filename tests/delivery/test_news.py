"""Operators are told of each change of a source once, in one note, through the outbox; on both databases."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from alerts.channels import CHANNELS
from alerts.channels.base import Note
from alerts.delivery import deliver_due
from alerts.demo.receivers.webhook import Hook
from alerts.news import TellingResult, note_lines, tell_operators
from alerts.store.deliveries import list_deliveries
from alerts.store.secrets import Vault
from alerts.store.subscribers import add_subscriber, pause_subscriber
from config.settings import Delivery, Settings
from crawler.archive.crawls import register_sources
from crawler.archive.healths import Change
from crawler.archive.tables import sources
from crawler.rhythm import State
from crawler.sources import Source
from tests.store.rows import SECRET, add_place

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SOURCES = {
    name: Source(id=name, name=f"{name} 公告", family="listing", lists=("https://a.example/",), region="江苏")
    for name in ("town", "city", "county")
}


def become(engine: sa.Engine, **states: str) -> None:
    with engine.begin() as connection:
        register_sources(connection, SOURCES, NOW)
        for name, state in states.items():
            update = sa.update(sources).where(sources.c.id == name)
            connection.execute(update.values(state=state, rhythm={"reason": "status 403"}))


def tell(engine: sa.Engine, home: Path, known: Mapping[str, Source] = SOURCES) -> TellingResult:
    return tell_operators(engine, Vault.open(home), Settings(), known, now=NOW)


def operator(engine: sa.Engine, home: Path, url: str = "https://hooks.office.example/in") -> int:
    with engine.begin() as connection:
        reader = add_subscriber(connection, "值守", operator=True, now=NOW)
        add_place(connection, Vault.open(home), reader, target={"url": url, "secret": SECRET})
        add_place(connection, Vault.open(home), add_subscriber(connection, "规划科", now=NOW))
    return reader.id


def test_each_change_is_told_once_and_all_of_a_run_in_one_note(engine: sa.Engine, tmp_path: Path) -> None:
    operator(engine, tmp_path)
    become(engine, town="blocked", city="broken", county="fresh")
    assert tell(engine, tmp_path) == TellingResult(changes=2, notes=1)
    assert tell(engine, tmp_path) == TellingResult()
    become(engine, town="fresh")
    assert tell(engine, tmp_path) == TellingResult(changes=1, notes=1)
    with engine.begin() as connection:
        last, first = list_deliveries(connection)
    assert (first.digest_id, first.part, first.parts) == (None, 1, 1)
    told = json.loads(first.message["body"])["data"]
    assert told["lines_total"] == 2
    assert "city 公告 [city]：无法读取（状态码 403）；请运行 yaoxun sources check city" in told["lines"][0]
    assert "恢复正常" in last.message["body"]


def test_what_is_our_own_fault_is_not_looked_for_at_the_site() -> None:
    full = "Something went wrong in Yaoxun itself: http://a.example/1: OperationalError: database or disk is full"
    change = Change(source_id="town", state=State.BROKEN, told_state="", reason=full)
    (chinese,), (english,) = (note_lines([change], SOURCES, language, ZONE) for language in ("zh", "en"))
    assert "要讯自身出错" in chinese
    assert all("yaoxun doctor" in line and "--again" not in line for line in (chinese, english))


def test_without_an_operator_nothing_counts_as_told(engine: sa.Engine, tmp_path: Path) -> None:
    become(engine, town="stale")
    assert tell(engine, tmp_path) == TellingResult()
    reader = operator(engine, tmp_path)
    with engine.begin() as connection:
        pause_subscriber(connection, reader, paused=True)
    assert tell(engine, tmp_path) == TellingResult()
    with engine.begin() as connection:
        pause_subscriber(connection, reader, paused=False)
    assert tell(engine, tmp_path) == TellingResult(changes=1, notes=1)


def test_a_disabled_source_is_no_news(engine: sa.Engine, tmp_path: Path) -> None:
    operator(engine, tmp_path)
    become(engine, town="stale")
    off = {"town": replace(SOURCES["town"], enabled=False)}
    assert tell(engine, tmp_path, off) == TellingResult()


def test_a_note_arrives_as_any_message_does(engine: sa.Engine, tmp_path: Path) -> None:
    with Hook(SECRET) as hook:
        operator(engine, tmp_path, hook.url)
        become(engine, town="blocked")
        tell(engine, tmp_path)
        host = hook.url.split("/")[2]
        settings = Settings(delivery=Delivery(allow=(host,)))
        sent = deliver_due(engine, Vault.open(tmp_path), settings, now=lambda: datetime.now(UTC), owner="test")
    assert (sent.delivered, sent.failed) == (1, 0)


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_channel_writes_a_note_that_it_can_send(channel: str) -> None:
    changes = [
        Change(source_id=name, state=State.BROKEN, told_state="", reason="<b>" + "很长" * 300) for name in SOURCES
    ] * 60
    lines = note_lines(changes, SOURCES, "zh", ZONE)
    (message,) = CHANNELS[channel].compose_note(Note("要讯：180 个来源", lines), {"address": "a@b.example"}, Settings())
    assert "city" in "".join(message.values())
    if channel == "wecom":
        assert len(message["markdown"].encode()) <= 4096
    if channel == "webhook":
        assert len(message["body"].encode()) <= 20_000
    if channel == "email":
        assert "<b>" not in message["html"]


@pytest.mark.parametrize("state", State)
def test_every_state_has_words_in_both_languages(state: State) -> None:
    change = Change(source_id="town", state=state, told_state="", reason="")
    chinese, english = (note_lines([change], SOURCES, language, ZONE) for language in ("zh", "en"))
    assert chinese != english
