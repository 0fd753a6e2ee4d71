"""How compiled rules and a notice lie in memory: each is one array of numbers, which begins with where its parts are.

One array, since a compiled function that is handed twenty of them spends its time on handing them over. Where a row
names another, in the tables it is the place in that array; before they are woven (weave.py), it is a number.
"""

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from alerts.rules.fields import FIELDS, TEXTS, Meeting
from crawler.folding import word_table

Ints: TypeAlias = npt.NDArray[np.int32]
Longs: TypeAlias = npt.NDArray[np.int64]

FIELD_ORDER = (*TEXTS, *(field.name for field in FIELDS.values() if field.meeting is Meeting.FACT))
"""In this order the fields of a notice are joined: the title first, and what a bare term looks in before the rest."""
LAST_TEXT = len(TEXTS) - 1

# The answers of a part of a rule, in the order that AND (the least) and OR (the greatest) need.
NO, MAYBE, YES = 0, 1, 2

# An instruction is a row of WIDTH numbers; the answers of the parts stand on a stack.
WIDTH = 7
TERM = 0  # first literal, how many, fields, count, a bigram's hash, whether it must occur: push whether it stands so
NEAR = 1  # first literal and how many of the left, the same of the right, distance * 2 + ordered, fields of both
SCOPE = 2  # scope: push whether the notice lies in it, or is in that state
UNKNOWN = 3  # push MAYBE: the reference path decides
AND = 4  # of the upper two leave the least
OR = 5  # of the upper two leave the greatest
NOT = 6  # turn the upper one round
SKIP_NO = 7  # rows: when the upper one is NO, go on that many rows further
SKIP_YES = 8  # the same for YES
END = 9  # the upper one is the answer
FIELD_BITS = 15  # NEAR holds the fields of both sides in one number
DEEPEST = 80  # answers on the stack; limits.MOST_LEVELS is below

# A literal: where its characters begin, how many, where in it its rarest bigram stands, that bigram's hash, its rims,
# and of the characters before and behind the bigram the lower 16 bits each: they tell most that do not stand apart.
LITERAL = 6
BESIDE = 5
WHOLE_LEFT, WHOLE_RIGHT = 1, 2

# A posting leads from an anchor to a rule: rule, first row, scope that must hold or -1, a bigram's hash, flags.
POSTING = 5
SURE = 1  # nothing is left to ask: without it the instructions say whether the rest of the rule holds
TITLE = 2  # the anchor must stand in the title
SEVERAL = 4  # the rule has other anchors too
GUARDED = 8  # the bigram must occur
IN_TEXTS = 16  # the anchor must stand where a term without a field looks

# An anchor is a literal with the begin of its postings in place of the hash, and their end behind. A bucket: a bigram,
# where its anchors begin and end (0: the slot is empty).
ANCHOR = 7
HASH = POSTINGS_BEGIN = 3
POSTINGS_END = 6
BUCKET = 4

# Where the parts of the tables begin, and what else is told first; LONE: some literal is a single character.
SIEVE, SIEVE_SHIFT, BUCKETS, LAST_SLOT, SCOPES, SCOPE_COUNT, CLUSTERS, LONE = range(8)
TABLE_HEAD = 16

# The same of a page: the text, where its fields end, the first place of each hash of a bigram and the next of each
# place, the same of single characters (0: no literal is one), room for two numbers of each place, which scopes hold.
TEXT, LENGTH, ENDS, HEADS, LINKS, LONE_HEADS, LONE_LINKS, HASH_SHIFT, ROOM, INSIDE = range(10)
PAGE_HEAD = 16

# What the scratch begins with: the serial of the notice, where for each rule the serial stands of the notice at which
# it was last asked (-1: it was taken out), how many rules there are, whether any was taken out, how many hold and may
# hold. Then come the stack, the postings that wait until a block of them is asked at once, and those serials.
SERIAL, RULES, RULE_COUNT, GONE, HOLD, MAY = range(6)
STACK = 16
WAITING = STACK + DEEPEST
BLOCK = 256
SCRATCH_HEAD = WAITING + BLOCK

WORD = 1 << 30
"""Set in each character that belongs to a word of a spaced script, in texts as in literals."""
WORDS = word_table()


class Tables(NamedTuple):
    """Rules in order of their anchors: what `scan` reads, what the caller calls each, and their order by that."""

    memory: Ints
    ids: Longs
    by_id: Ints


def marked(text: str) -> Ints:
    """Return the characters of a text as `scan` compares them: each with WORD where it is one of a word."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.int32)
    characters: Ints = np.where(WORDS[codes] > 0, codes | WORD, codes).astype(np.int32)
    return characters
