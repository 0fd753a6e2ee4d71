"""Notices that wait for the index → the index; and what stands there as rules see it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache

import sqlalchemy as sa

from alerts.rules import NoticeText
from alerts.rules.notice_text import scopes_of
from config.regions import Places
from crawler.archive.attachments import in_full
from crawler.folding import Folded
from crawler.notice import ArchivedNotice
from crawler.search.index import Searchable, merge_segments, take_waiting, waiting_to_index, write_segment

BATCH = 500
"""Notices in one transaction: a fraction of a second during which nobody else writes to SQLite."""

STORED = ("title", "body", "attachment", "agency", "source", "section", "docnum", "kind")
"""The folded fields of a notice in the order in which they are stored; its regions and states follow."""

NAME_END = "\n"


def index_waiting(engine: sa.Engine, places: Places) -> int:
    """Index every notice that waits; return how many."""
    return sum(index_batches(engine, places))


def index_batches(engine: sa.Engine, places: Places) -> Iterator[int]:
    """Index what waits, BATCH notices to a transaction, and yield how many each had. What is done stays done."""
    while True:
        with engine.execution_options(reading=True).begin() as connection:
            if not waiting_to_index(connection):
                return
        with engine.begin() as connection:
            taken = take_waiting(connection, limit=BATCH)
            if taken:
                write_segment(connection, [searchable(notice, places) for notice in in_full(connection, taken)])
        if not taken:  # others hold what waits
            return
        while merge_segments(engine):
            pass
        yield len(taken)


def searchable(notice: ArchivedNotice, places: Places) -> Searchable:
    """Return what the index keeps of a notice."""
    text = NoticeText.of(replace(notice, regions=()), places)  # what lies above its regions is found out when asked
    folded = {name: text.fields[name].text for name in STORED}
    anywhere = [("", folded[name]) for name in ("title", "body", "attachment")]
    alone = [(name, folded[name]) for name in STORED if name not in {"body", "attachment"}]
    names = [("region", place) for place in _with_above(notice.regions)] + [("is", state) for state in text.states]
    stored = (*folded.values(), NAME_END.join(notice.regions), NAME_END.join(sorted(text.states)))
    return Searchable(notice, (*anywhere, *alone, *names), stored)


def stored_texts(places: Places) -> Callable[[Sequence[str]], NoticeText]:
    """Return what makes stored fields into what `holds` is asked of: folded already, without the way back."""

    @cache
    def scopes(regions: str) -> frozenset[str]:  # notices of one site share theirs
        return scopes_of(regions.split(NAME_END), places) if regions else frozenset()

    def text_of(fields: Sequence[str]) -> NoticeText:
        *texts, regions, states = fields
        folded = {name: Folded(text) for name, text in zip(STORED, texts, strict=True)}
        return NoticeText(folded, scopes(regions), (), frozenset(states.split(NAME_END) if states else ()))

    return text_of


def _with_above(regions: Sequence[str]) -> dict[str, None]:
    parts = [region.split("/") for region in regions]
    return dict.fromkeys("/".join(part[:depth]) for part in parts for depth in range(1, len(part) + 1))
