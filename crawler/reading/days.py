"""The days that a text names, a year or month left out as people do: 11月20日至26日, 12月底前."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from crawler.reading.dates import chinese_number

_LATE = timedelta(days=45)  # a day without a year lies at most so far before its notice, else it is next year's
_YEAR = r"(?:(?P<year>(?<!\d)20\d\d)\s*年\s*|(?P<said>今年|本年|当年|明年|次年)?\s*)"
_MONTH_DAY = (
    r"(?<!\d)(?P<month>1[0-2]|0?[1-9])\s*月\s*(?:份\s*)?(?:(?P<day>3[01]|[12]\d|0?[1-9])(?!\d)\s*[日号]?|(?P<end>底))"
)
_NUMERIC = (
    r"(?<!\d)(?P<y>20\d\d)\s*(?P<parted>[-/.])\s*(?P<m>1[0-2]|0?[1-9])\s*(?P=parted)\s*"
    r"(?P<d>3[01]|[12]\d|0?[1-9])(?![\d.])"
)
_CLOCK = r"(?:\d{1,2}\s*(?::\s*\d{2}(?:\s*:\s*\d{2})?|[时点](?:\s*(?:\d{1,2}\s*分?|整|半|正))?))"
NOISE = (
    rf"(?:\s|T|[(][^()]{{1,14}}[)]|星期[一二三四五六日天]|上午|下午|中午|晚上|晚|凌晨|北京时间|24\s*:\s*00|{_CLOCK}|\(含\)|当[天日]"
    r"|(?:法定)?工作时间|下班)*+"
)
TO = r"(?:(?:起|开始)\s*,?\s*)?(?:至|到|—+|–+|-+|~+|－+)\s*"
_BEFORE_HINT = 16  # characters of a day before the digit that gives it away: 2026 年 1|2 月
_SAID_HINT = re.compile("月[ 份]*+[一二三四五六七八九十底]")  # begins with a character that is found fast
_HINT = re.compile(r"[0-9](?:\s*月|(?<=2)0[0-9][0-9]\s*[-/.]\s*[0-9])")
_SAID = re.compile(
    r"(?:(?P<year>[二〇○零一三四五六七八九]{4})\s*年\s*)?(?P<month>[一二三四五六七八九十]{1,2})\s*月\s*"
    r"(?:份\s*)?(?:(?P<day>[一二三四五六七八九十]{1,3})\s*日|(?=底))"
)
_BARE_DAY = r"(?P<bare>(?<=[-至到—–~])\s*(?P<only>3[01]|[12]\d|0?[1-9])\s*日)"
_DAY = re.compile(f"{_YEAR}{_MONTH_DAY}|{_NUMERIC}|{_BARE_DAY}")

_FROM_NOW_HINT, _YEAR_END_HINT = re.compile(r"月(?:[底末]|(?<=[本下个]月)\d)"), re.compile("年(?=底)")  # as above
_FROM_NOW = re.compile(
    r"(?<![\d\s每个各逐当上几份一二三四五六七八九十])(?P<which>[本下]?)个?月(?:[底末]|(?<=[本下个]月)(?P<day>3[01]|[12]\d|0?[1-9])日)"
    r"|(?P<yearly>(?:请|务必|须)[^,。;\n]{0,8}(?:于|在))(?:今年|本年)?年?底(?=之?前)"
)
_DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Day:
    """A day and the place in the text where it is named."""

    start: int
    stop: int
    day: date


def in_digits(text: str) -> str:
    """Return a folded text with its days in digits where they are in Chinese numerals: 二〇二六年十二月五日."""
    return _SAID.sub(_digits, text) if _SAID_HINT.search(text) else text


def _digits(match: re.Match[str]) -> str:
    year = "".join(str(chinese_number(digit)) for digit in match["year"] or "")
    day = f"{chinese_number(match['day'])}日" if match["day"] else ""
    return f"{year}{'年' if year else ''}{chinese_number(match['month'])}月{day}"


def with_months_named(text: str, base: date | None) -> str:
    """Return a folded text with the months that it counts from its own day by name: 下月10日, 本月底, 请于年底前."""
    if base is None or not (_FROM_NOW_HINT.search(text) or _YEAR_END_HINT.search(text)):
        return text
    return _FROM_NOW.sub(lambda match: _named(match, base), text)


def _named(match: re.Match[str], base: date) -> str:
    if match["yearly"]:
        return f"{match['yearly']}{base.year}年12月31日"
    following = match["which"] == "下"
    year, month = base.year + (following and base.month == _DECEMBER), base.month % 12 + 1 if following else base.month
    return f"{year}年{month}月{match['day'] or '底'}"


def days_in(text: str, base: date | None) -> Iterator[Day]:
    """Yield the days that a folded text names; `base`, the notice's own day, gives the year where none is said."""
    for start, stop in _lines_with_days(text):
        last: date | None = None
        for match in _DAY.finditer(text, start, stop):
            if found := _resolved(match, base, last):
                last = found
                yield Day(match.start(), match.end(), found)


def _lines_with_days(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the parts of lines stand that may name a day; most lines of a long paper don't."""
    stop = -1
    for hint in _HINT.finditer(text):
        if hint.start() > stop:
            start, stop = text.rfind("\n", 0, hint.start()) + 1, text.find("\n", hint.start())
            stop = len(text) if stop < 0 else stop
            yield max(start, hint.start() - _BEFORE_HINT), stop


def _resolved(match: re.Match[str], base: date | None, before: date | None) -> date | None:
    if match["y"]:
        return _date(int(match["y"]), int(match["m"]), int(match["d"]))
    if match["bare"]:
        return _date(before.year, before.month, int(match["only"])) if before else None
    month = int(match["month"])
    if match["year"]:
        return _of_month(int(match["year"]), month, match["day"])
    if match["said"] and base:
        return _of_month(base.year + (match["said"] in ("明年", "次年")), month, match["day"])
    if before:
        same = _of_month(before.year, month, match["day"])
        is_near = same is not None and same >= (before if base is None else min(before, base - _LATE))
        return same if same is None or is_near else _of_month(before.year + 1, month, match["day"])
    return _not_long_before(base, month, match["day"]) if base else None


def _not_long_before(base: date, month: int, day: str | None) -> date | None:
    same = _of_month(base.year, month, day)
    return same if same is None or same >= base - _LATE else _of_month(base.year + 1, month, day)


def _of_month(year: int, month: int, day: str | None) -> date | None:
    """Return a day of a month, its last when only 底 is said."""
    return _date(year, month, int(day) if day else monthrange(year, month)[1])


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
