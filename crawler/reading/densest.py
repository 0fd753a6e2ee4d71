"""Where the running text of a page lies, when no known container says so: down from <body> as long as one part has it.

Running text is counted by its marks (。，；), which headings, menus and lists of links hardly have; it doesn't
matter into how many <font> and <span> an editor has cut a sentence.
"""

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from crawler.reading.headline import without_number
from crawler.reading.holding import holder_of
from crawler.reading.others import COMMENTS, begins_others

ELSEWHERE = (
    "header, footer, nav, aside, .footer, .foot, #footer, #foot, .header, #header, .nav, #nav, .related, .recommend, "
    ".tuijian, .xgwz, .xgxw, .hot, .sidebar, .menu"
)
_MARKS = "。，；！？"
_MOST_OF_IT = 0.75  # the share of the text that a part must have to be gone into
_DEEPEST = 60
_LEVELS_OF_BOX = 4
_FEWEST_OTHERS, _LONG = 4, 8  # entries of a list, characters of their titles
_BLOCKS = "p, div, table, tr, td, ul, ol, li, section, article, pre, dl, blockquote, center, h1, h2, h3"
_FOOTER = re.compile(
    r"ICP备|公网安备|网站标识码|版权所有(?![者人权])|主办单位\s*[:：]|免责声明|凡本[站网].{0,30}(?:版权|注明)"
)
REGISTERED = re.compile("ICP备|公网安备|网站标识码")
_NO_TEXT = re.compile(rf"\s*[【\[]?(?:{COMMENTS}|(?:版权|免责)声明\s*[】\]：:])")
_DAY = re.compile(r"\d\d\s*[-/.年]\s*\d\d?(?!\d)")
_FOOTING = re.compile(
    r".{0,6}?(?:主办|承办|版权|地址|Copyright|©|ICP|备案|联系我们|关于我们|网站地图|技术支持|标识码|本网?站)",
    re.DOTALL,
)
_SIGNED = re.compile(r"(?:20\d\d|二[〇○零]..)\s*年.{1,4}月.{1,4}日\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Dense:
    """The smallest element that has a page's running text, how many marks it holds, and what in it has the title."""

    node: LexborNode
    marks: int
    title: LexborNode | None
    elsewhere: set[int]


def densest(body: LexborNode, title: str) -> Dense:
    """Return where the running text of a page lies.

    Lists of other articles are taken out of the tree; what stands before the title is no text.
    """
    count = _without_others(body)
    elsewhere = {node.mem_id for node in body.css(ELSEWHERE)}
    holder = holder_of(body, title, without_number(title)) if count else None
    holders = _with_all_above(holder)
    node = body
    for _ in range(_DEEPEST):
        children = list(node.iter())
        counted = [(found, child) for child in children if (found := told(child))]
        before = _before(children, holders)
        if any(child.mem_id not in before | elsewhere for _, child in counted):
            elsewhere |= before
        own = [(found, child) for found, child in counted if child.mem_id not in elsewhere]
        own = [(found, child) for found, child in own if not _is_footer(child, found, count)]
        if node.mem_id in holders:
            own = _beside_title(own, holders)
        count -= sum(found for found, _ in counted) - sum(found for found, _ in own)
        best, inner = max(own, key=lambda pair: pair[0], default=(0, None))
        beside = [child for child in children if child.mem_id not in elsewhere]
        if inner is None or best < _MOST_OF_IT * count or _is_one_of_many(inner, beside):
            break
        node, count = inner, best
    return Dense(node, count, _child_above(holder, node) if node.mem_id in holders else None, elsewhere)


def _beside_title(parts: list[tuple[int, LexborNode]], holders: frozenset[int]) -> list[tuple[int, LexborNode]]:
    """Leave out what stands beside the title and is no text, however long: footers, disclaimers, comments, boxes."""
    said = [pair for pair in parts if pair[1].mem_id in holders or not _is_no_text(pair[1], len(parts))]
    if not any(child.mem_id in holders for _, child in said):
        return said
    return [pair for pair in said if pair[1].mem_id in holders or not _is_box_of_others(pair[1])]


def _without_others(body: LexborNode) -> int:
    """Take lists of other articles with their summaries out of a page; count the marks that are left.

    A list that is all the page says, without days, is the article: four services, each with a link and a sentence.
    """
    count = told(body)
    others = [part for part in body.css("ul, ol") if _lists_others(part)] if count else []
    alone = sum(map(told, others)) == count
    for part in others:
        if not alone or _DAY.search(part.text()) or _is_headed(part):
            count -= told(part)
            part.decompose()
    return count


def _is_headed(part: LexborNode) -> bool:
    """Tell whether a heading over a list says that it is of other articles."""
    return part.parent is not None and begins_others(part.parent)


def _lists_others(part: LexborNode) -> bool:
    """Tell whether the entries of a list begin with a link to an article and go on with sentences about it."""
    return _begin_with_links([entry for entry in part.iter() if entry.tag == "li"])


def _begin_with_links(entries: list[LexborNode]) -> bool:
    if len(entries) < _FEWEST_OTHERS:
        return False
    links = ((entry, entry.css_first("a[href]")) for entry in entries)
    others = sum(
        link is not None
        and len(link.text(strip=True)) >= _LONG
        and entry.text(strip=True).startswith(link.text(strip=True))
        and told(entry) > 0
        for entry, link in links
    )
    return others >= _MOST_OF_IT * len(entries)


def _with_all_above(node: LexborNode | None) -> frozenset[int]:
    above = []
    while node is not None:
        above.append(node.mem_id)
        node = node.parent
    return frozenset(above)


def _child_above(node: LexborNode | None, above: LexborNode) -> LexborNode | None:
    """Return the child of an element in which another stands."""
    while node is not None and node.parent is not None and node.parent.mem_id != above.mem_id:
        node = node.parent
    return node


def _before(children: list[LexborNode], holders: frozenset[int]) -> set[int]:
    """Return which of these elements stand before the one with the title."""
    at = next((at for at, child in enumerate(children) if child.mem_id in holders), 0)
    return {child.mem_id for child in children[:at]}


def told(node: LexborNode) -> int:
    """Count the marks of sentences in an element, those of its links left out."""
    text = node.text()
    found = sum(map(text.count, _MARKS))
    if not found:
        return 0
    linked = "".join(link.text() for link in node.css("a"))
    return found - sum(map(linked.count, _MARKS))


def _is_footer(node: LexborNode, found: int, whole: int) -> bool:
    return found * 2 < whole and _FOOTER.search(node.text()) is not None


def _is_registered(node: LexborNode, others: int) -> bool:
    """Tell whether an element is a footer; what alone has text is one only if it begins so: it may be unclosed."""
    text = node.text().lstrip()
    return REGISTERED.search(text) is not None and (others > 1 or _FOOTING.match(text) is not None)


def _is_no_text(node: LexborNode, others: int) -> bool:
    """Tell whether an element is a footer, a disclaimer or comments."""
    return _is_registered(node, others) or _NO_TEXT.match(node.text()) is not None


def _is_box_of_others(node: LexborNode) -> bool:
    """Tell whether an element holds other articles with their summaries, at whatever depth."""
    for _ in range(_LEVELS_OF_BOX):
        entries = [child for child in node.iter() if told(child)]
        if len(entries) != 1:
            return _begin_with_links(entries)
        node = entries[0]
    return False


def _is_one_of_many(inner: LexborNode, children: list[LexborNode]) -> bool:
    """Tell whether an element is one paragraph or part among several: its neighbours belong to the text as well."""
    if inner.tag in ("p", "span", "font", "b", "strong", "a"):
        return True
    at = next(at for at, child in enumerate(children) if child.mem_id == inner.mem_id)
    others = children[:at] + children[at + 1 :]
    said = others if inner.tag in ("table", "ul", "ol") else children[:at]
    if any((child.tag == "p" or (inner.tag == "table" and _is_leaf(child))) and told(child) for child in said):
        return True
    is_leaf = _is_leaf(inner) and inner.css_first("br") is None
    like = [child for child in others if child.tag == inner.tag and _class(child) == _class(inner)]
    if inner.tag != "pre" and is_leaf and any(child.text(strip=True) for child in like):
        return True
    return any(_SIGNED.search(child.text()) and child.css_first("a") is None for child in children[at + 1 :])


def _is_leaf(node: LexborNode) -> bool:
    return node.tag != "-text" and not any(part.mem_id != node.mem_id for part in node.css(_BLOCKS))


def _class(node: LexborNode) -> str:
    return node.attributes.get("class") or ""
