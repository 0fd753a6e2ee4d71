"""A segment of the index: notices, and for each token the ordinals of those that have it, in blocks. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from struct import Struct

import numpy as np
import numpy.typing as npt

from crawler.search.tokens import ORDINAL_BITS, Keys, Range

MOST = 1 << ORDINAL_BITS
"""Notices in a segment."""

BLOCK = 3_900
"""Bytes after which a block ends, at the next token: what is read to look one token up.

Most fit a page of SQLite, two one of PostgreSQL."""

_COUNT = Struct("=I")  # of the tokens with which a block begins
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
        first = int(self.directory.searchsorted(np.uint64(wanted.first), "right")) - 1
        last = int(self.directory.searchsorted(np.uint64(wanted.last), "right"))
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
    sizes = np.diff(np.append(cuts, len(starts)))
    own, inside = tokens[starts], (ends - np.repeat(starts[cuts], sizes)).astype(np.uint32)
    for first, size in zip(cuts.tolist(), sizes.tolist(), strict=True):
        last = first + size
        postings_of = ordinals[starts[first] : ends[last - 1]].data
        yield int(own[first]), b"".join((_COUNT.pack(size), own[first:last].data, inside[first:last].data, postings_of))


def postings(block: bytes, wanted: Range) -> Ordinals:
    """Return the ordinals of the notices that have a token of the range; some may come twice."""
    tokens, ends, ordinals = _parts(block)
    first = int(tokens.searchsorted(np.uint64(wanted.first), "left"))
    last = int(tokens.searchsorted(np.uint64(wanted.last), "right"))
    if first == last:
        return ordinals[:0]
    return ordinals[ends[first - 1] if first else 0 : ends[last - 1]]


def keys_in(blocks: Iterable[bytes], ordinal_of: npt.NDArray[np.int64]) -> Keys:
    """Return the keys of all blocks of a segment, its notices renumbered; those numbered -1 are left out."""
    parts = [_parts(block) for block in blocks]
    if not parts:
        return np.zeros(0, np.uint64)
    tokens, ends, ordinals = (np.concatenate(some) for some in zip(*parts, strict=True))
    before = np.append(0, ends[:-1])
    before[np.cumsum([0, *(len(own) for own, _, _ in parts[:-1])])] = 0  # each block counts from its own beginning
    renumbered = ordinal_of[ordinals]
    every = np.repeat(tokens, ends - before)
    kept = renumbered >= 0
    keys: Keys = (every[kept] << np.uint64(ORDINAL_BITS)) | renumbered[kept].astype(np.uint64)
    return keys


def _parts(block: bytes) -> tuple[Keys, npt.NDArray[np.uint32], Ordinals]:
    count = int(np.frombuffer(block, np.uint32, 1)[0])
    tokens = np.frombuffer(block, np.uint64, count, 4)
    ends = np.frombuffer(block, np.uint32, count, 4 + 8 * count)
    return tokens, ends, np.frombuffer(block, np.uint16, offset=4 + 12 * count)
