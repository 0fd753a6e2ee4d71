"""What official papers call themselves: the document number (发文字号), from where a paper states its own."""

import re
from collections.abc import Iterable

from crawler.reading.dates import chinese_number
from crawler.reading.labels import is_label
from crawler.reading.width import nfkc

_OPEN, _CLOSE = "〔\\[［【(（﹝", "〕\\]］】)）﹞"
_OFFICE = "[\u4e00-\u9fffA-Za-z]{2,24}?"
_YEAR = r"(?:19|20)\d\d"
_SERIAL = r"第?\s*(?P<serial>\d{1,6})\s*号"
_YEARED = rf"(?P<office>{_OFFICE})\s*[{_OPEN}]\s*(?P<year>{_YEAR})\s*年?\s*[{_CLOSE}]\s*{_SERIAL}"
_ORDINAL = r"第\s*(?P<ordinal>[\d〇零一二三四五六七八九十百]{1,6})\s*号"
_OFFICES = rf"(?:[\u4e00-\u9fff]{{1,22}}[部局委署厅院会府行][ 、]){{0,4}}{_OFFICE}"  # of one, or of several together
_ORDERED = rf"(?P<order>(?:{_OFFICES})?(?:令|公告|通告)\s*[{_OPEN}]?\s*(?:{_YEAR}\s*年?\s*)?{_ORDINAL})"
_NUMBER = re.compile(rf"(?:{_YEARED}|{_ORDERED})")
_YEARED_NUMBER = re.compile(_YEARED)
_QUOTED = re.compile("《[^《》]*》")
_KIND_BEFORE = re.compile(
    r".*(?:决议|决定|公告|通告|意见|通知|通报|报告|请示|批复|方案|办法|规定|细则|纪要|文件|函)(?=.{2,})"
)
_CITING = re.compile("关于|转发|印发|废止|根据|按照|贯彻|落实|执行|修改|修订|解读")
_EXPLAINING = re.compile("解读|图解|读懂|问答")  # of another paper, which the title may name by its number
_WRAPPED = re.compile(rf"^[{_OPEN}\s]*(?P<inside>.*?)[{_CLOSE}\s]*$")
_ORDER_OVER_NUMBER = re.compile(rf"{_OFFICE}(?:令|公告|通告)\n(?:{_YEAR}年)?{_ORDINAL}")
_LABEL = re.compile("^(?:发文字号|文号|文件编号|(?:行政处罚)?决定书文号)[: ]\\s*")
_PROMULGATED = re.compile(rf"[(]?\s*{_YEAR}\s*年\s*\d\d?\s*月\s*\d\d?\s*日\s*{_ORDERED}\s*(?:公布|发布)[^()]*[)]?")
_FIRST_LINES = 8


def normal_number(text: str) -> str:
    """Return a document number as it is compared and shown: 〔〕, no blanks, no 第 after the year; "" when none."""
    match = _NUMBER.search(nfkc(text))
    if match is None:
        return ""
    if match["order"]:
        return _normal_order(match)
    return f"{match['office']}〔{match['year']}〕{int(match['serial'])}号"


def number_in_title(title: str) -> str:
    """Return the number that a title ends or begins with; one inside 《》 or in the middle is another paper's."""
    own = _QUOTED.sub("》", nfkc(title)).strip()
    if "号" not in own or _EXPLAINING.search(own):
        return ""
    for match in _YEARED_NUMBER.finditer(own):
        before, after = own[: match.start()].rstrip("( [【").strip(), own[match.end() :].strip(" )]】。")
        number = normal_number(_without_kind(match[0]))
        if (not after or not before) and not _CITING.search(number):
            return number
    order = re.fullmatch(rf".*?[(]{_ORDERED}[)]", own) or re.fullmatch(rf"{_ORDERED}[{_CLOSE}]?", own)
    return _normal_order(order) if order and not _CITING.search(order["order"]) else ""


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
        before, folded = folded, nfkc(line).strip()
        if line.startswith("附件") or (before.endswith(("。", ";", ":")) and not is_label(before)):
            break  # below stands another paper, or running text with its citations
        if "号" in line and (number := _number_of_line(_LABEL.sub("", folded), before)):
            return number
    return ""


def _number_of_line(line: str, before: str) -> str:
    """Return the number of a line that is nothing else, perhaps begun on the line before."""
    inside = _WRAPPED.match(re.sub(r"^\S{2,30}文件\s+|\s签发人.*", "", line))
    own = inside["inside"].strip() if inside else line
    squeezed, above = "".join(own.split()), "".join(before.split())
    if match := _NUMBER.fullmatch(own) or _YEARED_NUMBER.fullmatch(squeezed):
        return normal_number(match[0])
    if match := _PROMULGATED.match(line):
        return _normal_order(match)
    broken = _ORDER_OVER_NUMBER.fullmatch(f"{above}\n{squeezed}") or _YEARED_NUMBER.fullmatch(above + squeezed)
    return normal_number(broken[0]) if broken else ""


def _normal_order(match: re.Match[str]) -> str:
    """Return the number of an order or announcement without blanks, its ordinal in digits: 国务院令第810号."""
    written = match["ordinal"]
    count = int(written) if written.isdigit() else chinese_number(written)
    return re.sub(rf"[\s、{_OPEN}]", "", match["order"].rpartition("第")[0]) + f"第{count or written}号"


def _without_kind(number: str) -> str:
    """Cut the title's words off a number that follows them without a blank: …的通知沪府发〔2020〕12号."""
    bracket = re.search(f"[{_OPEN}]", number)
    at = bracket.start() if bracket else 0
    return _KIND_BEFORE.sub("", number[:at]) + number[at:]
