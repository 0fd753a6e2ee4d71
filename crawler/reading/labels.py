"""Labels and their values, read structurally: `发布日期：2020-09-25`, or a cell 发文字号 and the cell beside it."""

import re
from collections.abc import Iterable

from crawler.reading.dates import find_date
from crawler.reading.markup import BLOCK, CELL, PIECE, ROW, tidy

ISSUER: tuple[str, ...] = (
    "发文机关",
    "发文机构",
    "发文单位",
    "发布机构",
    "发布机关",
    "发布单位",
    "制发机关",
    "公开主体",
    "信息公开责任单位",
)
POSTER = ("信息来源", "文章来源", "稿件来源", "来源", "稿源", "文章出处")
PUBLISHED = ("发布时间", "发布日期", "公示日期", "公示时间", "公开日期", "公开时间", "公布日期", "发稿时间", "发文时间")
WRITTEN = ("更新时间", "更新日期", "生成日期", "发文日期", "印发日期", "成文日期", "日期", "时间")
NUMBER = (
    "发文字号",
    "文件编号",
    "文件字号",
    "发文文号",
    "公文文号",
    "文件号",
    "文号",
    "字号",
    "行政处罚决定书文号",
    "决定书文号",
)
OTHER: tuple[str, ...] = (
    "索引号",
    "主题分类",
    "组配分类",
    "体裁",
    "体裁分类",
    "主题词",
    "关键词",
    "内容概述",
    "有效性",
    "文件状态",
    "统一编号",
)
OTHER += (
    "生效日期",
    "失效日期",
    "废止日期",
    "名称",
    "标题",
    "信息名称",
    "浏览次数",
    "点击数",
    "作者",
    "编辑",
    "责任编辑",
)
OTHER += (
    "服务对象分类",
    "公开方式",
    "公开范围",
    "公开形式",
    "公开时限",
    "字体",
    "分享",
    "访问次数",
    "阅读次数",
    "主题导航",
)

_ALL = ISSUER + POSTER + PUBLISHED + WRITTEN + NUMBER + OTHER
_LONGEST = 120  # characters of a value; more is running text
_GAP = rf"[ {PIECE}]*"
_EDGES = f"{PIECE}{BLOCK}{CELL}{ROW}"


def _spaced(label: str) -> str:
    """Return a pattern for a label written with spaces between its characters: 文 号."""
    return _GAP.join(map(re.escape, label))


def _pattern(labels: Iterable[str]) -> re.Pattern[str]:
    names = "|".join(_spaced(label) for label in sorted(labels, key=len, reverse=True))
    # The label begins a cell, a block, an inline element or follows a blank; a colon ends it, or the edge of its cell.
    return re.compile(rf"(?:(?<=[{_EDGES} 【\[|])|^)(?P<label>{names}){_GAP}(?P<end>[]】]?[:：]|[]】]|(?=[{_EDGES}]))")


_ANY_LABEL = _pattern(_ALL)
_PATTERNS: dict[tuple[str, ...], re.Pattern[str]] = {
    labels: _pattern(labels) for labels in (ISSUER, POSTER, PUBLISHED, WRITTEN, NUMBER)
}


def values(marked: str, labels: tuple[str, ...]) -> list[str]:
    """Return the values of labels in a marked stream (markup.stream), the labels' own order first, then the page's."""
    found = [
        (labels.index(re.sub(rf"[ {PIECE}]", "", match["label"])), _until_label(text))
        for match in _PATTERNS[labels].finditer(marked)
        if (text := _beside(marked, match))
    ]
    return [value for _, value in sorted(found, key=lambda pair: pair[0]) if value]


def _beside(marked: str, match: re.Match[str]) -> str:
    """Return what follows a label: the rest of its cell, or, when the cell ends there, the next one."""
    rest = marked[match.end() : match.end() + _LONGEST]
    own = re.split(f"[{BLOCK}{CELL}{ROW}]", rest, maxsplit=1)[0]
    if tidy(own.replace(PIECE, "")):
        return own
    beside = re.match(rf"[ {PIECE}{BLOCK}]*{CELL}([^{CELL}{ROW}]*)", rest)
    if beside is not None:
        return beside[1].replace(BLOCK, " ")
    below = re.match(rf"[ {PIECE}{BLOCK}{ROW}]*([^{BLOCK}{CELL}{ROW}]*)", rest)
    return below[1] if below is not None and match["end"] else ""


def _until_label(text: str) -> str:
    """Cut a value where the next label begins, or the next inline element that is no part of it."""
    following = _ANY_LABEL.search(PIECE + text + PIECE)
    own = text[: following.start() - 1] if following else text
    if find_date(own.replace(PIECE, "")):
        return tidy(own.replace(PIECE, ""))
    piece = next((part for part in own.split(PIECE) if tidy(part)), "")
    return tidy(piece).strip("|【】[] ")
