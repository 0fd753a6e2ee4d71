"""The lines over an article that say again what the page says beside it: its title, when and where it was posted."""

import re
from collections.abc import Sequence

_POSTED = re.compile(
    r"[【\[(（〖［]?\s*(?:(?:发布|信息|公开|更新|发表|发稿|发文)?(?:时间|日期)|(?:信息|文章|稿件)?来源|发布于|发布(?:者|人|机构|单位)|稿源|作者|索引号"
    r"|浏览次数|浏览量|点击数|阅读)\s*[:：]"
)
_DAY = r"20\d\d\s*[-/.年]\s*\d\d?\s*[-/.月]\s*\d\d?\s*日?"
_TIME = r"(?:\s*\d\d?:\d\d(?::\d\d)?)?"
_WHO = r"[^\s。，；]{2,20}"
_MOMENT = re.compile(
    rf"[【\[(（〖［]?\s*{_DAY}{_TIME}\s*[】\])）〗］]?(?:\s+{_WHO})?|{_DAY}(?:\s+\d\d?:\d\d|\s*(?:来源|作者|浏览|字[号体]|发布|编辑|点击)).{{0,60}}"
    rf"|{_WHO}\s+{_DAY}{_TIME}"
)
_WHO_AND_WHEN = re.compile(
    rf"[【\[(（〖［]?\s*{_DAY}{_TIME}\s*[】\])）〗］]?\s+(?P<behind>{_WHO})|(?P<before>{_WHO})\s+{_DAY}{_TIME}"
)
_MOST, _LONGEST = 6, 100  # lines, characters of one
_FEWEST_TWICE = 4  # lines of a text that stands there twice


def length_of_head(lines: Sequence[str], title: str) -> int:
    """Return how many first lines say the title, on one line or several, and when and by whom it was posted."""
    at, wanted = 0, _squeezed(title)
    while at < min(_MOST, len(lines) - 1):
        spelled = next((count for count in (1, 2, 3) if _squeezed("".join(lines[at : at + count])) == wanted), 0)
        if not spelled and not is_posted(lines[at]):
            break
        at += spelled or 1
    return at


def said_once(lines: list[str], title: str) -> list[str]:
    """Leave out the second copy of a text: a template may show it once for screens and once for telephones."""
    if len(lines) < _FEWEST_TWICE or lines[-1] not in lines[:-1]:
        return lines
    start = length_of_head(lines, title)
    own = lines[start:]
    if own[0] not in own[1:]:
        return lines
    again = own.index(own[0], 1)
    copy = own[again:]
    between = own[len(copy) : again]
    is_copy = 1 < len(copy) <= again and copy == own[: len(copy)]
    return (
        lines[: start + len(copy)] if is_copy and all(line == title or is_posted(line) for line in between) else lines
    )


def is_posted(line: str) -> bool:
    """Tell whether a line says when, and perhaps by whom, a page was posted, and nothing else."""
    if len(line) > _LONGEST:
        return False
    if "\t" in line:
        return all(map(_POSTED.match, line.split("\t")))
    return _POSTED.match(line) is not None or ("20" in line and _MOMENT.fullmatch(line) is not None)


def who_posted(line: str) -> str:
    """Return who is named beside the day in a line that holds nothing else: 示例市财政局 2026-10-21."""
    match = _WHO_AND_WHEN.fullmatch(line) if len(line) <= _LONGEST else None
    return (match["behind"] or match["before"]) if match else ""


def _squeezed(text: str) -> str:
    return "".join(text.split())
