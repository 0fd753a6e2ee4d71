"""Working days as the State Council has set them; beyond the known years, Monday to Friday."""

from datetime import date, timedelta

import chinese_calendar

_LONGEST = 366


def known_until() -> int:
    """Return the last year whose holidays and make-up working days are known."""
    return int(max(day.year for day in chinese_calendar.constants.holidays))


def is_workday(day: date) -> bool:
    """Tell whether offices work on a day."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:  # a year whose holidays are not yet set
        return day.weekday() < 5  # noqa: PLR2004  Saturday


def after_workdays(day: date, count: int) -> date:
    """Return the day on which the last of so many working days ends; `day` itself is not counted."""
    for _ in range(min(count, _LONGEST)):
        day += timedelta(days=1)
        while not is_workday(day):
            day += timedelta(days=1)
    return day
