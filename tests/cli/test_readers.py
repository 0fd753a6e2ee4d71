"""Subscribers, subscriptions and destinations on the command line."""

import pytest
import sqlalchemy as sa

from alerts.store.destinations import UNSUBSCRIBED, pause_destination
from tests.cli.conftest import Yaoxun

HOOK = ("--channel", "webhook", "--set", "url=https://hooks.office.example/secret-path")


def test_a_reader_from_first_to_last(yaoxun: Yaoxun) -> None:
    assert yaoxun("subscribers", "add", "规划科", "--json").json["subscriber"]["name"] == "规划科"
    yaoxun("subscriptions", "add", "-s", "规划科", "补贴 region:江苏", "--note", "月报")
    yaoxun("destinations", "add", "-s", "规划科", "--channel", "email", "--set", "address=office@town.example")
    (reader,) = yaoxun("subscribers", "list", "--json").json["subscribers"]
    assert (reader["subscriptions"], reader["destinations"], reader["paused"]) == (1, 1, False)
    assert "规划科" in yaoxun("subscribers", "list").out
    assert yaoxun("subscribers", "pause", "规划科", "--json").json["subscriber"]["paused"] is True
    assert "paused" in yaoxun("subscribers", "list").out
    assert yaoxun("subscribers", "resume", reader["id"], "--json").json["subscriber"]["paused"] is False
    yaoxun("subscribers", "remove", "规划科", say="n\n", code=1)
    assert len(yaoxun("subscriptions", "list", "--json").json["subscriptions"]) == 1
    yaoxun("subscribers", "remove", "规划科", "--yes")
    assert yaoxun("subscriptions", "list", "--json").json == {"subscriptions": []}
    assert yaoxun("destinations", "list", "--json").json == {"destinations": []}


def test_a_reader_is_changed_and_keeps_what_is_theirs(yaoxun: Yaoxun) -> None:
    yaoxun("subscribers", "add", "规划科")
    yaoxun("subscriptions", "add", "-s", "规划科", "补贴")
    renamed = yaoxun("subscribers", "change", "规划科", "--name", " 发展规划科 ", "--operator", "--json")
    changed = renamed.json["subscriber"]
    assert (changed["name"], changed["operator"], changed["language"]) == ("发展规划科", True, "zh")
    said = yaoxun("subscribers", "change", "发展规划科", "--language", "en", "--no-operator").out
    assert said == "Subscriber 1 is 发展规划科, reads en.\n"
    yaoxun("subscribers", "pause", "发展规划科")
    (reader,) = yaoxun("subscribers", "list", "--json").json["subscribers"]
    told = [reader[key] for key in ("name", "operator", "language", "subscriptions")]
    assert told == ["发展规划科", False, "en", 1]
    assert yaoxun("subscribers", "change", 1, "--name", "规划科", "--json").json["subscriber"]["paused"] is True


def test_two_readers_do_not_bear_one_name(yaoxun: Yaoxun) -> None:
    yaoxun("subscribers", "add", "规划科")
    yaoxun("subscribers", "add", "综合科")
    yaoxun("subscribers", "change", "规划科", "--name", "规划科", "--language", "en")
    assert "already a subscriber 综合科" in yaoxun("subscribers", "change", "规划科", "--name", "综合科", code=2).errors
    assert "needs a name" in yaoxun("subscribers", "change", "规划科", "--name", " ", code=2).errors
    assert [one["name"] for one in yaoxun("subscribers", "list", "--json").json["subscribers"]] == ["规划科", "综合科"]


def test_an_unknown_name_suggests_the_nearest(yaoxun: Yaoxun) -> None:
    yaoxun("subscribers", "add", "规划科")
    assert "did you mean 规划科?" in yaoxun("subscriptions", "add", "-s", "规划课", "补贴", code=2).errors
    assert "already a subscriber" in yaoxun("subscribers", "add", "规划科", code=2).errors
    assert "needs a name" in yaoxun("subscribers", "add", " ", code=2).errors


def test_a_rule_is_tried_before_it_is_saved(yaoxun: Yaoxun) -> None:
    yaoxun("subscribers", "add", "规划科")
    said = yaoxun("subscriptions", "add", "-s", "规划科", "补贴 (上海 OR", code=2).errors
    lines = said.splitlines()
    caret = next(line for line in lines if line.strip() == "^")
    assert "补贴 (上海 OR" in lines[lines.index(caret) - 1]
    fault = yaoxun("subscriptions", "add", "-s", "规划科", "region:某处 补贴", "--json", code=2).json["error"]
    assert fault["position"] == 7
    assert fault["advice"]
    assert yaoxun("subscriptions", "list", "--json").json == {"subscriptions": []}
    assert "OR" in yaoxun("subscriptions", "add", "-s", "规划科", "补贴 or 奖励").errors


def test_rules_are_paused_resumed_and_removed_by_id(yaoxun: Yaoxun) -> None:
    yaoxun("subscribers", "add", "规划科")
    added = yaoxun("subscriptions", "add", "-s", "规划科", "补贴", "--json").json["subscription"]
    assert yaoxun("subscriptions", "pause", added["id"], "--json").json["subscription"]["paused"] is True
    assert yaoxun("subscriptions", "resume", added["id"], "--json").json["subscription"]["paused"] is False
    assert "already has the rule" in yaoxun("subscriptions", "add", "-s", "规划科", "补贴", code=2).errors
    yaoxun("subscriptions", "remove", added["id"], say="y\n")
    assert "There is no subscription" in yaoxun("subscriptions", "pause", added["id"], code=2).errors


def test_secrets_are_shown_as_their_end_and_a_made_one_once(yaoxun: Yaoxun) -> None:
    yaoxun("subscribers", "add", "规划科")
    added = yaoxun("destinations", "add", "-s", "规划科", *HOOK, "--json").json
    secret = added["made"]["secret"]
    assert secret.startswith("whsec_")
    assert added["destination"]["target"] == {"url": "…path", "secret": f"…{secret[-4:]}"}
    for shown in (yaoxun("destinations", "list"), yaoxun("destinations", "list", "--json")):
        assert "secret-path" not in shown.out
        assert secret not in shown.out
        assert secret[-4:] in shown.out
    given = ("--set", f"secret={secret}", "--name", "second", "--json")
    assert yaoxun("destinations", "add", "-s", "规划科", *HOOK, *given).json["made"] == {}


def test_a_mail_address_is_no_secret_and_its_token_is_never_shown(yaoxun: Yaoxun) -> None:
    yaoxun("subscribers", "add", "规划科")
    mail = ("--channel", "email", "--set", "address=office@town.example", "--at", "18:30", "--timezone", "Europe/Paris")
    added = yaoxun("destinations", "add", "-s", "规划科", *mail, "--json").json
    assert added["made"] == {}
    assert added["destination"]["target"] == {"address": "office@town.example"}
    assert (added["destination"]["at"], added["destination"]["timezone"]) == ("18:30", "Europe/Paris")
    changed = yaoxun(
        "destinations", "change", added["destination"]["id"], "--set", "address=desk@town.example", "--json"
    )
    assert changed.json["destination"]["target"] == {"address": "desk@town.example"}
    assert yaoxun("destinations", "pause", "1", "--json").json["destination"]["paused"] is True
    assert yaoxun("destinations", "resume", "1", "--json").json["destination"]["paused"] is False
    yaoxun("destinations", "remove", "1", "--yes")
    assert "There is no destination 1" in yaoxun("destinations", "resume", "1", code=2).errors


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--channel", "emial", "--set", "address=a@town.example"), "Did you mean email"),
        (("--channel", "email", "--set", "adress=a@town.example"), "Did you mean address"),
        (("--channel", "email"), "address: is missing"),
        (("--channel", "email", "--set", "address"), "there is no ="),
        (("--channel", "email", "--set", "address=a,b"), "one plain address"),
        ((*HOOK, "--at", "25:00"), "no time of day"),
        ((*HOOK, "--timezone", "Shanghai"), "no time zone"),
    ],
)
def test_a_wrong_destination_is_refused_with_advice(yaoxun: Yaoxun, words: tuple[str, ...], said: str) -> None:
    yaoxun("subscribers", "add", "规划科")
    assert said in yaoxun("destinations", "add", "-s", "规划科", *words, code=2).errors
    assert yaoxun("destinations", "list", "--json").json == {"destinations": []}


def test_a_rule_may_begin_with_a_minus(yaoxun: Yaoxun) -> None:
    yaoxun("subscribers", "add", "信息处")
    yaoxun("subscriptions", "add", "--subscriber", "信息处", "-招聘 region:江苏")
    assert yaoxun("notices", "search", "-招聘 region:江苏", "--json").json["count"] == 0


def test_a_new_reader_reads_the_language_of_the_settings_or_their_own(
    yaoxun: Yaoxun, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert yaoxun("subscribers", "add", "甲", "--json").json["subscriber"]["language"] == "zh"
    monkeypatch.setenv("YAOXUN_LANGUAGE", "en")
    assert yaoxun("subscribers", "add", "乙", "--json").json["subscriber"]["language"] == "en"
    assert yaoxun("subscribers", "add", "丙", "--language", "zh", "--json").json["subscriber"]["language"] == "zh"


def test_a_reader_who_left_is_no_fault_of_the_service(yaoxun: Yaoxun, database: sa.Engine) -> None:
    yaoxun("subscribers", "add", "规划科")
    yaoxun("destinations", "add", "-s", "规划科", "--channel", "email", "--set", "address=office@town.example")
    with database.begin() as connection:
        pause_destination(connection, 1, paused=True, problem=UNSUBSCRIBED)
    database.dispose()
    found = yaoxun("doctor", "--json").json
    [check] = [check for check in found["checks"] if check["name"].startswith("destination")]
    assert (check["state"], check["seen"]) == ("warning", "unsubscribed by the reader")
    assert "yaoxun destinations resume 1" in check["advice"]
    assert "unsubscribed by the reader" in yaoxun("destinations", "list").out
