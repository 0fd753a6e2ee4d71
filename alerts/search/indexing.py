"""Notices that wait for the index → the index; and what stands there as rules see it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from itertools import islice

import sqlalchemy as sa

from alerts.rules import NoticeText
from alerts.rules.notice_text import scopes_of
from alerts.rules.words import Cuts
from config.vocabulary import Vocabulary, Words
from crawler.archive.attachments import in_full
from crawler.folding import Folded
from crawler.notice import ArchivedNotice
from crawler.search.index import Searchable, merge_segments, take_waiting, waiting_to_index, write_segment

BATCH = 500
"""Notices in one transaction: a fraction of a second during which nobody else writes to SQLite."""

STORED = ("title", "body", "attachment", "agency", "source", "section", "docnum", "kind")
"""The folded fields of a notice in the order of their storage; regions, states, what it has and its days follow."""

PLACES_OF = {name: place for place, name in enumerate(STORED)}
DAYS = ("published", "deadline", "seen")
NAME_END = "\n"


def index_waiting(engine: sa.Engine, vocabulary: Words) -> int:
    """Index every notice that waits; return how many."""
    return sum(index_batches(engine, vocabulary))


def index_batches(engine: sa.Engine, vocabulary: Words) -> Iterator[int]:
    """Index what waits, BATCH notices to a transaction, and yield how many each had. What is done stays done."""
    while True:
        with engine.execution_options(reading=True).begin() as connection:
            if not waiting_to_index(connection):
                return
        with engine.begin() as connection:
            taken = take_waiting(connection, limit=BATCH)
            if taken:
                write_segment(connection, [searchable(notice, vocabulary) for notice in in_full(connection, taken)])
        if not taken:  # others hold what waits
            return
        while merge_segments(engine):
            pass
        yield len(taken)


def searchable(notice: ArchivedNotice, vocabulary: Words) -> Searchable:
    """Return what the index keeps of a notice."""
    text = NoticeText.of(replace(notice, regions=()), vocabulary)  # what lies above its regions is found out when asked
    folded = {name: text.fields[name].text for name in STORED}
    anywhere = [("", folded[name]) for name in ("title", "body", "attachment")]
    alone = [(name, folded[name]) for name in STORED if name not in {"body", "attachment"}]
    names = {"region": _with_above(notice.regions), "is": text.states, "has": text.has}
    whole = [(field, name) for field, found in names.items() for name in found]
    days = (day.isoformat() for field in DAYS for day in text.days[field])
    lists = (notice.regions, sorted(text.states), sorted(text.has))
    counts = (str(len(text.days[field])) for field in DAYS)
    stored = (*folded.values(), *map(NAME_END.join, (*lists, counts, days)))
    return Searchable(notice, (*anywhere, *alone, *whole), stored)


def stored_texts(vocabulary: Words, today: date | None) -> Callable[[Sequence[str]], NoticeText]:
    """Return what makes stored fields into what `holds` is asked of: folded already, without the way back."""
    known = Vocabulary.of(vocabulary)
    facts = lru_cache(maxsize=1 << 15)(partial(_facts, known))  # of one site and day they are the same

    def text_of(fields: Sequence[str]) -> NoticeText:
        same = facts(*fields[len(STORED) :])
        return NoticeText(
            _Fields(fields),
            same.scopes,
            states=same.states,
            has=same.has,
            days=same.days,
            today=today,
            cuts=Cuts(known),
        )

    return text_of


class _Fields(dict[str, Folded]):
    """The stored fields, made when they are asked for: a rule looks at few of them."""

    def __init__(self, fields: Sequence[str]) -> None:
        self.stored = fields

    def __missing__(self, name: str) -> Folded:
        self[name] = field = Folded(self.stored[PLACES_OF[name]])
        return field


def _facts(vocabulary: Vocabulary, *stored: str) -> NoticeText:
    """Return a notice of which all but its fields is known."""
    regions, states, has, counts, days = (tuple(names.split(NAME_END)) if names else () for names in stored)
    found = map(date.fromisoformat, days)
    by_field = {field: tuple(islice(found, int(count))) for field, count in zip(DAYS, counts, strict=True)}
    scopes = scopes_of(regions, vocabulary.places)
    return NoticeText({}, scopes, states=frozenset(states), has=frozenset(has), days=by_field)


def _with_above(regions: Sequence[str]) -> dict[str, None]:
    parts = [region.split("/") for region in regions]
    return dict.fromkeys("/".join(part[:depth]) for part in parts for depth in range(1, len(part) + 1))
