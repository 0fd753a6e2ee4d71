"""What a page states about its article: when it was published, by whom, under which number."""

import re
from collections.abc import Callable, Iterable
from datetime import date

from crawler.reading import labels
from crawler.reading.body import Body
from crawler.reading.dates import find_date
from crawler.reading.markup import BLOCK, CELL, PIECE, ROW, tidy
from crawler.reading.official import number_in_first_lines, number_in_title, number_of_field
from crawler.reading.page import Page

_DATED = """
pubdate firstpublishedtime publishdate publishtime article:published_time og:published_time og:release_date
"""  # best first; never Maketime or HtmlGenerateTime, which say when the page was made
_DATE_METAS = _DATED.split()
_NO_AGENCY = frozenset({"无", "暂无", "本网", "本站", "原创", "网络", "互联网", "null"})
_FIRST_LINES = 8
_LONGEST_AGENCY = 60
_NEAR_TITLE = 300  # characters between a title and the line that dates it
_TODAY = re.compile("今天|今日|现在|星期|当前时间")
_SIGNATURE_LINES = 15
_LONGEST_SIGNATURE = 24  # characters of a line that is a date and perhaps its place


def published_on(page: Page, title: str, body: Body, around: str) -> date | None:
    """Return the day of publication. `around` is the marked stream of the page without its body."""
    ways: tuple[Callable[[], date | None], ...] = (
        lambda: _first_date(page.metas.get(name, "") for name in _DATE_METAS),
        lambda: _first_date(labels.values(_with_first_lines(around, body), labels.PUBLISHED)),
        lambda: _first_date(labels.values(around, labels.WRITTEN)),
        lambda: _beside_title(title, around),
        lambda: _signed(body.lines),
        lambda: _first_date(body.lines),
        lambda: _first_date(line for line in re.split(f"[{ROW}{BLOCK}{CELL}]", around) if not _TODAY.search(line)),
    )
    return next((found for way in ways if (found := way())), None)


def agency_of(page: Page, body: Body, around: str) -> str:
    """Return who issued it, else who posted it."""
    stated = page.metas.get("contentsource", "")
    issuers = labels.values(_with_first_lines(around, body), labels.ISSUER)
    candidates = (*issuers, stated, *labels.values(around, labels.POSTER))
    names = (_agency(candidate) for candidate in (*candidates, page.metas.get("source", "")))
    return next((name for name in names if name), "")


def document_number_of(title: str, body: Body, around: str) -> str:
    """Return the number the paper bears itself; the running text is never asked, for there it is a citation."""
    fields = (number_of_field(value) for value in labels.values(_with_first_lines(around, body), labels.NUMBER))
    return (
        number_in_title(title) or next((number for number in fields if number), "") or number_in_first_lines(body.lines)
    )


def _with_first_lines(around: str, body: Body) -> str:
    """Add the lines that open the body: some templates put the index table into it."""
    return ROW.join((around, *body.lines[:_FIRST_LINES], ""))


def _first_date(texts: Iterable[str]) -> date | None:
    return next((found for text in texts if text and (found := find_date(text))), None)


def _beside_title(title: str, around: str) -> date | None:
    """Return the date in the line under the title: `2019-09-26 12:11 来源：…`."""
    plain = re.sub(f"[{PIECE}{BLOCK}{CELL}{ROW}]+", " ", around)
    at = plain.rfind(title)
    return find_date(plain[at + len(title) : at + len(title) + _NEAR_TITLE]) if at >= 0 else None


def _signed(lines: list[str]) -> date | None:
    """Return the date that stands alone under the signature, the last one near the end."""
    ends = (line for line in reversed(lines[-_SIGNATURE_LINES:]) if len(line) <= _LONGEST_SIGNATURE)
    return _first_date(line for line in ends if re.search(r"日\s*[)）]?$", line))


def _agency(value: str) -> str:
    name = re.sub(r"^(?:信息|文章|稿件)?来源\s*[:：]\s*", "", tidy(value)).strip(" :：|-—")
    name = re.split(r"\s*(?:作者|发布时间|发布日期|点击|浏览|字体|字号|责任编辑|编辑)\s*[:：]", name, maxsplit=1)[
        0
    ].strip()
    return name if 1 < len(name) <= _LONGEST_AGENCY and name.lower() not in _NO_AGENCY else ""
