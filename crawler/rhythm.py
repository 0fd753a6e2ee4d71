"""How a source is: its rhythm of publishing in working days, and the state that follows from it. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from itertools import pairwise
from statistics import median, median_high
from typing import Any

from crawler.notice import Verdict
from crawler.reading.workdays import is_workday

LEAST_DAYS = 4  # days of publication from which a rhythm is learned
LEAST_ROWS = 8  # a list that is usually shorter cannot collapse
COLLAPSED = 0.3  # of the usual rows
SURE = 2  # failures in a row before a source counts as blocked or broken: one may be a bad hour
RECENT, BEFORE = 10, 20  # notices of late, and at least so many before them, in which a field is looked for
USUAL, LOST = 0.8, 0.1  # a field that so many had before and so few have of late is not read any more
LATE, STALE = (2.0, 2), (4.0, 5)  # so many usual gaps, and at least so many working days more than one
WORST = 0.9  # of the gaps are no longer than the one that counts as the longest: the rest were nobody's habit
LONG_HOLIDAYS = {(1, 1), *((5, day) for day in range(1, 6)), *((10, day) for day in range(1, 8))}
NEW_YEARS = (  # of the lunar calendar; offices close from the day before for eight days
    *(date(2026, 2, 17), date(2027, 2, 6), date(2028, 1, 26), date(2029, 2, 13), date(2030, 2, 3)),
    *(date(2031, 1, 23), date(2032, 2, 11), date(2033, 1, 31), date(2034, 2, 19), date(2035, 2, 8)),
)
DOCUMENT_NUMBER = re.compile(r"^(?P<prefix>.*?)〔(?P<year>\d{4})〕(?P<number>\d{1,4})号$")
LEAST_NUMBERS, MOST_MISSING = 4, 0.5
MOST_MISSING_OF_FEW = 0.34  # 11 and 13: where is 12?


class State(StrEnum):
    """How a source is, at a glance."""

    NEW = "new"  # never read yet
    FRESH = "fresh"  # it publishes as it uses to
    LATE = "late"  # something was to be expected by now
    STALE = "stale"  # it has said nothing for so long that something is wrong
    BLOCKED = "blocked"  # it refuses us
    BROKEN = "broken"  # it cannot be read, or much of its list, or a fact of its notices, is gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """What was learned of a source. `gap` is in working days; `missing` the share of its notices without a field.

    `lost` are the fields that its notices used to have, and have no longer.
    """

    gap: float | None = None
    longest: int = 0  # usual silence, in working days
    rows: int = 0
    days: int = 0
    last_published: date | None = None
    missing: Mapping[str, float] | None = None
    lost: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return what the archive keeps."""
        return asdict(self) | {"last_published": self.last_published.isoformat() if self.last_published else None}


@dataclass(frozen=True, slots=True)
class Health:
    """The state of a source, and why."""

    state: State
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers that a series of documents leaves out: 沪府发, 2026, (12,)."""

    prefix: str
    year: int
    missing: tuple[int, ...]

    def __str__(self) -> str:
        return "、".join(f"{self.prefix}〔{self.year}〕{number}号" for number in self.missing)


def learn(days: Iterable[date], rows: Sequence[int], fields: Mapping[str, Sequence[bool]]) -> Rhythm:
    """Learn from the days on which a source published and from the rows that its list held at good crawls.

    `fields` tell for each field which of its notices have it, the newest first.
    """
    known = sorted(set(days))
    gaps = [working_days(one, other) for one, other in pairwise(known)]
    gap = max(float(median(gaps)), 1.0) if len(known) >= LEAST_DAYS else None
    counted = [count for count in rows if count]
    return Rhythm(
        gap=gap,
        longest=sorted(gaps)[int(WORST * (len(gaps) - 1))] if gap else 0,
        rows=median_high(counted) if counted else 0,
        days=len(known),
        last_published=known[-1] if known else None,
        missing={name: round(1 - _share(had), 2) for name, had in fields.items() if not all(had)},
        lost=tuple(name for name, had in fields.items() if is_lost(had)),
    )


def is_lost(had: Sequence[bool]) -> bool:
    """Tell whether notices used to have a field, and of late hardly any has it; the newest come first."""
    lately, before = had[:RECENT], had[RECENT:]
    return len(before) >= BEFORE and _share(before) >= USUAL and _share(lately) <= LOST


def _share(had: Sequence[bool]) -> float:
    return sum(had) / len(had)


def health_of(  # noqa: PLR0913  each is a column of the archive
    rhythm: Rhythm, *, verdict: Verdict | None, failures: int, reason: str, succeeded: bool, rows: int, today: date
) -> Health:
    """Return how a source is. `rows` are those of its list when it was sent last."""
    if failures >= SURE or (failures and not succeeded):
        return Health(State.BLOCKED if verdict is Verdict.BLOCKED else State.BROKEN, reason)
    if not succeeded:
        return Health(State.NEW)
    if rhythm.rows >= LEAST_ROWS and 0 < rows < COLLAPSED * rhythm.rows:
        return Health(State.BROKEN, f"its list has {rows} rows, usually {rhythm.rows}")
    if rhythm.lost:
        return Health(State.BROKEN, f"its last {RECENT} notices have no {', no '.join(rhythm.lost)}, as they used to")
    return _punctual(rhythm, today)


def working_days(after: date, until: date) -> int:
    """Count the working days after one day up to another; a long silence is counted up to two years."""
    span = min((until - after).days, 730)
    return sum(is_working_day(after + timedelta(days=number)) for number in range(1, span + 1))


@cache
def is_working_day(day: date) -> bool:
    """Tell whether offices work: nobody is late over the long holidays, though the calendar is not announced yet."""
    spring = any(-1 <= (day - new_year).days <= 6 for new_year in NEW_YEARS)  # noqa: PLR2004  its eight days
    return is_workday(day) and not spring and (day.month, day.day) not in LONG_HOLIDAYS


def gaps_in(numbers: Iterable[str]) -> tuple[Gap, ...]:
    """Return which numbers are missing between those known, by series and year; a series with great holes is none."""
    series: dict[tuple[str, int], set[int]] = {}
    for found in map(DOCUMENT_NUMBER.match, numbers):
        if found:
            series.setdefault((found["prefix"], int(found["year"])), set()).add(int(found["number"]))
    gaps = []
    for (prefix, year), known in sorted(series.items()):
        missing = tuple(sorted(set(range(min(known), max(known))) - known))
        span = max(known) - min(known) + 1
        most = MOST_MISSING if len(known) >= LEAST_NUMBERS else MOST_MISSING_OF_FEW
        if missing and len(missing) <= most * span:
            gaps.append(Gap(prefix, year, missing))
    return tuple(gaps)


def _punctual(rhythm: Rhythm, today: date) -> Health:
    if rhythm.gap is None or rhythm.last_published is None:
        return Health(State.FRESH)
    silent = working_days(rhythm.last_published, today)
    usual = f"{rhythm.gap:g}" + (f", at most {rhythm.longest}" if rhythm.longest > rhythm.gap else "")
    said = f"nothing since {rhythm.last_published}: {silent} working days, usually {usual}"
    for state, (times, more) in ((State.STALE, STALE), (State.LATE, LATE)):
        if silent > max(times * rhythm.gap, rhythm.gap + more, times / 2 * rhythm.longest):
            return Health(state, said)
    return Health(State.FRESH)
