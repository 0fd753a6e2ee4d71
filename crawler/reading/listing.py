"""List pages: rows found without selectors, or selected with them."""

from collections.abc import Iterable
from datetime import date
from math import sqrt

from selectolax.lexbor import LexborNode

from crawler.reading.dates import date_in_address, find_date
from crawler.reading.grouping import Group, groups_of
from crawler.reading.page import Page, clean_source, mended, open_page, select
from crawler.reading.records import records_page
from crawler.reading.rows import Row, date_of, read_link, shows_date, text_of

__all__ = ["Row", "find_rows", "select_rows"]

_FEWEST_ROWS = 5
_DATED_SHARE = 0.6


def find_rows(body: bytes, url: str, *, charset: str = "") -> tuple[Row, ...]:
    """Return the rows of a list page, found by its shape; empty when the page is no list.

    From each link climb to the nearest element that also shows a date; containers of one kind are one list; the best
    has many rows, dates and long titles. Rows inside script CDATA (JCMS) count before all others.
    """
    source = clean_source(body, charset=charset)
    kept = records_page(source)
    if kept:
        return _unique(_row(container, url) for container in mended(kept).css("li, tr"))
    page = open_page(body, url, charset=charset)
    return () if "articletitle" in page.metas else _best(page)


def select_rows(  # noqa: PLR0913  one selector for each part of a row
    html: str, url: str, *, rows: str, title: str = "a", link: str = "a", date: str = ""
) -> tuple[Row, ...]:
    """Return the rows that CSS selectors choose; `title`, `link` and `date` are looked for inside each row.

    Without `date` the day is found in the row's text. Raises SelectorError when a selector is none.
    """
    return _unique(
        _selected(container, url, title=title, link=link, date=date) for container in select(mended(html), rows)
    )


def _selected(container: LexborNode, url: str, *, title: str, link: str, date: str) -> Row | None:
    node = container if container.tag == "a" and link == "a" else _first(container, link)
    if node is None:
        return None
    found = read_link(node, url, None if title == link else _first(container, title))
    if found is None:
        return None
    dated = _first(container, date) if date else None
    if dated is None:
        return Row(found.title, found.url, date_of(text_of(container), found))
    return Row(found.title, found.url, date_of(text_of(dated), found) or date_of(text_of(container), found))


def _first(container: LexborNode, selector: str) -> LexborNode | None:
    return next(iter(select(container, selector)), None)


def _row(container: LexborNode, url: str) -> Row | None:
    """Return the row of a container that certainly is one: its first link with a title."""
    found = next((link for node in container.css("a[href]") if (link := read_link(node, url))), None)
    return Row(found.title, found.url, date_of(text_of(container), found)) if found else None


def _best(page: Page) -> tuple[Row, ...]:
    made = find_date(page.metas.get("maketime") or page.metas.get("htmlgeneratetime") or "")
    candidates = [
        (rows, dated / len(rows))
        for group in groups_of(page)
        for rows, dated in [_rows_of(group, made)]
        if len(rows) >= _FEWEST_ROWS and dated >= _DATED_SHARE * len(rows)
    ]
    return max(candidates, key=lambda candidate: _score(*candidate), default=((), 0.0))[0]


def _score(rows: tuple[Row, ...], dated: float) -> float:
    return sqrt(len(rows)) * (1 + 4 * dated) * sum(len(row.title) for row in rows) / len(rows)


def _rows_of(group: Group, made: date | None) -> tuple[tuple[Row, ...], int]:
    """Return the rows of a group, one link each, and how many show a date."""
    rows, dated = [], 0
    for container, links in group.links.items():
        _, link = min(links, key=lambda pair: (pair[0], -len(pair[1].title)))
        text = group.texts[container]
        rows.append(Row(link.title, link.url, date_of(text, link, made)))
        dated += shows_date(text, link) or date_in_address(link.url) is not None
    unique = _unique(rows)
    return unique, min(dated, len(unique))


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
