"""When a page was published and who posted it, as the page states it."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import islice

from crawler.notice import Fact
from crawler.reading import labels
from crawler.reading.body import Body
from crawler.reading.dates import find_date, find_split_date
from crawler.reading.head import length_of_head
from crawler.reading.labels import Fields
from crawler.reading.markup import EDGE, PIECE, tidy
from crawler.reading.page import Page

_DATED = """
pubdate firstpublishedtime publishdate publishtime publish_time publishedtime publish-date createdate
article:published_time og:published_time og:release_date og:pubdate datepublished dc.date dcterms.created
"""  # best first; never Maketime or HtmlGenerateTime, which say when the page was made
_DATE_METAS = _DATED.split()
_NO_AGENCY = frozenset({"无", "暂无", "本网", "本站", "原创", "网络", "互联网", "null", "其他", "管理员", "admin"})
_LONGEST_AGENCY = 60
_NEAR_TITLE = 300  # characters between a title and the line that dates it
_NEAR_CALENDAR = 40  # characters beside a title that may be a leaf of a calendar
_DATA = re.compile(
    r'(?:"(?:datePublished|(?:pub|release)\w*(?:date|time))"\s*:\s*"?|<textarea\b[^>]{0,80}time[^>]{0,80}>\s*)'
    r"([\dT:./年月日 +Z-]{8,30})",
    re.IGNORECASE,
)
_LARGEST_DATA = 1_000_000
_LINES_BELOW = 2
_SOURCE = re.compile(r"(?:信息|文章|稿件)?来源\s*[:：]\s*")
_TODAY = re.compile("今天|今日|现在|星期|当前时间")
_SIGNATURE_LINES = 15
_LONGEST_SIGNATURE = 24  # characters of a line that is a date and perhaps its place
_BESIDES = re.compile(r"\s*(?:作者|发布时间|发布日期|点击|浏览|字体|字号|责任编辑|编辑|时间|日期|阅读)\s*[:：]")


def posted_on(page: Page, title: str, body: Body, around: str, fields: Fields) -> Fact | None:
    """Return the day of publication. `around` is the marked stream of the page without its body."""
    ways: tuple[Callable[[], Fact | None], ...] = (
        lambda: _first((page.metas.get(name, "") for name in _DATE_METAS), "meta"),
        lambda: _labelled(fields, labels.PUBLISHED),
        lambda: _labelled(fields, labels.UPDATED),
        lambda: _first(body.lines[: length_of_head(body.lines, title)], "title"),
        lambda: _fact(_beside_title(title, around), "title"),
        lambda: _labelled(fields, labels.DATED),
        lambda: _fact(_calendar_beside(title, around), "title"),
        lambda: _fact(_signed(body.lines), "signature"),
        lambda: _first(_in_data(page) if not body.markup else (), "text"),
        lambda: _first(body.lines, "text"),
        lambda: _first((line for line in EDGE.split(around) if not _TODAY.search(line)), "text"),
        lambda: _first(_in_data(page), "text"),
    )
    return next((found for way in ways if (found := way())), None)


def poster_of(page: Page, fields: Fields) -> str:
    """Return who put it on the site: often not the office that issued it."""
    posters = (field.value for field in fields.of(labels.POSTER))
    metas = page.metas
    candidates = (metas.get("contentsource", ""), *posters, metas.get("source", ""))
    return next((name for candidate in candidates if (name := agency_name(candidate))), "")


def agency_name(value: str) -> str:
    """Return the name in a value, without 来源： before it and other labels behind it; empty when it names nobody."""
    said = tidy(value)
    source = _SOURCE.match(said)
    name = said[source.end() if source else 0 :].strip(" :：|-—")
    name = _BESIDES.split(name, maxsplit=1)[0].strip()
    return name if 1 < len(name) <= _LONGEST_AGENCY and name.lower() not in _NO_AGENCY else ""


def _labelled(fields: Fields, names: Iterable[str]) -> Fact | None:
    found = ((find_date(field.value), field.where) for field in fields.of(names))
    return next((_fact(day, where) for day, where in found if day), None)


def _first(texts: Iterable[str], where: str) -> Fact | None:
    return _fact(next((found for text in texts if text and (found := find_date(text))), None), where)


def _fact(day: date | None, where: str) -> Fact | None:
    return Fact(value=day.isoformat(), where=where) if day else None


def _beside_title(title: str, around: str) -> date | None:
    """Return the date in the line under the title: `2019-09-26 12:11 来源：…`."""
    plain = " ".join(around.split())  # every mark is a blank
    at = plain.rfind(title)
    return find_date(plain[at + len(title) : at + len(title) + _NEAR_TITLE]) if at >= 0 else None


def _calendar_beside(title: str, around: str) -> date | None:
    """Return the day that stands in pieces before or under the title: `01` over `2026-09`."""
    plain = " ".join(around.split())
    at = plain.rfind(title)
    beside = plain[max(0, at - _NEAR_CALENDAR) : at], plain[at + len(title) : at + len(title) + _NEAR_CALENDAR]
    return find_split_date(beside[0]) or find_split_date(beside[1]) if at >= 0 else None


def _in_data(page: Page) -> Iterator[str]:
    """Yield what the data in a script calls the day of publication: of a page that is all script, and at last."""
    return (match[1] for match in _DATA.finditer(page.source[:_LARGEST_DATA]))


def lines_below_title(title: str, around: str) -> list[str]:
    """Return the first lines under the title, where a number may stand before the text begins."""
    at = around.rfind(title)
    below = around[at + len(title) : at + len(title) + _NEAR_TITLE] if at >= 0 else ""
    pieces = (tidy(line.replace(PIECE, "")) for line in EDGE.split(below) if line.strip())
    return list(islice(filter(None, pieces), _LINES_BELOW))


def _signed(lines: list[str]) -> date | None:
    """Return the date that stands alone under the signature, the last one near the end."""
    ends = (line for line in reversed(lines[-_SIGNATURE_LINES:]) if len(line) <= _LONGEST_SIGNATURE)
    signed = (find_date(line) for line in ends if re.search(r"日\s*[)）]?$", line))
    return next((found for found in signed if found), None)
