"""What ends soon: deadlines of what a digest shows, and of what its reader was sent before. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta

from alerts.model import Ending
from crawler.notice import ArchivedNotice, Deadline, Notice

SOON, SOON_OF_OLD = timedelta(days=30), timedelta(days=7)
MOST = 12


def next_deadline(notice: Notice, today: date) -> Deadline | None:
    """Return the first of a notice's deadlines that is not over."""
    return min((one for one in notice.facts.deadlines if one.day >= today), key=lambda one: one.day, default=None)


def ending_soon(new: Iterable[ArchivedNotice], old: Iterable[ArchivedNotice], today: date) -> tuple[Ending, ...]:
    """Return what ends within a month of what is new, and within a week of what was sent before; soonest first."""
    found = {**_within(old, today, SOON_OF_OLD), **_within(new, today, SOON)}
    return tuple(sorted(found.values(), key=lambda one: (one.day, one.notice_id))[:MOST])


def _within(notices: Iterable[ArchivedNotice], today: date, reach: timedelta) -> dict[int, Ending]:
    found = {}
    for notice in notices:
        deadline = next_deadline(notice, today)
        if deadline is not None and notice.withdrawn_at is None and deadline.day <= today + reach:
            found[notice.id] = Ending(
                notice_id=notice.id, title=notice.title, url=notice.url, day=deadline.day, what=deadline.what
            )
    return found
