"""`yaoxun rules`: the contract of its JSON, spans in what was given, faults with a caret, many rules at once."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from crawler.archive.notices import archive_notice
from crawler.notice import Notice
from tests.cli.conftest import Yaoxun

RULE = "金融科技 region:上海 -招聘"
TEXT = "上海市发展金 融\n科技，支持金融科技企业。"


def test_json_of_a_match(yaoxun: Yaoxun) -> None:
    assert yaoxun("rules", "test", RULE, "--text", TEXT, "--json").json == {
        "matches": True,
        "evidence": [{"term": "金融科技", "field": "body", "spans": [[5, 11], [14, 18]]}],
        "error": None,
    }


@pytest.mark.parametrize(
    ("rule", "words", "matches"),
    [
        (RULE, ["--text", "江苏省发展金融科技"], False),
        (RULE, ["--text", "江苏省发展金融科技", "--region", "浦东新区"], True),
        (RULE, ["--text", "发展金融科技，招聘", "--region", "上海"], False),
        ("title:办法", ["--title", "管理办法", "--text", ""], True),
        ("title:办法", ["--text", "管理办法"], False),
    ],
)
def test_answers(rule: str, words: list[str], matches: bool, yaoxun: Yaoxun) -> None:  # noqa: FBT001  parametrized
    answer = yaoxun("rules", "test", rule, *words, "--json").json
    assert answer["matches"] is matches
    assert bool(answer["evidence"]) is matches


@pytest.mark.parametrize("coding", ["utf-8", "gb18030"])
def test_a_file_begins_with_its_title_and_spans_count_in_it(coding: str, yaoxun: Yaoxun, tmp_path: Path) -> None:
    content = "上海金融科技办法\n\n为发展金融\n科技，制定本办法。\n"
    path = tmp_path / "notice.txt"
    path.write_text(content, coding)
    answer = yaoxun("rules", "test", f"title:办法 {RULE}", "--file", path, "--json").json
    found = [(hit["term"], hit["field"], [content[a:b] for a, b in hit["spans"]]) for hit in answer["evidence"]]
    assert found == [
        ("办法", "title", ["办法"]),
        ("金融科技", "title", ["金融科技"]),
        ("金融科技", "body", ["金融\n科技"]),
    ]


def test_an_archived_notice(yaoxun: Yaoxun, database: sa.Engine) -> None:
    notice = Notice(key="https://a.example/1", source="a", title="通知", text="金融科技", regions=("上海/浦东",))
    with database.begin() as connection:
        archived = archive_notice(connection, notice, now=datetime(2026, 11, 23, tzinfo=UTC))
    answer = yaoxun("rules", "test", RULE, "--notice", archived.id, "--json").json
    assert answer["evidence"] == [{"term": "金融科技", "field": "body", "spans": [[0, 4]]}]
    assert "yaoxun notices list" in yaoxun("rules", "test", RULE, "--notice", 99, code=2).errors


@pytest.mark.parametrize(
    ("rule", "position"), [("金融 (科技", 3), ("-招聘", 0), ("--招聘 OR", 5), ("", 0), ("金融 =", 3)]
)
def test_json_of_a_bad_rule(rule: str, position: int, yaoxun: Yaoxun) -> None:
    answer = yaoxun("rules", "test", rule, "--text", "x", "--json", code=2).json
    assert (answer["matches"], answer["evidence"]) == (False, [])
    assert set(answer["error"]) == {"position", "message", "advice"}
    assert answer["error"]["position"] == position


def test_a_bad_rule_speaks_the_language_of_the_settings(yaoxun: Yaoxun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YAOXUN_LANGUAGE", "en")
    answer = yaoxun("rules", "test", "金融 (科技", "--text", "x", "--json", code=2).json
    assert answer["error"]["message"] == "This bracket is never closed."


def test_people_see_the_caret_below_the_fault(yaoxun: Yaoxun) -> None:
    lines = yaoxun("rules", "test", "金融科技 region:江芏", "--text", "x", code=2).errors.splitlines()
    assert lines[1:3] == ["  金融科技 region:江芏", "  " + " " * 16 + "^"]
    assert "地区" in lines[0]


def test_people_see_the_hits(yaoxun: Yaoxun) -> None:
    shown = yaoxun("rules", "test", RULE, "--text", TEXT + "\n无关的一行", "--title", "上海")
    assert "The rule finds this" in shown.out
    assert "科技，支持金融科技企业" in shown.out
    assert "无关的一行" not in shown.out
    assert "does not find" in yaoxun("rules", "test", RULE, "--text", "x").out


def test_warnings_leave_the_json_alone(yaoxun: Yaoxun) -> None:
    ran = yaoxun("rules", "test", "金融 or 科技", "--text", "金融", "--json")
    assert ran.json["matches"] is False
    assert "OR" in ran.errors


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--text", "x", "--notice", "1"],
        ["--notice", "1", "--title", "x"],
        ["--file", "missing.txt"],
        ["--text", "x", "--region", "火星"],
    ],
)
def test_wrong_use_says_what_to_do(words: list[str], yaoxun: Yaoxun) -> None:
    ran = yaoxun("rules", "test", "金融", *words, code=2)
    assert ran.errors
    assert not ran.out


@pytest.fixture
def workload(tmp_path: Path) -> tuple[Path, Path]:
    rules, notices = tmp_path / "rules.txt", tmp_path / "notices.jsonl"
    rules.write_text("补贴\n\n汽车 region:深圳市\ntitle:(汽车 补贴) region:深圳市\n补贴 -招聘 -汽车\n", "utf-8")
    rows = [
        {"title": "汽车补贴", "body": "汽车补贴办法", "region": "深圳市"},
        {"title": "招聘", "body": "招聘，汽车", "region": "上海市"},
        {"title": "补贴", "body": "补贴", "region": ""},
    ]
    notices.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return rules, notices


def test_matching_many(yaoxun: Yaoxun, workload: tuple[Path, Path]) -> None:
    rules, notices = workload
    ran = yaoxun("rules", "match", "--rules", rules, "--notices", notices, "--json")
    assert [json.loads(line) for line in ran.out.splitlines()] == [
        {"notice": 0, "rules": [0, 2, 3]},
        {"notice": 1, "rules": []},
        {"notice": 2, "rules": [0, 4]},
    ]
    assert "汽车补贴" in yaoxun("rules", "match", "--rules", rules, "--notices", notices).out


def test_a_bad_rule_among_many(yaoxun: Yaoxun, workload: tuple[Path, Path]) -> None:
    rules, notices = workload
    rules.write_text("补贴\n汽车 (招聘\n招聘\n", "utf-8")
    stopped = yaoxun("rules", "match", "--rules", rules, "--notices", notices, "--json", code=2)
    assert not stopped.out
    lines = stopped.errors.splitlines()
    assert "规则 1，位置 3：" in lines[0]
    assert lines[1:3] == ["  汽车 (招聘", "       ^"]
    went_on = yaoxun("rules", "match", "--rules", rules, "--notices", notices, "--json", "--skip-bad")
    assert [json.loads(line)["rules"] for line in went_on.out.splitlines()] == [[0], [2], [0]]
    assert went_on.errors.splitlines() == lines


@pytest.mark.parametrize("line", ["补贴", "[1]", '{"title": "x", "region": "火星"}'])
def test_a_bad_notice_among_many(line: str, yaoxun: Yaoxun, workload: tuple[Path, Path]) -> None:
    rules, notices = workload
    notices.write_text('{"title": "补贴"}\n' + line, "utf-8")
    ran = yaoxun("rules", "match", "--rules", rules, "--notices", notices, "--json", code=2)
    assert "notice 1" in ran.errors.lower()
    assert not ran.out


def test_a_rule_is_explained(yaoxun: Yaoxun) -> None:
    shown = yaoxun("rules", "explain", "补贴 OR 购置补贴").out
    assert "找出这样的通知：有“补贴”或“购置补贴”。" in shown
    assert "理解为 补贴 OR 购置补贴" in shown
    assert "! 位置 6：“购置补贴”是多余的" in shown
    answer = yaoxun("rules", "explain", "deadline:<14d or", "--english", "--json").json
    assert answer == {
        "canonical": "deadline:<14d or",
        "explained": "Finds every notice that has a deadline within 14 days from today, and has “or”.",
        "warnings": [
            {
                "position": 14,
                "kind": "spelling",
                "message": "or is taken as a term to look for. As an operator it is written OR.",
            }
        ],
        "error": None,
    }
    assert yaoxun("rules", "explain", "-招聘", "--json", code=2).json["error"]["position"] == 0
    assert "^" in yaoxun("rules", "explain", "补贴 (", code=2).errors


def test_rules_are_looked_through(yaoxun: Yaoxun, tmp_path: Path) -> None:
    assert yaoxun("rules", "lint", "补贴 -招聘").out == ""
    assert "不会有通知" in yaoxun("rules", "lint", "补贴 -补贴", code=1).out
    path = tmp_path / "rules.txt"
    path.write_text("补贴\n\n补贴 补贴\n", encoding="utf-8")
    lines = yaoxun("rules", "lint", "--rules", path, "--json", code=1).out.splitlines()
    [row] = [json.loads(line) for line in lines]
    assert (row["rule"], [warning["kind"] for warning in row["warnings"]], row["error"]) == (2, ["idle"], None)
    path.write_text("补贴\n补贴 (\n", encoding="utf-8")
    assert "规则 1，位置 3：" in yaoxun("rules", "lint", "--rules", path, code=2).errors
    assert yaoxun("rules", "lint", code=2).errors
    assert yaoxun("rules", "lint", "补贴", "--rules", path, code=2).errors


@pytest.mark.parametrize(
    ("rule", "words", "matches"),
    [
        ("=京东", ["--text", "京东集团"], True),
        ("=京东", ["--text", "北京东路"], False),
        ("~补贴", ["--text", "发放补助"], True),
        ("/招标.{0,8}失败/", ["--text", "招标项目失败"], True),
        ("published:2020", ["--text", "招标项目失败"], False),
        ("招标 -deadline:<7d", ["--text", "招标项目失败"], True),
    ],
)
def test_every_form_is_evaluated(rule: str, words: list[str], matches: bool, yaoxun: Yaoxun) -> None:  # noqa: FBT001
    assert yaoxun("rules", "test", rule, *words, "--json").json["matches"] is matches
