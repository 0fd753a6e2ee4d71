"""The verdict on a crawl, and when a source counts as stale. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from crawler.notice import Verdict

STALE_INTERVALS = 3
STALE_AT_LEAST = timedelta(hours=6)
SEVERAL = 4  # notices that fail together, and none is read: it is the site, and no notice of its own


class Fault(StrEnum):
    """Why something could not be had."""

    BLOCKED = "blocked"  # the site refuses us
    BROKEN = "broken"  # it answered with something that cannot be read, or not at all


@dataclass(frozen=True, slots=True)
class Failure:
    """One page that could not be had."""

    url: str
    fault: Fault
    reason: str
    gone: bool = False  # the site says that there is no such page any more
    shut: bool = False  # it is the site that keeps us out, not this page alone
    elsewhere: bool = False  # it is another site, to which the list only leads


@dataclass(slots=True, kw_only=True)
class Tally:
    """What happened during a crawl, counted as it goes."""

    lists: int = 0  # first pages of lists that were read or came back unchanged
    rows: int = 0
    added: int = 0
    revised: int = 0
    known: int = 0
    read: int = 0  # pages of notices that came, whether they brought anything new or not
    empty_lists: list[str] = field(default_factory=list)
    list_failures: list[Failure] = field(default_factory=list)
    notice_failures: list[Failure] = field(default_factory=list)
    reread_failures: list[Failure] = field(default_factory=list)  # of notices that are safe in the archive
    reread: int = 0  # notices of which it was asked whether they still say what they said
    gone: list[str] = field(default_factory=list)  # keys of those whose pages are no longer there
    errors: list[str] = field(default_factory=list)  # exceptions of our own code

    @property
    def failed(self) -> int:
        """Return how many notices could not be read or archived."""
        return len(self.notice_failures) + len(self.reread_failures) + len(self.errors)

    @property
    def clean(self) -> bool:
        """Tell whether everything on the lists is safely in the archive."""
        return not (self.list_failures or self.notice_failures or self.errors or self.empty_lists)


class Record(Protocol):
    """What is_stale looks at: crawler.archive.crawls.SourceRecord."""

    @property
    def next_crawl_at(self) -> datetime: ...  # noqa: D102  a column of the table sources
    @property
    def last_crawl_at(self) -> datetime | None: ...  # noqa: D102  the same
    @property
    def last_success_at(self) -> datetime | None: ...  # noqa: D102  the same


def verdict_of(tally: Tally, *, finish_reason: str) -> tuple[Verdict, str]:
    """Return how a crawl ended and why, in one sentence; the reason is empty when there is nothing to say."""
    bad = _whole_crawl(tally, finish_reason) or _lists(tally)
    if bad is not None:
        return bad
    if _too_many(tally) or _none_read(tally):
        return Verdict(_worst(tally.notice_failures or tally.reread_failures).fault), _failures(tally)
    good = Verdict.OK if tally.added or tally.revised else Verdict.UNCHANGED
    return good, _failures(tally)


def is_stale(record: Record, interval: timedelta, now: datetime) -> bool:
    """Tell whether a source went too long without a success, was never read with one, or waits for its first crawl."""
    patience = max(STALE_INTERVALS * interval, STALE_AT_LEAST)
    if record.last_success_at is not None:
        return now - record.last_success_at > patience
    return record.last_crawl_at is not None or now - record.next_crawl_at > patience


def _whole_crawl(tally: Tally, finish_reason: str) -> tuple[Verdict, str] | None:
    if tally.errors:
        more = f" (and {len(tally.errors) - 1} more)" if len(tally.errors) > 1 else ""
        return Verdict.BROKEN, f"Something went wrong in Yaoxun itself: {tally.errors[0]}{more}"
    if finish_reason != "finished":
        return Verdict.BROKEN, f"The crawl was stopped before its end ({finish_reason})."
    return None


def _lists(tally: Tally) -> tuple[Verdict, str] | None:
    if tally.list_failures:
        failure = _worst(tally.list_failures)
        return Verdict(failure.fault), f"The list {failure.url} could not be read: {failure.reason}"
    if tally.empty_lists:
        return Verdict.EMPTY, f"The list {tally.empty_lists[0]} has no rows."
    if tally.lists == 0:
        return Verdict.BROKEN, "No list was read."
    return None


def _too_many(tally: Tally) -> bool:
    """Tell whether more than half of the notices failed: below that the list itself is sound."""
    failed = len(tally.notice_failures)
    seen = tally.added + tally.revised + tally.known + failed
    return failed * 2 > max(tally.rows, seen)


def _none_read(tally: Tally) -> bool:
    """Tell whether the site keeps its notices from us though it shows its list; one bad link alone is no such thing."""
    failures = [one for one in (*tally.notice_failures, *tally.reread_failures) if not one.elsewhere]
    return not tally.read and (len(failures) >= SEVERAL or any(failure.shut for failure in failures))


def _failures(tally: Tally) -> str:
    said = [
        _said(failures, words)
        for failures, words in ((tally.notice_failures, "read"), (tally.reread_failures, "read again"))
        if failures
    ]
    return "; ".join(said)


def _said(failures: list[Failure], words: str) -> str:
    failure = _worst(failures)
    count = "1 notice" if len(failures) == 1 else f"{len(failures)} notices"
    return f"{count} could not be {words}, such as {failure.url}: {failure.reason}"


def _worst(failures: Iterable[Failure]) -> Failure:
    """Return a refusal if there is one: it explains more than what follows from it."""
    return min(failures, key=lambda failure: failure.fault != Fault.BLOCKED)
