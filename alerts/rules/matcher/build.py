"""Puts compiled rules in order: postings by anchor, anchors by their rarest bigram, bigrams in a sieve and a table."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from alerts.rules.matcher.compile import NOWHERE, Columns, Scope
from alerts.rules.matcher.kernel import fill_buckets
from alerts.rules.matcher.layout import (
    BUCKET,
    END,
    NEAR,
    SCOPE,
    TERM,
    Ints,
    Longs,
    Parts,
    Tables,
    packed,
    parts_in,
)

SIEVE_BITS = (15, 26)  # least and most, as powers of two
ROOM = 8  # bits of the sieve for each bigram


def tables_of(columns: Columns) -> Tables:
    """Return the tables of compiled rules; their ids must be different."""
    order = np.argsort(columns.ids, kind="stable")
    columns = _renumbered(columns, order)
    literals, ranks, bigrams = _anchor_order(columns)
    kinds = np.where(columns.leads[:, 1] != NOWHERE, columns.leads[:, 1], len(columns.scopes))
    by_literal = columns.leads[:, 0] != NOWHERE
    kinds[by_literal] = len(columns.scopes) + 1 + ranks[columns.leads[by_literal, 0]]
    columns, kinds = _sorted_postings(columns, kinds)
    ends = np.searchsorted(kinds, np.arange(len(columns.scopes) + 1 + len(literals)), side="right")
    scopes, anchor_ends = np.split(ends.astype(np.int32), [len(columns.scopes) + 1])
    columns = _program_in_order(columns)
    parts = Parts(
        sieve=_sieve(bigrams),
        buckets=_buckets(bigrams),
        anchors=np.stack([literals, anchor_ends], axis=1),
        postings=columns.postings,
        scopes=scopes,
        program=columns.program,
        literals=columns.literals,
        characters=columns.characters,
    )
    columns.ids.flags.writeable = False
    return Tables(packed(parts), columns.ids)


def columns_of(tables: Tables, alive: npt.NDArray[np.bool_], scopes: tuple[Scope, ...]) -> Columns:
    """Take tables apart again, without the rules that are gone and the literals that only they had."""
    parts = parts_in(tables.memory)
    kinds = _kinds(parts)
    rows = alive[parts.postings[:, 0]]
    postings, kinds = parts.postings[rows], kinds[rows]
    numbers = np.cumsum(alive, dtype=np.int32) - 1
    postings[:, 0] = numbers[postings[:, 0]]
    leads = np.full((len(kinds), 2), NOWHERE, np.int32)
    of_scope, of_literal = kinds < len(scopes), kinds > len(scopes)
    leads[of_scope, 1] = kinds[of_scope]
    leads[of_literal, 0] = parts.anchors[kinds[of_literal] - len(scopes) - 1, 0]
    columns = Columns(tables.ids[alive], parts.characters, parts.literals, parts.program, postings, leads, scopes)
    return _used_literals(_program_in_order(columns))


def joined(parts: Sequence[Columns]) -> Columns:
    """Put the rules of several together; literals, scopes and instructions are counted on."""
    scopes: dict[Scope, int] = {}
    moved = []
    rules = rows = literals = characters = 0
    for part in parts:
        numbers = np.array([scopes.setdefault(scope, len(scopes)) for scope in part.scopes] + [NOWHERE], np.int32)
        moved.append(_moved(part, numbers, rules, rows, literals, characters))
        rules, rows = rules + len(part.ids), rows + len(part.program)
        literals, characters = literals + len(part.literals), characters + len(part.characters)
    arrays = [np.concatenate(column) for column in zip(*(part[:-1] for part in moved), strict=True)]
    return Columns(*arrays, scopes=tuple(scopes))


def _kinds(parts: Parts) -> Ints:
    """Return what each posting hangs on: a scope, nothing (the number of scopes), or beyond, an anchor."""
    ends = np.concatenate([parts.scopes, parts.anchors[:, 1]])
    kinds: Ints = np.repeat(np.arange(len(ends), dtype=np.int32), np.diff(ends, prepend=0))
    return kinds


def _renumbered(columns: Columns, order: npt.NDArray[np.intp]) -> Columns:
    ids = columns.ids[order]
    if len(ids) and np.any(ids[1:] == ids[:-1]):
        raise ValueError(f"two rules have the id {ids[:-1][ids[1:] == ids[:-1]][0]}")
    numbers = np.empty(len(order), np.int32)
    numbers[order] = np.arange(len(order), dtype=np.int32)
    postings = columns.postings.copy()
    postings[:, 0] = numbers[postings[:, 0]]
    return columns._replace(ids=ids, postings=postings)


def _anchor_order(columns: Columns) -> tuple[Ints, Ints, Longs]:
    """Return the literals that are anchors, by bigram and alike only once; each literal's rank among them; bigrams."""
    used = np.unique(columns.leads[:, 0])
    used = used[used != NOWHERE]
    rows = columns.literals[used]
    bigrams, digests = _bigrams(columns, rows), _digests(columns, rows)
    order = np.lexsort((digests, bigrams))
    used, rows, bigrams, digests = used[order], rows[order], bigrams[order], digests[order]
    new = np.ones(len(used), np.bool_)
    new[1:] = (bigrams[1:] != bigrams[:-1]) | (digests[1:] != digests[:-1])
    new[np.flatnonzero(~new)] = _differ(columns, rows, np.flatnonzero(~new))
    ranks = np.zeros(len(columns.literals), np.int32)
    ranks[used] = np.cumsum(new, dtype=np.int32) - 1
    return used[new], ranks, bigrams[new]


def _bigrams(columns: Columns, rows: Ints) -> Longs:
    """Return the rarest bigram of each literal: first << 32 | second, and no second for a single character."""
    first = rows[:, 0].astype(np.int64) + rows[:, 2]
    keys = columns.characters[first].astype(np.int64) << 32
    paired = rows[:, 1] > 1
    keys[paired] |= columns.characters[first[paired] + 1]
    return keys


def _digests(columns: Columns, rows: Ints) -> npt.NDArray[np.uint64]:
    """Return a number for each literal that equal ones share, and different ones hardly ever."""
    if not len(rows):
        return np.zeros(0, np.uint64)
    places, starts = _spread(rows)
    within = np.arange(len(places)) - np.repeat(starts, rows[:, 1])
    with np.errstate(over="ignore"):
        weights = np.cumprod(np.full(int(rows[:, 1].max()), 0x9E3779B97F4A7C15, np.uint64))
        sums = np.add.reduceat(columns.characters[places].astype(np.uint64) * weights[within], starts)
        return np.asarray(sums * np.uint64(31) + (rows[:, 1] * 4 + rows[:, 4]).astype(np.uint64), np.uint64)


def _differ(columns: Columns, rows: Ints, numbers: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Tell of literals whether they differ from the one before after all."""
    same = (rows[numbers][:, [1, 4]] == rows[numbers - 1][:, [1, 4]]).all(axis=1)
    alike = numbers[same]
    if len(alike):
        places, starts = _spread(rows[alike])
        others, _ = _spread(rows[alike - 1])
        unequal = columns.characters[places] != columns.characters[others]
        same[same] = np.add.reduceat(unequal, starts, dtype=np.int64) == 0
    return ~same


def _spread(rows: Ints) -> tuple[Longs, Longs]:
    """Return the place of every character of the literals, and where in that list each literal begins."""
    lengths = rows[:, 1].astype(np.int64)
    starts = np.cumsum(lengths) - lengths
    places = np.arange(lengths.sum()) + np.repeat(rows[:, 0] - starts, lengths)
    return places, starts


def _sorted_postings(columns: Columns, kinds: Ints) -> tuple[Columns, Ints]:
    order = np.lexsort((columns.postings[:, 0], kinds))
    return columns._replace(postings=columns.postings[order], leads=columns.leads[order]), kinds[order]


def _program_in_order(columns: Columns) -> Columns:
    """Lay the instructions of rules that hang on one anchor beside each other; those of no rule fall away."""
    _, first = np.unique(columns.postings[:, 0], return_index=True)
    first = np.sort(first)
    starts = columns.postings[first, 1].astype(np.int64)
    ends = np.flatnonzero(columns.program[:, 0] == END)
    lengths = ends[np.searchsorted(ends, starts)] + 1 - starts
    new_starts = np.cumsum(lengths) - lengths
    rows = np.arange(lengths.sum()) + np.repeat(starts - new_starts, lengths)
    start_of = np.zeros(len(columns.ids), np.int32)
    start_of[columns.postings[first, 0]] = new_starts
    postings = columns.postings.copy()
    postings[:, 1] = start_of[postings[:, 0]]
    return columns._replace(program=columns.program[rows], postings=postings)


def _used_literals(columns: Columns) -> Columns:
    """Drop the literals that no instruction and no anchor names, and their characters."""
    terms, nears = columns.program[:, 0] == TERM, columns.program[:, 0] == NEAR
    edges = np.zeros(len(columns.literals) + 1, np.int64)
    for rows, first in ((terms, 1), (nears, 1), (nears, 3)):
        begins, many = columns.program[rows, first], columns.program[rows, first + 1]
        np.add.at(edges, begins, 1)
        np.add.at(edges, begins + many, -1)
    used = np.cumsum(edges[:-1]) > 0
    used[columns.leads[columns.leads[:, 0] != NOWHERE, 0]] = True
    numbers = np.append(np.cumsum(used, dtype=np.int32) - 1, NOWHERE)
    literals = columns.literals[used]
    places, starts = _spread(literals)
    literals[:, 0] = starts
    program, leads = columns.program.copy(), columns.leads.copy()
    for rows, first in ((terms, 1), (nears, 1), (nears, 3)):
        program[rows, first] = numbers[program[rows, first]]
    leads[:, 0] = numbers[leads[:, 0]]
    return columns._replace(
        characters=columns.characters[places], literals=literals, program=program, leads=leads
    )


def _moved(part: Columns, scopes: Ints, rules: int, rows: int, literals: int, characters: int) -> Columns:
    """Count on from what stands before."""
    program, postings, leads, own = part.program.copy(), part.postings.copy(), part.leads.copy(), part.literals.copy()
    terms, nears, of_scope = (program[:, 0] == operation for operation in (TERM, NEAR, SCOPE))
    program[terms | nears, 1] += literals
    program[nears, 3] += literals
    program[of_scope, 1] = scopes[program[of_scope, 1]]
    postings[:, 0] += rules
    postings[:, 1] += rows
    postings[:, 2] = scopes[postings[:, 2]]
    leads[leads[:, 0] != NOWHERE, 0] += literals
    leads[:, 1] = scopes[leads[:, 1]]
    own[:, 0] += characters
    return part._replace(program=program, postings=postings, leads=leads, literals=own)


def _buckets(bigrams: Longs) -> Ints:
    begins = np.flatnonzero(np.diff(bigrams, prepend=-1))
    buckets = np.zeros((_power(2 * len(begins) + 2), BUCKET), np.int32)
    fill_buckets(_pairs(bigrams[begins]), np.append(begins, len(bigrams)).astype(np.int32), buckets)
    return buckets


def _pairs(bigrams: Longs) -> Ints:
    return np.stack([bigrams >> 32, bigrams & 0xFFFFFFFF], axis=1).astype(np.int32)


def _sieve(bigrams: Longs) -> Ints:
    least, most = SIEVE_BITS
    bits = min(max(_power(ROOM * len(bigrams)).bit_length() - 1, least), most)
    with np.errstate(over="ignore"):
        codes = (bigrams.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(32)) & np.uint64(0xFFFFFFFF)
    codes >>= np.uint64(32 - bits)
    sieve = np.zeros(1 << bits - 5, np.uint32)
    np.bitwise_or.at(sieve, codes >> np.uint64(5), np.uint32(1) << (codes & np.uint64(31)).astype(np.uint32))
    return sieve.view(np.int32)


def _power(least: int) -> int:
    return 1 << max(least - 1, 1).bit_length()

