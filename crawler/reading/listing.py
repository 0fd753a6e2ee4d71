"""List pages: rows found without selectors, or selected with them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from math import sqrt

from selectolax.lexbor import LexborNode

from crawler.reading.dates import date_in_address, find_date
from crawler.reading.page import Page, clean_source, mended, open_page, select
from crawler.reading.records import records_page
from crawler.reading.rows import Link, Row, date_of, read_link, shows_date, text_of

__all__ = ["Row", "find_rows", "select_rows"]

_LONG = 6  # characters of a title that may be a notice's
_MOST_LINKS = 5_000
_LEVELS = 5
_MOST_NEIGHBOURS = 4
_FEWEST_ROWS = 5
_DATED_SHARE = 0.6
_ROW_TAGS = frozenset({"li", "tr", "dd", "dt", "p"})
_LIST_TAGS = frozenset({"ul", "ol", "dl", "table", "tbody"})
_VARIANTS = frozenset(
    ["first", "last", "odd", "even", "on", "cur", "active", "current", "hover", "clearfix", "cf", "fl", "line"]
)


@dataclass(slots=True)
class _Group:
    """The rows that stand in containers of one kind: by container, the links with their distance from it."""

    links: dict[int, list[tuple[int, Link]]] = field(default_factory=lambda: defaultdict(list))
    texts: dict[int, str] = field(default_factory=dict)


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
        for group in _groups(page)
        for rows, dated in [_rows_of(group, made)]
        if len(rows) >= _FEWEST_ROWS and dated >= _DATED_SHARE * len(rows)
    ]
    return max(candidates, key=lambda candidate: _score(*candidate), default=((), 0.0))[0]


def _score(rows: tuple[Row, ...], dated: float) -> float:
    return sqrt(len(rows)) * (1 + 4 * dated) * sum(len(row.title) for row in rows) / len(rows)


def _groups(page: Page) -> Iterable[_Group]:
    nodes = page.body.css("a[href]")[:_MOST_LINKS]
    links = [link for node in nodes if (link := read_link(node, page.url)) and len(link.title) >= _LONG]
    long = {link.node.mem_id for link in links}
    groups: dict[tuple[str, ...], _Group] = defaultdict(_Group)
    texts: dict[int, str] = {}
    for link in links:
        container, level = _container(link, long, texts)
        group = groups[_kind(container)]
        group.links[container.mem_id].append((level, link))
        group.texts[container.mem_id] = texts.get(container.mem_id) or text_of(container)
    return groups.values()


def _container(link: Link, long: set[int], texts: dict[int, str]) -> tuple[LexborNode, int]:
    """Return the nearest element above a link that shows a date, else the row it stands in."""
    node, row = link.node, None
    for level in range(1, _LEVELS + 1):
        above = node.parent
        if above is None or above.tag in ("body", "html") or _crowded(above, long):
            break
        node = above
        if node.mem_id not in texts:
            texts[node.mem_id] = text_of(node)
        if shows_date(texts[node.mem_id], link):
            return node, level
        if row is None and node.tag in _ROW_TAGS:
            row = (node, level)
        if node.tag in _LIST_TAGS:
            break
    return row or (link.node.parent or link.node, 1)


def _crowded(node: LexborNode, long: set[int]) -> bool:
    return sum(inner.mem_id in long for inner in node.css("a[href]")) > _MOST_NEIGHBOURS + 1


def _kind(container: LexborNode) -> tuple[str, ...]:
    """Return what rows of one list have in common: their tag and the tag and class of what they stand in."""
    own = "" if container.tag in _ROW_TAGS else _class(container)
    path = [container.tag or "", own]
    above = container.parent
    while above is not None and above.tag not in ("body", "html"):
        path += [above.tag or "", _class(above)]
        if _class(above) or len(path) >= 2 * _LEVELS:
            break
        above = above.parent
    return tuple(path)


def _class(node: LexborNode) -> str:
    names = (node.attributes.get("class") or "").split()
    return " ".join(
        name for name in names if (name.lower() not in _VARIANTS and not name[-1:].isdigit()) or name == names[0]
    )


def _rows_of(group: _Group, made: date | None) -> tuple[tuple[Row, ...], int]:
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
