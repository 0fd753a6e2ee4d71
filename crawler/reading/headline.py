"""The title in an element of no known name: where <title> repeats it, or over the line that dates the page."""

import re
from collections.abc import Iterable, Iterator

from crawler.reading.head import is_posted
from crawler.reading.labels import is_label
from crawler.reading.markup import EDGE, PIECE, is_junk, stream, tidy
from crawler.reading.page import Page

_LINK = re.compile(r"<a\b[^>]*+>.*?</a>", re.DOTALL)
_EDGES = re.compile(r"\s*(?:[_|｜»＞>]|::+|--+|[—–]+|[-·])\s*|\s+")
_NUMBER = re.compile(r"\s*[(（〔\[【][^()（）]{2,20}?[〔\[(（【]20\d\d[〕\])）】]第?\d+号[)）〕\]】]$")
_WORDS = re.compile(r"[\u4e00-\u9fff].*[\u4e00-\u9fff]")
_OTHER = re.compile("^(?:—|--|[(（]|[>＞»/]|今[天日]是|点击)")  # a subtitle, the way to the page, what day it is
_OFFICE = re.compile(r"[\u4e00-\u9fff]{2,20}(?:[厅局院署处]|政府|委员会|办公[室厅]|管委会|中心|街道|网站?)")
_DAY = re.compile(r"[\[(（]?\s*(?:20\d\d\s*[-/.年]\s*)?\d\d?\s*[-/.月]\s*\d\d?\s*日?\s*[\])）]?")
_IN_LINK = re.compile(r"<a\b[^>]*>$")
_NEAR = 200  # characters beside a title in which the tag round it stands
_SHORTEST, _LONGEST = 4, 200
_MOST_EDGES = 12
_LINES_OF_ONE = (1, 2, 3)  # a title may be broken over so many
_LINES_OVER = 3


def blocks_of(page: Page) -> list[str]:
    """Return the texts of a page that stand in no link, one for each block."""
    marked = stream(_LINK.sub("", page.html)).replace(PIECE, "")
    return [block for block in map(tidy, EDGE.split(marked)) if block]


def repeated_in(whole: str, page: Page) -> str:
    """Return the longest part of <title> that stands on the page as a block, or as a few; at least half of it."""
    longest = max((len(part) for part in _EDGES.split(whole)), default=0)
    least = max(_SHORTEST, longest / 2)
    parts = [part for part in sorted(set(_parts(whole)), key=len, reverse=True) if len(part) >= least]
    fit = [part for part in parts if not is_office(part)]
    return next((part for part in fit if _fills_element(part, page.html)), "") or _fills_lines(fit, blocks_of(page))


def _fills_element(part: str, markup: str) -> bool:
    """Tell whether an element that is no link holds these words and nothing else: asked first, for it costs little."""
    at = markup.find(part)
    while at >= 0:
        before, behind = markup[max(0, at - _NEAR) : at].rstrip(), markup[at + len(part) : at + len(part) + _NEAR]
        if before.endswith(">") and behind.lstrip().startswith("<") and not _IN_LINK.search(before):
            return True
        at = markup.find(part, at + 1)
    return False


def _fills_lines(parts: list[str], blocks: list[str]) -> str:
    standing = {
        "".join("".join(blocks[at : at + count]).split()) for at in range(len(blocks)) for count in _LINES_OF_ONE
    }
    return next((part for part in parts if "".join(part.split()) in standing), "")


def over_the_day(blocks: Iterable[str], site: str) -> str:
    """Return the block over the first line that says when and by whom a page was posted; `site` is no title."""
    blocks = [block for block in blocks if block != site]
    for at, block in enumerate(blocks):
        if at and is_posted(block) and not _is_listed(blocks[at - 1 : at + 2]):
            over = list(_over(blocks[max(0, at - _LINES_OVER) : at]))
            if over:
                return over[0]
    return ""


def _is_listed(blocks: list[str]) -> bool:
    """Tell whether a line between its neighbours is one of several days: a list, the links of which are left out."""
    return any(_DAY.fullmatch(block) for block in (blocks[0], *blocks[2:])) and _DAY.fullmatch(blocks[1]) is not None


def without_number(title: str) -> str:
    """Return a title without a document number in brackets at its end."""
    return _NUMBER.sub("", title)


def is_office(text: str) -> bool:
    """Tell whether a text is nothing but the name of an office or a site: no title of a notice."""
    return _OFFICE.fullmatch(text) is not None and "关于" not in text


def _over(blocks: Iterable[str]) -> Iterator[str]:
    """Yield what may be a title, the nearest to the end first; an office and its 关于… on the next line are one."""
    before = list(blocks)
    while before:
        block = before.pop()
        if not _may_be_title(block):
            continue
        yield before[-1] + block if before and block.startswith("关于") and is_office(before[-1]) else block


def _may_be_title(block: str) -> bool:
    is_long = _SHORTEST <= len(block) <= _LONGEST
    others = (is_office, is_posted, is_junk, is_label, _OTHER.match)
    return is_long and _WORDS.search(block) is not None and not any(is_other(block) for is_other in others)


def _parts(whole: str) -> Iterator[str]:
    """Yield every piece of <title> between two of its edges, also without a number in brackets at its end."""
    edges = [(0, 0), *((match.start(), match.end()) for match in _EDGES.finditer(whole)), (len(whole), len(whole))]
    for first, (_, start) in enumerate(edges[:_MOST_EDGES]):
        for stop, _ in edges[first + 1 : _MOST_EDGES + 1]:
            part = whole[start:stop].strip()
            yield part
            if bare := without_number(part):
                yield bare
