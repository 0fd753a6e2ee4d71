"""Replies of endpoints: what is JSON in the end, where rows are, and which day a value names."""

from datetime import date

import pytest

from crawler.reading.page import UnreadablePage
from crawler.reading.replies import day_in, field_of, html_at, parse_reply, rows_at, text_in

ROW = {"title": "一则通知", "url": "/a.html"}


@pytest.mark.parametrize(
    "text",
    [
        '{"rows": [1]}',
        '\ufeff {"rows": [1]}\r\n',
        'jQuery1124_5({"rows": [1]});',
        '/**/cb({"rows": [1]})',
        '\n\n{"rows": [1,],}<!-- made in 3 ms -->',
        '{"rows": [1], "by": "it\\\'s"}',
        '{"rows": [1], "text": "two\nlines"}',
    ],
)
def test_what_is_json_in_the_end(text: str) -> None:
    assert parse_reply(text)["rows"] == [1]


def test_half_an_emoji_where_a_title_was_cut_is_dropped() -> None:
    said = parse_reply(r'{"cut": "会议\ud83d", "whole": "会议\ud83d\ude00", "in": "{\"cut\": \"会议\\ude00\"}"}')
    assert said == {"cut": "会议", "whole": "会议😀", "in": r'{"cut": "会议\ude00"}'}
    assert parse_reply(said["in"]) == {"cut": "会议"}


def test_an_empty_reply_is_nothing() -> None:
    assert parse_reply("  \n") is None


@pytest.mark.parametrize("text", ["<html><title>登录</title></html>", "error", "{", "[" * 100_000, '{"a": }'])
def test_what_is_no_json(text: str) -> None:
    with pytest.raises(UnreadablePage, match="the answer is no JSON"):
        parse_reply(text)


@pytest.mark.parametrize(
    ("reply", "path", "rows"),
    [
        ([ROW], "", [ROW]),
        ({"data": {"list": [ROW]}}, "data.list", [ROW]),
        ({"data": {"list": [ROW]}}, "rows | data.list", [ROW]),
        ({"map": {"a": {"list": [ROW]}, "b": None, "c": {"list": [ROW]}}}, "map.*.list", [ROW, ROW]),
        ({"custom": '{"data": [{"title": "x"}]}'}, "custom.data", [{"title": "x"}]),
        ({"data": [[ROW]]}, "data.0", [ROW]),
        ({"data": {"list": [None, "x", ROW]}}, "data.list", [ROW]),
        ({"data": {"list": []}}, "data.list", []),
        ({"data": {"list": None}}, "data.list", []),
        ({"data": None}, "data.list", []),
        ({"data": {}}, "data.list", []),
        (None, "data.list", []),
    ],
)
def test_where_rows_are(reply: object, path: str, rows: list[object]) -> None:
    assert rows_at(reply, path) == rows


@pytest.mark.parametrize("reply", [{"code": 401, "msg": "未登录"}, {"data": {"items": [ROW]}}, {"data": 3}, 7])
def test_a_reply_without_the_place_of_the_rows_is_a_fault(reply: object) -> None:
    with pytest.raises(UnreadablePage, match=r"the answer has no rows at data\.list"):
        rows_at(reply, "data.list")


def test_html_in_a_reply() -> None:
    reply = {"data": {"html": "<li>1</li>"}, "more": ["<li>2</li>", 3]}
    assert html_at(reply, "data.html") == "<li>1</li>"
    assert html_at(reply, "*") == "<li>1</li>\n<li>2</li>"
    assert html_at({"data": None}, "data.html") == ""


@pytest.mark.parametrize(
    ("paths", "value"),
    [
        ("title", "一则通知"),
        ("link | url", "/a.html"),
        ("empty | null | url", "/a.html"),
        ("/detail/{id}.html", "/detail/7.html"),
        ("{domain}{url} | url", "/a.html"),  # the domain is not said
        ("when.time", 5),
        ("nowhere", None),
    ],
)
def test_fields_of_a_row(paths: str, value: object) -> None:
    assert field_of({**ROW, "id": 7, "empty": "", "null": "null", "domain": None, "when": {"time": 5}}, paths) == value


def test_text_without_marks() -> None:
    assert text_in("<em>关于</em>A&amp;B的\n 通知") == "关于A&B的 通知"
    assert text_in(None) == ""


@pytest.mark.parametrize(
    ("value", "zone", "day"),
    [
        (1787848200, "", date(2026, 8, 28)),  # 16:30 UTC
        (1787848200000, "", date(2026, 8, 28)),
        ("1787848200", "", date(2026, 8, 28)),
        ({"time": 1787848200000, "month": 7}, "", date(2026, 8, 28)),
        ("2026-08-27T16:30:00.000Z", "", date(2026, 8, 28)),
        ("2026-08-27T16:30:00.000+0000", "", date(2026, 8, 28)),
        ("2026-08-28T00:30:00+08:00", "UTC", date(2026, 8, 28)),
        ("2026-08-27 16:30:00", "UTC", date(2026, 8, 28)),
        ("2026-08-27T16:30:00", "UTC", date(2026, 8, 28)),
        ("2026-08-27 16:30:00", "", date(2026, 8, 27)),
        ("2026-08-28", "UTC", date(2026, 8, 28)),
        ("2026.08.28", "", date(2026, 8, 28)),
        ("20260828", "", date(2026, 8, 28)),
        ("20260828093000", "", date(2026, 8, 28)),
        ("2026年8月28日", "", date(2026, 8, 28)),
        ("", "", None),
        (None, "", None),
        ("soon", "", None),
    ],
)
def test_days(value: object, zone: str, day: date | None) -> None:
    assert day_in(value, zone=zone) == day
