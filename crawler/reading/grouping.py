"""The links of a page by the element they stand in: what stands in elements of one kind may be a list."""

from collections import defaultdict
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from crawler.reading.page import Page
from crawler.reading.rows import Link, read_link, shows_date, text_of

_LONG = 6  # characters of a title that may be a notice's
_MOST_LINKS = 5_000
_LEVELS = 5
_MOST_NEIGHBOURS = 4
_ROW_TAGS = frozenset({"li", "tr", "dd", "dt", "p"})
_LIST_TAGS = frozenset({"ul", "ol", "dl", "table", "tbody"})
_PAGE_TAGS = frozenset({"body", "html"})
_VARIANTS = frozenset({"first", "last", "odd", "even", "on", "cur", "active", "current", "hover", "clearfix", "line"})


@dataclass(slots=True)
class Group:
    """The rows that stand in containers of one kind: by container, the links with their distance from it."""

    links: dict[int, list[tuple[int, Link]]] = field(default_factory=lambda: defaultdict(list))
    texts: dict[int, str] = field(default_factory=dict)


def groups_of(page: Page) -> dict[tuple[str, ...], Group]:
    """Return the links of a page whose titles are long enough to be a notice's, grouped by where they stand."""
    nodes = page.body.css("a[href]")[:_MOST_LINKS]
    links = [link for node in nodes if (link := read_link(node, page.url)) and len(link.title) >= _LONG]
    climb = _Climb({link.node.mem_id for link in links})
    groups: dict[tuple[str, ...], Group] = defaultdict(Group)
    for link in links:
        container, level = climb.container(link)
        group = groups[_kind(container)]
        group.links[container.mem_id].append((level, link))
        group.texts[container.mem_id] = climb.text(container)
    return dict(groups)


class _Climb:
    """The way up from each link; what was read of an element is kept, for many links pass it."""

    def __init__(self, long: set[int]) -> None:
        self._long = long
        self._texts: dict[int, str] = {}
        self._crowds: dict[int, bool] = {}

    def container(self, link: Link) -> tuple[LexborNode, int]:
        """Return the nearest element that shows a date beside the link, else the row it stands in, else itself."""
        node, row = link.node, (link.node, 0)
        for level in range(_LEVELS + 1):
            if shows_date(self.text(node), link):
                return node, level
            if not row[1] and node.tag in _ROW_TAGS:
                row = (node, level)
            above = node.parent
            if node.tag in _LIST_TAGS or above is None or above.tag in _PAGE_TAGS or self._is_crowded(above):
                break
            node = above
        if not row[1]:
            self._texts[link.node.mem_id] = f"{self.text(link.node)} {_behind(link.node)}"
        return row

    def text(self, node: LexborNode) -> str:
        """Return the words of an element, read once."""
        key = node.mem_id
        if key not in self._texts:
            self._texts[key] = text_of(node)
        return self._texts[key]

    def _is_crowded(self, node: LexborNode) -> bool:
        key = node.mem_id
        if key not in self._crowds:
            inside = sum(inner.mem_id in self._long for inner in node.css("a[href]"))
            self._crowds[key] = inside > _MOST_NEIGHBOURS + 1
        return self._crowds[key]


def _behind(link: LexborNode) -> str:
    """Return what follows a link in a list that has no element for each row: `<a>…</a> 2020-09-25<br><a>…`."""
    words = []
    following = link.next
    while following is not None and following.tag in ("-text", "span", "em", "i", "b", "font"):
        words.append(following.text())
        following = following.next
    return " ".join(words)


def _kind(container: LexborNode) -> tuple[str, ...]:
    """Return what rows of one list have in common: their tag and the tag and class of what they stand in."""
    own = "" if container.tag in _ROW_TAGS else _class(container)
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
