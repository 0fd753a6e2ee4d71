"""List pages: rows found without selectors, or selected with them."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import sqrt
from statistics import median

from selectolax.lexbor import LexborNode

from crawler.reading.dates import date_in_address, find_date
from crawler.reading.grouping import Group, Kind, groups_of, merged
from crawler.reading.page import Page, base_of, clean_source, mended, open_page, select
from crawler.reading.records import records_page
from crawler.reading.rows import Link, Row, date_of, day_column, plausible, read_link, shows_date, text_of, words_beside

__all__ = ["FoundList", "Row", "Shape", "find_list", "find_rows", "select_rows"]

Shape = Kind

_FEWEST_ROWS = 5
_DATED_SHARE = 0.6
_JOINED = 0.8  # lists that look alike are more often two lists than one in pieces
_DAYS = re.compile(r"20\d\d\s*[-/.年]")
_NO_WORDS = re.compile(r"\W+")
_PAGED = frozenset({"下一页", "下页", "尾页", "末页"})
_MORE = re.compile("(?:查看)?更多|more", re.IGNORECASE)
_LIKELIER, _LEVELS_BESIDE = 1.3, 3
_LONG_ENOUGH = 16  # characters: a box of few, but wordy titles is no better than a list


@dataclass(frozen=True, slots=True)
class FoundList:
    """The rows of a list that was found by its shape, by which its further pages are recognised."""

    rows: tuple[Row, ...] = ()
    shape: Shape = ()


def find_rows(body: bytes, url: str, *, charset: str = "", today: date | None = None) -> tuple[Row, ...]:
    """Return the rows of a list page, found by its shape; empty when the page is no list."""
    return find_list(body, url, charset=charset, today=today).rows


def find_list(  # noqa: PLR0913  all that can be known beforehand of a list
    body: bytes,
    url: str,
    *,
    charset: str = "",
    today: date | None = None,
    fewest: int = _FEWEST_ROWS,
    shape: Shape = (),
) -> FoundList:
    """Return the list of a page; without rows when the page is none.

    From each link climb to the nearest element that also shows a date; containers of one kind are one list; the best
    has many rows, dates and long titles. Rows inside script CDATA (JCMS) count before all others. `fewest` rows make a
    list; below five all must be dated. `shape` is that of the list's first page: its last one may hold a single row.
    `today` completes dates without a year, and refuses those of another century.
    """
    source = clean_source(body, charset=charset)
    kept = records_page(source)
    if kept:
        return FoundList(_unique(_row(container, url, today) for container in mended(kept).css("li, tr")))
    page = open_page(body, url, charset=charset)
    return FoundList() if "articletitle" in page.metas else _best(page, today, fewest, shape)


def lists_on(page: Page, today: date | None = None) -> tuple[FoundList, ...]:
    """Return all lists of a page that have no row in common, the likeliest first."""
    found = sorted(_candidates(groups_of(page), _made(page, today), today, _FEWEST_ROWS), key=lambda one: -one[1])
    taken: set[str] = set()
    lists = []
    for one, _ in found:
        urls = {row.url for row in one.rows}
        if not urls & taken:
            lists.append(one)
        taken |= urls
    return tuple(lists)


def select_rows(  # noqa: PLR0913  one selector for each part of a row
    html: str, url: str, *, rows: str, title: str = "a", link: str = "a", date: str = "", today: dt.date | None = None
) -> tuple[Row, ...]:
    """Return the rows that CSS selectors choose; `title`, `link` and `date` are looked for inside each row.

    Without `date` the day is found in the row's text. Raises SelectorError when a selector is none.
    """
    tree = mended(html)
    base = base_of(tree, html, url)
    return _unique(
        _selected(container, base, title=title, link=link, date=date, today=today) for container in select(tree, rows)
    )


def _selected(  # noqa: PLR0913  as above
    container: LexborNode, url: str, *, title: str, link: str, date: str, today: dt.date | None
) -> Row | None:
    node = container if container.tag == "a" and link == "a" else _first(container, link)
    if node is None:
        return None
    found = read_link(node, url, None if title == link else _first(container, title))
    if found is None:
        return None
    dated = _first(container, date) if date else None
    day = date_of(text_of(dated), found, today) if dated is not None else None
    return Row(found.title, found.url, plausible(day or date_of(words_beside(container), found, today), today))


def _first(container: LexborNode, selector: str) -> LexborNode | None:
    return next(iter(select(container, selector)), None)


def _row(container: LexborNode, url: str, today: date | None) -> Row | None:
    """Return the row of a container that certainly is one: its first link with a title."""
    found = next((link for node in container.css("a[href]") if (link := read_link(node, url))), None)
    if found is None:
        return None
    return Row(found.title, found.url, plausible(date_of(words_beside(container), found, today), today))


def _best(page: Page, today: date | None, fewest: int, shape: Shape) -> FoundList:
    made = _made(page, today)
    groups = groups_of(page)
    joined = merged(groups)
    for kinds in (groups, joined):
        if shape in kinds:
            return FoundList(_rows_of(kinds[shape], made, today)[0], shape)
    found = _candidates(groups, made, today, fewest)
    found += [(one, score * _JOINED) for one, score in _candidates(joined, made, today, fewest)]
    return max(found, key=lambda one: one[1], default=(FoundList(), 0.0))[0]


def _made(page: Page, today: date | None) -> date | None:
    """Return when a page was made, which completes days without a year."""
    return find_date(page.metas.get("maketime") or page.metas.get("htmlgeneratetime") or "") or today


def _candidates(
    groups: dict[Kind, Group], made: date | None, today: date | None, fewest: int
) -> list[tuple[FoundList, float]]:
    """Return the groups that may be the page's list, with their scores."""
    found = {
        kind: (FoundList(rows, kind), _score(rows, dated / len(rows)) * _standing(group))
        for kind, group in groups.items()
        for rows, dated in [_rows_of(group, made, today)]
        if len(rows) >= fewest and dated >= (_DATED_SHARE if len(rows) >= _FEWEST_ROWS else 1) * len(rows)
    }
    outer = {
        kind for kind in found if not any(groups[kind].is_within(groups[other]) for other in found if other != kind)
    }
    return [found[kind] for kind in outer or found]


def _standing(group: Group) -> float:
    """Return what the links beside a list say of it: one to another page of it, or one to where there is more."""
    above = next(iter(group.containers.values())).parent
    for _ in range(_LEVELS_BESIDE):
        if above is None or above.tag in ("body", "html"):
            break
        words = {_NO_WORDS.sub("", link.text()) for link in above.css("a")}
        if words & _PAGED:
            return _LIKELIER
        if any(_MORE.fullmatch(word) for word in words):
            return 1 / _LIKELIER
        above = above.parent
    return 1.0


def _score(rows: tuple[Row, ...], dated: float) -> float:
    length = median(len(row.title) for row in rows)
    return sqrt(len(rows)) * (1 + 4 * dated) * min(length, _LONG_ENOUGH)


def _rows_of(group: Group, made: date | None, today: date | None) -> tuple[tuple[Row, ...], int]:
    """Return the rows of a group, one link each, and how many show a date."""
    rows, dated = [], 0
    place = _place_of_titles(group)
    for container, links in group.links.items():
        near = _nearest(links)
        link = near[place] if place is not None else max(near, key=lambda one: len(one.title))
        link = max((one for _, one in links if one.url == link.url), key=lambda one: len(one.title))
        text = _text_with_day(group, container)
        rows.append(Row(link.title, link.url, plausible(date_of(text, link, made), today)))
        dated += shows_date(text, link) or date_in_address(link.url) is not None
    unique = _unique(rows)
    return unique, min(dated, len(unique))


def _nearest(links: list[tuple[int, Link]]) -> list[Link]:
    """Return the links of a row that stand nearest to its element."""
    level = min(level for level, _ in links)
    return [link for at, link in links if at == level]


def _place_of_titles(group: Group) -> int | None:
    """Return which of its links is the title where all rows have as many: a department may have the longer name."""
    rows = [_nearest(links) for links in group.links.values()]
    if len({len(row) for row in rows}) > 1:
        return None
    lengths = [sum(len(link.title) for link in column) for column in zip(*rows, strict=True)]
    return lengths.index(max(lengths))


def _text_with_day(group: Group, container: int) -> str:
    """Return the text of a row; of a row with several days the column of the table that says which counts."""
    text, node = group.texts[container], group.containers[container]
    several = node.tag == "tr" and len(_DAYS.findall(text)) > 1
    return (day_column(node) if several else "") or text


def _unique(rows: Iterable[Row | None]) -> tuple[Row, ...]:
    """Keep the first row of each address, with the longest title that any of them has."""
    kept: dict[str, Row] = {}
    for row in rows:
        if row is None:
            continue
        earlier = kept.get(row.url)
        if earlier is None:
            kept[row.url] = row
        else:
            kept[row.url] = Row(max(earlier.title, row.title, key=len), row.url, earlier.date or row.date)
    return tuple(kept.values())
