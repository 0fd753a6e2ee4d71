"""The compiled part: from the bigrams of a notice to the rules that hold, or may hold. Exact: YES and NO are final.

What is looked at lies far apart in memory, and waiting for it is most of the cost. So each step is taken for many at
once, and before it everything that it will look at is touched, in a loop without a branch: then the waits overlap.

In all of it `t` are the tables, `p` is the page, `s` the scratch: see layout.py.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

from alerts.rules.matcher.layout import (
    ANCHORS,
    AND,
    BESIDE,
    BUCKET,
    BUCKETS,
    CHARACTERS,
    ENDS,
    FIELD_BITS,
    GUARDED,
    HASH,
    HASH_SHIFT,
    HEADS,
    IN_TEXTS,
    INSIDE,
    LAST_SLOT,
    LAST_TEXT,
    LENGTH,
    LINKS,
    LITERAL,
    LITERALS,
    LONE_HEADS,
    LONE_LINKS,
    MAYBE,
    NEAR,
    NO,
    NOT,
    OR,
    POSTING,
    POSTINGS,
    POSTINGS_END,
    PROGRAM,
    SCOPE,
    SCOPE_COUNT,
    SCOPES,
    SEVERAL,
    SIEVE,
    SIEVE_SHIFT,
    SKIP_NO,
    SKIP_YES,
    SURE,
    TERM,
    TEXT,
    TITLE,
    UNKNOWN,
    WHOLE_LEFT,
    WHOLE_RIGHT,
    WIDTH,
    WORD,
    YES,
    Ints,
)

Function = TypeVar("Function", bound=Callable[..., Any])

# What the scratch begins with; then the stack, the serial of the notice at which each anchor was last seen, the same
# of each rule (-1: it was taken out), and what was found: rule * 2 + whether it is sure. GONE: any rule was taken out.
# TOUCHED keeps the compiler from leaving out what is read only to have it near.
SERIAL, SEEN, RULES, FOUND, GONE, TOUCHED = range(6)
STACK = 16
AFTER_STACK = STACK + 80
BLOCK = 256  # that wait at most, before all are asked


def compiled(function: Function) -> Function:
    """Compile at the first call and keep the machine code on disk; without the lock of the interpreter."""
    return cast("Function", numba.njit(cache=True, nogil=True, boundscheck=False)(function))


@compiled
def mixed(first: int, second: int) -> int:
    """Return the hash of two characters, 32 bits of which the upper are the better."""
    both = (np.uint64(first) << np.uint64(32)) | np.uint64(second)
    return np.int64((both * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32))


@compiled
def write_page(codes: Ints, words: npt.NDArray[np.uint8], p: Ints) -> None:
    """Write a text into a page whose head is made: mark words, chain the places of each bigram and each character."""
    text, heads, links, shift = p[TEXT], p[HEADS], p[LINKS], p[HASH_SHIFT]
    lone_heads, lone_links = p[LONE_HEADS], p[LONE_LINKS]
    p[heads:links] = -1
    if lone_heads:
        p[lone_heads:lone_links] = -1
    after = 0
    for place in range(len(codes) - 1, -1, -1):
        code = codes[place] | WORD if words[codes[place]] else codes[place]
        p[text + place] = code
        slot = heads + (mixed(code, after) >> shift)
        p[links + place] = p[slot]
        p[slot] = place
        if lone_heads:
            slot = lone_heads + (mixed(code, 0) >> shift)
            p[lone_links + place] = p[slot]
            p[slot] = place
        after = code


@compiled
def scan(t: Ints, p: Ints, s: Ints) -> int:
    """Write the rules that hold or may hold to the scratch and return how many; each stands there once."""
    count, begin, waiting, anchors = 0, 0, np.empty(BLOCK, np.int32), np.empty(2 * BLOCK, np.int32)
    for scope in range(t[SCOPE_COUNT] + 1):
        end = t[t[SCOPES] + scope]
        if scope == t[SCOPE_COUNT] or p[p[INSIDE] + scope]:
            count, many = _follow(t, p, s, begin, end, 0, waiting, 0, count)
            count = _ask(t, p, s, waiting, many, count)
        begin = end
    places = np.empty(p[LENGTH] + 1, np.int32)
    count = _look_up(t, p, s, places, _sift(t, p, places), 1, anchors, waiting, count)
    if p[LONE_HEADS]:
        count = _look_up(t, p, s, places, _sift_lone(t, p, places), 0, anchors, waiting, count)
    return count


@compiled
def _sift(t: Ints, p: Ints, places: Ints) -> int:
    """Write down at which places a bigram stands that some anchor may have; return how many."""
    many = 0
    text, sieve, shift = p[TEXT], t[SIEVE], t[SIEVE_SHIFT]
    for place in range(p[LENGTH] - 1):
        code = mixed(p[text + place], p[text + place + 1])
        word = t[sieve + (code >> shift >> 5)]
        places[many] = place
        many += (word >> (code >> shift & 31)) & (word >> (code & 31)) & 1
    return many


@compiled
def _sift_lone(t: Ints, p: Ints, places: Ints) -> int:
    """Write down at which places a character stands that some anchor may be; return how many."""
    many = 0
    text, sieve, shift = p[TEXT], t[SIEVE], t[SIEVE_SHIFT]
    for place in range(p[LENGTH]):
        code = mixed(p[text + place], 0)
        word = t[sieve + (code >> shift >> 5)]
        places[many] = place
        many += (word >> (code >> shift & 31)) & (word >> (code & 31)) & 1
    return many


@compiled
def _look_up(
    t: Ints, p: Ints, s: Ints, places: Ints, many: int, paired: int, anchors: Ints, waiting: Ints, count: int
) -> int:
    """Follow the anchors that stand at these places of the text, in blocks."""
    text, buckets, last_slot, held = p[TEXT], t[BUCKETS], t[LAST_SLOT], 0
    for begin in range(0, many, BLOCK):
        end, touched = min(many, begin + BLOCK), 0
        for number in range(begin, end):
            at = text + places[number]
            touched += t[buckets + (mixed(p[at], p[at + paired] * paired) & last_slot) * BUCKET + 2]
        for number in range(begin, end):
            place = places[number]
            bucket = _bucket(t, p[text + place], p[text + place + paired] * paired)
            places[number] = place if bucket else -1
            waiting[number - begin] = bucket
            touched += t[t[ANCHORS] + (t[bucket + 2] if bucket else 0) * LITERAL]
        s[TOUCHED] = touched
        for number in range(begin, end):
            bucket = waiting[number - begin]
            if not bucket:
                continue
            for anchor in range(t[bucket + 2], t[bucket + 3]):
                if not _fits(t, p, t[ANCHORS] + anchor * LITERAL, places[number]):
                    continue
                anchors[2 * held] = anchor
                anchors[2 * held + 1] = places[number]
                held += 1
                if held == BLOCK:
                    count, held = _follow_all(t, p, s, anchors, held, count), 0
    return _follow_all(t, p, s, anchors, held, count)


@compiled
def _bucket(t: Ints, first: int, second: int) -> int:
    """Return where the bucket of a bigram lies; 0 when there is none."""
    last_slot = t[LAST_SLOT]
    slot = mixed(first, second) & last_slot
    bucket = t[BUCKETS] + slot * BUCKET
    while t[bucket] != first or t[bucket + 1] != second:
        if t[bucket + 3] == 0:
            return 0
        slot = (slot + 1) & last_slot
        bucket = t[BUCKETS] + slot * BUCKET
    return bucket


@compiled
def _follow_all(t: Ints, p: Ints, s: Ints, anchors: Ints, held: int, count: int) -> int:
    """Follow anchors, each with the place where it may stand, at its first place only."""
    many, touched, waiting = 0, 0, np.empty(BLOCK, np.int32)
    for number in range(held):
        anchor = anchors[2 * number]
        row = t[ANCHORS] + anchor * LITERAL
        begin = t[row - LITERAL + POSTINGS_END] if anchor else t[t[SCOPES] + t[SCOPE_COUNT]]
        touched += t[t[CHARACTERS] + t[row]] + t[t[POSTINGS] + begin * POSTING] + s[s[SEEN] + anchor]
    s[TOUCHED] = touched
    for number in range(held):
        anchor, place = anchors[2 * number], anchors[2 * number + 1]
        row = t[ANCHORS] + anchor * LITERAL
        if s[s[SEEN] + anchor] != s[SERIAL] and _stands(t, p, row, place):
            s[s[SEEN] + anchor] = s[SERIAL]
            begin = t[row - LITERAL + POSTINGS_END] if anchor else t[t[SCOPES] + t[SCOPE_COUNT]]
            count, many = _follow(t, p, s, begin, t[row + POSTINGS_END], place - t[row + 2], waiting, many, count)
    return _ask(t, p, s, waiting, many, count)


@compiled
def _follow(
    t: Ints, p: Ints, s: Ints, begin: int, end: int, start: int, waiting: Ints, many: int, count: int
) -> tuple[int, int]:
    """Note the postings of which the cheap questions do not say no; ask whenever a block is full."""
    first, in_title, in_texts = t[POSTINGS], start < p[p[ENDS]], start < p[p[ENDS] + LAST_TEXT]
    for row in range(first + begin * POSTING, first + end * POSTING, POSTING):
        scope, flags = t[row + 2], t[row + 4]
        if scope >= 0 and not p[p[INSIDE] + scope]:
            continue
        if flags & GUARDED and p[p[HEADS] + (np.uint32(t[row + 3]) >> p[HASH_SHIFT])] < 0:
            continue
        if (flags & TITLE and not in_title) or (flags & IN_TEXTS and not in_texts):
            continue
        waiting[many] = row
        many += 1
        if many == BLOCK:
            count, many = _ask(t, p, s, waiting, many, count), 0
    return count, many


@compiled
def _ask(t: Ints, p: Ints, s: Ints, waiting: Ints, many: int, count: int) -> int:
    """Ask the rules of some postings."""
    program, literals, touched = t[PROGRAM], t[LITERALS], 0
    for number in range(many):
        touched += t[program + t[waiting[number] + 1] * WIDTH]
    for number in range(many):
        row = program + t[waiting[number] + 1] * WIDTH
        touched += t[literals + t[row + 1] * LITERAL if t[row] == TERM else row]
    s[TOUCHED] = touched
    for number in range(many):
        row = waiting[number]
        rule, flags = t[row], t[row + 4]
        if flags & SEVERAL or s[GONE]:
            seen = s[s[RULES] + rule]
            if seen < 0 or (flags & SEVERAL and seen == s[SERIAL]):
                continue
        answer = YES if flags & SURE else _answer(t, p, s, program + t[row + 1] * WIDTH)
        if flags & SEVERAL:
            s[s[RULES] + rule] = s[SERIAL]
        if answer != NO:
            s[s[FOUND] + count] = rule * 2 + (answer == YES)
            count += 1
    return count


@compiled
def _answer(t: Ints, p: Ints, s: Ints, row: int) -> int:  # noqa: C901  one branch for each instruction
    """Run one rule's instructions."""
    top = STACK - 1
    while True:
        operation = t[row]
        if operation == TERM:
            top += 1
            s[top] = YES if _occurs(t, p, row) else NO
        elif operation == SKIP_NO:
            row += t[row + 1] * WIDTH if s[top] == NO else 0
        elif operation == AND:
            top -= 1
            s[top] = min(s[top], s[top + 1])
        elif operation == SCOPE:
            top += 1
            s[top] = YES if p[p[INSIDE] + t[row + 1]] else NO
        elif operation == NEAR:
            top += 1
            s[top] = YES if _meet(t, p, row) else NO
        elif operation == SKIP_YES:
            row += t[row + 1] * WIDTH if s[top] == YES else 0
        elif operation == OR:
            top -= 1
            s[top] = max(s[top], s[top + 1])
        elif operation == NOT:
            s[top] = YES - s[top]
        elif operation == UNKNOWN:
            top += 1
            s[top] = MAYBE
        else:
            return s[top]
        row += WIDTH


@compiled
def _occurs(t: Ints, p: Ints, row: int) -> bool:
    """Tell whether a term stands in its fields as often as it must; its literals are different, so they add up."""
    if t[row + 6] and p[p[HEADS] + (np.uint32(t[row + 5]) >> p[HASH_SHIFT])] < 0:
        return False
    fields, wanted, found = t[row + 3], t[row + 4], 0
    begin = t[LITERALS] + t[row + 1] * LITERAL
    for literal in range(begin, begin + t[row + 2] * LITERAL, LITERAL):
        place = _next(t, p, literal, _first(t, p, literal), fields)
        while place >= 0:
            found += 1
            if found >= wanted:
                return True
            place = _next(t, p, literal, _after(t, p, literal, place), fields)
    return False


@compiled
def _first(t: Ints, p: Ints, literal: int) -> int:
    """Return the first place of a literal's rarest bigram, or of one with its hash; -1 for none."""
    heads = p[LONE_HEADS] if t[literal + 1] == 1 else p[HEADS]
    return p[heads + (np.uint32(t[literal + HASH]) >> p[HASH_SHIFT])]


@compiled
def _after(t: Ints, p: Ints, literal: int, place: int) -> int:
    links = p[LONE_LINKS] if t[literal + 1] == 1 else p[LINKS]
    return p[links + place]


@compiled
def _next(t: Ints, p: Ints, literal: int, place: int, fields: int) -> int:
    """Return the first place, from the one given on, at which the literal really stands in one of the fields."""
    while place >= 0:
        if _stands(t, p, literal, place) and fields >> _field(p, place) & 1:
            return place
        place = _after(t, p, literal, place)
    return -1


@compiled
def _field(p: Ints, place: int) -> int:
    field = 0
    while place >= p[p[ENDS] + field]:
        field += 1
    return field


@compiled
def _fits(t: Ints, p: Ints, literal: int, place: int) -> bool:
    """Tell whether a literal may stand where its rarest bigram does: there is room, and both characters beside fit."""
    length, offset = t[literal + 1], t[literal + 2]
    if place < offset or place - offset + length > p[LENGTH]:
        return False
    before = p[p[TEXT] + place - 1] & 0xFFFF if offset > 0 else 0
    behind = p[p[TEXT] + place + 2] & 0xFFFF if offset + 2 < length else 0
    return (before | behind << 16) == t[literal + BESIDE] & 0xFFFFFFFF


@compiled
def _stands(t: Ints, p: Ints, literal: int, place: int) -> bool:
    """Tell whether a literal stands where its rarest bigram does, with no word going on at a rim that must be whole."""
    if not _fits(t, p, literal, place):
        return False
    length = t[literal + 1]
    start = place - t[literal + 2]
    characters, text, rims = t[CHARACTERS] + t[literal], p[TEXT] + start, t[literal + 4]
    for step in range(length):
        if t[characters + step] != p[text + step]:
            return False
    if rims & WHOLE_LEFT and start > 0 and p[text - 1] & WORD:
        return False
    return not (rims & WHOLE_RIGHT and p[text + length] & WORD)  # the text ends with a separator, a literal never does


@compiled
def _meet(t: Ints, p: Ints, row: int) -> bool:
    """Tell whether some literal of the left side stands near one of the right side."""
    left, right = t[LITERALS] + t[row + 1] * LITERAL, t[LITERALS] + t[row + 3] * LITERAL
    for one in range(left, left + t[row + 2] * LITERAL, LITERAL):
        for other in range(right, right + t[row + 4] * LITERAL, LITERAL):
            if _near(t, p, one, other, t[row + 5], t[row + 6]):
                return True
    return False


@compiled
def _near(t: Ints, p: Ints, one: int, other: int, distance: int, fields: int) -> bool:
    """Walk along both chains at once: for each place of the one, the first of the other that is not too far before."""
    left_fields, right_fields = fields & ((1 << FIELD_BITS) - 1), fields >> FIELD_BITS
    ordered, distance = distance & 1, distance >> 1
    length, other_length = t[one + 1], t[other + 1]
    place = _next(t, p, one, _first(t, p, one), left_fields)
    beside = _next(t, p, other, _first(t, p, other), right_fields)
    while place >= 0 and beside >= 0:
        start = place - t[one + 2]
        field = _field(p, place)
        earliest = start + 1 if ordered else start - distance - other_length
        earliest = max(earliest, p[p[ENDS] + field - 1] if field else 0)
        while beside >= 0 and beside - t[other + 2] < earliest:
            beside = _next(t, p, other, _after(t, p, other, beside), right_fields)
        found = beside - t[other + 2]
        if beside >= 0 and found <= start + length + distance and found < p[p[ENDS] + field]:
            return True
        place = _next(t, p, one, _after(t, p, one, place), left_fields)
    return False


@compiled
def fill_buckets(bigrams: Ints, begins: Ints, buckets: Ints) -> None:
    """Enter different bigrams [n, 2], and where the anchors of each begin, into an empty hash table."""
    last_slot = len(buckets) - 1
    for number in range(len(bigrams)):
        first, second = bigrams[number, 0], bigrams[number, 1]
        slot = mixed(first, second) & last_slot
        while buckets[slot, 3] != 0:
            slot = (slot + 1) & last_slot
        buckets[slot] = first, second, begins[number], begins[number + 1]
