"""The kind of document that a title names: 通知, 意见, 办法, 公示 …."""

import re

from crawler.reading.width import nfkc

_KINDS = """
决议 决定 命令 令 公报 公告 通告 意见 通知 通报 报告 请示 批复 议案 复函 函 会议纪要 纪要
实施办法 办法 暂行规定 规定 实施细则 细则 条例 规则 规程 规范 准则 章程 制度 标准 指引 指南 实施方案 方案 规划 计划 纲要
要点 预案 措施 公示 启事 解读 清单 目录 名单 倡议书 答复 白皮书
"""
_SHORTER = {"实施办法": "办法", "暂行规定": "规定", "实施细则": "细则", "实施方案": "方案", "会议纪要": "纪要"}
_LONGEST_FIRST = "|".join(sorted(_KINDS.split(), key=len, reverse=True))
_BEHIND = (
    r"(?:\s*(?:[(][^()]*[)]|[〔\[【][^〔〕\[\]【】]*[〕\]】](?:\s*第?\d{1,6}\s*号)?|第[\d〇零一二三四五六七八九十百]{1,6}号|20\d\d年第\d+号"
    r"|[\u4e00-\u9fff]{2,12}[〔(\[]20\d\d[〕)\]]\s*\d{1,6}\s*号|[》”\"]))*"
)
_AT_END = re.compile(rf"(?P<kind>{_LONGEST_FIRST})(?:稿|\s*[_|-].{{0,20}})?{_BEHIND}\s*$")
_AT_FRONT = re.compile(rf"^(?:\[|【|[(])?(?P<kind>{_LONGEST_FIRST})\s*(?:[\]】)]|:)")
_IN_ENGLISH = re.compile(r"(?<=[\u4e00-\u9fff)])\s+[A-Za-z][ -~]{8,}$")  # the title again, in another language
_ALONE = re.compile(r"(?:指令|号令|司令|法令|责令|信函|夏令|时令|口令|律令)$")  # ends like a kind and names none


def kind_in_title(title: str) -> str:
    """Return the kind of document that a title ends with; empty when it names none."""
    folded = _IN_ENGLISH.sub("", nfkc(title).strip().rstrip("。;"))
    match = _AT_END.search(folded)
    if match and _ALONE.search(folded[: match.end("kind")]):
        match = None
    found = match or _AT_FRONT.match(folded)
    return _SHORTER.get(found["kind"], found["kind"]) if found else ""
