"""Finds notices with a rule: candidates from the index, each held against the rule as a subscription would be."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from heapq import nlargest
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from alerts.model import Hit
from alerts.rules import NoticeText, Rule, evidence, holds, score
from alerts.rules.candidates import candidates_of, stored_suffice
from alerts.search.indexing import stored_texts
from config.regions import Places
from crawler.archive.attachments import in_full
from crawler.archive.notices import notices_by_id
from crawler.notice import ArchivedNotice
from crawler.search.find import Index
from crawler.search.index import listed_as, microseconds
from crawler.search.segment import Listed

T = TypeVar("T")
Track = Callable[[Sequence[int]], Iterable[int]]
"""Passes ids through, and may show how far it has come."""

AT_ONCE = 200  # notices in memory together


class Sort(StrEnum):
    """In which order notices are shown."""

    NEWEST = "newest"  # first seen last
    PUBLISHED = "published"  # published last, those without a date at the end
    SCORE = "score"  # what weighs most, as in a digest


@dataclass(frozen=True, slots=True)
class Period:
    """First seen in [since, until), in µs UTC; without a bound, ever."""

    since: int | None = None
    until: int | None = None

    @classmethod
    def between(cls, since: datetime | None, until: datetime | None) -> "Period":
        """Return the period from one moment to another."""
        return cls(*(None if moment is None else microseconds(moment) for moment in (since, until)))

    def holds(self, seen: int) -> bool:
        """Tell whether a moment lies in it."""
        return (self.since is None or seen >= self.since) and (self.until is None or seen < self.until)


@dataclass(frozen=True, slots=True)
class Found:
    """A notice that a rule finds, and why."""

    notice: ArchivedNotice
    hits: tuple[Hit, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """How many notices a rule finds, exactly, and the first of them."""

    count: int
    found: tuple[Found, ...]


class Search:
    """One rule and the archive as one transaction sees it."""

    def __init__(self, connection: sa.Connection, rule: Rule, places: Places, period: Period) -> None:
        self.connection = connection
        self.index = Index.read(connection)
        self.rule, self.places, self.period = rule, places, period

    def candidates(self) -> tuple[Listed, bool]:
        """Return the indexed notices that may meet the rule, and whether all of them surely do."""
        wanted = candidates_of(self.rule, self.places)
        found = self.index.candidates(wanted.expression, since=self.period.since, until=self.period.until)
        return found, wanted.exact

    def met(self, track: Track = iter) -> Listed:
        """Return every notice that meets the rule."""
        found, exact = self.candidates()
        return Listed.joined([found if exact else self.kept(found, track), self.met_waiting()])

    def kept(self, found: Listed, track: Track = iter) -> Listed:
        """Return those candidates that meet the rule."""
        ids = {notice_id for notice_id, text in self.texts(found.ids, track) if holds(self.rule, text)}
        return found.chosen(np.isin(found.ids, np.fromiter(ids, np.int64, len(ids))))

    def texts(self, ids: npt.NDArray[np.int64], track: Track = iter) -> Iterator[tuple[int, NoticeText]]:
        """Yield what rules see of indexed notices: out of the index, or read anew when it keeps too little."""
        if stored_suffice(self.rule):
            text_of = stored_texts(self.places)
            yield from ((one, text_of(fields)) for one, fields in self.index.texts(list(track(ids.tolist()))))
        else:
            for notice in self.notices(track(ids.tolist())):
                yield notice.id, NoticeText.of(notice, self.places)

    def met_waiting(self) -> Listed:
        """Return what meets the rule of the notices that the index does not know as they stand."""
        every = self.notices(self.index.waiting.tolist())
        return listed_as(
            notice
            for notice in every
            if self._in_period(notice) and holds(self.rule, NoticeText.of(notice, self.places))
        )

    def notices(self, ids: Iterable[int]) -> Iterator[ArchivedNotice]:
        """Yield notices, with what stands in their files when the rule reads it, in the order of the ids."""
        for some in _batches(ids, AT_ONCE):
            there = notices_by_id(self.connection, some)
            every = [there[one] for one in some if one in there]
            yield from in_full(self.connection, every) if self.rule.reads_attachments else every

    def found(self, ids: Iterable[int]) -> Iterator[Found]:
        """Yield notices with what the rule finds in them."""
        for notice in self.notices(ids):
            hits = evidence(self.rule, NoticeText.of(notice, self.places))
            yield Found(notice, hits, score(hits))

    def _in_period(self, notice: ArchivedNotice) -> bool:
        return self.period.holds(int(listed_as([notice]).seen[0]))


def search(  # noqa: PLR0913  what a reader may ask for
    connection: sa.Connection,
    rule: Rule,
    places: Places,
    period: Period = Period(),
    *,
    sort: Sort = Sort.NEWEST,
    limit: int = 20,
    track: Track = iter,
) -> Answer:
    """Find what a subscription with the rule would have found: all are counted, the first `limit` are read.

    `connection` is one of `crawler.search.find.snapshot`, so that the whole answer is of one moment.
    """
    asked = Search(connection, rule, places, period)
    met = asked.met(track)
    if sort is Sort.SCORE:
        return Answer(len(met), tuple(_best(asked, met, limit, track)))
    first = in_order(met, sort)[:limit]
    return Answer(len(met), tuple(asked.found(met.ids[first].tolist())))


def in_order(listed: Listed, sort: Sort) -> npt.NDArray[np.int64]:
    """Return the places of notices in the order in which they are shown."""
    keys: tuple[npt.NDArray[np.int64], ...] = (-listed.ids, -listed.seen)
    if sort is Sort.PUBLISHED:
        keys = (*keys, -listed.published.astype(np.int64))
    order: npt.NDArray[np.int64] = np.lexsort(keys)
    return order


def _best(asked: Search, met: Listed, limit: int, track: Track) -> list[Found]:
    """Weigh every notice that was met, so that none is missed; of equal ones the newest comes first."""
    ids = met.ids[in_order(met, Sort.NEWEST)].tolist()
    weighed = ((one.score, -place, one.notice.id) for place, one in enumerate(asked.found(track(ids))))
    return list(asked.found(notice_id for _, _, notice_id in nlargest(limit, weighed)))


def _batches(ids: Iterable[int], size: int) -> Iterator[list[int]]:
    batch: list[int] = []
    for one in ids:
        batch.append(one)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
