"""What changed between two wordings of a notice, word by word, and what of a page is no wording at all. Pure."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

COUNT = r"\[?\d[\d,，]*(?:\.\d+)?\s*[万千wk]?\+?\]?"
MOMENT = r"[\s\d年月日时分秒:：./-]+"
NOISE = re.compile(
    r"(?:(?:本文|本页|本站|网站|信息|页面|文章|累计|总|今日|今天|当前|共|已|被)*(?:浏览|点击|阅读|访问|查看|点赞|评论|转发)"
    rf"(?:次数|人数|数|量|率)?[：:]?\s*(?:{COUNT}|\[\])?\s*(?:次|人次|人)?"
    rf"|您?是?(?:本站|本页|网站|今日|今天)?的?第\s*{COUNT}\s*[位名个](?:访问者|访客|读者|浏览者|来访者|用户)"
    rf"|(?:当前|目前)?在线(?:人数|用户)?[：:]?\s*{COUNT}\s*人?"
    rf"|(?:本页面?|页面|本文|最后|最近|信息)*(?:打印|生成|当前|刷新|访问|制作|下载|更新|修改)(?:时间|日期)[：:]?{MOMENT}"
    r"|今天是[：:]?[\s\d年月日星期一二三四五六日天]+"
    r"|[【\[（(]?(?:字号|字体|视力保护色)[：:]?[\s大中小\[\]【】|+-]*[】\]）)]?"
    r"|[【\[（(]?(?:打印|关闭|收藏|返回|分享)(?:本页|窗口|页面|顶部|到)?[】\]）)]?"
    r"|(?:上一[篇条页]|下一[篇条页])[：:].*)",
    re.IGNORECASE,
)
COUNTER = re.compile(
    rf"(?:浏览|点击|阅读|访问|查看|点赞)(?:次数|人数|数|量|率)?[：:]\s*{COUNT}\s*(?:次|人次)?"
    rf"|(?:本页面?|页面)?(?:打印|生成|当前|刷新)(?:时间|日期)[：:]{MOMENT}",
    re.IGNORECASE,
)
RELATED = re.compile(
    r"[【\[]?(?:相关(?:链接|阅读|新闻|文章|信息|稿件|文档|解读)|推荐阅读|延伸阅读|热门文章)[】\]]?[：:]?"
)
HINTS = tuple(
    """
    浏览 点击 阅读 访问 查看 打印 生成 当前 刷新 制作 下载 今天是 字号 字体 视力 关闭 收藏 返回 分享 上一 下一
    相关 推荐 延伸 热门 访客 读者 来访 用户 在线 点赞 评论 转发 更新 修改
    """.split()  # noqa: SIM905  a table of words reads better than a list of strings
)
"""A line without any of these words is none of the above: most texts have few of them."""
GAP = re.compile(r"[\s　|丨·]+")
SENTENCE_END = tuple("。！？；：”）)")
LONGEST_RELATED = 60  # characters of a line of links

TOKEN = re.compile(
    r"〔\d{4}〕\d+号"
    r"|\d+(?:[.,]\d+)*(?:年\d{1,2}月\d{1,2}日|月\d{1,2}日|%|％|万元|亿元|元|年|月|日|个|项|条|号)?"
    r"|[A-Za-z]+(?:[-.'][A-Za-z0-9]+)*"
    r"|\s+|."
)
HAN = re.compile(r"[\u3400-\u9fff]")
SIMILAR = 0.5  # below this share of common words a changed line is shown as one taken out and one put in
JOINED = 1  # so few common characters between two changes are no landmark: the changes are shown as one
MOST_WORDS, MOST_PAIRS = 5000, 2500  # what is larger is not compared word by word: it would take too long


class Part(StrEnum):
    """What became of a piece of text."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of one wording or of both."""

    part: Part
    text: str


def wording(text: str) -> str:
    """Return a text without what a template prints anew each time: counters, dates of printing, links elsewhere."""
    kept: list[str] = []
    lines, hints = text.splitlines(), [hint for hint in HINTS if hint in text]
    if not hints:
        return "\n".join(line.rstrip() for line in lines if line and not GAP.fullmatch(line))
    for number, line in enumerate(lines):
        if not any(hint in line for hint in hints):
            kept += [line.rstrip()] if line and not GAP.fullmatch(line) else []
            continue
        if RELATED.fullmatch(line.strip()) and _only_links(lines[number + 1 :]):
            break
        if not _is_noise(line):
            kept.append(COUNTER.sub("", line).rstrip())
    return "\n".join(kept)


def diff_lines(old: str, new: str) -> tuple[tuple[Piece, ...], ...]:
    """Return the lines of both wordings in order; in a line that changed the words that changed are apart."""
    before, after = wording(old).splitlines(), wording(new).splitlines()
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    found: list[tuple[Piece, ...]] = []
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind == "equal":
            found += [(Piece(Part.KEPT, line),) for line in before[first:last]]
        else:
            found += _changed(before[first:last], after[start:end])
    return tuple(found)


def changed_lines(old: str, new: str) -> tuple[tuple[Piece, ...], ...]:
    """Return only the lines in which something changed."""
    return tuple(line for line in diff_lines(old, new) if any(piece.part is not Part.KEPT for piece in line))


def excerpt(line: Sequence[Piece], *, around: int = 16) -> tuple[Piece, ...]:
    """Return a changed line with what was kept cut to a few characters beside each change; … stands for the rest."""
    pieces = []
    for number, piece in enumerate(line):
        text = piece.text
        if piece.part is Part.KEPT and len(text) > around * 2 + 1:
            head = "" if number == 0 else text[:around]
            tail = "" if number == len(line) - 1 else text[-around:]
            text = f"{head}…{tail}"
        pieces.append(Piece(piece.part, text))
    return tuple(pieces)


def diff_words(old: str, new: str) -> tuple[Piece, ...]:
    """Return one line with the words that changed apart; numbers, dates and Latin words change as a whole."""
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    if max(len(before), len(after)) > MOST_WORDS:
        return Piece(Part.REMOVED, old), Piece(Part.ADDED, new)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    opcodes = _without_specks(matcher.get_opcodes(), before)
    return tuple(_pieces(opcodes, before, after))


def _is_noise(line: str) -> bool:
    """Tell whether a line consists of nothing but a template's remarks."""
    words = GAP.sub("", line)
    while words and (found := NOISE.match(words)) and found.end():
        words = words[found.end() :]
    return not words


def _only_links(lines: Sequence[str]) -> bool:
    """Tell whether nothing but titles follows: a sentence is part of the notice."""
    return all(len(line) <= LONGEST_RELATED and not line.rstrip().endswith(SENTENCE_END) for line in lines)


def _changed(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[Piece, ...]]:
    """Pair the lines that a passage had with those that it has now, as far as they are alike."""
    rest = list(after)
    few = len(before) * len(after) <= MOST_PAIRS
    for line in before:
        alike = next((other for other in rest if few and _ratio(line, other) >= SIMILAR), None)
        if alike is None:
            yield (Piece(Part.REMOVED, line),)
            continue
        for other in rest[: rest.index(alike)]:
            yield (Piece(Part.ADDED, other),)
        rest = rest[rest.index(alike) + 1 :]
        yield diff_words(line, alike)
    for other in rest:
        yield (Piece(Part.ADDED, other),)


def _ratio(line: str, other: str) -> float:
    if max(len(line), len(other)) > MOST_WORDS:
        return 0.0
    matcher = difflib.SequenceMatcher(None, line, other, autojunk=False)
    if matcher.real_quick_ratio() < SIMILAR or matcher.quick_ratio() < SIMILAR:
        return 0.0
    return matcher.ratio()


Opcode = tuple[str, int, int, int, int]


def _without_specks(opcodes: Sequence[Opcode], before: Sequence[str]) -> list[Opcode]:
    """Join changes between which hardly anything was kept, so that a reader sees words and not crumbs."""
    joined: list[Opcode] = []
    for number, opcode in enumerate(opcodes):
        kind, first, last, start, end = opcode
        inside = 0 < number < len(opcodes) - 1
        speck = kind == "equal" and inside and _is_speck("".join(before[first:last]))
        changed = "replace" if speck or kind != "equal" else "equal"
        if joined and changed == "replace" and joined[-1][0] == "replace":
            _, earlier, _, beginning, _ = joined.pop()
            joined.append(("replace", earlier, last, beginning, end))
        else:
            joined.append((changed, first, last, start, end))
    return joined


def _is_speck(text: str) -> bool:
    return len(text) <= JOINED and bool(HAN.fullmatch(text))


def _pieces(opcodes: Sequence[Opcode], before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    for kind, first, last, start, end in opcodes:
        if kind == "equal":
            yield Piece(Part.KEPT, "".join(before[first:last]))
            continue
        if first < last:
            yield Piece(Part.REMOVED, "".join(before[first:last]))
        if start < end:
            yield Piece(Part.ADDED, "".join(after[start:end]))
