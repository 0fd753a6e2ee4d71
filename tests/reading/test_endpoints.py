"""Data of an endpoint that nobody has described: rows, fields and paging are found, or none."""

from typing import Any

import pytest

from crawler.reading.endpoints import endpoint_of

URL = "http://a.example/api/list"


def rows(**fields: object) -> list[dict[str, object]]:
    return [{"id": number, **fields} for number in range(6)]


ROW = {"title": "关于组织申报的通知", "url": "/art/7.html", "publishTime": "2026-08-28 10:00:00"}
FOUND = {"title": "title", "link": "url", "date": "publishTime"}


@pytest.mark.parametrize(
    ("reply", "at", "fields"),
    [
        ({"code": 0, "data": {"list": rows(**ROW), "total": 9}}, "data.list", FOUND),
        (rows(**ROW), "", FOUND),
        ({"menu": rows(**ROW)[:2], "rows": rows(**ROW)}, "rows", FOUND),
        (
            {"d": rows(DOC_TITLE="关于组织申报的通知", DOC_PUB_URL="/1.htm", DOC_REL_TIME=1788912000000)},
            "d",
            {"title": "DOC_TITLE", "link": "DOC_PUB_URL", "date": "DOC_REL_TIME"},
        ),
        (
            {"d": rows(name="关于组织申报的通知", detail="./t20260828_1.html", createDate="2026.08.28")},
            "d",
            {"title": "name", "link": "detail", "date": "createDate"},
        ),
        ({"d": rows(title="关于组织申报的通知", url="1.html", time="昨天")}, "d", {"title": "title", "link": "url"}),
    ],
)  # fmt: skip
def test_rows_and_fields_are_found(reply: Any, at: str, fields: dict[str, str]) -> None:  # noqa: ANN401  JSON is anything
    assert endpoint_of(reply, URL) == {"rows": at, "fields": fields}


@pytest.mark.parametrize(
    "reply",
    [
        None,
        "x",
        {},
        [],
        {"data": []},
        {"data": rows(title="关于组织申报的通知")},
        {"data": rows(url="/a.html")},
        {"data": rows(title="x", url="/a.html")},
        {"data": rows(title="关于组织申报的通知", url="点击查看")},
    ],
)
def test_what_is_no_list_gives_none(reply: Any) -> None:  # noqa: ANN401  the same
    assert endpoint_of(reply, URL) is None


@pytest.mark.parametrize(
    ("query", "paging"),
    [
        ("?pageNo=1&size=20", {"query": {"pageNo": "{page}"}, "first": 1}),
        ("?id=1&page=0", {"query": {"page": "{page}"}, "first": 0}),
        ("?page=7", {}),
        ("?size=1", {}),
    ],
)
def test_a_parameter_that_counts_pages_is_found(query: str, paging: dict[str, Any]) -> None:
    assert endpoint_of(rows(**ROW), URL + query) == {"rows": "", "fields": FOUND} | paging
