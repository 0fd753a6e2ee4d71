"""How a compiled rule lies in memory: its instructions, its literals, and what leads from a literal to it."""

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from alerts.rules.fields import FIELDS, TEXTS, Meeting

Bytes: TypeAlias = npt.NDArray[np.uint8]
Ints: TypeAlias = npt.NDArray[np.int32]
Longs: TypeAlias = npt.NDArray[np.int64]
Codes: TypeAlias = npt.NDArray[np.uint32]
Keys: TypeAlias = npt.NDArray[np.uint64]

FIELD_ORDER = (*TEXTS, *(field.name for field in FIELDS.values() if field.meeting is Meeting.FACT))
"""In this order the fields of a notice are joined; the title is first, and what a bare term looks in before the rest."""
LAST_TEXT = len(TEXTS) - 1

# The answers of a part of a rule, in the order that AND (the least) and OR (the greatest) need.
NO, MAYBE, YES = 0, 1, 2

# An instruction is a row of WIDTH numbers; the answers of the parts stand on a stack.
WIDTH = 7
TERM = 0  # first literal, how many, fields, count, hash of the only literal's bigram: push whether it occurs so often
NEAR = 1  # first and how many of the left, of the right, distance * 2 + ordered, both fields: push whether they meet
SCOPE = 2  # scope: push whether the notice lies in it, or is in that state
UNKNOWN = 3  # push MAYBE: the reference path decides
AND = 4  # of the upper two leave the least
OR = 5  # of the upper two leave the greatest
NOT = 6  # turn the upper one round
SKIP_NO = 7  # rows: when the upper one is NO, go on that many rows further
SKIP_YES = 8  # the same for YES
END = 9  # the upper one is the answer
FIELD_BITS = 15  # NEAR holds the fields of both sides in one number

# A literal: where its characters begin, how many, where in it its rarest bigram stands, that bigram's hash, its rims.
LITERAL = 5
WHOLE_LEFT, WHOLE_RIGHT = 1, 2

# A posting: what leads from an anchor to a rule.
POSTING = 5  # rule, first instruction, scope that must hold (or -1), hash of a bigram that must occur, flags
SURE = 1  # the anchor and the scope are all there is to the rule
TITLE = 2  # the anchor must stand in the title
SEVERAL = 4  # the rule has other anchors too
GUARDED = 8  # the bigram must occur

DEEPEST = 80  # answers on the stack; limits.MOST_LEVELS is below


class Tables(NamedTuple):
    """An index as the kernel reads it; every array is read-only, and may be mapped from a file."""

    characters: Codes  # of all literals, one after the other
    literals: Ints  # [n, LITERAL]
    program: Ints  # [rows, WIDTH], rule after rule
    postings: Ints  # [n, POSTING], anchor after anchor
    anchors: Ints  # [n, 2]: literal, end of its postings; those of one bigram stand together
    buckets: Ints  # [slots, 2]: where the anchors of a bigram begin and end; the bigram itself is in `keys`
    keys: Keys  # [slots] first << 32 | second, 0 for an empty slot; a single character has no second
    shift: int  # what makes a hash of 32 bits a place in the sieve
    sieve: Codes  # one bit for each hash of a bigram that some anchor is found by
    scopes: Ints  # [scopes + 1]: where the postings of each scope end; after the last scope those of no anchor at all
    ids: Longs  # [rules], ascending: what the caller calls them


class Page(NamedTuple):
    """A notice as the kernel reads it: all fields in one text, and a chain of the places of each bigram."""

    text: Codes
    ends: Ints  # [fields]: where each field ends
    shift: int  # what makes a hash of 32 bits a slot
    heads: Ints  # [slots] the first place of each hash, or -1
    links: Ints  # [len(text)] the next place of the same hash, or -1
    lone_heads: Ints  # the same for single characters; empty when no literal is one
    lone_links: Ints
    scopes: Bytes  # [scopes] whether the notice lies in each
    words: Bytes  # [code points] whether a character belongs to a spaced script's word


class Scratch(NamedTuple):
    """What the kernel writes to; of one thread."""

    anchors: Ints  # the notice at which each anchor was last seen
    rules: Ints  # the same of each rule
    alive: Bytes  # whether each rule still is one
    stack: Bytes  # [DEEPEST] answers of the parts of a rule
    found: Ints  # rule * 2 + whether it is sure
