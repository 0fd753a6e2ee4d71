"""One row of a list: which link it is, what it is called, which day stands beside it."""

import datetime as dt
import re
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from crawler.reading.attachments import absolute
from crawler.reading.dates import date_in_address, find_date, find_split_date, year_in_address
from crawler.reading.markup import BLOCK, CELL, PIECE, ROW, stream, tidy

_EDGES = re.compile(f"[{BLOCK}{CELL}{PIECE}{ROW}]+")
_DATE = r"[\[(（【]?\s*(?:20\d\d\s*[-/.年]\s*)?[01]?\d\s*[-/.月]\s*[0-3]?\d日?(?:\s+\d\d:\d\d(?::\d\d)?)?\s*[\])）】]?"
_DATE_AT_END = re.compile(rf"(?:^{_DATE}\s+|\s+{_DATE}$|[\[(（【]\s*20\d\d-\d\d-\d\d\s*[\])）】]$|^[·•]\s*)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,100}>")  # in an attribute: 关于<br>做好…
_CUT_SHORT = re.compile(r"(?:…|\.{2,})$")
_SUMMARY = 30  # characters: a link whose text is so much longer than its title holds a summary too
_ALONE = re.compile(
    r"[\[(（【]?\s*(?:(?:发布|公布|公开|发文|更新)?(?:时间|日期)\s*[:：]\s*)?"
    r"(?:20\d\d\s*[-/.年]\s*[01]?\d\s*[-/.月]\s*[0-3]?\d\s*日?(?:\s*\d\d:\d\d(?::\d\d)?)?"
    r"|[01]\d[-/][0-3]\d|[01]?\d月[0-3]?\d日|\d\d-\d\d-\d\d)\s*[\])）】]?"
)
_LABELLED_TITLE = re.compile(
    r"^\s*(?:标题|信息标题|名称)\s*[:：]\s*(.+?)\s*(?:(?:发布|更新|公开)(?:日期|时间)\s*[:：].*)?$", re.DOTALL
)  # `title` with all that a system knows of the notice
_OPENED = re.compile(
    r"""\(\s*['"]((?:https?://|\.{0,2}/)[^'"\s<>]+|[\w/.-]+\.(?:s?html?|jsp|aspx?|php)[^'"\s<>]*)['"]"""
)
_LONGEST_AHEAD = dt.timedelta(days=366)
_TWO_DIGIT_YEAR = re.compile(r"(?<![\d/-])\d\d-\d\d-\d\d(?![\d/-])")
_LEAP_YEAR = 2000  # any date without a year is valid in it


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a list page: absolute address, whole title, the day beside it when it can be told."""

    title: str
    url: str
    date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A link as a list shows it."""

    node: LexborNode
    title: str
    url: str
    shown: str  # its words, without a date at either end


def read_link(node: LexborNode, base: str, title_node: LexborNode | None = None) -> Link | None:
    """Return a link with its title and address; None when it leads nowhere or is called nothing."""
    url = absolute(base, node.attributes.get("href") or "") or absolute(base, _opened_by(node))
    title = title_of(title_node or node) or tidy(node.attributes.get("title") or "")
    return Link(node, title, url, _DATE_AT_END.sub("", text_of(node)).strip()) if url and title else None


def _opened_by(node: LexborNode) -> str:
    """Return the address that a link opens by a line of script; "" when none stands in it."""
    found = _OPENED.search(f"{node.attributes.get('href') or ''} {node.attributes.get('onclick') or ''}")
    return found[1] if found else ""


def title_of(node: LexborNode) -> str:
    """Return a link's title: its heading or its words without a date, or its `title` when that says more."""
    heading = node.css_first("h1, h2, h3, h4, h5, h6") or node
    shown = _DATE_AT_END.sub("", text_of(heading)).strip()
    whole = tidy(_TAG.sub("", _LABELLED_TITLE.sub(r"\1", node.attributes.get("title") or "")))
    if shown.split() != [shown] and "".join(shown.split()) == "".join(whole.split()):
        return min(shown, whole, key=len)  # a <br> in the one, to fill two lines, is no blank
    holds_summary = whole and shown.startswith(whole) and len(shown) > len(whole) + _SUMMARY
    return whole if len(whole) > len(shown) or holds_summary or (whole and _CUT_SHORT.search(shown)) else shown


def text_of(node: LexborNode) -> str:
    """Return an element's text with a blank wherever an element ends: dates and titles must not run together."""
    return tidy(_EDGES.sub(" ", stream(node.html or "")))


def words_beside(node: LexborNode) -> str:
    """Return what may tell the day of a row: elements that hold a date and nothing else, or else all the words."""
    pieces = [tidy(piece) for piece in _EDGES.split(stream(node.html or ""))]
    return " ".join(piece for piece in pieces if _ALONE.fullmatch(piece)) or tidy(" ".join(pieces))


def date_of(text: str, link: Link, made: dt.date | None = None) -> dt.date | None:
    """Return the day of a row from its text without the title; `made` (when the page was) lends its year."""
    beside = _without_title(text, link)
    full = _full_date(beside)
    if full:
        return full
    year = year_in_address(link.url)
    if year and (completed := find_date(beside, year=year)):
        return completed
    if made and (completed := find_date(beside, year=made.year)):
        return completed if completed <= made else find_date(beside, year=made.year - 1)
    return date_in_address(link.url)


def shows_date(text: str, link: Link) -> bool:
    """Tell whether a row shows a day, with a year or without."""
    beside = _without_title(text, link)
    return (_full_date(beside) or find_date(beside, year=_LEAP_YEAR)) is not None


def plausible(day: dt.date | None, today: dt.date | None) -> dt.date | None:
    """Return the day unless it is a slip of the pen, such as one of the year 2099; a year ahead has been seen."""
    return day if day is None or today is None or day <= today + _LONGEST_AHEAD else None


def _full_date(text: str) -> dt.date | None:
    """Return the date with a year that a text shows, be the year of two digits (26-09-25)."""
    short = _TWO_DIGIT_YEAR.search(text)
    return find_date(text) or find_split_date(text) or (find_date(short[0]) if short else None)


def _without_title(text: str, link: Link) -> str:
    return text.replace(link.shown, " ", 1) if link.shown else text
