"""Mended HTML to lines: one paragraph a line, the cells of a table parted by a tab, lines that say nothing left out."""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat

BLOCK, CELL, ROW, PIECE = "\v", "\t", "\n", "\x1f"
"""What the stream puts for markup: the edge of a block, of a table cell, of a table row, of an inline element."""
EDGE = re.compile(f"[{BLOCK}{CELL}{ROW}]")
"""Where a text of the stream ends."""

_TAG = re.compile(r"<(?:(/?[a-zA-Z][^\s/>]*+)(?:>|[^\">]*+(?:\"[^\"]*+\"[^\">]*+)*+>)|!--.*?-->)", re.DOTALL)
_BLOCK_NAMES = """
address article aside blockquote body center caption dd details div dl dt fieldset figcaption figure footer form
h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary ul ucapcontent ucaptitle table tbody
"""
_BLOCKS = ("br", *_BLOCK_NAMES.split())
_PIECES = ("a", "b", "em", "font", "i", "label", "span", "strong")
# The marks while the text between them still holds the tabs and line breaks of its source.
_BLOCK, _CELL, _ROW, _PIECE = "\x01", "\x02", "\x03", "\x04"
_BLANKS = " \r\n\f\t\v\u00a0\u2000-\u200a\u202f\u205f\u3000"
_SPACE = re.compile(f"[{_BLANKS}]+")
_NOTHING = re.compile("[\u00ad\u200b-\u200f\u2028\u2029\u2060\ufeff]")
_CJK = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f\u2018-\u201d\u2026"
_BROKEN_SOURCE_LINE = re.compile(
    rf"[ \t\r\n](?<=[{_CJK}][ \t\r\n])(?:(?<=[\r\n])|[ \t]*[\r\n])[{_BLANKS}]*(?=[{_CJK}])"
)  # begins with what it consumes: the search for a look-behind alone would stop at every character
_SHORT_CELL = 16
_LONG_CELL = 400  # characters: a cell with more, in several blocks, is layout and no table of data

_JUNK = re.compile(
    r"(?=[\s【\[(（扫微用分字大中小加打关收您你现当所的位版©C主技网上下返阅浏点访语责本标原特手A我纠已保加视首TQ顶更新腾回下])(?:"
    r"扫一扫|扫描?(?:下方|左侧|右侧)?二维码|微信扫|用手机扫|分享(?:到|至)|分享\s*[:：]?\s*$"
    r"|[【\[(（]?\s*字\s*[号体](?:大小)?\s*[:：]|[【\[(（]\s*(?:大|中|小|加大)\s*(?:[】\])）]|中|小)"
    r"|[【\[(（]?\s*打\s*印\s*(?:本页|此页|本文|正文|此文|页面|文章)?\s*[】\])）|]?\s*(?:$|[【\[(（]?\s*(?:关\s*闭|收藏|分享))"
    r"|[【\[(（]?\s*关\s*闭\s*(?:窗\s*口|本页|此页|页面)?\s*[】\])）]?\s*$|[【\[(（]?收藏(?:本页|此页)?[】\])）]?$"
    r"|(?:您|你)?(?:现在|当前)?(?:所在的?|的)?位置\s*(?:是\s*)?[:：]|当前位置"
    r"|版权所有(?![者人权])|©|Copyright|主办单位.*(?:版权|运维|运行维护|备案|网站|标识码)|技术支持\s*[:：]|网站标识码"
    r"|(?:【\d{1,3}】\s*)+$|[【\[(（]?[上下]一[篇条]\s*[】\])）]?\s*[:：】\])）]"
    r"|[【\[(（]?(?:返回|回到)(?:顶部|首页|列表|上一?页)\s*[】\])）]?$|[【\[(（]返回[】\])）]$"
    r"|(?:阅读|浏览|点击|访问|下载)(?:次数|量|数|率)\s*[:：]|(?:阅读|浏览|点击|访问)\s*[:：]\s*\[?\s*\d*\s*次?\s*\]?$|已下载\s*\d*\s*次"
    r"|(?:手机|用?微信|打开微信)[^，。；：]{0,4}扫(?:一扫|描)[^，。；：]{0,16}$|[【\[(（]?我要(?:纠错|打印|收藏|分享)\s*[】\])）]?|纠错$"
    r"|A\+\s*A?\s*A-?$|大\s?中\s?小$|您的浏览器不支持|本文打印$|(?:保存本页|加入收藏)$|[【\[(（]?视力保护色|首页\s*[>＞»]"
    r"|(?:TOP|顶部|更多|网站地图|微信|微博|新浪微博|腾讯微博|QQ空间)\s*[>＞»]*$"
    r"|点击(?:进入|查看|观看|阅读|收听|浏览|下载)[^。；！？]{0,40}(?:>>+|＞＞+|》》+)\s*$"
    r"|语[音言]播报|[大中小]字号$|(?:[【\[]纠错[】\]]\s*)?[(（\[【]?\s*(?:责任编辑|责编)\s*[:：]|[(（\[【]\s*编辑\s*[:：]|本文来源\s*[:：]"
    r"|关键字\s*[:：]|(?:标签|Tags?)\s*[:：]|[(（]?原标题\s*[:：]|特别声明[:：]\s*以上内容)"
)
_REGISTERED = re.compile("ICP备|公网安备")
_LONGEST_JUNK = 80


def stream(markup: str, *, fields: bool = False) -> str:
    """Return the text of mended markup with BLOCK, CELL, ROW and PIECE where elements begin and end.

    With `fields` the values of a <dl> count as cells beside their labels.
    """
    marks = _FIELD_MARKS if fields else _CELL_MARKS
    parts = _TAG.split(markup)  # texts and tags by turns
    tags = parts[1::2]
    if "pre" in tags:
        parts[::2] = _with_line_breaks(parts)
    else:  # the indentation of the source is most of its blanks
        parts[::2] = [("\n" if "\n" in text else " ") if text.isspace() else text for text in parts[::2]]
    parts[1::2] = _marks(tags, marks)
    text = _plain("".join(parts))
    return text.replace(_BLOCK, BLOCK).replace(_CELL, CELL).replace(_ROW, ROW).replace(_PIECE, PIECE)


def lines(markup: str) -> list[str]:
    """Return the paragraphs and table rows of mended markup, without lines that only a screen needs."""
    rows = _NOTHING.sub("", stream(markup).replace(PIECE, "")).split(ROW)
    return [line for row in rows if len(row) > 1 for line in _lines_of_row(row) if line and not is_junk(line)]


def is_junk(line: str) -> bool:
    """Tell whether a line belongs to the page and not to its article: 扫一扫, 分享到, 打印, 当前位置."""
    if len(line) > _LONGEST_JUNK:
        return False
    return _JUNK.match(line) is not None or ("备" in line and _REGISTERED.search(line) is not None)


def tidy(text: str) -> str:
    """Return text on one line: every kind of blank one space, invisible characters gone."""
    return " ".join(_NOTHING.sub("", text).split())


def _marks_of(cells: Iterable[str]) -> dict[str | None, str]:
    """Return the mark of each tag, by its name with / before it when it closes; a tag without one parts nothing."""
    marks: dict[str | None, str] = {f"{slash}{name}": _ROW for name in (*_BLOCKS, "tr") for slash in ("", "/")}
    marks |= {f"{slash}{name}": _PIECE for name in _PIECES for slash in ("", "/")}
    for name in cells:
        marks |= {name: _CELL, f"/{name}": ""}
    return marks


_CELL_MARKS = _marks_of(("td", "th"))
_FIELD_MARKS = _marks_of(("td", "th", "dd")) | {"/dt": ""}
_ROWS_OF_TABLES = frozenset({"tr", "/tr", "table", "/table"})


def _marks(tags: Sequence[str | None], marks: Mapping[str | None, str]) -> list[str]:
    """Return the marks of tags; inside a table only its rows part rows."""
    found = list(map(marks.get, tags, repeat("")))
    if "table" not in tags:
        return found
    tables = 0
    for at, tag in enumerate(tags):
        if tag == "table":
            tables += 1
        elif tag == "/table":
            tables = max(0, tables - 1)
        elif tables and found[at] is _ROW and tag not in _ROWS_OF_TABLES:
            found[at] = _BLOCK
    return found


def _with_line_breaks(parts: Sequence[str]) -> list[str]:
    """Return the texts between tags, those inside <pre> with their line breaks as marks."""
    texts, preformatted = [parts[0]], 0
    for tag, text in zip(parts[1::2], parts[2::2], strict=True):
        preformatted += (tag == "pre") - (tag == "/pre")
        texts.append(_BLOCK.join(text.splitlines()) if preformatted > 0 and text.strip() else text)
    return texts


def _plain(text: str) -> str:
    """Return text as it reads: a line break of the source is no word break between Chinese characters."""
    if "&" in text:
        text = html.unescape(text.replace("&nbsp;", "\u00a0"))
    joined = _BROKEN_SOURCE_LINE.sub("", text.replace("\u2028", "").replace("\u2029", ""))
    return " ".join(joined.split())


def _lines_of_row(row: str) -> list[str]:
    if BLOCK not in row and CELL not in row:
        return [_trimmed(row)]
    cells = ([_trimmed(block) for block in cell.split(BLOCK) if block.strip()] for cell in row.split(CELL))
    full = [blocks for blocks in cells if blocks]
    if len(full) <= 1 or any(_is_layout(blocks) for blocks in full):
        return [block for blocks in full for block in blocks]
    return [CELL.join(_cell(blocks) for blocks in full)]


def _trimmed(text: str) -> str:
    """Return a text of a stream without blanks round it, and two where an inline element ended as one."""
    return (_SPACE.sub(" ", text) if "  " in text else text).strip()


def _cell(blocks: list[str]) -> str:
    """Join the blocks of a cell; a short one is a label broken by the width of its column."""
    return ("" if sum(map(len, blocks)) <= _SHORT_CELL else " ").join(blocks)


def _is_layout(blocks: list[str]) -> bool:
    return len(blocks) > 1 and sum(map(len, blocks)) > _LONG_CELL
