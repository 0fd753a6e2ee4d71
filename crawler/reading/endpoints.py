"""Lists that come as data nobody has described: where the rows are, and what their fields are called."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from crawler.reading.next_page import PARAMETERS
from crawler.reading.replies import day_in, text_in

_DEEPEST = 6
_TITLES = ("title", "doctitle", "realtitle", "articletitle", "infotitle", "name", "subject")
_LINKS = ("url", "link", "href", "docpuburl", "infourl", "visiturl", "linkurl", "path", "puburl")
_DATES = ("publishtime", "publishdate", "pubtime", "pubdate", "docreltime", "docrelpubtime", "releasetime", "infodate")
_SAYS_DATE = re.compile(r"pub|release|date|time", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?:/)?/\S+|[\w./-]+\.s?html?(?:\?\S*)?")
_SHORTEST_TITLE = 4
_ENOUGH = 0.6  # of the rows must have a value


def endpoint_of(reply: Any, url: str) -> dict[str, Any] | None:  # noqa: ANN401  JSON is anything
    """Return the options of a source that reads this reply as a list; None when no rows with title and link are in it.

    >>> endpoint_of({"data": [{"name": "一则通知公告", "href": "/a/1.html"}]}, "http://a.example/list")["rows"]
    'data'
    """
    found = ((path, rows, fields) for path, rows in _lists(reply) if (fields := _fields(rows)))
    best = max(found, key=lambda one: len(one[1]), default=None)
    if best is None:
        return None
    path, _, fields = best
    return {"rows": path, "fields": fields} | _paging(url)


def _lists(value: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, Sequence[Mapping[str, Any]]]]:  # noqa: ANN401  JSON is anything
    """Yield every list of objects in a reply, with its path."""
    if isinstance(value, list):
        rows = [row for row in value if isinstance(row, Mapping)]
        if rows:
            yield path, rows
    elif isinstance(value, Mapping) and depth < _DEEPEST:
        for name, inner in value.items():
            if re.fullmatch(r"\w+", name):
                yield from _lists(inner, f"{path}.{name}".lstrip("."), depth + 1)


def _fields(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return what title, link and date are called in the rows; {} without title or link."""
    names = [name for name in rows[0] if re.fullmatch(r"\w+", name)]
    title = _first(names, _TITLES, rows, lambda value: len(text_in(value)) >= _SHORTEST_TITLE)
    link = _first(names, _LINKS, rows, _is_address) or next(
        (one for one in names if _holds(rows, one, _is_address)), ""
    )
    if not title or not link:
        return {}
    said = [name for name in names if _SAYS_DATE.search(name)]
    date = _first(names, _DATES, rows, _is_day) or next((one for one in said if _holds(rows, one, _is_day)), "")
    return {"title": title, "link": link} | ({"date": date} if date else {})


def _first(names: Sequence[str], known: Sequence[str], rows: Sequence[Mapping[str, Any]], fits: Any) -> str:  # noqa: ANN401  a test of any value
    """Return the name that is known best, in whatever spelling, and whose values fit."""
    plain = {re.sub("_", "", name).lower(): name for name in names}
    return next((plain[one] for one in known if one in plain and _holds(rows, plain[one], fits)), "")


def _holds(rows: Sequence[Mapping[str, Any]], name: str, fits: Any) -> bool:  # noqa: ANN401  the same
    return sum(bool(fits(row.get(name))) for row in rows) >= _ENOUGH * len(rows)


def _is_address(value: object) -> bool:
    return isinstance(value, str) and _ADDRESS.fullmatch(value.strip()) is not None


def _is_day(value: object) -> bool:
    return value is not None and day_in(value) is not None


def _paging(url: str) -> dict[str, Any]:
    """Return how further pages are asked for: a parameter of the address that counts them from 0 or 1."""
    for name, value in parse_qsl(urlsplit(url).query):
        if name.lower() in PARAMETERS and value in {"0", "1"}:
            return {"query": {name: "{page}"}, "first": int(value)}
    return {}
