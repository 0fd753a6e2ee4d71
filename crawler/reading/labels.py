"""Labels and their values, read structurally: `发布日期：2020-09-25`, or a cell 发文字号 and the cell beside it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from crawler.notice import Fact
from crawler.reading.dates import find_date
from crawler.reading.markup import BLOCK, CELL, EDGE, PIECE, ROW, tidy

ISSUER = tuple(
    """
    发文机关 发文机构 发文单位 制发机关 发布机构 发布机关 发布单位 发布部门 制定机关
    公开主体 公开机构 公开机关 公开单位 公开部门 信息公开责任单位
    责任部门 发文部门 制发单位 印发单位 印发机关
    """.split()  # noqa: SIM905  a table of words reads better than a list of strings
)
POSTER = ("信息来源", "文章来源", "稿件来源", "来源", "稿源", "文章出处")
PUBLISHED = (
    "发布时间",
    "发布日期",
    "公示日期",
    "公示时间",
    "公开日期",
    "公开时间",
    "公布日期",
    "发稿时间",
    "发文时间",
    "信息时间",
)
WRITTEN_ITSELF = ("成文日期", "成文时间")
SIGNED = ("印发日期", "发文日期", "生成日期")
UPDATED = ("更新时间", "更新日期")
DATED = (*SIGNED, *WRITTEN_ITSELF, "日期", "时间")
NUMBER = tuple(
    """
    发文字号 文件编号 文件字号 发文文号 公文文号 文件号 文号 字号 行政处罚决定书文号 决定书文号
    """.split()  # noqa: SIM905  as above
)
INDEX_NUMBER = ("索引号", "信息索引号", "信息索引", "索引编号")
TOPIC = ("主题分类", "信息分类", "组配分类", "信息类别", "主题类别")
VALIDITY = ("有效性", "文件有效性", "文件状态", "效力状态", "是否有效", "时效性", "文件效力")
REPEALED = ("失效日期", "失效时间", "废止日期", "废止时间")
EFFECTIVE = ("施行日期", "实施日期", "生效日期", "生效时间", "施行时间", "实施时间", "执行日期")
KIND = ("文种", "公文种类", "体裁分类", "体裁", "文件类型")
DEADLINE = tuple(
    """
    公示期 公示期限 征求意见时间 征求意见期限 征集时间 征集期限 意见征集时间 报名时间 报名截止时间 申报时间 申报截止时间
    截止日期 截止时间 结束时间 结束日期 反馈截止时间 投标截止时间 起止时间
    """.split()  # noqa: SIM905  as above
)
_OTHER = tuple(
    """
    主题词 关键词 内容概述 统一编号 登记号 名称 标题 信息名称 文件名称 浏览次数 点击数 点击率 作者 编辑 责任编辑
    服务对象分类 服务对象 公开方式 公开范围 公开形式 公开时限 公开程序 公开类别 字体 字体大小 分享 访问次数 阅读次数
    主题导航 语种
    信息格式 开始时间 开始日期 状态 公文时效 有效期
    """.split()  # noqa: SIM905  as above
)

_ALL = (
    *ISSUER, *POSTER, *PUBLISHED, *UPDATED, *DATED, *NUMBER, *INDEX_NUMBER, *TOPIC, *VALIDITY, *REPEALED, *EFFECTIVE,
    *KIND, *DEADLINE, *_OTHER,
)  # fmt: skip
_KNOWN = frozenset(_ALL)
_CERTAIN = "发文字号 文件编号 公开日期 发布日期 主题分类 有效性".split()  # noqa: SIM905  as above
_UNMISTAKABLE = frozenset({*INDEX_NUMBER, *ISSUER, *WRITTEN_ITSELF, *SIGNED, *_CERTAIN})
_LONGEST = 120  # characters of a value; more is running text
_LONGEST_ROWS = 800  # characters of a row of labels and the two below it
_GAP = rf"[ {PIECE}]*"
_EDGES = f"{PIECE}{BLOCK}{CELL}{ROW}"
_NEAR = 12  # characters before a label among which its cell begins
_CELL_BESIDE = re.compile(rf"[ {PIECE}{BLOCK}]*{CELL}([^{CELL}{ROW}]*)")
_LINE_BELOW = re.compile(rf"[ {PIECE}{BLOCK}{ROW}]*([^{BLOCK}{CELL}{ROW}]*)")


def _spaced(label: str) -> str:
    """Return a pattern for a label written with spaces between its characters: 文 号."""
    return _GAP.join(map(re.escape, label))


def _pattern(labels: Iterable[str]) -> re.Pattern[str]:
    names = "|".join(_spaced(label) for label in sorted(set(labels), key=len, reverse=True))
    first = "".join(sorted({label[0] for label in labels}))  # looked at before a hundred names are tried
    # The label begins a cell, a block, an inline element or follows a blank; a colon ends it, or the edge of its cell.
    return re.compile(
        rf"[{_EDGES} 【\[|](?=[{first}])(?P<label>{names}){_GAP}(?P<end>[]】]?{_GAP}[:：]|[]】]|(?=[{_EDGES}]))"
    )


_ANY_LABEL = _pattern(_ALL)


class Fields:
    """All labelled values of a marked stream (markup.stream); a value is cut out of it when it is first asked for."""

    def __init__(self, marked: str) -> None:
        self._marked = ROW + marked
        self._matches: dict[str, list[re.Match[str]]] = defaultdict(list)
        for match in _ANY_LABEL.finditer(self._marked):
            self._matches[match["label"].replace(" ", "").replace(PIECE, "")].append(match)
        self._read: dict[int, Fact | None] = {}  # by where the label stands

    def of(self, labels: Iterable[str]) -> Iterator[Fact]:
        """Yield the values of labels with where each was read: the labels' own order first, then the page's."""
        for label in labels:
            for match in self._matches.get(label, ()):
                if match.start() not in self._read:
                    self._read[match.start()] = self._value(match, label)
                if found := self._read[match.start()]:
                    yield found

    def first(self, labels: Iterable[str]) -> Fact | None:
        """Return the first value of labels."""
        return next(self.of(labels), None)

    def _value(self, match: re.Match[str], label: str) -> Fact | None:
        text, tabled = self._beside(match, label)
        value = _until_label(text) if text else ""
        return Fact(value=value, where="index table" if tabled else "label") if value else None

    def _beside(self, match: re.Match[str], label: str) -> tuple[str, bool]:
        """Return what follows a label, and whether a cell held it: the rest of its cell, or else the next one."""
        rest = self._marked[match.end() : match.end() + _LONGEST]
        own = EDGE.split(rest, maxsplit=1)[0]
        if (under := self._in_row_below(match)) is not None:
            return under, True
        if tidy(own.replace(PIECE, "")):
            before = self._marked[max(0, match.start("label") - _NEAR) : match.start("label")]
            return own, before.rstrip(f" {PIECE}{BLOCK}").endswith(CELL)
        beside = _CELL_BESIDE.match(rest)
        if beside is not None:
            return beside[1].replace(BLOCK, " "), True
        below = _LINE_BELOW.match(rest)
        return (below[1] if below is not None and (match["end"] or label in _UNMISTAKABLE) else ""), False

    def _in_row_below(self, match: re.Match[str]) -> str | None:
        """Return the cell below a label that stands in a row of labels, over the only row of values."""
        start = self._marked.rfind(ROW, 0, match.start("label")) + 1
        head, *rows = self._marked[start : start + _LONGEST_ROWS].split(ROW)
        names = _cells(head)
        if not _are_labels(names):
            return None
        values, following = ([cells for row in rows if any(cells := _cells(row))] + [[], []])[:2]
        if len(values) != len(names) or _are_labels(values):
            return None
        if len(following) == len(values) and not _are_labels(following):
            return None  # a table of several papers
        at = len(_cells(self._marked[start : match.end("label")])) - 1
        return values[at]


def is_label(text: str) -> bool:
    """Tell whether a text is a label and nothing else, perhaps with its colon."""
    return text.rstrip(":：").replace(" ", "") in _KNOWN


def _cells(row: str) -> list[str]:
    """Return the cells of a row; those of a page begin with CELL, those of an article's line are parted by it."""
    cells = [tidy(cell.replace(PIECE, " ").replace(BLOCK, " ")) for cell in row.split(CELL)]
    return cells[1:] if not cells[0] else cells


def _are_labels(cells: Sequence[str]) -> bool:
    """Tell whether a row is one of labels: none empty, most of them known. Of labels beside values at most half are."""
    known = sum(is_label(cell) for cell in cells)
    return known > 1 and known * 2 > len(cells) and all(cells)


def _until_label(text: str) -> str:
    """Cut a value where the next label begins, or the next inline element that is no part of it."""
    following = _ANY_LABEL.search(PIECE + text + PIECE)
    own = text[: max(0, following.start("label") - 1)] if following else text
    if find_date(own.replace(PIECE, "")):
        return tidy(own.replace(PIECE, ""))
    piece = next((part for part in own.split(PIECE) if tidy(part)), "")
    return tidy(piece).strip("|【】[] ")
