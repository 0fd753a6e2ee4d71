"""Lays the tables so that what is looked at together lies together, and takes them apart again.

Behind the sieve, the buckets and the ends of the scopes' postings come clusters: one of the scopes and of no anchor,
then one for each bigram: its anchors, their characters, their postings, and the rules that these lead to for the first
time, each with its instructions, its literals and their characters.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from alerts.rules.matcher.layout import (
    ANCHOR,
    BUCKET,
    BUCKETS,
    CLUSTERS,
    END,
    LAST_SLOT,
    LITERAL,
    LONE,
    NEAR,
    POSTING,
    POSTINGS_BEGIN,
    POSTINGS_END,
    SCOPE_COUNT,
    SCOPES,
    SIEVE,
    SIEVE_SHIFT,
    TABLE_HEAD,
    TERM,
    WIDTH,
    Ints,
    Longs,
)
from alerts.rules.matcher.machine import compiled, mixed


class Parts(NamedTuple):
    """Rules in order, one array for each kind of row, with numbers for places; see layout.py for the rows."""

    bigrams: Longs  # [n] of each anchor; equal ones stand together
    anchors: Ints  # [n, LITERAL]
    ends: Longs  # [scopes + 1 + n]: how many postings there are up to each scope, up to no anchor, up to each anchor
    postings: Ints  # [n, POSTING]; those that lead to a rule for the first time are in the order of the rules
    program: Ints  # [rows, WIDTH], rule after rule
    literals: Ints  # [n, LITERAL], in the order of the instructions, for each again
    characters: Ints  # of anchors and literals


class Places(NamedTuple):
    """Where each row, and the characters of each literal, begin."""

    anchors: Longs
    of_anchors: Longs  # characters
    postings: Longs
    program: Longs
    literals: Longs
    of_literals: Longs  # characters


def woven(parts: Parts, sieve: Ints) -> Ints:
    """Return the memory of the tables."""
    scopes = len(parts.ends) - len(parts.anchors) - 1
    first_of = np.flatnonzero(np.diff(parts.bigrams, prepend=-1))
    slots = power(2 * len(first_of) + 2)
    starts = np.cumsum([TABLE_HEAD, len(sieve), slots * BUCKET, scopes + 1])
    places, size = _places_of(parts, int(starts[-1]))
    if size >= 1 << 31:
        raise ValueError("the rules are too many for one index")
    memory = np.zeros(size, np.int32)
    memory[[SIEVE, BUCKETS, SCOPES, CLUSTERS]] = starts
    memory[[SIEVE_SHIFT, LAST_SLOT, SCOPE_COUNT]] = 33 - (len(sieve) * 32).bit_length(), slots - 1, scopes
    memory[LONE] = np.any(parts.anchors[:, 1] == 1) or np.any(parts.literals[:, 1] == 1)
    memory[starts[0] : starts[1]] = sieve
    begins = np.append(places.anchors, 0)[first_of]
    ends = begins + ANCHOR * np.diff(first_of, append=len(parts.anchors))
    buckets = memory[starts[1] : starts[2]].reshape(-1, BUCKET)
    _fill(parts.bigrams[first_of], begins, ends, buckets)
    memory[starts[2] : starts[3]] = starts[3] + POSTING * parts.ends[: scopes + 1]
    _write_rows(memory, parts, places)
    memory.flags.writeable = False
    return memory


def _places_of(parts: Parts, begin: int) -> tuple[Places, int]:
    """Return where everything lies that belongs to a bigram or a rule, from `begin` on; and where that ends."""
    last = parts.program[:, 0] == END
    rule_of_row = np.cumsum(last) - last
    rule_of_literal = np.repeat(rule_of_row, _literals_in(parts.program))
    lengths = parts.literals[:, 1]
    program, literals, characters, size = _side_by_side(
        [(rule_of_row, WIDTH), (rule_of_literal, LITERAL), (rule_of_literal, lengths)]
    )
    bodies = program[np.flatnonzero(np.diff(rule_of_row, prepend=-1))]
    of_anchor = np.cumsum(np.diff(parts.bigrams, prepend=-1) != 0)
    kinds = np.repeat(np.arange(len(parts.ends)), np.diff(parts.ends, prepend=0))
    of_posting = np.append(np.zeros(len(parts.ends) - len(of_anchor), np.int64), of_anchor)[kinds]
    of_rule = of_posting[np.unique(parts.postings[:, 0], return_index=True)[1]]
    anchors, of_anchors, postings, moved, end = _side_by_side(
        [
            (of_anchor, ANCHOR),
            (of_anchor, parts.anchors[:, 1]),
            (of_posting, POSTING),
            (of_rule, np.diff(bodies, append=size)),
        ]
    )
    shift = begin + moved - bodies
    return Places(
        begin + anchors,
        begin + of_anchors,
        begin + postings,
        program + shift[rule_of_row],
        literals + shift[rule_of_literal],
        characters + shift[rule_of_literal],
    ), begin + int(end)


def _side_by_side(pieces: Sequence[tuple[Longs, Ints | int]]) -> list[Longs]:
    """Lay pieces, given by their owners and sizes, so that all of one owner lie together, kind after kind.

    Return where the pieces of each kind begin, and last the size of everything.
    """
    owners = np.concatenate([owner * len(pieces) + kind for kind, (owner, _) in enumerate(pieces)])
    sizes = np.concatenate([np.broadcast_to(size, len(owner)) for owner, size in pieces]).astype(np.int64)
    order = np.argsort(owners, kind="stable")
    begins = np.empty(len(owners), np.int64)
    begins[order] = np.cumsum(sizes[order]) - sizes[order]
    return [*np.split(begins, np.cumsum([len(owner) for owner, _ in pieces[:-1]])), sizes.sum()]


def _write_rows(memory: Ints, parts: Parts, places: Places) -> None:
    """Write the rows, with places for numbers."""
    counts = np.diff(parts.ends, prepend=0)[len(parts.ends) - len(parts.anchors) :]
    begins = places.postings[parts.ends[len(parts.ends) - len(parts.anchors) :] - counts]
    anchors = np.column_stack([parts.anchors, begins + counts * POSTING])
    anchors[:, 0], anchors[:, POSTINGS_BEGIN] = places.of_anchors, begins
    program, postings, literals = parts.program.copy(), parts.postings.copy(), parts.literals.copy()
    for row, place in ((TERM, 1), (NEAR, 1), (NEAR, 3)):
        chosen = program[:, 0] == row
        program[chosen, place] = places.literals[program[chosen, place]]
    postings[:, 1] = places.program[postings[:, 1]]
    literals[:, 0] = places.of_literals
    _scatter(memory, places.anchors, anchors)
    _scatter(memory, places.postings, postings)
    _scatter(memory, places.program, program)
    _scatter(memory, places.literals, literals)
    for rows, at in ((parts.anchors, places.of_anchors), (parts.literals, places.of_literals)):
        memory[spread(at, rows[:, 1])] = parts.characters[spread(rows[:, 0], rows[:, 1])]


def unwoven(memory: Ints) -> Parts:
    """Take the memory of tables apart; the characters are in it as they lie."""
    buckets = memory[memory[BUCKETS] : memory[SCOPES]].reshape(-1, BUCKET)
    buckets = buckets[buckets[:, 3] > 0]
    buckets = buckets[np.argsort(buckets[:, 2])].astype(np.int64)
    anchors_each = (buckets[:, 3] - buckets[:, 2]) // ANCHOR
    anchors = _gathered(memory, spread(buckets[:, 2], anchors_each, ANCHOR), ANCHOR)
    scope_ends = memory[memory[SCOPES] : memory[CLUSTERS]]
    ends = np.append(scope_ends, anchors[:, POSTINGS_END])
    begins = np.concatenate([memory[[CLUSTERS]], scope_ends[:-1], anchors[:, POSTINGS_BEGIN]])
    counts = (ends - begins) // POSTING
    postings = _gathered(memory, spread(begins, counts, POSTING), POSTING)
    program = _program_at(memory, postings)
    literals_at = _numbered(program)
    return Parts(
        bigrams=np.repeat(buckets[:, 0] << 32 | buckets[:, 1], anchors_each),
        anchors=anchors[:, :LITERAL],
        ends=np.cumsum(counts),
        postings=postings,
        program=program,
        literals=_gathered(memory, literals_at, LITERAL),
        characters=memory,
    )


def _program_at(memory: Ints, postings: Ints) -> Ints:
    """Return the instructions of all rules, in their order, and put numbers for places in the postings."""
    bodies = postings[np.unique(postings[:, 0], return_index=True)[1], 1].astype(np.int64)
    rows, going = np.ones(len(bodies), np.int64), np.arange(len(bodies))
    while len(going := going[memory[bodies[going] + (rows[going] - 1) * WIDTH] != END]):
        rows[going] += 1
    postings[:, 1] = (np.cumsum(rows) - rows)[postings[:, 0]]
    return _gathered(memory, spread(bodies, rows, WIDTH), WIDTH)


def _numbered(program: Ints) -> Longs:
    """Put numbers for places in instructions; return the places of the literals, in the order of the instructions."""
    rows, columns = _pointers(program)
    many = program[rows, columns + 1].astype(np.int64)
    places = spread(program[rows, columns], many, LITERAL)
    program[rows, columns] = np.cumsum(many) - many
    return places


def _pointers(program: Ints) -> tuple[Longs, Longs]:
    """Return where instructions point to literals, in their order; how many they are stands behind."""
    terms, nears = np.flatnonzero(program[:, 0] == TERM), np.flatnonzero(program[:, 0] == NEAR)
    rows, columns = np.concatenate([terms, nears, nears]), np.repeat([1, 1, 3], [len(terms), len(nears), len(nears)])
    order = np.lexsort((columns, rows))
    return rows[order], columns[order]


def own_literals(program: Ints) -> tuple[Ints, Longs]:
    """Give every instruction literals of its own, in order: the instructions, and what each new literal was."""
    program = program.copy()
    rows, columns = _pointers(program)
    many = program[rows, columns + 1].astype(np.int64)
    used = spread(program[rows, columns], many)
    program[rows, columns] = np.cumsum(many) - many
    return program, used


def spread(begins: Ints | Longs, counts: Ints | Longs, step: int = 1) -> Longs:
    """Return begin, begin + step, … for each begin, as many as counted."""
    counts = counts.astype(np.int64)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    places: Longs = np.repeat(begins, counts) + within * step
    return places


def _scatter(memory: Ints, places: Longs, rows: Ints) -> None:
    for column in range(rows.shape[1]):
        memory[places + column] = rows[:, column]


def _gathered(memory: Ints, places: Longs, width: int) -> Ints:
    return np.stack([memory[places + column] for column in range(width)], axis=1)


def _literals_in(program: Ints) -> Longs:
    """Return how many literals each instruction has."""
    terms, nears = program[:, 0] == TERM, program[:, 0] == NEAR
    many: Longs = (terms | nears) * program[:, 2].astype(np.int64) + nears * program[:, 4]
    return many


def power(least: int) -> int:
    """Return the least power of two that is not below."""
    return 1 << max(least - 1, 1).bit_length()


@compiled
def _fill(bigrams: Longs, begins: Longs, ends: Longs, buckets: Ints) -> None:
    """Enter different bigrams, and where their anchors begin and end, into an empty hash table."""
    last_slot = len(buckets) - 1
    for number in range(len(bigrams)):
        first, second = bigrams[number] >> 32, bigrams[number] & 0xFFFFFFFF
        slot = mixed(first, second) & last_slot
        while buckets[slot, 3] != 0:
            slot = (slot + 1) & last_slot
        buckets[slot] = first, second, begins[number], ends[number]
