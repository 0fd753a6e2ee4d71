"""The links of a page by the element they stand in: what stands in elements of one kind may be a list."""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from crawler.reading.page import Page
from crawler.reading.rows import Link, is_day, read_link, shows_date, words_beside

_LONG = 6  # characters of a title that may be a notice's
_SHORT = 2  # of one that is a notice's when it stands among others, with a date: 公告
_MOST_LINKS = 5_000
_LEVELS = 5
_MOST_NEIGHBOURS = 4
_MOST_LINKS_OF_ROW = 40  # short ones, too
_ROW_TAGS = frozenset({"li", "tr", "dd", "dt", "p"})
_LIST_TAGS = frozenset({"ul", "ol", "dl", "table", "tbody"})
_ROW_ENDS = frozenset({"a", "br", "hr", "li", "tr", "dt"})
_MOST_BEHIND = 5
_PAGE_TAGS = frozenset({"body", "html"})
_NUMBERS = re.compile(r"\d+")
_VARIANTS = frozenset({"first", "last", "odd", "even", "on", "cur", "active", "current", "hover", "clearfix", "line"})


Kind = tuple[str, ...]
"""What containers of one kind have in common: their tags and classes, and those of what they stand in."""


@dataclass(slots=True)
class Group:
    """The rows that stand in containers of one kind: by container, the links with their distance from it."""

    links: dict[int, list[tuple[int, Link]]] = field(default_factory=lambda: defaultdict(list))
    texts: dict[int, str] = field(default_factory=dict)
    containers: dict[int, LexborNode] = field(default_factory=dict)

    def add(self, container: LexborNode, level: int, link: Link, text: str) -> None:
        """Put a link into its row."""
        key = container.mem_id
        self.links[key].append((level, link))
        self.texts[key] = text
        self.containers[key] = container

    def is_within(self, other: "Group") -> bool:
        """Tell whether the rows lie inside those of another group: 解读 below the document that they are about."""
        return sum(_is_inside(node, other.containers) for node in self.containers.values()) * 2 > len(self.containers)


def groups_of(page: Page) -> dict[Kind, Group]:
    """Return the links of a page, with titles that may be a notice's, grouped by where they stand."""
    nodes = page.body.css("a[href], a[onclick]")[:_MOST_LINKS]
    links = [link for node in nodes if (link := read_link(node, page.url)) and len(link.title) >= _SHORT]
    climb = _Climb({link.node.mem_id for link in links if len(link.title) >= _LONG})
    groups: dict[Kind, Group] = defaultdict(Group)
    for link in links:
        container, level = climb.container(link)
        text = climb.text(container)
        if len(link.title) >= _LONG or (not link.title.isdecimal() and shows_date(text, link)):
            groups[_kind(container)].add(container, level, link, text)
    return dict(groups)


def merged(groups: dict[Kind, Group]) -> dict[Kind, Group]:
    """Return the groups with those as one that differ in numbers only: a list broken into ul.n1, ul.n2, ul.n3."""
    joined: dict[Kind, Group] = defaultdict(Group)
    for kind, group in groups.items():
        whole = joined[tuple(_NUMBERS.sub("", part) for part in kind)]
        whole.links.update(group.links)
        whole.texts.update(group.texts)
        whole.containers.update(group.containers)
    return dict(joined)


class _Climb:
    """The way up from each link; what was read of an element is kept, for many links pass it."""

    def __init__(self, long: set[int]) -> None:
        self._long = long
        self._texts: dict[int, str] = {}
        self._crowds: dict[int, bool] = {}
        self._read_on_from: set[int] = set()

    def container(self, link: Link) -> tuple[LexborNode, int]:
        """Return the nearest element that shows a date beside the link, else the row it stands in, else itself."""
        node, row = link.node, (link.node, 0)
        for level in range(_LEVELS + 1):
            if node.tag == "dt" or node is link.node or (node.tag == "td" and self._has_own_day(node)):
                self._read_on(node)
            if shows_date(self.text(node), link):
                return node, level
            if not row[1] and node.tag in _ROW_TAGS:
                row = (node, level)
            above = node.parent
            if node.tag in _LIST_TAGS or above is None or above.tag in _PAGE_TAGS or self._is_crowded(above):
                break
            node = above
        self._read_on(row[0], to_the_end=True)
        return row

    def text(self, node: LexborNode) -> str:
        """Return the words of an element, read once."""
        key = node.mem_id
        if key not in self._texts:
            self._texts[key] = words_beside(node)
        return self._texts[key]

    def _has_own_day(self, cell: LexborNode) -> bool:
        """Tell whether a row holds several notices, each in a cell before that of its day."""
        cells = [other for other in cell.parent.iter() if other.tag == "td"] if cell.parent is not None else []
        days = sum(is_day(other.text()) for other in cells)
        return days > 1 and days == sum(other.css_first("a[href]") is not None for other in cells)

    def _read_on(self, node: LexborNode, *, to_the_end: bool = False) -> None:
        """Add to a row what follows it: a <dd> after its <dt>, or all up to the <br>: `<a>…</a> 2020-09-25<br><a>…`."""
        if node.mem_id in self._read_on_from:
            return
        words: list[str] = []
        following = node.next
        while following is not None and len(words) < _MOST_BEHIND and following.tag not in _ROW_ENDS:
            if following.tag != "-text" and following.css_first("a[href]") is not None:
                break
            words.append(following.text() if following.tag == "-text" else words_beside(following))
            following = following.next
        if to_the_end or node.tag in ("dt", "td") or (following is not None and following.tag == "br"):
            self._read_on_from.add(node.mem_id)
            self._texts[node.mem_id] = " ".join((self.text(node), *words))

    def _is_crowded(self, node: LexborNode) -> bool:
        key = node.mem_id
        if key not in self._crowds:
            inside = node.css("a")
            self._crowds[key] = (
                len(inside) > _MOST_LINKS_OF_ROW
                or sum(link.mem_id in self._long for link in inside) > _MOST_NEIGHBOURS + 1
            )
        return self._crowds[key]


def _is_inside(node: LexborNode, containers: dict[int, LexborNode]) -> bool:
    above = node.parent
    for _ in range(2 * _LEVELS):
        if above is None:
            return False
        if above.mem_id in containers:
            return True
        above = above.parent
    return False


def _kind(container: LexborNode) -> tuple[str, ...]:
    """Return what rows of one list have in common: their tag and the tag and class of what they stand in."""
    own = "" if container.tag in _ROW_TAGS else _NUMBERS.sub("", _class(container))
    path = [container.tag or "", own]
    above = container.parent
    while above is not None and above.tag not in _PAGE_TAGS:
        path += [above.tag or "", _class(above)]
        if _class(above) or len(path) >= 2 * _LEVELS:
            break
        above = above.parent
    return tuple(path)


def _class(node: LexborNode) -> str:
    """Return an element's classes without those that tell one row from the next."""
    names = (node.attributes.get("class") or "").split()
    return " ".join(name for name in names if name.lower() not in _VARIANTS and (name == names[0] or name.isalpha()))
