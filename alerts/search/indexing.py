"""Notices that wait for the index → the index; and what stands there as rules see it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from itertools import islice

import sqlalchemy as sa

from alerts.rules import NoticeText
from alerts.rules.leaves import Term
from alerts.rules.notice_text import scopes_of
from alerts.rules.tree import And, Node, Or
from alerts.rules.words import Cuts
from config.vocabulary import Vocabulary, Words
from crawler.archive.attachments import in_full
from crawler.folding import Folded, is_word
from crawler.notice import ArchivedNotice
from crawler.search.index import (
    Searchable,
    merge_segments,
    packed,
    take_waiting,
    unpacked,
    waiting_to_index,
    write_segment,
)

BATCH = 500
"""Notices in one transaction: a fraction of a second during which nobody else writes to SQLite."""

STORED = ("title", "body", "attachment", "agency", "source", "section", "docnum", "kind")
"""The folded fields of a notice in the order of their storage; regions, states, what it has and its days follow."""

IN_TEXTS = 3  # of these are texts, the others facts
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
    stored = tuple(folded.values())
    facts = (*stored[IN_TEXTS:], *map(NAME_END.join, (*lists, counts, days)))
    return Searchable(notice, (*anywhere, *alone, *whole), stored[:IN_TEXTS], facts)


Reading = Callable[[bytes, bytes], NoticeText]


def stored_texts(vocabulary: Words, today: date | None) -> Reading:
    """Return what makes stored texts and facts into what `holds` is asked of: folded, without the way back."""
    known = Vocabulary.of(vocabulary)
    read = lru_cache(maxsize=1 << 15)(partial(_facts, known))  # notices of one site and day share theirs

    def text_of(texts: bytes, facts: bytes) -> NoticeText:
        same = read(facts)
        fields = {name: Folded(text) for name, text in zip(STORED, unpacked(texts), strict=False)}
        return NoticeText(
            {**same.fields, **fields},
            same.scopes,
            states=same.states,
            has=same.has,
            days=same.days,
            today=today,
            cuts=Cuts(known),
        )

    return text_of


def plainly_holds(node: Node, texts: bytes) -> bool:
    """Tell whether stored texts show at once that a part of a rule holds; if not, `holds` must be asked.

    A term that no letter or digit bounds stands wherever its characters do.
    """
    if isinstance(node, (And, Or)):
        return (any if isinstance(node, Or) else all)(plainly_holds(part, texts) for part in node.parts)
    if not isinstance(node, Term) or node.field or node.whole or node.count > 1:
        return False
    return any(_stands_in(texts, needle) for needle in node.needles if not (is_word(needle[0]) or is_word(needle[-1])))


def _stands_in(texts: bytes, needle: str) -> bool:
    at = texts.find(packed([needle]))
    return at >= 0 and at % 2 == 0  # UTF-16: an odd place lies across characters


def _facts(vocabulary: Vocabulary, stored: bytes) -> NoticeText:
    """Return a notice of which all but its texts is known."""
    *fields, regions, states, has, counts, days = unpacked(stored)
    found = map(date.fromisoformat, _names(days))
    by_field = {field: tuple(islice(found, int(count))) for field, count in zip(DAYS, _names(counts), strict=True)}
    folded = {name: Folded(text) for name, text in zip(STORED[IN_TEXTS:], fields, strict=True)}
    scopes = scopes_of(_names(regions), vocabulary)
    return NoticeText(folded, scopes, states=frozenset(_names(states)), has=frozenset(_names(has)), days=by_field)


def _names(stored: str) -> list[str]:
    return stored.split(NAME_END) if stored else []


def _with_above(regions: Sequence[str]) -> dict[str, None]:
    parts = [region.split("/") for region in regions]
    return dict.fromkeys("/".join(part[:depth]) for part in parts for depth in range(1, len(part) + 1))
