"""Finds notices with a rule: candidates from the index, each held against the rule as a subscription would be."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from heapq import nlargest
from itertools import islice

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from alerts.model import Hit
from alerts.rules import NoticeText, Rule, evidence, holds, score
from alerts.rules.candidates import Candidates, candidates_of
from alerts.rules.reference import node_holds
from alerts.rules.score import age_of
from alerts.rules.tree import Node
from alerts.search.indexing import plainly_holds, stored_texts
from config.vocabulary import Vocabulary, Words
from crawler.archive.attachments import in_full
from crawler.archive.notices import notices_by_id
from crawler.notice import ArchivedNotice
from crawler.search.find import Index
from crawler.search.index import listed_as, microseconds
from crawler.search.segment import Listed

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


EVER = Period()


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
    unaided: int = 0  # texts that were asked one by one, since the rule has nothing to look up


class Search:
    """One rule and the archive as one transaction sees it: `connection` is one of `crawler.search.find.snapshot`."""

    def __init__(
        self, connection: sa.Connection, rule: Rule, vocabulary: Words, *, today: date, period: Period = EVER
    ) -> None:
        self.connection, self.rule, self.period = connection, rule, period
        self.vocabulary, self.today = Vocabulary.of(vocabulary), today
        self.index = Index.read(connection)

    def answer(self, *, sort: Sort = Sort.NEWEST, limit: int = 20, track: Track = iter) -> Answer:
        """Find what a subscription with the rule would have found: all are counted, the first `limit` are read."""
        found, rest = self.candidates(self.rule)
        unaided = len(found) if self.unaided else 0
        met = Listed.joined([self.kept(found, rest, track), self.met_waiting()])
        if sort is Sort.SCORE:
            return Answer(len(met), tuple(self._best(met, limit, track)), unaided)
        first = in_order(met, sort)[:limit]
        return Answer(len(met), tuple(self.found(met.ids[first].tolist())), unaided)

    @property
    def unaided(self) -> bool:
        """Tell whether the rule has nothing to look up, so that each text of the period must be asked."""
        return self._wanted(self.rule).unaided

    def candidates(self, rule: Rule) -> tuple[Listed, Node | None]:
        """Return the indexed notices of the period that may meet a rule, and what must still be asked of them."""
        wanted = self._wanted(rule)
        found = self.index.candidates(wanted.expression, since=self.period.since, until=self.period.until)
        return found, wanted.rest

    def kept(self, found: Listed, rest: Node | None, track: Track = iter) -> Listed:
        """Return those candidates of which the rest holds."""
        if rest is None:
            return found
        text_of = stored_texts(self.vocabulary, self.today)
        ids = [
            notice_id
            for notice_id, texts, facts in self.index.texts(track(sorted(found.ids.tolist())))
            if plainly_holds(rest, texts) or node_holds(rest, text_of(texts, facts))
        ]
        return found.chosen(np.isin(found.ids, ids))

    def texts(self, ids: Iterable[int]) -> Iterator[tuple[int, NoticeText]]:
        """Yield what rules see of indexed notices, out of the index."""
        text_of = stored_texts(self.vocabulary, self.today)
        yield from ((notice_id, text_of(texts, facts)) for notice_id, texts, facts in self.index.texts(ids))

    def met_waiting(self) -> Listed:
        """Return what meets the rule of the notices that the index does not know as they stand."""
        every = self.notices(self.index.waiting.tolist())
        met = (notice for notice in every if holds(self.rule, self._read(notice)))
        found = listed_as(met)
        return found.chosen(np.array([self.period.holds(seen) for seen in found.seen.tolist()], np.bool_))

    def notices(self, ids: Iterable[int]) -> Iterator[ArchivedNotice]:
        """Yield notices, with what stands in their files when the rule reads it, in the order of the ids."""
        every = iter(ids)
        while some := list(islice(every, AT_ONCE)):
            there = notices_by_id(self.connection, some)
            found = [there[one] for one in some if one in there]
            yield from in_full(self.connection, found) if self.rule.reads_attachments else found

    def found(self, ids: Iterable[int]) -> Iterator[Found]:
        """Yield notices with what the rule finds in them."""
        for notice in self.notices(ids):
            hits = evidence(self.rule, self._read(notice))
            yield Found(notice, hits, score(hits, age=age_of(notice, self.today)))

    def _wanted(self, rule: Rule) -> Candidates:
        return candidates_of(rule, self.vocabulary.places, today=self.today)

    def _best(self, met: Listed, limit: int, track: Track) -> list[Found]:
        """Weigh every notice that was met, so that none is missed; of equal ones the newest comes first."""
        ids = met.ids[in_order(met, Sort.NEWEST)].tolist()
        weighed = ((one.score, -place, one.notice.id) for place, one in enumerate(self.found(track(ids))))
        return list(self.found(notice_id for _, _, notice_id in nlargest(limit, weighed)))

    def _read(self, notice: ArchivedNotice) -> NoticeText:
        return NoticeText.of(notice, self.vocabulary, today=self.today)


def in_order(listed: Listed, sort: Sort) -> npt.NDArray[np.int64]:
    """Return the places of notices in the order in which they are shown."""
    keys: tuple[npt.NDArray[np.int64], ...] = (-listed.ids, -listed.seen)
    if sort is Sort.PUBLISHED:
        keys = (*keys, -listed.published.astype(np.int64))
    order: npt.NDArray[np.int64] = np.lexsort(keys)
    return order
