"""Mended HTML to lines: one paragraph a line, the cells of a table parted by a tab, lines that say nothing left out."""

import html
import re

BLOCK, CELL, ROW, PIECE = "\v", "\t", "\n", "\x1f"
"""What the stream puts for markup: the edge of a block, of a table cell, of a table row, of an inline element."""

_TOKEN = re.compile(r"<!--.*?-->|<(/?)([a-zA-Z][^\s/>]*+)(?:[^\">]++|\"[^\"]*+\")*+>|([^<]++)|<", re.DOTALL)
_BLOCK_NAMES = """
address article aside blockquote body center caption dd details div dl dt fieldset figcaption figure footer form
h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary ul ucapcontent ucaptitle table tbody
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_CELLS = frozenset({"td", "th"})
_PIECES = frozenset({"a", "b", "em", "font", "i", "label", "span", "strong"})
_SPACE = re.compile("[ \r\n\f\t\v\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_NOTHING = re.compile("[\u00ad\u200b-\u200f\u2028\u2029\u2060\ufeff]")
_CJK = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f\u2018-\u201d\u2026"
_BROKEN_SOURCE_LINE = re.compile(rf"(?<=[{_CJK}])[ \t]*[\r\n]\s*(?=[{_CJK}])")
_SHORT_CELL = 16
_LONG_CELL = 400  # characters: a cell with more, in several blocks, is layout and no table of data

_JUNK = re.compile(
    r"扫一扫|扫描?(?:下方|左侧|右侧)?二维码|微信扫|用手机扫|分享(?:到|至)|分享\s*[:：]?\s*$"
    r"|[【\[(（]?\s*字\s*[号体](?:大小)?\s*[:：]|[【\[(（]\s*(?:大|中|小|加大)\s*(?:[】\])）]|中|小)"
    r"|[【\[(（]?\s*打\s*印\s*(?:本页|此页|本文|正文)?\s*[】\])）|]?\s*(?:$|[【\[(（]?\s*(?:关\s*闭|收藏|分享))"
    r"|[【\[(（]?\s*关\s*闭\s*(?:窗\s*口|本页|此页|页面)?\s*[】\])）]?\s*$|[【\[(（]?收藏(?:本页|此页)?[】\])）]?$"
    r"|(?:您|你)?(?:现在|当前)?(?:所在的?|的)?位置\s*(?:是\s*)?[:：]|当前位置"
    r"|版权所有(?![者人权])|©|Copyright|主办单位.*(?:版权|运维|运行维护|备案|网站|标识码)|技术支持\s*[:：]|网站标识码"
    r"|(?:【\d{1,3}】\s*)+$|[上下]一[篇条]\s*[:：]|返回(?:顶部|首页|列表|上一页)\s*$|(?:阅读|浏览|点击|访问)(?:次数|量|数)\s*[:：]"
    r"|语[音言]播报|[(（\[【]?\s*(?:责任编辑|责编)\s*[:：]|.*(?:ICP备|公网安备)"
)
_LONGEST_JUNK = 80


def stream(markup: str, *, fields: bool = False) -> str:
    """Return the text of mended markup with BLOCK, CELL, ROW and PIECE where elements begin and end.

    With `fields` the values of a <dl> count as cells beside their labels.
    """
    return "".join(_marks(markup, frozenset({"td", "th", "dd"}) if fields else _CELLS))


def lines(markup: str) -> list[str]:
    """Return the paragraphs and table rows of mended markup, without lines that only a screen needs."""
    rows = stream(markup).replace(PIECE, "").split(ROW)
    return [line for row in rows for line in _lines_of_row(row) if line and not is_junk(line)]


def is_junk(line: str) -> bool:
    """Tell whether a line belongs to the page and not to its article: 扫一扫, 分享到, 打印, 当前位置."""
    return len(line) <= _LONGEST_JUNK and _JUNK.match(line) is not None


def tidy(text: str) -> str:
    """Return text on one line: every kind of blank one space, invisible characters gone."""
    return _SPACE.sub(" ", _NOTHING.sub("", text)).strip()


def _marks(markup: str, cells: frozenset[str]) -> list[str]:
    marks: list[str] = []
    tables = preformatted = 0
    for match in _TOKEN.finditer(markup):
        closing, name, text = match.groups()
        if text:
            marks.append(_text(text, preformatted=preformatted > 0))
        elif name == "br":
            marks.append(BLOCK if tables else ROW)
        elif name in _PIECES:
            marks.append(PIECE)
        elif name in cells or (closing and name == "dt" and "dd" in cells):
            marks.append("" if closing else CELL)
        elif name in ("tr", "table"):
            tables = max(0, tables + (-1 if closing else 1)) if name == "table" else tables
            marks.append(ROW)
        elif name in _BLOCKS:
            preformatted += (-1 if closing else 1) if name == "pre" else 0
            marks.append(BLOCK if tables else ROW)
    return marks


def _text(raw: str, *, preformatted: bool) -> str:
    """Return a text node as it reads: a line break of the source is no word break between Chinese characters."""
    text = html.unescape(raw) if "&" in raw else raw
    if text.isspace():
        return " "
    if preformatted:
        return BLOCK.join(_SPACE.sub(" ", line) for line in text.splitlines())
    return _SPACE.sub(" ", _BROKEN_SOURCE_LINE.sub("", text))


def _lines_of_row(row: str) -> list[str]:
    cells = [[tidy(block) for block in cell.split(BLOCK)] for cell in row.split(CELL)]
    full = [blocks for cell in cells if (blocks := [block for block in cell if block])]
    if len(full) <= 1 or any(_is_layout(blocks) for blocks in full):
        return [block for blocks in full for block in blocks]
    return [CELL.join(_cell(blocks) for blocks in full)]


def _cell(blocks: list[str]) -> str:
    """Join the blocks of a cell; a short one is a label broken by the width of its column."""
    return ("" if sum(map(len, blocks)) <= _SHORT_CELL else " ").join(blocks)


def _is_layout(blocks: list[str]) -> bool:
    return len(blocks) > 1 and sum(map(len, blocks)) > _LONG_CELL
