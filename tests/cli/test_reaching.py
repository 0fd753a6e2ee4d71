"""The commands on cadence, routes, replay, ledger, suppressions, bounces, export and import, as a person types them."""

import mailbox
from pathlib import Path

import pytest

from alerts.cli.output import console
from tests.cli.conftest import Yaoxun

MAIL = ("destinations", "add", "-s", "规划科", "--channel", "email", "--set", "address=a@b.example")


@pytest.fixture
def reader(yaoxun: Yaoxun) -> Yaoxun:
    yaoxun("subscribers", "add", "规划科")
    return yaoxun


def test_a_destination_says_when_it_wants_its_digests(reader: Yaoxun) -> None:
    added = reader(*MAIL, "--cadence", "workdays", "--at", "07:45", "--quiet", "20:00-07:30", "--tell-empty")
    assert "on working days at 07:45 Asia/Shanghai, quiet 20:00-07:30" in added.out
    assert "later years count Monday to Friday" in " ".join(added.errors.split())
    changed = reader("destinations", "change", 1, "--cadence", "weekly", "--weekday", "fri", "--quiet", "", "--json")
    found = changed.json["destination"]
    assert (found["cadence"], found["weekday"], found["quiet"], found["at"]) == ("weekly", 4, None, "07:45")
    assert (found["tell_empty"], found["target"]["address"]) == (True, "a@b.example")


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--at", "25:00", "no time of day"),
        ("--quiet", "22:00", "no quiet hours"),
        ("--quiet", "08:00-08:00", "begins when it ends"),
        ("--weekday", "freitag", "no weekday"),
        ("--timezone", "Mars/Olympus", "no time zone"),
    ],
)
def test_a_wrong_option_names_itself(reader: Yaoxun, option: str, value: str, words: str) -> None:
    ran = reader(*MAIL, option, value, code=2)
    assert f"{option}: " in ran.errors
    assert words in ran.errors


def test_a_rule_goes_somewhere_ends_and_is_capped(reader: Yaoxun) -> None:
    reader(*MAIL, "--name", "甲")
    options = ("--to", "甲", "--until", "2026-12-31", "--most", 3)
    added = reader("subscriptions", "add", "补贴", "-s", "规划科", *options, "--json").json["subscription"]
    assert (added["places"], added["most"], added["expires_at"][:16]) == ([1], 3, "2026-12-31T16:00")
    changed = reader("subscriptions", "edit", 1, "--to", "all", "--most", 0, "--until", "", "--json").json
    assert (changed["subscription"]["places"], changed["subscription"]["most"]) == (None, None)
    assert "Theirs are: 甲" in reader("subscriptions", "edit", 1, "--to", "乙", code=2).errors
    both = reader("subscriptions", "edit", 1, "补贴 -二手车", "--most", 5, "--json").json["subscription"]
    assert (both["rule"], both["revision"], both["most"]) == ("补贴 -二手车", 2, 5)
    assert "Nothing to change" in reader("subscriptions", "edit", 1, code=2).errors


def test_what_is_suppressed_cannot_be_reached(reader: Yaoxun) -> None:
    reader("suppressions", "add", "A@b.example", "--reason", "left the office")
    assert reader("suppressions", "list", "--json").json["suppressions"][0]["address"] == "a@b.example"
    assert "left the office" in reader(*MAIL, code=2).errors
    reader("suppressions", "remove", "a@b.example")
    reader(*MAIL)
    assert "not suppressed" in reader("suppressions", "remove", "a@b.example", code=2).errors


def test_a_question_needs_a_page_for_its_answer(reader: Yaoxun, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "YAOXUN_PUBLIC_URL" in reader(*MAIL, "--ask", code=2).errors
    assert reader("destinations", "list", "--json").json["destinations"] == []
    monkeypatch.setenv("YAOXUN_PUBLIC_URL", "https://yaoxun.example")
    reader(*MAIL, "--ask")
    assert "waits for the reader's yes" in reader("destinations", "list").out
    (question,) = reader("deliveries", "list", "--json").json["deliveries"]
    assert question["kind"] == "confirmation"


def test_nothing_is_replayed_by_accident(reader: Yaoxun) -> None:
    assert "Name deliveries by id" in reader("deliveries", "replay", code=2).errors
    assert "There is no delivery 7" in reader("deliveries", "replay", 7, code=2).errors
    assert reader("deliveries", "replay", "--dead", "--json").json == {"replayed": [], "left": {}}


def test_bounces_are_read_from_a_folder(reader: Yaoxun, tmp_path: Path) -> None:
    assert "YAOXUN_BOUNCES_MAILBOX" in reader("bounces", "read", code=2).errors
    assert "is no Maildir" in " ".join(reader("bounces", "read", tmp_path, code=2).errors.split())
    mailbox.Maildir(tmp_path / "box", create=True).close()
    assert reader("bounces", "read", tmp_path / "box").out.strip() == "nothing new"


def test_a_ledger_of_nothing_says_so(reader: Yaoxun) -> None:
    assert "There is no notice 5" in reader("ledger", "--notice", 5, "-s", "规划科", code=2).errors


def test_a_file_goes_out_and_comes_back(reader: Yaoxun, tmp_path: Path) -> None:
    reader(*MAIL)
    reader("subscriptions", "add", "-s", "规划科", "补贴 -招聘")
    for name in ("readers.csv", "readers.toml"):
        reader("export", tmp_path / name)
        done = reader("import", tmp_path / name, "--json").json
        assert done == {"added": 0, "changed": 0, "unchanged": 3, "error": None}
    text = (tmp_path / "readers.toml").read_text(encoding="utf-8").replace("a@b.example", "c@d.example")
    (tmp_path / "readers.toml").write_text(text, encoding="utf-8")
    assert reader("import", tmp_path / "readers.toml", "--dry-run", "--json").json["changed"] == 1
    assert reader("destinations", "list", "--json").json["destinations"][0]["target"]["address"] == "a@b.example"
    reader("import", tmp_path / "readers.toml")
    assert reader("destinations", "list", "--json").json["destinations"][0]["target"]["address"] == "c@d.example"
    (tmp_path / "readers.csv").write_text("kind,subscriber,rule\nsubscription,规划科,(\n", encoding="utf-8")
    assert "readers.csv: row 2: rule:" in reader("import", tmp_path / "readers.csv", code=2).errors


def test_a_file_is_named_as_what_it_is(reader: Yaoxun, tmp_path: Path) -> None:
    said = reader("export", tmp_path / "readers.xlsx", code=2).errors
    assert "neither in .toml nor in .csv" in " ".join(said.split())
    assert not (tmp_path / "readers.xlsx").exists()
    reader("export", tmp_path / "all.toml", "--secrets")
    assert (tmp_path / "all.toml").stat().st_mode & 0o777 == 0o600


def test_a_rule_that_is_over_before_it_begins_says_so(reader: Yaoxun) -> None:
    said = reader("subscriptions", "add", "-s", "规划科", "补贴", "--until", "2020-01-01").errors
    assert "2020-01-01 is over" in said


def test_an_address_is_never_cut_off_in_a_narrow_terminal(reader: Yaoxun, monkeypatch: pytest.MonkeyPatch) -> None:
    address = "address=an-office-with-a-long-name@town.example"
    reader("destinations", "add", "-s", "规划科", "--channel", "email", "--name", "long", "--set", address)
    monkeypatch.setattr(console, "width", 80)
    assert "…" not in reader("destinations", "list").out


@pytest.mark.parametrize("day", ["周五", "星期五", "fri", "Friday"])
def test_a_weekday_may_be_chinese(reader: Yaoxun, day: str) -> None:
    words = ("--channel", "email", "--set", "address=a@town.example", "--name", "week", "--cadence", "weekly")
    assert "weekly on friday" in reader("destinations", "add", "-s", "规划科", *words, "--weekday", day).out
