"""Puts compiled rules in order: postings by anchor, anchors by their rarest bigram, bigrams in a sieve and a table."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from alerts.rules.matcher.anchors import NOWHERE
from alerts.rules.matcher.compile import Columns, Scope
from alerts.rules.matcher.layout import END, HASH, NEAR, SCOPE, TERM, Ints, Longs, Tables
from alerts.rules.matcher.literals import bigrams_of, hashes_of
from alerts.rules.matcher.weave import Parts, own_literals, power, spread, unwoven, woven

Number = TypeVar("Number", bound=np.generic)

SIEVE_BITS = (15, 26)  # least and most, as powers of two
ROOM = 8  # bits of the sieve for each bigram


def tables_of(columns: Columns) -> Tables:
    """Return the tables of compiled rules; their ids must be different."""
    by_id = np.argsort(columns.ids, kind="stable")
    if np.any(np.diff(columns.ids[by_id]) == 0):
        raise ValueError("two rules have one id")
    firsts, ranks, bigrams = _anchor_order(columns)
    kinds = np.where(columns.leads[:, 1] != NOWHERE, columns.leads[:, 1], len(columns.scopes))
    by_literal = columns.leads[:, 0] != NOWHERE
    kinds[by_literal] = len(columns.scopes) + 1 + ranks[columns.leads[by_literal, 0]]
    order = np.argsort(kinds, kind="stable")
    kinds, columns = kinds[order], columns._replace(postings=columns.postings[order], leads=columns.leads[order])
    columns = _rules_in_order(columns)
    ends = np.searchsorted(kinds, np.arange(len(columns.scopes) + 1 + len(firsts)), side="right")
    program, used = own_literals(columns.program)
    parts = Parts(
        bigrams=bigrams,
        anchors=columns.literals[firsts],
        ends=ends,
        postings=columns.postings,
        program=program,
        literals=columns.literals[used],
        characters=columns.characters,
    )
    new_order: Ints = np.argsort(columns.ids).astype(np.int32)
    return Tables(woven(parts, _sieve(bigrams)), _fixed(columns.ids), _fixed(new_order))


def columns_of(tables: Tables, alive: npt.NDArray[np.bool_], scopes: tuple[Scope, ...]) -> Columns:
    """Take tables apart again, without the rules that are gone."""
    parts = unwoven(tables.memory)
    kinds = np.repeat(np.arange(len(parts.ends), dtype=np.int32), np.diff(parts.ends, prepend=0))
    rows = alive[parts.postings[:, 0]]
    postings, kinds = parts.postings[rows], kinds[rows]
    postings[:, 0] = (np.cumsum(alive, dtype=np.int32) - 1)[postings[:, 0]]
    leads = np.full((len(kinds), 2), NOWHERE, np.int32)
    of_scope, of_literal = kinds < len(scopes), kinds > len(scopes)
    leads[of_scope, 1] = kinds[of_scope]
    leads[of_literal, 0] = kinds[of_literal] - len(scopes) - 1 + len(parts.literals)
    literals = np.concatenate([parts.literals, _hashed(parts.anchors, parts.characters)])
    literals, characters = _characters_in_order(literals, parts.characters)
    return _rules_in_order(Columns(tables.ids[alive], characters, literals, parts.program, postings, leads, scopes))


def joined(parts: Sequence[Columns]) -> Columns:
    """Put the rules of several together; literals, scopes and instructions are counted on."""
    scopes: dict[Scope, int] = {}
    moved = []
    rules = rows = literals = characters = 0
    for part in parts:
        numbers = np.array([scopes.setdefault(scope, len(scopes)) for scope in part.scopes] + [NOWHERE], np.int32)
        moved.append(_moved(part, numbers, (rules, rows, literals, characters)))
        rules, rows = rules + len(part.ids), rows + len(part.program)
        literals, characters = literals + len(part.literals), characters + len(part.characters)
    arrays = [np.concatenate(column) for column in zip(*(part[:-1] for part in moved), strict=True)]
    return Columns(**dict(zip(Columns._fields, arrays, strict=False)), scopes=tuple(scopes))


def _fixed(array: npt.NDArray[Number]) -> npt.NDArray[Number]:
    array.flags.writeable = False
    return array


def _hashed(anchors: Ints, characters: Ints) -> Ints:
    """Make anchors literals again."""
    literals = anchors.copy()
    literals[:, HASH] = hashes_of(bigrams_of(characters, anchors)).astype(np.uint32).view(np.int32)
    return literals


def _anchor_order(columns: Columns) -> tuple[Ints, Ints, Longs]:
    """Return the literals that are anchors, by bigram and alike only once; each literal's rank among them; bigrams."""
    used = np.unique(columns.leads[:, 0])
    used = used[used != NOWHERE]
    rows = columns.literals[used]
    bigrams, digests = bigrams_of(columns.characters, rows), _digests(columns, rows)
    order = np.lexsort((digests, bigrams))
    used, rows, bigrams, digests = used[order], rows[order], bigrams[order], digests[order]
    new = np.ones(len(used), np.bool_)
    new[1:] = (bigrams[1:] != bigrams[:-1]) | (digests[1:] != digests[:-1])
    new[np.flatnonzero(~new)] = _differ(columns, rows, np.flatnonzero(~new))
    ranks = np.zeros(len(columns.literals), np.int32)
    ranks[used] = np.cumsum(new, dtype=np.int32) - 1
    return used[new], ranks, bigrams[new]


def _digests(columns: Columns, rows: Ints) -> npt.NDArray[np.uint64]:
    """Return a number for each literal that equal ones share, and different ones hardly ever."""
    if not len(rows):
        return np.zeros(0, np.uint64)
    starts = np.cumsum(rows[:, 1]) - rows[:, 1]
    within = spread(np.zeros(len(rows), np.int64), rows[:, 1])
    with np.errstate(over="ignore"):
        weights = np.cumprod(np.full(int(rows[:, 1].max()), 0x9E3779B97F4A7C15, np.uint64))
        sums = np.add.reduceat(
            columns.characters[spread(rows[:, 0], rows[:, 1])].astype(np.uint64) * weights[within], starts
        )
        return np.asarray(sums * np.uint64(31) + (rows[:, 1] * 4 + rows[:, 4]).astype(np.uint64), np.uint64)


def _differ(columns: Columns, rows: Ints, numbers: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Tell of literals whether they differ from the one before after all."""
    same = (rows[numbers][:, [1, 4]] == rows[numbers - 1][:, [1, 4]]).all(axis=1)
    alike = numbers[same]
    if len(alike):
        lengths = rows[alike, 1]
        starts = np.cumsum(lengths) - lengths
        one, other = (columns.characters[spread(rows[number, 0], lengths)] for number in (alike, alike - 1))
        unequal = one != other
        same[same] = np.add.reduceat(unequal, starts, dtype=np.int64) == 0
    different: npt.NDArray[np.bool_] = ~same
    return different


def _rules_in_order(columns: Columns) -> Columns:
    """Give rules numbers, and instructions places, in the order of the postings: asked together, lying together."""
    numbers, first = np.unique(columns.postings[:, 0], return_index=True)
    order = np.argsort(first)
    old = numbers[order]
    new = np.empty(len(columns.ids), np.int32)
    new[old] = np.arange(len(old), dtype=np.int32)
    starts = columns.postings[first[order], 1].astype(np.int64)
    ends = np.flatnonzero(columns.program[:, 0] == END)
    lengths = ends[np.searchsorted(ends, starts)] + 1 - starts
    new_starts = np.cumsum(lengths) - lengths
    rows = np.arange(lengths.sum()) + np.repeat(starts - new_starts, lengths)
    postings = columns.postings.copy()
    postings[:, 0] = new[postings[:, 0]]
    postings[:, 1] = new_starts[postings[:, 0]]
    return columns._replace(ids=columns.ids[old], program=columns.program[rows], postings=postings)


def _characters_in_order(literals: Ints, characters: Ints) -> tuple[Ints, Ints]:
    """Lay the characters of literals in their order; return the literals and these."""
    places = spread(literals[:, 0], literals[:, 1])
    literals = literals.copy()
    literals[:, 0] = np.cumsum(literals[:, 1]) - literals[:, 1]
    return literals, characters[places]


def _moved(part: Columns, scopes: Ints, before: tuple[int, int, int, int]) -> Columns:
    """Count on from the rules, rows, literals and characters that stand before."""
    rules, rows, literals, characters = before
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


def _sieve(bigrams: Longs) -> Ints:
    least, most = SIEVE_BITS
    bits = min(max(power(ROOM * len(bigrams)).bit_length() - 1, least), most)
    codes = hashes_of(bigrams)
    high = codes >> np.uint64(32 - bits)
    sieve = np.zeros(1 << bits - 5, np.uint32)
    for bit in (high, codes):
        np.bitwise_or.at(sieve, high >> np.uint64(5), np.uint32(1) << (bit & np.uint64(31)).astype(np.uint32))
    return sieve.view(np.int32)
