"""What a list's endpoint answers: JSON, JSONP or nearly JSON, and the rows and values in it."""

import html
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from crawler.reading.charset import whole
from crawler.reading.dates import find_date
from crawler.reading.listing import Row, select_rows
from crawler.reading.page import UnreadablePage
from crawler.reading.records import records_page

_CALLBACK = re.compile(r"^[\s;/*]*[\w.$]+\s*\((.*)\)\s*;?\s*$", re.DOTALL)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_BAD_ESCAPE = re.compile(r"""\\(?!["\\/bfnrtu])""")
_HALF = re.compile(r"\\u[dD][89a-fA-F]")  # whole ones, too
_LINK = re.compile(r"(?=<a\s)", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_PAGE = re.compile(r"<(?:!doctype|html|head|body)\b(?:.*?<title[^>]*>([^<]*))?", re.IGNORECASE | re.DOTALL)
_FILLED = re.compile(r"\{([\w.]+)\}")
_PLAIN_MOMENT = re.compile(r"(20\d\d-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)")
_COMPACT = re.compile(r"(20\d\d)(\d\d)(\d\d)(?:\d{4}|\d{6})?")


def parse_reply(text: str) -> Any:  # noqa: ANN401  JSON is anything
    """Return the value of a reply, freed of its callback; raise UnreadablePage when it is no JSON by any means."""
    bare = text.strip("\ufeff \t\r\n")
    if not bare:
        return None
    called = _CALLBACK.match(bare)
    for candidate in (bare, called[1] if called else "", _repaired(bare)):
        try:
            return _loaded(candidate)
        except (ValueError, RecursionError):
            continue
    if page := _PAGE.match(bare):
        raise UnreadablePage(
            f"the answer is no JSON but a page: {' '.join((page[1] or '').split())[:60] or 'untitled'}"
        )
    raise UnreadablePage(f"the answer is no JSON: {' '.join(bare[:60].split())}")


def _loaded(text: str) -> Any:  # noqa: ANN401  JSON is anything
    """Read JSON, without the half of an emoji that is left where a site has cut a title."""
    value = json.loads(text, strict=False)
    if _HALF.search(text):
        value = json.loads(whole(json.dumps(value, ensure_ascii=False)))
    return value


def _repaired(text: str) -> str:
    """Cut what stands around the JSON, and mend what templates commonly break: last commas, odd escapes."""
    starts = [at for at in (text.find("{"), text.find("[")) if at >= 0]
    end = max(text.rfind("}"), text.rfind("]"))
    inner = text[min(starts, default=0) : end + 1]
    return _TRAILING_COMMA.sub(r"\1", _BAD_ESCAPE.sub("", inner))


def value_at(value: Any, path: str) -> Any:  # noqa: ANN401  JSON is anything
    """Return what stands at the first of the paths (`data.list | rows`) that leads to something; None when none does.

    `*` is every entry: their lists are joined. Text on the way that holds JSON is read.
    """
    for alternative in path.split("|"):
        found = _walk(value, [step for step in alternative.strip().split(".") if step])
        if found not in (None, ""):
            return found
    return None


def _walk(value: Any, steps: list[str]) -> Any:  # noqa: ANN401  JSON is anything
    if not steps:
        return value
    if isinstance(value, str) and value.lstrip()[:1] in {"{", "["}:
        value = parse_reply(value)
    step, rest = steps[0], steps[1:]
    if step == "*":
        entries = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
        found = [_walk(entry, rest) for entry in entries]
        return [row for rows in found if rows for row in (rows if isinstance(rows, list) else [rows])]
    if isinstance(value, Mapping):
        return _walk(value.get(step), rest)
    if isinstance(value, list) and step.isdigit() and int(step) < len(value):
        return _walk(value[int(step)], rest)
    return None


def rows_at(reply: Any, path: str) -> list[Mapping[str, Any]]:  # noqa: ANN401  JSON is anything
    """Return the rows of a reply; [] when it says there are none; raise UnreadablePage when it has no such place."""
    found = value_at(reply, path)
    if found is None and not _is_bare(reply, path):
        known = f" but {', '.join(list(reply)[:8])}" if isinstance(reply, Mapping) else ""
        raise UnreadablePage(f"the answer has no rows at {path or 'its top'}{known}")
    if isinstance(found, str) and found.lstrip().startswith("["):
        found = parse_reply(found)
    return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []


def _is_bare(reply: Any, path: str) -> bool:  # noqa: ANN401  JSON is anything
    """Tell whether a reply has the place of the rows, and nothing there: null, or an empty parent."""
    for alternative in path.split("|"):
        value = reply
        for step in alternative.strip().split("."):
            if value in (None, "", [], {}) or step == "*":
                return True
            if not isinstance(value, Mapping) or step not in value:
                break
            value = value[step]
        else:
            return True
    return False


def html_at(reply: Any, path: str) -> str:  # noqa: ANN401  JSON is anything
    """Return the HTML in a reply; `*` joins every text in it. Of a list of texts, each is a row."""
    found = reply if path == "*" else value_at(reply, path)
    return "\n".join(f"<li>{text}</li>" if isinstance(found, list) else text for text in _texts(found))


def rows_of_html(html: str, url: str, selector: str) -> tuple[Row, ...]:
    """Return the rows in a piece of HTML; links with a day behind each are rows even if no element holds both."""
    kept = records_page(html) or html
    selected = select_rows(kept, url, rows=selector)
    if selected:
        return selected
    pieces = _LINK.split(html)[1:]
    each = select_rows("".join(f"<li>{piece}</li>" for piece in pieces), url, rows="li")
    return tuple(row for row in each if row.date is not None)


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401  JSON is anything
    if isinstance(value, str):
        yield value
    elif isinstance(value, (Mapping, list)):
        for entry in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(entry)


def field_of(row: Mapping[str, Any], paths: str) -> Any:  # noqa: ANN401  JSON is anything
    """Return the first field of a row that says something; `/detail/{id}.html` is filled from the row's fields."""
    for path in paths.split("|"):
        pattern = path.strip()
        found = _fill(row, pattern) if "{" in pattern else value_at(row, pattern)
        if found not in (None, "", "null"):
            return found
    return None


def _fill(row: Mapping[str, Any], pattern: str) -> str:
    values = {name: value_at(row, name) for name in _FILLED.findall(pattern)}
    if any(value in (None, "") for value in values.values()):
        return ""
    return _FILLED.sub(lambda name: str(values[name[1]]), pattern)


def text_in(value: Any) -> str:  # noqa: ANN401  JSON is anything
    """Return a value as one line of text, without marks of emphasis."""
    return " ".join(html.unescape(_TAG.sub("", str(value or ""))).split())


def day_in(value: Any, *, zone: str = "") -> date | None:  # noqa: ANN401  JSON is anything
    """Return the day in China that a value names: seconds or milliseconds since 1970, a moment, or any form of a date.

    `zone` is that of moments that name none: "UTC", or "" for China.
    """
    if isinstance(value, Mapping):  # java.util.Date as some serialisers write it
        value = value.get("time")
    text = text_in(value)
    if compact := _COMPACT.fullmatch(text):
        text = "-".join(compact.groups())
    moment = _PLAIN_MOMENT.fullmatch(text)
    return find_date(f"{moment[1]}T{moment[2]}Z" if moment and zone == "UTC" else text)
