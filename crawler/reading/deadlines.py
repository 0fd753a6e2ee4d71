"""What ends and when: 报名, 申报, 征求意见, 公示期, 投标文件递交, 反馈, 报送. A day of something else is no deadline.

A day counts when its own sentence, the heading over it or its label says what ends: `于12月10日前报送`,
`公示期为11月20日至11月26日`, `报名截止时间：2026-12-15 17:00`. A day on which firms were founded or houses will be
built doesn't, nor a rule for every year, nor a day before the notice's own.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import islice

from crawler.notice import Deadline
from crawler.reading.days import NOISE, TO, Day, days_in, in_digits, with_months_named
from crawler.reading.periods import periods_in
from crawler.reading.width import nfkc

_WHAT = {
    "征求意见": (
        "征求意见|征集意见|意见征集|公开征求|意见征求|提出意见|意见建议|意见和建议|反馈意见|意见反馈|修改意见|书面意见"
    ),
    "文件获取": (
        "(?:招标|采购|磋商|谈判|询价|比选)文件的?(?:获取|发售|领取)"
        "|(?:获取|发售|领取)(?:招标|采购|磋商|谈判|询价|比选)?文件"
    ),
    "投标文件递交": (
        "(?:投标|响应)文件的?(?:提交|递交|上传)|(?:提交|递交|上传|送达)(?:电子|纸质)?(?:投标|响应)文件|投标(?!保证金|人)|响应文件|开标"
    ),
    "报名": "报名(?!单(?!位)|[册称额])|应聘|报考",
    "公示期": "公示",
    "征集": "征集|征稿|投稿|截稿",
    "申报": "申报|申请|受理(?!举报|投诉|信访|电话)|推荐|申领|竞买",
    "反馈": "反馈|回执|回复|异议",
    "报送": "报送|上报(?!名(?![单册称额]))|提交|递交|寄送|寄至|邮寄|送达|送至|报至|报我|报[省市区县]|填报|发送|发至",
    "缴费": "缴费|缴纳费用|[缴交]纳[^,。;\n]{0,6}保证金|保证金的?(?:[缴交]纳|到账|提交|递交)",
}
_ENDING = re.compile("|".join(f"(?P<w{at}>{words})" for at, words in enumerate(_WHAT.values())))
_NAMES = list(_WHAT)
_BEFORE = re.compile(rf"{NOISE}(?:之前|以前|前(?![期往后述款])|截止|为止|止)")
_RANGE_FROM_NOW = re.compile(
    rf"(?:即日|现在|(?:本)?\S{{0,4}}?(?:发布|公布|公告|公示|印发|发文)之?日){NOISE}起?\s*,?\s*{TO}$"
)
_RANGE = re.compile(rf"{NOISE}\s*,?\s*{TO}")
_TO_ANOTHER = r"(?:延长|延期|推迟|顺延|调整|延后|变更|更正|更改|修改|改)(?:至|到|为)\s*:?\s*"
_PUT_OFF = re.compile(rf"{NOISE},?\s*现?{_TO_ANOTHER}")
_FORMERLY = re.compile(rf"原(?:定|计划|为|公告|通知|截止)[^,。;\n]{{0,24}}@[^。;\n]*{_TO_ANOTHER}")
_BEFORE_CHANGE = re.compile(r"(?:更正|变更|调整|修改)前[^。;\n]{0,40}$")
_LABELLED = re.compile(
    r"(?:截[止至稿](?:时间|日期|日)?|结束(?:时间|日期))(?:[(][^()]{1,20}[)])?\s*(?:(?:不变,)?[均仍]?为|是|到|至|延[长期]|推迟|顺延|调整|:|\t)*\s*$"
    r"|(?:延[长期]|推迟|顺延)[至到]\s*$"
)
_HEADED = re.compile(r"截[止至](?:时间|日期)[^\n。;]{0,20}\n\s*(?:时间\s*:\s*)?$")  # the day alone on the line below
_PERIOD_LABEL = re.compile(r"(?:^|[\t\n、.)])\s*(?:起止|公示)?(?:时间|期限|日期)\s*[:\t]?\s*$")
_OTHER_DAY = re.compile(
    r"前,?(?:已|依法|在.{0,12})?(?:注册|成立|设立|登记|取得|出生|毕业|建成|投产|开工|竣工|入职|缴纳|发布|印发|实施|实现|达到|形成|入驻"
    r"|(?:出台|制定|编制|修订|公布|建立|完善|推动|培育|争取|累计)(?!.{0,30}(?:报送|上报|提交|反馈|报至|报我|报[省市区县]))"
    r"|纳入|获得|获|备案|签订|认定|参加工作|新建|全面|基本|力争|完成(?!.{0,6}(?:申报|报名|填报|提交|报送|上报|反馈|推荐|申请|缴费)))"
)
_OTHER_PERIOD = re.compile(
    r"有效期|实施期|服务期|合同期|工期|建设期|任期|租期|试用期|活动(?:时间|日期)|会议时间|执行期|(?<!系统)开放时间|培训时间|考试时间|面试时间"
)
_COUNTED_UNTIL = re.compile(r"(?:计算|统计|核算|年限|年龄|工龄|资历|业绩|基准|数据)[^,。;:]{0,4}截[止至][^,。;]{0,6}$")
_EVERY_YEAR = re.compile(r"每年|每月|每季|逐年|历年")
_SENTENCE = re.compile(r"[。;!?\n]")
_REACH = 110  # characters of a sentence that are looked at on each side of a day
_HEADING = 30  # characters of a line that may say what the next is about
_LONGEST_AHEAD = timedelta(days=1100)
_MOST = 20
_MOST_DAYS = 2_000


def deadlines_in(title: str, text: str, base: date | None) -> tuple[Deadline, ...]:
    """Return what a notice says to end, the earliest first. `base` is its own day: periods are counted from it."""
    folded = with_months_named(in_digits(nfkc(text)), base)
    head = nfkc(title)
    named = [(found, what) for found, what in _named(head, folded, base) if _lies_ahead(found, base)]
    kinds = {what for _, what in named}
    periods = ((day, _as_titled(what, head)) for day, what in periods_in(head, folded, base))
    counted = [(day, what) for day, what in periods if what not in kinds]
    said = [Deadline(day=found.day, what=what, where=_where(folded, found)) for found, what in named]
    return first_of(said + [Deadline(day=day, what=what, where="text") for day, what in counted])


def deadlines_of_fields(values: Iterable[tuple[str, str, str]], title: str, base: date | None) -> list[Deadline]:
    """Return the deadlines that labelled fields state, each given as label, value and where it was read."""
    found = []
    for label, value, where in values:
        days = list(days_in(_SENTENCE.split(nfkc(value), maxsplit=1)[0], base))
        if days and _lies_ahead(days[-1], base):
            what = _nearest(label, "") or _nearest(title, "") or "截止"
            found.append(Deadline(day=days[-1].day, what=_as_titled(what, title), where=where))
    return found


def first_of(found: Sequence[Deadline]) -> tuple[Deadline, ...]:
    """Return deadlines by day, each day and matter once."""
    once = {(one.day, one.what): one for one in reversed(found)}
    return tuple(sorted(once.values(), key=lambda one: (one.day, one.what)))[:_MOST]


def _named(title: str, text: str, base: date | None) -> Iterator[tuple[Day, str]]:
    days = list(islice(days_in(text, base), _MOST_DAYS))
    for at, found in enumerate(days):
        before = text[max(0, found.start - _REACH) : found.start]
        after = text[found.stop : found.stop + _REACH]
        earlier = days[at - 1] if at else None
        if earlier and _RANGE.fullmatch(text[earlier.stop : found.start]):
            before = text[max(0, earlier.start - _REACH) : earlier.start]
            what = "" if _is_former(before, after) else _of_period(title, before, after)
        elif earlier and _PUT_OFF.fullmatch(text[earlier.stop : found.start]):
            own = _SENTENCE.split(text[max(0, earlier.start - _REACH) : earlier.start])[-1]
            what = _last(own) or _first(title)
        elif _RANGE_FROM_NOW.search(before):
            what = _of_period(title, before, after)
        elif _BEFORE.match(after) or _LABELLED.search(before) or _HEADED.search(before):
            what = "" if _is_former(before, after) else _of_day(title, before, after)
        else:
            what = ""
        between = text[found.stop : days[at + 1].start] if at + 1 < len(days) else "。"
        if what and not (_RANGE.fullmatch(between) or _PUT_OFF.fullmatch(between)):
            yield found, _as_titled(what, title)


def _is_former(before: str, after: str) -> bool:
    """Tell whether a day is the one before a change: its sentence puts another in its place, or its label says so."""
    return _FORMERLY.search(f"{before[-40:]}@{after}") is not None or _BEFORE_CHANGE.search(before) is not None


def _of_period(title: str, before: str, after: str) -> str:
    """Return what a period is for, as the words before it say, else those behind it, else its heading."""
    own, heading, following = _around(before, after)
    if _OTHER_PERIOD.search(own) or _EVERY_YEAR.search(own):
        return ""
    what = _last(own) or _first(following)
    if what or own.strip(" \t:、.0123456789一二三四五六七八九十()为是自从于"):
        return what or (_last(heading) or _first(title) if _PERIOD_LABEL.search(own) else "")
    return _last(heading)


def _of_day(title: str, before: str, after: str) -> str:
    """Return what must be done before a day: the words behind it, else those before it, else its heading."""
    own, heading, following = _around(before, after)
    if _OTHER_DAY.match(re.sub(rf"^{NOISE}", "", following)) or _EVERY_YEAR.search(own[-30:]):
        return ""
    labelled = _LABELLED.search(own)
    if not labelled and own.endswith("到"):
        return ""  # what a plan wants to have reached by then
    if labelled and (_COUNTED_UNTIL.search(own) or (labelled[0].startswith("截至") and not _BEFORE.match(after))):
        return "" if _COUNTED_UNTIL.search(own) else _last(own)  # 截至…, then what had been reached by that day
    if labelled:
        is_label = re.search(r"(?:截止|结束)(?:时间|日期|日)|截稿|截[止至]\s*[:\t]", labelled[0])
        return _last(own) or _first(following) or (is_label and (_last(heading) or _first(title) or "截止")) or ""
    return _first(following) or _last(own) or (_last(heading) if _HEADED.search(before) else "")


def _around(before: str, after: str) -> tuple[str, str, str]:
    """Return the sentence up to a day, the heading over it, and the sentence behind it."""
    lines = before.split("\n")
    own = _SENTENCE.split(before)[-1]
    above = lines[-2].strip() if len(lines) > 1 else ""
    return own, above if len(above) <= _HEADING else "", _SENTENCE.split(after, maxsplit=1)[0]


def _nearest(before: str, after: str) -> str:
    return _last(before) or _first(after)


def _first(text: str) -> str:
    match = _ENDING.search(text)
    return _name(match) if match else ""


def _last(text: str) -> str:
    matches = list(_ENDING.finditer(text))
    return _name(matches[-1]) if matches else ""


def _name(match: re.Match[str]) -> str:
    return _NAMES[int((match.lastgroup or "w0")[1:])]


def _as_titled(what: str, title: str) -> str:
    """Call the end of a consultation so, though the sentence only says 反馈; objections end with the 公示."""
    about = _first(title)
    if what in ("反馈", "报送", "征集") and about == "征求意见":
        return about
    return "公示期" if what == "反馈" and about == "公示期" else what


def _lies_ahead(found: Day, base: date | None) -> bool:
    return base is None or base <= found.day <= base + _LONGEST_AHEAD


def _where(text: str, found: Day) -> str:
    """Return "label" for a day behind a label that begins its line: 报名截止时间：…."""
    near = max(0, found.start - _REACH)
    line = text[max(near, text.rfind("\n", near, found.start) + 1) : found.start]
    label = re.match(r"[^:\t。,]{2,20}[:\t]", line)
    return "label" if label and not re.search("[。;]", line) else "text"
