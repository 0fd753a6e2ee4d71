"""What a rule would have found lately, before it is saved: how much, examples, and which of its terms do nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from alerts.rules import NoticeText, Rule, china_day, holds
from alerts.rules.leaves import Leaf
from alerts.rules.pruning import but_not, leaves_of, without
from alerts.rules.reference import node_holds
from alerts.search.finding import Found, Period, Search, Sort, in_order
from config.vocabulary import Words
from crawler.search.index import microseconds
from crawler.search.segment import Listed

DAYS = 30
MANY_A_DAY = 50
"""A digest longer than this is not read to its end: at two lines a notice it is four printed pages."""

MOST = 0.8
"""The share of hits from which one alternative is said to make the rule."""

SAMPLE = 4_000  # candidates that are looked at; of more, this many evenly over the period
HITS = 300  # hits on which terms are tried
LEAVES = 24  # terms that are tried, the first of a rule
LOOKS = 1_000  # candidates that are looked at to find one notice to which a term matters
EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Alone:
    """An alternative without which most hits would be gone."""

    term: str
    share: float


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule would have found. With `looked` < `candidates` the numbers are estimates from so many looked at."""

    days: tuple[tuple[date, int], ...]
    total: int
    looked: int
    candidates: int
    examples: tuple[Found, ...] = ()
    idle: tuple[str, ...] = ()  # without one of these it would have found just the same
    alone: tuple[Alone, ...] = ()
    unaided: bool = False  # the index had nothing to look up

    @property
    def sampled(self) -> bool:
        """Tell whether the numbers are estimates."""
        return self.looked < self.candidates

    @property
    def a_day(self) -> float:
        """Return the mean of hits a day."""
        return self.total / len(self.days)

    @property
    def too_many(self) -> bool:
        """Tell whether more would come than anybody reads."""
        return self.a_day > MANY_A_DAY


def preview(  # noqa: PLR0913  what a preview is made of
    connection: sa.Connection, rule: Rule, vocabulary: Words, *, now: datetime, zone: ZoneInfo, days: int = DAYS
) -> Preview:
    """Ask a rule of the last `days` days, today among them; `connection` is one of `crawler.search.find.snapshot`."""
    bounds = _days(now, zone, days)
    period = Period(bounds[0][1], microseconds(now) + 1)
    asked = Search(connection, rule, vocabulary, today=china_day(now), period=period)
    looked = _look(asked)
    seen = _by_day(looked, bounds)
    first = in_order(looked.met, Sort.NEWEST)[:EXAMPLES]
    shown = Preview(
        days=seen,
        total=looked.total,
        looked=looked.looked,
        candidates=looked.candidates,
        examples=tuple(asked.found(looked.met.ids[first].tolist())),
        unaided=asked.unaided,
    )
    return replace(shown, idle=tuple(_idle(asked, looked)), alone=tuple(_alone(asked, looked)))


@dataclass(frozen=True, slots=True, eq=False)
class _Looked:
    """The notices that met a rule among those `looked` at of so many `candidates`."""

    met: Listed
    looked: int
    candidates: int

    @property
    def total(self) -> int:
        return len(self.met) if self.looked == self.candidates else round(len(self.met) * self.candidates / self.looked)


def _look(asked: Search) -> _Looked:
    """Hold the candidates against the rule: all when the index can tell or there are few, else some of every day."""
    found, rest = asked.candidates(asked.rule)
    waiting = asked.met_waiting()
    chosen = found if rest is None else found.chosen(_evenly(len(found), SAMPLE))
    met = Listed.joined([asked.kept(chosen, rest), waiting])
    return _Looked(met, len(chosen) + len(waiting), len(found) + len(waiting))


def _by_day(looked: _Looked, bounds: list[tuple[date, int]]) -> tuple[tuple[date, int], ...]:
    starts = np.array([start for _, start in bounds], np.int64)
    places = np.searchsorted(starts, looked.met.seen, "right") - 1
    counts = np.bincount(places, minlength=len(bounds)) * (looked.candidates / max(looked.looked, 1))
    return tuple((day, round(float(count))) for (day, _), count in zip(bounds, counts, strict=True))


def _idle(asked: Search, looked: _Looked) -> Iterator[str]:
    """Yield the leaves without which the rule finds just the same; one that cannot be told of is not named."""
    if not len(looked.met):
        return
    leaves = list(leaves_of(asked.rule))
    for tried in leaves[:LEAVES] if len(leaves) > 1 else ():
        shorter = without(asked.rule, tried.leaf)
        if shorter is not None:
            wider, narrower = (shorter, asked.rule) if tried.widens else (asked.rule, shorter)
            if _nowhere(asked, but_not(wider, narrower)):
                yield str(tried.leaf)


def _nowhere(asked: Search, rule: Rule) -> bool:
    """Tell whether it is sure that a rule finds nothing."""
    found, rest = asked.candidates(rule)
    if rest is None or not len(found):
        return not len(found)
    some = found.ids[_evenly(len(found), LOOKS)].tolist()
    return len(some) == len(found) and not any(node_holds(rest, text) for _, text in asked.texts(some))


def _alone(asked: Search, looked: _Looked) -> Iterator[Alone]:
    """Yield the alternatives without which most hits would be gone."""
    choices = [tried.leaf for tried in leaves_of(asked.rule) if tried.choice][:LEAVES]
    if not choices or not len(looked.met):
        return
    ids = looked.met.ids[_evenly(len(looked.met), HITS)].tolist()
    texts = [text for _, text in asked.texts(ids)]
    for leaf in choices:
        share = _lost(asked.rule, leaf, texts)
        if share >= MOST:
            yield Alone(str(leaf), share)


def _lost(rule: Rule, leaf: Leaf, texts: list[NoticeText]) -> float:
    shorter = without(rule, leaf)
    if shorter is None or not texts:
        return 0.0
    return sum(not holds(shorter, text) for text in texts) / len(texts)


def _evenly(size: int, most: int) -> npt.NDArray[np.int64]:
    """Return the places of at most so many of a list, evenly over it."""
    return np.arange(size) if size <= most else np.linspace(0, size - 1, most).astype(np.int64)


def _days(now: datetime, zone: ZoneInfo, days: int) -> list[tuple[date, int]]:
    """Return each day with the moment at which it begins, in µs."""
    today = now.astimezone(zone).date()
    every = (today - timedelta(days=back) for back in range(days - 1, -1, -1))
    return [(day, microseconds(datetime.combine(day, time(), zone))) for day in every]
