"""Dates and windows of the rule language: how they are written, and which days they mean."""

import calendar
import re
from datetime import date, timedelta
from typing import TypeAlias

from crawler.folding import fold

Day: TypeAlias = date | int
"""A date, or how many days from today; before today it is negative."""
Days: TypeAlias = tuple[Day | None, Day | None]
"""The first and the last day that are meant; None: without end."""

FIRST_YEAR, LAST_YEAR = 1949, 2199
MOST_DAYS = 3660  # a window is no longer than ten years

SIGN = re.compile(r"(<=|>=|<|>|=|≤|≥|≦|≧)?")
DATE = re.compile(r"(\d{4})(?:[-./年](\d{1,2})(?:[-./月](\d{1,2})日?|月)?|年)?")
COMPACT = re.compile(r"(?<!\d)(\d{4})(\d\d)(\d\d)(?!\d)")
COUNTED = re.compile(r"(\d{1,5})(d|天|日|w|周)")
RANGE = ".."
SIGNS = {"≤": "<=", "≥": ">=", "≦": "<=", "≧": ">="}


def read_days(written: str, *, ahead: bool) -> Days | None:
    """Return the days that a rule means; None when it is no date. `ahead`: a window reaches forward from today.

    A year or a month stands for all its days. `<14d` is today and the 13 days next to it, `>14d` what is further away.
    """
    folded = COMPACT.sub(r"\1-\2-\3", fold(written).text.replace(" ", ""))
    if RANGE in folded:
        return _range(*folded.split(RANGE, 1))
    found = SIGN.match(folded)
    sign = found[0] if found else ""
    sign = SIGNS.get(sign, sign)
    rest = folded[len(found[0]) if found else 0 :]
    if counted := COUNTED.fullmatch(rest):
        return _window(sign, int(counted[1]) * (7 if counted[2] in "w周" else 1), ahead=ahead)
    span = _span(rest)
    return _bounded(sign, span) if span else None


def in_days(days: Days, today: date | None) -> tuple[date, date]:
    """Return the first and last date that are meant; raise LookupError when that needs a day nobody gave."""
    first, last = (_date(day, today) for day in days)
    return first or date.min, last or date.max


def printed(days: Days, *, ahead: bool) -> str:
    """Write days as a rule does, in the shortest way that means the same."""
    first, last = days
    if isinstance(first, int) or isinstance(last, int):
        return _printed_window(*(days if ahead else reversed(days)))
    if first is None or last is None:
        return f">={first}" if first else f"<={last}"
    for length in (4, 7):
        start, end = str(first)[:length], str(last)[:length]
        if _span(start) == (first, _end_of(first, length)) and last == _end_of(last, length):
            return start if start == end else f"{start}{RANGE}{end}"
    return str(first) if first == last else f"{first}{RANGE}{last}"


def _range(start: str, end: str) -> Days | None:
    first, last = _span(start), _span(end)
    if first is None or last is None:
        return None
    return first[0], last[1]


def _bounded(sign: str, span: tuple[date, date]) -> Days | None:
    first, last = span
    day = timedelta(days=1)
    match sign:
        case "<":
            return None, first - day
        case "<=":
            return None, last
        case ">":
            return last + day, None
        case ">=":
            return first, None
        case _:
            return first, last


def _window(sign: str, count: int, *, ahead: bool) -> Days | None:
    """Return days counted from today, forward or back."""
    least = {"<": 0, "<=": 0, "=": count, ">=": count, ">": count + 1}.get(sign)
    most = {"<": count - 1, "<=": count, "=": count}.get(sign)
    if least is None or count > MOST_DAYS or (most is not None and most < 0):
        return None
    if ahead:
        return least, most
    return None if most is None else -most, -least


def _printed_window(nearest: Day | None, furthest: Day | None) -> str:
    least, most = (abs(day) if isinstance(day, int) else None for day in (nearest, furthest))
    if most is None:
        return f">={least}d"
    return f"<{most + 1}d" if least == 0 else f"={least}d"


def _span(written: str) -> tuple[date, date] | None:
    """Return the first and last day of a date, a month or a year."""
    found = DATE.fullmatch(written)
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return None
    year, month, day = found.groups()
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return first, _end_of(first, 10 if day else 7 if month else 4)


def _end_of(day: date, length: int) -> date:
    """Return the last day of the year (length 4) or month (7) in which a day lies, or the day itself."""
    month = 12 if length == 4 else day.month  # noqa: PLR2004  characters of an ISO date
    if length == 10:  # noqa: PLR2004  the same
        return day
    return date(day.year, month, calendar.monthrange(day.year, month)[1])


def _date(day: Day | None, today: date | None) -> date | None:
    if not isinstance(day, int):
        return day
    if today is None:
        raise LookupError("a window of days is counted from today, and nobody said what day it is")
    return today + timedelta(days=day)
