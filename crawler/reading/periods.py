"""Periods that are counted and not named: 公示期7天, 自发布之日起30日内, 5个工作日."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

from crawler.reading.dates import chinese_number
from crawler.reading.days import days_in
from crawler.reading.kinds import kind_in_title
from crawler.reading.workdays import after_workdays, is_workday

_COUNT = (
    r"(?P<count>\d{1,3}|[一二三四五六七八九十]{1,3})\s*(?:[(][^()]{1,6}[)]\s*)?"
    r"个?(?P<unit>工作日|自然日|日历日|日|天)(?!期)"
)
_FROM = r"自?(?:本|该|此)?(?:公告|公示|通知|通告|征求意见稿|信息)?(?:发布|公布|公告|公示|刊登|挂网|印发|即)之?日起"
_FROM_NAMED = r"[自从]?\s*(?:20\d\d\s*年\s*)?\d{1,2}\s*月\s*\d{1,2}\s*日\s*起\s*(?:公示|共|为期|连续)*"
_FOR_PUBLIC = re.compile(
    rf"公示(?:期限|时间|期)?(?:\s*[(][^()]{{1,20}}[)])?\s*(?:共|共计|为期|为|是|:|\t)*\s*(?:(?:{_FROM}|{_FROM_NAMED})\s*[,、]?\s*(?:至|共)?\s*)?{_COUNT}"
)
_SINCE = re.compile(
    rf"{_FROM}\s*[,、]?\s*(?:公示|为期|的|起|计算|共计|共|至)*\s*{_COUNT}(?P<within>之?内|以内|止)?(?!后|之后)"
)
_RULE_KINDS = frozenset("办法 规定 细则 条例 规程 规则 标准 制度 方案 意见 指引".split())  # noqa: SIM905  a list of words
_ASKED = re.compile("征求意见|征集意见|意见|建议")
_ENDS = (
    ("征求意见", _ASKED),
    ("公示期", re.compile("公示|异议|反映")),
    ("报名", re.compile("报名")),
    ("申报", re.compile("申报|申请")),
    ("反馈", re.compile("反馈")),
    ("报送", re.compile("报送|提交|递交")),
)
_SHOWN = re.compile(r"公示|公告")
_SHOWING = re.compile(r"予以?公示|进行公示|现将.{0,60}公示")
_MOST = 100
_FEWEST_RULE = re.compile(r"(?:不少于|不得少于|不低于|至少|一般)[^。]{0,4}$")
_REACH = 60
_BEFORE_HINT, _BEHIND_HINT = 16, 60


def periods_in(title: str, text: str, base: date | None) -> Iterator[tuple[date, str]]:
    """Yield the last day of each counted period, and what ends on it.

    Counted from the day of publication that day is not counted (as the Civil Code has it); a period that begins on a
    named day includes it. The rules of a 办法 are nobody's deadline.
    """
    if kind_in_title(title) in _RULE_KINDS:
        return
    shown = _SHOWN.search(title) or ("公示" in text and _SHOWING.search(text))
    for pattern, found in ((_FOR_PUBLIC, _FOR_PUBLIC.finditer(text)), (_SINCE, _periods_since(text))):
        for match in islice(found, _MOST):
            before, after = (
                text[max(0, match.start() - _REACH) : match.start()],
                text[match.end() : match.end() + _REACH],
            )
            what = "公示期" if pattern is _FOR_PUBLIC else _what(before, after, title)
            if what and not _FEWEST_RULE.search(match[0][: match.start("count") - match.start()]):
                if what == "公示期" and not shown:
                    continue
                if day := _last_day(match, before, after, base):
                    yield day, what


def _periods_since(text: str) -> Iterator[re.Match[str]]:
    """Yield what _SINCE finds, looked for where 日起 stands: the pattern has no beginning of its own to search by."""
    stop, hint = 0, text.find("日起")
    while hint >= 0:
        match = _SINCE.search(text, max(stop, hint - _BEFORE_HINT), hint + _BEHIND_HINT)
        if match:
            stop = match.end()
            yield match
        hint = text.find("日起", hint + 1)


def _what(before: str, after: str, title: str) -> str:
    sentence = re.split("[。;\n]", before)[-1] + re.split("[。;\n]", after, maxsplit=1)[0]
    said = (name for name, words in _ENDS if words.search(after.split("。", maxsplit=1)[0]))
    also = (name for name, words in _ENDS if words.search(sentence) and words.search(title))
    found = next(said, "") or next(also, "")
    return "公示期" if found == "征求意见" and "公示" in title else found


def _last_day(match: re.Match[str], before: str, after: str, base: date | None) -> date | None:
    """Return the day on which a period ends, from a day that its sentence names or from the notice's own."""
    count = int(match["count"]) if match["count"].isdigit() else chinese_number(match["count"])
    if not 0 < count < 366:  # noqa: PLR2004  a year: more is no deadline
        return None
    own, behind = re.split("[。;\n]", before)[-1], re.split("[。;\n]", after, maxsplit=1)[0]
    named = [
        found
        for part in (own, match[0], behind)
        for found in days_in(part, base)
        if part[found.stop :].lstrip().startswith("起")
    ]
    if named:
        begins = named[0].day
        if match["unit"] == "工作日":
            return after_workdays(begins, count - is_workday(begins)) if count > 1 or not is_workday(begins) else begins
        return begins + timedelta(days=count - 1)
    if base is None:
        return None
    return after_workdays(base, count) if match["unit"] == "工作日" else base + timedelta(days=count)
