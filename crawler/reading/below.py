"""What stands below the title of a page: a text without any sign of running text, a table, or only files and pictures.

Asked when nothing on the page reads like an article: a list of names, a table in elements that a script has made, two
lines without a full stop. The page must say that it is an article: by its meta tags, or by the day under its title.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import dropwhile

from selectolax.lexbor import LexborNode

from crawler.reading.attachments import may_be_file
from crawler.reading.densest import ELSEWHERE, REGISTERED
from crawler.reading.head import is_posted, length_of_head
from crawler.reading.headline import without_number
from crawler.reading.hidden import hidden_parts, is_hidden
from crawler.reading.holding import holder_of
from crawler.reading.markup import lines
from crawler.reading.others import begins_others
from crawler.reading.page import Page

_ENOUGH = 8  # characters of a notice that is but one line
_MUCH_MORE = 3  # times as much text one level higher: what was found is only a line over it
_UNLINKED = 0.6  # of the characters stand in no link; of a list hardly any
_TOOLS = re.compile(r"\s*(?:分享(?:[到至：:]|\s*$)|扫一扫|[【\[]?打印|[【\[]?关闭)")
_FRAME = re.compile(r"foot|bottom|copyright|related|recommend", re.IGNORECASE)
_TOOL = re.compile(r"share|qrcode|crumb|print", re.IGNORECASE)
_MENU, _LINKED = 4, 0.6  # links of a menu or a list of others, and their share of its text
_LONG = 5  # characters of a link that may be a notice's
_DAYS = re.compile(r"(?:20\d\d|\d\d)\s*[-/.年]\s*\d\d?\s*[-/.月]\s*\d\d?|(?<!\d)\d\d-\d\d(?!\d)")
_STATED = frozenset({"articletitle", "pubdate"})
_LINES_BELOW = 4


@dataclass(frozen=True, slots=True)
class Below:
    """The elements that follow a title, what they say, and how much of it stands in no link."""

    nodes: list[LexborNode]
    lines: list[str]
    unlinked: int


def text_below(page: Page, title: str) -> Below | None:
    """Return what a page says below its title, if that is an article's text."""
    best = None
    for found in _levels(page, title):
        if found.unlinked < max(_ENOUGH, _UNLINKED * sum(map(len, found.lines))):
            continue
        if best is not None and found.unlinked < _MUCH_MORE * best.unlinked:
            break
        best = found
    return best


def shown_below(page: Page, title: str, selector: str) -> list[LexborNode]:
    """Return the pictures or the links that stand next below the title of a page that has no text."""
    shown = ([part for node in found.nodes for part in node.css(selector)] for found in _levels(page, title))
    return next(filter(None, shown), [])


def _levels(page: Page, title: str) -> Iterator[Below]:
    """Yield what follows the title: within its own element first, then higher and higher up."""
    node = holder_of(page.body, title, without_number(title))
    if node is None:
        return
    elsewhere = {part.mem_id for part in page.body.css(ELSEWHERE)}
    dated = bool(_STATED & page.metas.keys())
    while node is not None and node.tag not in ("body", "html"):
        behind = list(following(node, elsewhere))
        dated = dated or any(map(is_posted, _lines_of(behind)[:_LINES_BELOW]))
        if dated and not _is_list(behind):
            own = list(dropwhile(_is_head, behind))
            yield Below(own, told := _lines_of(own), _unlinked(own, told, title))
        node = node.parent


def _is_list(nodes: list[LexborNode]) -> bool:
    """Tell whether elements hold links with a day beside most of them: a site has shown a list and no article."""
    links = sum(len(link.text(strip=True)) >= _LONG for node in nodes for link in node.css("a[href]"))
    return links >= _MENU and sum(len(_DAYS.findall(node.text(separator=" "))) for node in nodes) * 2 >= links


def _lines_of(nodes: list[LexborNode]) -> list[str]:
    return [line for node in nodes for line in lines(node.html or "")]


def _is_head(node: LexborNode) -> bool:
    """Tell whether an element only says when and by whom the page was posted."""
    told = lines(node.html or "")
    return bool(told) and all(map(is_posted, told))


def _unlinked(nodes: list[LexborNode], told: list[str], title: str) -> int:
    """Count the characters that belong neither to a link nor to the head."""
    own = told[length_of_head([*told, ""], title) :]
    return sum(map(len, own)) - sum(len(link.text(strip=True)) for node in nodes for link in node.css("a"))


def following(node: LexborNode, elsewhere: set[int]) -> Iterator[LexborNode]:
    """Yield the elements after this one up to those that lead elsewhere: 相关文章, 上一篇, the footer; but no menus."""
    behind = node.next
    while behind is not None:
        if behind.tag not in ("-text", "_comment") and behind.mem_id not in elsewhere:
            text, named = behind.text(), f"{behind.attributes.get('class') or ''} {behind.attributes.get('id') or ''}"
            if begins_others(behind) or REGISTERED.search(text) or _FRAME.search(named):
                return
            if not (is_hidden(behind) or _TOOL.search(named) or _TOOLS.match(text) or _is_menu(behind, text)):
                for part in hidden_parts(behind):
                    part.decompose()
                yield behind
        behind = behind.next


def markup_of(nodes: list[LexborNode]) -> str:
    """Return the markup from the first of neighbours to the last, with all that stands between."""
    above = nodes[0].parent
    whole, first, last = (above.html or "") if above is not None else "", nodes[0].html or "", nodes[-1].html or ""
    start, stop = whole.find(first), whole.rfind(last)
    return whole[start : stop + len(last)] if 0 <= start <= stop else first


def _is_menu(node: LexborNode, text: str) -> bool:
    """Tell whether an element holds nothing but links to pages."""
    links = [link.text() for link in node.css("a[href]") if not may_be_file(link.attributes.get("href") or "")]
    return len(links) >= _MENU and sum(map(len, links)) > _LINKED * len("".join(text.split()))
