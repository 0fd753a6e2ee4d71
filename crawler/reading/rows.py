"""One row of a list: which link it is, what it is called, which day stands beside it."""

import datetime as dt
import re
from dataclasses import dataclass
from itertools import takewhile

from selectolax.lexbor import LexborNode

from crawler.reading.attachments import absolute
from crawler.reading.dates import date_in_address, find_date, find_split_date, year_in_address
from crawler.reading.markup import BLOCK, CELL, EDGE, PIECE, ROW, stream, tidy

_EDGES = re.compile(f"[{BLOCK}{CELL}{PIECE}{ROW}]+")
_DATE = r"[\[(（【]?\s*(?:20\d\d\s*[-/.年]\s*)?[01]?\d\s*[-/.月]\s*[0-3]?\d日?(?:\s+\d\d:\d\d(?::\d\d)?)?\s*[\])）】]?"
_DATE_AT_END = re.compile(rf"(?:^{_DATE}\s+|\s+{_DATE}$|[\[(（【]\s*20\d\d-\d\d-\d\d\s*[\])）】]$|^[·•]\s*)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,100}>")  # in an attribute: 关于<br>做好…
_CUT_SHORT = re.compile(r"(?:…|\.{2,})$")
_FLAG = re.compile(r"[\[【(（]?\s*(?:置顶|顶|热|荐|最新|推荐|new|hot|top)\s*!?[\]】)）]?|[·•>»]", re.IGNORECASE)
_FLAG_AHEAD = re.compile(r"^[\[【]\s*(?:置顶|new|hot)\s*[\]】]\s*", re.IGNORECASE)
_PART_OF_DAY = re.compile(
    r"[\[(（【]?(?:(?:发布|公布|公开|更新)?(?:时间|日期)\s*[:：])?[\s\d/.:年月日-]{1,20}[\])）】]?"
)
_OPENED = re.compile(
    r"[\"']((?:https?:/|\.{0,2})/[^\"'<>\s]+|[^\"'<>\s]+\.(?:s?html?|jsp|aspx?|php|pdf|docx?)[^\"'<>\s]*)[\"']"
)
_DAY_COLUMN = re.compile(r"(?:发布|公开|公布|上网|更新)(?:日期|时间)")
_INSIDE = re.compile(f"(?<=[\\w〔〕]){PIECE}+(?=[\\w〔〕])")  # an inline element begins or ends within a word
_SUMMARY = 30  # characters: a link whose text is so much longer than its title holds a summary too
_ALONE = re.compile(
    r"[\[(（【]?\s*(?:(?:发布|公布|公开|发文|更新)?(?:时间|日期)\s*[:：]\s*)?"
    r"(?:20\d\d\s*[-/.年]\s*[01]?\d\s*[-/.月]\s*[0-3]?\d\s*日?(?:\s*\d\d:\d\d(?::\d\d)?)?"
    r"|[01]\d[-/][0-3]\d|[01]?\d月[0-3]?\d日|\d\d-\d\d-\d\d)\s*[\])）】]?"
)
_LABELLED_TITLE = re.compile(
    r"^\s*(?:标题|信息标题|名称)\s*[:：]\s*(.+?)\s*(?:(?:发布|更新|公开)(?:日期|时间)\s*[:：].*)?$", re.DOTALL
)  # `title` with all that a system knows of the notice
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
    url = _address(node, base)
    if not url:
        return None
    shown, words = _shown_of(node)
    title = title_of(title_node, _shown_of(title_node)[1]) if title_node is not None else title_of(node, words)
    title = title or tidy(node.attributes.get("title") or "")
    return Link(node, title, url, shown) if title else None


def title_of(node: LexborNode, shown: str) -> str:
    """Return a link's title: what it shows, or its `title` when that says more."""
    whole = tidy(_TAG.sub("", _LABELLED_TITLE.sub(r"\1", node.attributes.get("title") or "")))
    if shown.split() != [shown] and "".join(shown.split()) == "".join(whole.split()):
        return min(shown, whole, key=len)  # a <br> in the one, to fill two lines, is no blank
    holds_summary = whole and shown.startswith(whole) and len(shown) > len(whole) + _SUMMARY
    return whole if len(whole) > len(shown) or holds_summary or (whole and _CUT_SHORT.search(shown)) else shown


def _shown_of(node: LexborNode) -> tuple[str, str]:
    """Return the words of a link, its heading or all of them, without 置顶 and without a day at either end.

    First with a blank wherever an element ends, as in the text of its row, then as they read: a part of a title in
    another colour is no word of its own.
    """
    heading = node.css_first("h1, h2, h3, h4, h5, h6") or node
    marked = _without_summary(stream(heading.html or ""))
    pieces = [piece for piece in map(tidy, _EDGES.split(marked)) if piece]
    if len(pieces) > 1:
        pieces = _without_day(_without_day([piece for piece in pieces if not _FLAG.fullmatch(piece)] or pieces, 1), -1)
    spread = _FLAG_AHEAD.sub("", _DATE_AT_END.sub("", " ".join(pieces)).strip())
    if len(pieces) == 1:
        return spread, spread
    joined = tidy(_EDGES.sub(" ", _INSIDE.sub("", marked)))
    return spread, next((words for words in (spread, joined) if words in joined), _squeezed_as(spread, joined))


def _without_summary(marked: str) -> str:
    """Cut off what a link says of its article in a block below its title: a sentence, or more."""
    if "。" not in marked:
        return marked
    blocks = EDGE.split(marked)
    said = [at for at, block in enumerate(blocks) if tidy(block.replace(PIECE, ""))]
    summary = next((at for at in said[1:] if "。" in blocks[at]), len(blocks))
    return BLOCK.join(blocks[:summary])


def _squeezed_as(spread: str, joined: str) -> str:
    """Return words as they are spelled in the same words with fewer blanks, where a day may stand round them."""
    wanted = "".join(spread.split())
    places = [at for at, character in enumerate(joined) if not character.isspace()]
    start = "".join(joined.split()).find(wanted)
    return joined[places[start] : places[start + len(wanted) - 1] + 1] if wanted and start >= 0 else spread


def _without_day(pieces: list[str], step: int) -> list[str]:
    """Leave out the day that stands in pieces of its own at the front (1) or at the end (-1): `20` over `2026/11`."""
    of_day = list(takewhile(_PART_OF_DAY.fullmatch, pieces[::step]))[::step]
    if not of_day or len(of_day) == len(pieces):
        return pieces
    said = " ".join(of_day)
    is_day = find_date(said) or find_split_date(said) or (len(of_day) == 1 and find_date(said, year=_LEAP_YEAR))
    if not is_day:
        return pieces
    return pieces[len(of_day) :] if step > 0 else pieces[: -len(of_day)]


def _address(node: LexborNode, base: str) -> str:
    """Return where a link leads, be it that a script opens the page: onclick="openWin('/a/1.html')"."""
    attributes = node.attributes
    href = attributes.get("href") or ""
    if address := absolute(base, href):
        return address
    opened = _OPENED.search(f"{href} {attributes.get('onclick') or ''}")
    return absolute(base, opened[1]) if opened else ""


def day_column(row: LexborNode) -> str:
    """Return what stands in the column 发布日期 of a table's row that has several days; "" without such a column."""
    table = row.parent
    while table is not None and table.tag != "table":
        table = table.parent
    head = table.css_first("tr") if table is not None else None
    names = [tidy(cell.text()) for cell in head.css("th, td")] if head is not None else []
    at = next((at for at, name in enumerate(names) if _DAY_COLUMN.fullmatch(name)), None)
    cells = row.css("th, td")
    return tidy(cells[at].text()) if at is not None and len(cells) == len(names) else ""


def text_of(node: LexborNode) -> str:
    """Return an element's text with a blank wherever an element ends: dates and titles must not run together."""
    return tidy(_EDGES.sub(" ", stream(node.html or "")))


def words_beside(node: LexborNode) -> str:
    """Return what may tell the day of a row: elements that hold a date and nothing else, or else all the words."""
    pieces = [tidy(piece) for piece in _EDGES.split(stream(node.html or ""))]
    return " ".join(piece for piece in pieces if is_day(piece)) or tidy(" ".join(pieces))


def is_day(text: str) -> bool:
    """Tell whether a text is a day and nothing else."""
    return _ALONE.fullmatch(tidy(text)) is not None


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
