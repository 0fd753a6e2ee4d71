"""What official papers call themselves: the document number (发文字号), from where a paper states its own."""

import re
from collections.abc import Iterable

from crawler.reading.width import nfkc

_OPEN, _CLOSE = "〔\\[［【(（﹝", "〕\\]］】)）﹞"
_OFFICE = "[\u4e00-\u9fffA-Za-z]{2,24}?"
_YEAR = r"(?:19|20)\d\d"
_SERIAL = r"第?\s*(?P<serial>\d{1,6})\s*号"
_YEARED = rf"(?P<office>{_OFFICE})\s*[{_OPEN}]\s*(?P<year>{_YEAR})\s*年?\s*[{_CLOSE}]\s*{_SERIAL}"
_ORDINAL = r"第\s*[\d〇零一二三四五六七八九十百]{1,6}\s*号"
_ORDERED = rf"(?P<order>(?:{_OFFICE})?(?:令|公告|通告)\s*(?:{_YEAR}\s*年?\s*)?{_ORDINAL})"
_NUMBER = re.compile(rf"(?:{_YEARED}|{_ORDERED})")
_YEARED_NUMBER = re.compile(_YEARED)
_QUOTED = re.compile("《[^《》]*》")
_KIND_BEFORE = re.compile(
    r".*(?:决议|决定|公告|通告|意见|通知|通报|报告|请示|批复|方案|办法|规定|细则|纪要|文件|函)(?=.{2,})"
)
_CITING = re.compile("关于|转发|印发|废止|根据|按照|贯彻|落实|执行|修改|修订|解读")
_WRAPPED = re.compile(rf"^[{_OPEN}\s]*(?P<inside>.*?)[{_CLOSE}\s]*$")
_ORDER_OVER_NUMBER = re.compile(rf"{_OFFICE}(?:令|公告|通告)\s*\n\s*(?:{_YEAR}\s*年\s*)?{_ORDINAL}\s*")
_PROMULGATED = re.compile(rf"[(]?\s*{_YEAR}\s*年\s*\d\d?\s*月\s*\d\d?\s*日\s*{_ORDERED}\s*(?:公布|发布)[^()]*[)]?")
_FIRST_LINES = 8


def normal_number(text: str) -> str:
    """Return a document number as it is compared and shown: 〔〕, no blanks, no 第 after the year; "" when none."""
    match = _NUMBER.search(nfkc(text))
    if match is None:
        return ""
    if match["order"]:
        return re.sub(r"\s", "", match["order"])
    return f"{match['office']}〔{match['year']}〕{int(match['serial'])}号"


def number_in_title(title: str) -> str:
    """Return the number that a title ends or begins with; one inside 《》 or in the middle is another paper's."""
    own = _QUOTED.sub("》", nfkc(title)).strip()
    if "号" not in own:
        return ""
    for match in _YEARED_NUMBER.finditer(own):
        before, after = own[: match.start()].rstrip("( [【").strip(), own[match.end() :].strip(" )]】。")
        number = normal_number(_without_kind(match[0]))
        if (not after or not before) and not _CITING.search(number):
            return number
    order = re.fullmatch(rf".*?[(]({_ORDERED})[)]", own)
    return normal_number(order[1]) if order else ""


def title_without_number(title: str) -> str:
    """Return a title without the number that it ends or begins with: one site prints it there, another does not.

    >>> title_without_number("关于促进汽车消费的通知（苏政办发〔2026〕45号）")
    '关于促进汽车消费的通知'
    """
    number, own = number_in_title(title), nfkc(title)
    for match in _YEARED_NUMBER.finditer(own) if number else ():
        written = _without_kind(match[0])
        if normal_number(written) == number:
            start = match.end() - len(written)
            return (own[:start].rstrip("( [【") + own[match.end() :].lstrip(" )]】")).strip()
    return title


def number_of_field(value: str) -> str:
    """Return the number of a field labelled 发文字号; a field may hold a form we don't know, but never running text."""
    return normal_number(value) if len(value) <= 60 else ""  # noqa: PLR2004  the longest seen has 34 characters


def number_in_first_lines(lines: Iterable[str]) -> str:
    """Return the number of a first line that is nothing else (or 某某文件 before it): the number under a letterhead."""
    before, folded = "", ""
    for _, line in zip(range(_FIRST_LINES), lines, strict=False):
        before, folded = folded, nfkc(line)
        if line.startswith("附件"):
            break  # below stands another paper
        if "号" not in line:
            continue
        inside = _WRAPPED.match(re.sub(r"^\S{2,30}文件\s+", "", folded))
        own = inside["inside"].strip() if inside else folded
        if match := _NUMBER.fullmatch(own) or _YEARED_NUMBER.fullmatch("".join(own.split())):
            return normal_number(match[0])
        if match := _PROMULGATED.match(folded.strip()):
            return re.sub(r"\s", "", match["order"])
        if match := _ORDER_OVER_NUMBER.fullmatch(f"{before}\n{folded}"):
            return normal_number(match[0])
        if match := re.fullmatch(rf"(?:发文字号|文号|文件编号)\s*:\s*({_YEARED})", folded.strip()):
            return normal_number(match[1])
    return ""


def _without_kind(number: str) -> str:
    """Cut the title's words off a number that follows them without a blank: …的通知沪府发〔2020〕12号."""
    bracket = re.search(f"[{_OPEN}]", number)
    at = bracket.start() if bracket else 0
    return _KIND_BEFORE.sub("", number[:at]) + number[at:]
