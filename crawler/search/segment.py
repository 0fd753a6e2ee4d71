"""A segment of the index: notices, and for each token the ordinals of those that have it, in blocks. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crawler.search.tokens import ORDINAL_BITS, Keys, Range

MOST = 1 << ORDINAL_BITS
"""Notices in a segment."""

BLOCK = 8_192
"""Bytes after which a block ends, at the next token: what is read to look one token up."""

PER_TOKEN = 8 + 4  # bytes of a token in a block, beside two for each notice that has it
Ordinals = npt.NDArray[np.uint16]
NEVER = np.iinfo(np.int32).min  # the day of a notice without a date of publication


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """Notices by ordinal: ids, when they were first seen (µs since 1970, UTC), on which day published (since 1970)."""

    ids: npt.NDArray[np.int64]
    seen: npt.NDArray[np.int64]
    published: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.ids)

    def chosen(self, which: npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> "Listed":
        """Return some of them."""
        return Listed(self.ids[which], self.seen[which], self.published[which])

    @classmethod
    def joined(cls, lists: Sequence["Listed"]) -> "Listed":
        """Return all of several lists."""
        if not lists:
            return cls(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int32))
        return cls(*(np.concatenate([getattr(one, name) for one in lists]) for name in ("ids", "seen", "published")))


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """Notices with the first token of each block of postings."""

    id: int
    listed: Listed
    directory: Keys

    def blocks_for(self, wanted: Range) -> range:
        """Return the numbers of the blocks in which tokens of a range may stand."""
        first = int(np.searchsorted(self.directory, np.uint64(wanted.first), "right")) - 1
        last = int(np.searchsorted(self.directory, np.uint64(wanted.last), "right"))
        return range(max(first, 0), last)


def blocks_of(keys: Keys) -> Iterator[tuple[int, bytes]]:
    """Yield (first token, block) of sorted keys; no token stands in two blocks."""
    if not len(keys):
        return
    tokens = keys >> np.uint64(ORDINAL_BITS)
    ordinals = (keys & np.uint64(MOST - 1)).astype(np.uint16)
    starts = np.flatnonzero(np.append(True, np.diff(tokens) > 0))
    ends = np.append(starts[1:], len(keys))
    filled = starts * 2 + np.arange(len(starts)) * PER_TOKEN
    cuts = np.flatnonzero(np.append(True, np.diff(filled // BLOCK) > 0))
    for first, last in zip(cuts, np.append(cuts[1:], len(starts)), strict=True):
        low, high = int(starts[first]), int(ends[last - 1])
        own = tokens[starts[first:last]]
        parts = (np.array([len(own)], np.uint32), own, (ends[first:last] - low).astype(np.uint32), ordinals[low:high])
        yield int(own[0]), b"".join(part.tobytes() for part in parts)


def postings(block: bytes, wanted: Range) -> Ordinals:
    """Return the ordinals of the notices that have a token of the range; some may come twice."""
    tokens, ends, ordinals = _parts(block)
    first = int(np.searchsorted(tokens, np.uint64(wanted.first), "left"))
    last = int(np.searchsorted(tokens, np.uint64(wanted.last), "right"))
    if first == last:
        return ordinals[:0]
    return ordinals[ends[first - 1] if first else 0 : ends[last - 1]]


def keys_in(block: bytes, ordinal_of: npt.NDArray[np.int64]) -> Keys:
    """Return the keys of a block, its notices renumbered; those numbered -1 are left out."""
    tokens, ends, ordinals = _parts(block)
    renumbered = ordinal_of[ordinals]
    every = np.repeat(tokens, np.diff(np.append(0, ends)))
    kept = renumbered >= 0
    return (every[kept] << np.uint64(ORDINAL_BITS)) | renumbered[kept].astype(np.uint64)


def _parts(block: bytes) -> tuple[Keys, npt.NDArray[np.uint32], Ordinals]:
    count = int(np.frombuffer(block, np.uint32, 1)[0])
    tokens = np.frombuffer(block, np.uint64, count, 4)
    ends = np.frombuffer(block, np.uint32, count, 4 + 8 * count)
    return tokens, ends, np.frombuffer(block, np.uint16, offset=4 + 12 * count)
