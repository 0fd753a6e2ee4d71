"""The lines over an article that say again what the page says beside it: its title, when and where it was posted."""

import re
from collections.abc import Sequence

_POSTED = re.compile(
    r"[【\[(（〖［]?\s*(?:发布时间|发布日期|发表时间|时间|日期|来源|信息来源|文章来源|稿件来源|作者|浏览次数|浏览量|点击数|阅读)\s*[:：]"
)
_DAY = r"20\d\d\s*[-/.年]\s*\d\d?\s*[-/.月]\s*\d\d?\s*日?"
_MOMENT = re.compile(
    rf"[【\[(（〖［]?\s*{_DAY}\s*[】\])）〗］]?|{_DAY}(?:\s+\d\d?:\d\d|\s*(?:来源|作者|浏览|字[号体]|发布|编辑|点击)).{{0,60}}"
)
_MOST, _LONGEST = 6, 100  # lines, characters of one


def length_of_head(lines: Sequence[str], title: str) -> int:
    """Return how many first lines say the title, on one line or several, and when and by whom it was posted."""
    at, wanted = 0, _squeezed(title)
    while at < min(_MOST, len(lines) - 1):
        spelled = next((count for count in (1, 2, 3) if _squeezed("".join(lines[at : at + count])) == wanted), 0)
        if not spelled and not is_posted(lines[at]):
            break
        at += spelled or 1
    return at


def is_posted(line: str) -> bool:
    """Tell whether a line says when, and perhaps by whom, a page was posted, and nothing else."""
    return len(line) <= _LONGEST and (_POSTED.match(line) or _MOMENT.fullmatch(line)) is not None and "\t" not in line


def _squeezed(text: str) -> str:
    return "".join(text.split())
