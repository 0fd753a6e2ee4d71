"""From an archived notice to a receiver, and back through what the commands show of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from alerts.matching import match_waiting
from config.regions import load_places
from config.sections import load_sections
from config.settings import load_settings
from tests.cli.conftest import Yaoxun
from tests.delivery.receiver import Answered, Receiver, running
from tests.store.rows import add_notice

NOW = datetime.now(UTC)


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with running() as receiver:
        monkeypatch.setenv("YAOXUN_DELIVERY_ALLOW", f'["{receiver.allow}"]')
        yield receiver


@pytest.fixture
def archived(yaoxun: Yaoxun, receiver: Receiver, database: sa.Engine) -> Iterator[Yaoxun]:
    """Three notices, two of which the reader of a webhook wants."""
    yaoxun("subscribers", "add", "规划科")
    yaoxun("subscriptions", "add", "-s", "规划科", "补贴 -二手车", "--note", "月报")
    yaoxun("destinations", "add", "-s", "规划科", "--channel", "webhook", "--set", f"url={receiver.url}")
    with database.begin() as connection:
        add_notice(connection, "关于充电桩补贴的通知", now=NOW)
        add_notice(connection, "[/bold]购车补贴[red]", now=NOW - timedelta(days=30))
        add_notice(connection, "二手车补贴停止", now=NOW)
    settings = load_settings()
    match_waiting(database, load_places(settings.regions), load_sections(settings.sections), now=NOW)
    yield yaoxun
    database.dispose()


def test_close_and_deliver_once(archived: Yaoxun, receiver: Receiver, tmp_path: Path) -> None:
    assert archived("destinations", "list", "--json").json["destinations"][0]["waiting"] == 2
    (digest,) = archived("digest", "close", "--json").json["digests"]
    assert (digest["notices"], len(digest["deliveries"])) == (2, 1)
    sent = archived("deliver", "--json").json
    assert (sent["delivered"], sent["waiting"], sent["dead"]) == (1, 0, 0)
    assert archived("deliver", "--json").json == {"delivered": 0, "waiting": 0, "dead": 0, "deliveries": []}
    assert len(receiver.requests) == 1
    shown = archived("digest", "show").out
    assert "关于充电桩补贴的通知" in shown
    assert "[/bold]购车补贴[red]" in shown
    assert "月报 · 补贴 -二手车" in shown
    assert archived("digest", "show", digest["id"], "--json").json["digest"]["period"] == digest["period"]
    assert "*补贴*" in archived("digest", "show", "--text").out
    archived("digest", "show", "--html", tmp_path / "digest.html")
    assert "充电桩" in (tmp_path / "digest.html").read_text(encoding="utf-8")


def test_nothing_waiting_sends_nothing(archived: Yaoxun, receiver: Receiver) -> None:
    archived("digest", "close", "--destination", 1)
    archived("deliver")
    archived("digest", "close", "--json")
    assert archived("deliver", "--json").json["delivered"] == 0
    assert len(receiver.requests) == 1
    assert "There is no destination 9" in archived("digest", "close", "--destination", 9, code=2).errors


def test_a_failure_is_told_with_the_receivers_words(archived: Yaoxun, receiver: Receiver) -> None:
    receiver.answer = lambda _: Answered(503, "back at noon")
    archived("digest", "close")
    assert "back at noon" in archived("deliver", code=1).out
    (waiting,) = archived("deliveries", "list", "--state", "waiting", "--json").json["deliveries"]
    assert waiting["answer"] == "HTTP 503: back at noon"
    assert "message" not in waiting
    shown = archived("deliveries", "show", waiting["id"], "--json").json
    assert [(one["result"], one["code"]) for one in shown["attempts"]] == [("retry", "503")]
    assert "back at noon" in archived("deliveries", "show", waiting["id"]).out
    assert "back at noon" in archived("deliveries", "list").out
    assert archived("deliveries", "list", "--state", "dead", "--json").json == {"deliveries": []}
    assert "There is no delivery 77" in archived("deliveries", "show", 77, code=2).errors


def test_what_was_refused_for_good_is_named_when_its_destination_goes_on(archived: Yaoxun, receiver: Receiver) -> None:
    mail = ("--channel", "email", "--set", "address=office@town.example", "--at", "00:00")
    archived("destinations", "add", "-s", "规划科", *mail)
    receiver.answer = lambda _: Answered(410, "gone " * 40)
    archived("digest", "close", "--destination", 1)
    archived("deliver", code=1)
    listed = " ".join(archived("destinations", "list").out.split())
    assert "paused: HTTP 410" in listed
    assert "gone gone" in listed
    assert "gone " * 20 not in listed
    assert "of note\n" in archived("deliveries", "show", 2).out
    checks = archived("doctor", "--json", code=1).json["checks"]
    (left,) = [check for check in checks if check["name"] == "deliveries"]
    assert (left["state"], left["seen"]) == ("warning", "given up: 1")
    assert "yaoxun deliveries replay --dead" in left["advice"]
    said = " ".join(archived("destinations", "resume", 1).errors.split())
    assert "given up: 1." in said
    receiver.answer = lambda _: Answered()
    archived(*said[said.index("deliveries replay") :].split())
    assert archived("deliver", "--json").json["delivered"] == 1
    assert "given up" not in archived("doctor", code=1).out
    assert archived("destinations", "pause", 1).errors == ""
    assert archived("destinations", "resume", 1).errors == ""


def test_a_ledger_speaks_one_language(archived: Yaoxun) -> None:
    archived("digest", "close")
    words = ("ledger", "--notice", 1, "-s", "规划科")
    assert "1 待发" in archived(*words).out
    archived("deliver")
    assert "1 已送达" in archived(*words).out
    assert "1 delivered" in archived(*words, "--english").out


def test_the_archive_is_listed_and_shown(archived: Yaoxun) -> None:
    listed = archived("notices", "list", "--json").json["notices"]
    assert [notice["title"] for notice in listed] == ["二手车补贴停止", "关于充电桩补贴的通知", "[/bold]购车补贴[red]"]
    assert "[/bold]购车补贴[red]" in archived("notices", "list").out
    today = NOW.astimezone(load_settings().zone).date().isoformat()
    assert len(archived("notices", "list", "--since", today, "--json").json["notices"]) == 2
    shown = archived("notices", "show", listed[1]["id"])
    assert "请各单位遵照执行" in shown.out
    whole = archived("notices", "show", listed[1]["id"], "--json").json
    assert whole["notice"]["regions"] == ["江苏/苏州/昆山"]
    assert len(whole["revisions"]) == 1
    assert "There is no notice 99" in archived("notices", "show", 99, code=2).errors


def test_a_search_finds_what_a_subscription_would_and_counts_exactly(archived: Yaoxun) -> None:
    found = archived("notices", "search", "补贴 -二手车", "--json").json
    assert found["count"] == 2
    assert [notice["title"] for notice in found["notices"]] == ["关于充电桩补贴的通知", "[/bold]购车补贴[red]"]
    assert {"term": "补贴", "field": "title", "spans": [[5, 7]]} in found["notices"][0]["evidence"]
    some = archived("notices", "search", "补贴", "--limit", 1, "--json").json
    assert (some["count"], len(some["notices"])) == (3, 1)
    assert "3 notices found, of which 1 are shown" in archived("notices", "search", "补贴", "--limit", 1).out
    day = (NOW - timedelta(days=10)).astimezone(load_settings().zone).date().isoformat()
    assert archived("notices", "search", "补贴", "--until", day, "--json").json["count"] == 1
    assert archived("notices", "search", "(补贴", "--json", code=2).json["error"]["position"] == 0
