"""Asks the index: which notices may meet an expression, and their folded texts to make sure."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from crawler.search.expression import Expression, answer, ranges_of
from crawler.search.index import read_segments
from crawler.search.segment import Listed, Segment, postings
from crawler.search.tables import among, block_id, search_blocks, search_queue, search_texts
from crawler.search.tokens import Range

_SLICE = 500


@contextmanager
def snapshot(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open a transaction that sees one state of the archive, and keeps nobody from writing."""
    same = {"isolation_level": "REPEATABLE READ", "binary": True} if engine.dialect.name == "postgresql" else {}
    with engine.execution_options(reading=True, **same).begin() as connection:
        yield connection


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """The index as one transaction sees it. `waiting` are the ids that it does not know as they stand."""

    connection: sa.Connection
    segments: tuple[Segment, ...]
    waiting: npt.NDArray[np.int64]
    current: tuple[npt.NDArray[np.bool_], ...] = field(repr=False)  # for each segment, the notices that count

    @classmethod
    def read(cls, connection: sa.Connection) -> "Index":
        """Read what stands in it, without its postings."""
        waiting = np.array(connection.execute(sa.select(search_queue.c.notice_id)).scalars().all(), np.int64)
        segments = tuple(read_segments(connection))
        highest = max(
            (int(ids.max()) for ids in (waiting, *(one.listed.ids for one in segments)) if len(ids)), default=0
        )
        known = np.zeros(highest + 1, np.bool_)
        known[waiting] = True
        current = []
        for segment in segments:
            current.append(~known[segment.listed.ids])
            known[segment.listed.ids] = True
        return cls(connection, segments, waiting, tuple(current))

    def candidates(self, expression: Expression, *, since: int | None = None, until: int | None = None) -> Listed:
        """Return the notices for which it is so, first seen in [since, until) (µs); those that wait are not among them.

        Every notice that meets the expression is there; a notice of an exact one meets it surely.
        """
        ranges = tuple(dict.fromkeys(ranges_of(expression)))
        found = []
        blocks = self._blocks(ranges)
        for segment, mask in zip(self.segments, self.current, strict=True):
            own = blocks.get(segment.id, {})
            wanted = mask & answer(expression, segment.listed, own.__getitem__)
            if since is not None:
                wanted &= segment.listed.seen >= since
            if until is not None:
                wanted &= segment.listed.seen < until
            found.append(segment.listed.chosen(wanted))
        return Listed.joined(found)

    def texts(self, ids: Iterable[int]) -> Iterator[tuple[int, bytes, bytes]]:
        """Yield (id, texts, facts) of indexed notices as they are stored."""
        every = iter(ids)
        while some := list(islice(every, _SLICE)):
            query = sa.select(search_texts).where(among(self.connection, search_texts.c.notice_id, some))
            yield from self.connection.execute(query).all()

    def _blocks(self, ranges: Sequence[Range]) -> dict[int, dict[Range, npt.NDArray[np.uint16]]]:
        """Look ranges up in all segments at once."""
        ids = {
            (segment.id, wanted): [block_id(segment.id, number) for number in segment.blocks_for(wanted)]
            for segment in self.segments
            for wanted in ranges
        }
        needed = sorted({one for some in ids.values() for one in some})
        read: dict[int, bytes] = {}
        for start in range(0, len(needed), _SLICE):
            query = sa.select(search_blocks).where(
                among(self.connection, search_blocks.c.id, needed[start : start + _SLICE])
            )
            read |= dict(self.connection.execute(query).all())
        found: dict[int, dict[Range, npt.NDArray[np.uint16]]] = {}
        for (segment_id, wanted), blocks in ids.items():
            pieces = [postings(read[one], wanted) for one in blocks]
            found.setdefault(segment_id, {})[wanted] = np.concatenate(pieces) if pieces else np.zeros(0, np.uint16)
        return found
