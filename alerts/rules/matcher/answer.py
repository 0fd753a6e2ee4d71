"""Runs the instructions of one rule: what it comes to on a page. YES and NO are final.

In all of it `t` are the tables, `p` is the page, `s` the scratch: see layout.py.
"""

import numpy as np

from alerts.rules.matcher.layout import (
    AND,
    BESIDE,
    ENDS,
    FIELD_BITS,
    HASH,
    HASH_SHIFT,
    HEADS,
    INSIDE,
    LENGTH,
    LINKS,
    LITERAL,
    LONE_HEADS,
    LONE_LINKS,
    MAYBE,
    NEAR,
    NO,
    NOT,
    OR,
    SCOPE,
    SKIP_NO,
    SKIP_YES,
    STACK,
    TERM,
    TEXT,
    UNKNOWN,
    WHOLE_LEFT,
    WHOLE_RIGHT,
    WIDTH,
    WORD,
    YES,
    Ints,
)
from alerts.rules.matcher.machine import compiled


@compiled
def answer(t: Ints, p: Ints, s: Ints, row: int) -> int:  # noqa: C901  one branch for each instruction
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
    begin = t[row + 1]
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
        if stands(t, p, literal, place) and fields >> _field(p, place) & 1:
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
def stands(t: Ints, p: Ints, literal: int, place: int) -> bool:
    """Tell whether a literal stands where its rarest bigram does, with no word going on at a rim that must be whole."""
    if not _fits(t, p, literal, place):
        return False
    length = t[literal + 1]
    start = place - t[literal + 2]
    characters, text, rims = t[literal], p[TEXT] + start, t[literal + 4]
    for step in range(length):
        if t[characters + step] != p[text + step]:
            return False
    if rims & WHOLE_LEFT and start > 0 and p[text - 1] & WORD:
        return False
    return not (rims & WHOLE_RIGHT and p[text + length] & WORD)  # the text ends with a separator, a literal never does


@compiled
def _meet(t: Ints, p: Ints, row: int) -> bool:
    """Tell whether some literal of the left side stands near one of the right side."""
    left, right = t[row + 1], t[row + 3]
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
