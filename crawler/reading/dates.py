"""The forms in which Chinese official pages write dates."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

from crawler.reading.width import nfkc

CHINA = timezone(timedelta(hours=8))

_FIRST_YEAR, _LAST_YEAR = 1949, 2099
_DIGITS = {character: value for value, group in enumerate(("〇零○", *"一二三四五六七八九")) for character in group}
_YEAR, _MONTH, _DAY = r"(?<!\d)((?:19|20)\s?\d\s?\d)", r"([01]?\d)", r"((?>[0-3]?\d))"
_ISO_MOMENT = re.compile(r"(?<!\d)((?:19|20)\d\d-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)")
_FULL = re.compile(
    rf"{_YEAR}\s*(?:年\s*{_MONTH}\s*月\s*{_DAY}\s*日?|([-/.])\s*{_MONTH}\s*\4\s*{_DAY}(?!\.\d))",
)
_SAID = re.compile(
    r"([一二三四五六七八九〇零○OoＯ0]{4})\s*年\s*([一二三四五六七八九十]{1,3})\s*月\s*([一二三四五六七八九十]{1,3})\s*日"
)
_SHORT = re.compile(r"(?<![\d.])([01]?\d)\s*(?:-|/|\.|月)\s*([0-3]?\d)(?![\d.年])")
_TWO_DIGIT_YEAR = re.compile(r"\D{0,2}(\d\d)-(\d\d)-(\d\d)\D{0,2}")
_SECONDS = re.compile(r"(1\d{9})(?:\d{3})?")
_DAY_THEN_MONTH = re.compile(r"(?<!\d)([0-3]?\d)\s*日?\s+((?:19|20)\d\d)\s*[-/.年]\s*([01]?\d)(?!\d)")
_MONTH_THEN_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-/.年]\s*([01]?\d)\s*月?\s+([0-3]?\d)(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)([01]?\d)\s*[-/.月]\s*([0-3]?\d)\s*日?\s+((?:19|20)\d\d)(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*年?\s+([01]?\d)\s*[-/.月]\s*([0-3]?\d)(?!\d)")
_IN_ADDRESS = re.compile(
    r"/((?:19|20)\d\d)[/-]?([01]?\d)[/-]([0-3]?\d)/|[t/_-]((?:20)\d\d)([01]\d)([0-3]\d)[_./]|/(20\d\d)([01]\d)/()"
)


def find_date(text: str, *, year: int | None = None) -> date | None:
    """Return the first full date of a text, in Arabic or Chinese numerals.

    `year` completes a date without a year (08-28, 8月28日), when there is no full one. A text that is nothing but a
    number of seconds, or a short date such as 20-09-25, counts as well.
    """
    folded = nfkc(text)
    full = min(_full_dates(folded), key=lambda found: found[0], default=None)
    if full:
        return full[1]
    return _alone(folded.strip()) or (_short_date(folded, year) if year else None)


def find_split_date(text: str) -> date | None:
    """Return a date whose day and month stand apart, as calendars of list pages show it: `28 2026-08`, `08-28 2026`."""
    for pattern, order in (
        (_DAY_THEN_MONTH, (1, 2, 0)),
        (_MONTH_THEN_DAY, (0, 1, 2)),
        (_YEAR_LAST, (2, 0, 1)),
        (_YEAR_FIRST, (0, 1, 2)),
    ):
        if match := pattern.search(text):
            parts = match.groups()
            return _date(*(int(parts[index]) for index in order))
    return None


def date_in_address(url: str) -> date | None:
    """Return the day that an address names (t20260828_, /2026/8/28/): the last resort for a row of a list."""
    for match in _IN_ADDRESS.finditer(url):
        year, month, day = (part for part in match.groups() if part is not None)
        if day and (found := _date(int(year), int(month), int(day))):
            return found
    return None


def year_in_address(url: str) -> int | None:
    """Return the year that an address names, to complete the date of its row."""
    match = re.search(r"[/t_-](20\d\d)(?=/|-|[01]\d(?:[/_]|[0-3]\d))", url)
    return int(match[1]) if match else None


def _full_dates(text: str) -> list[tuple[int, date]]:
    """Return the first valid date of each form with its position."""
    forms = ((_ISO_MOMENT, _of_moment), (_FULL, _of_digits), (_SAID, _of_words))
    firsts = (
        next(((m.start(), found) for m in pattern.finditer(text) if (found := read(m))), None)
        for pattern, read in forms
    )
    return [first for first in firsts if first]


def _of_moment(match: re.Match[str]) -> date | None:
    """Return the day in China of a moment with a time zone: 16:30 UTC is the next day."""
    try:
        moment = datetime.fromisoformat(match[1] + match[2].replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment.astimezone(CHINA).date()


def _of_digits(match: re.Match[str]) -> date | None:
    year, month, day, _, other_month, other_day = match.groups()
    return _date(int(re.sub(r"\s", "", year)), int(month or other_month), int(day or other_day))


def _of_words(match: re.Match[str]) -> date | None:
    year = 0
    for character in match[1]:
        year = year * 10 + _DIGITS.get(character, 0)
    return _date(year, chinese_number(match[2]), chinese_number(match[3]))


def chinese_number(words: str) -> int:
    """Return the value of a Chinese number below a thousand: 九, 二十五, 一百八十九; 0 when it is none."""
    total = digit = 0
    for character in words:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in "十百":
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
        else:
            return 0
    return total + digit


def _alone(text: str) -> date | None:
    """Return the date of a text that is nothing else: seconds since 1970, or a year of two digits."""
    if match := _SECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(match[1]), tz=UTC).astimezone(CHINA).date()
    if match := _TWO_DIGIT_YEAR.fullmatch(text):
        return _date(2000 + int(match[1]), int(match[2]), int(match[3]))
    return None


def _short_date(text: str, year: int) -> date | None:
    dates = (_date(year, int(match[1]), int(match[2])) for match in _SHORT.finditer(text))
    return next((found for found in dates if found), None)


def _date(year: int, month: int, day: int) -> date | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
