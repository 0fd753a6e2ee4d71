"""The compiled part: from the bigrams of a notice to the rules that hold, or may hold. Exact: YES and NO are final."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np

from alerts.rules.matcher.layout import (
    AND,
    FIELD_BITS,
    GUARDED,
    LAST_TEXT,
    MAYBE,
    NEAR,
    NO,
    NOT,
    OR,
    SCOPE,
    SEVERAL,
    SKIP_NO,
    SKIP_YES,
    SURE,
    TERM,
    TITLE,
    UNKNOWN,
    WHOLE_LEFT,
    WHOLE_RIGHT,
    YES,
    Bytes,
    Codes,
    Ints,
    Longs,
    Page,
    Scratch,
    Tables,
)

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile at the first call and keep the machine code on disk; without the lock of the interpreter."""
    return cast("Function", numba.njit(cache=True, nogil=True, boundscheck=False)(function))


@compiled
def mixed(first: int, second: int) -> int:
    """Return the hash of two characters, 32 bits of which the upper are the better."""
    both = (np.uint64(first) << np.uint64(32)) | np.uint64(second)
    return np.int64((both * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32))


@compiled
def link(text: Codes, shift: int, heads: Ints, links: Ints, lone_heads: Ints, lone_links: Ints) -> None:
    """Chain the places of each bigram, and of each character when `lone_heads` is not empty."""
    heads[:] = -1
    for place in range(len(text) - 2, -1, -1):
        slot = mixed(text[place], text[place + 1]) >> shift
        links[place] = heads[slot]
        heads[slot] = place
    if len(lone_heads):
        lone_heads[:] = -1
        for place in range(len(text) - 1, -1, -1):
            slot = mixed(text[place], 0) >> shift
            lone_links[place] = lone_heads[slot]
            lone_heads[slot] = place


@compiled
def scan(tables: Tables, page: Page, scratch: Scratch, serial: int) -> int:
    """Write the rules that hold or may hold to `scratch.found` and return how many; each stands there once."""
    count = 0
    begin = 0
    for scope in range(len(tables.scopes)):
        end = tables.scopes[scope]
        if scope >= len(page.scopes) or page.scopes[scope]:
            count = _follow(tables, page, scratch, serial, begin, end, 0, count)
        begin = end
    for place in range(len(page.text)):
        second = page.text[place + 1] if place + 1 < len(page.text) else np.uint32(10)
        code = mixed(page.text[place], second) >> tables.shift
        if tables.sieve[code >> 5] >> (code & 31) & 1:
            count = _look_up(tables, page, scratch, serial, place, second, count)
        if len(page.lone_heads):
            code = mixed(page.text[place], 0) >> tables.shift
            if tables.sieve[code >> 5] >> (code & 31) & 1:
                count = _look_up(tables, page, scratch, serial, place, 0, count)
    return count


@compiled
def _look_up(
    tables: Tables, page: Page, scratch: Scratch, serial: int, place: int, second: int, count: int
) -> int:
    """Follow the anchors that stand at a place of the text, each at its first place only."""
    key = (np.uint64(page.text[place]) << np.uint64(32)) | np.uint64(second)
    last_slot = len(tables.keys) - 1
    slot = mixed(page.text[place], second) & last_slot
    while tables.keys[slot] != key:
        if tables.keys[slot] == 0:
            return count
        slot = (slot + 1) & last_slot
    for anchor in range(tables.buckets[slot, 0], tables.buckets[slot, 1]):
        if scratch.anchors[anchor] == serial:
            continue
        literal = tables.anchors[anchor, 0]
        if _stands(tables, page, literal, place):
            scratch.anchors[anchor] = serial
            begin = tables.anchors[anchor - 1, 1] if anchor else tables.scopes[-1]
            end = tables.anchors[anchor, 1]
            count = _follow(tables, page, scratch, serial, begin, end, place - tables.literals[literal, 2], count)
    return count


@compiled
def _follow(
    tables: Tables, page: Page, scratch: Scratch, serial: int, begin: int, end: int, start: int, count: int
) -> int:
    """Ask the rules of some postings, what is cheapest first."""
    for posting in range(begin, end):
        flags = tables.postings[posting, 4]
        scope = tables.postings[posting, 2]
        if scope >= 0 and not page.scopes[scope]:
            continue
        if flags & GUARDED and page.heads[np.uint32(tables.postings[posting, 3]) >> page.shift] < 0:
            continue
        if flags & TITLE and start >= page.ends[0]:
            continue
        rule = tables.postings[posting, 0]
        if not scratch.alive[rule]:
            continue
        if flags & SEVERAL and scratch.rules[rule] == serial:
            continue
        if flags & SURE:
            if start >= page.ends[LAST_TEXT]:
                continue
            answer = YES
        else:
            answer = _answer(tables, page, scratch.stack, tables.postings[posting, 1])
        if flags & SEVERAL:
            scratch.rules[rule] = serial
        if answer != NO:
            scratch.found[count] = rule * 2 + (answer == YES)
            count += 1
    return count


@compiled
def _answer(tables: Tables, page: Page, stack: Bytes, row: int) -> int:
    """Run one rule's instructions."""
    top = -1
    program = tables.program
    while True:
        operation = program[row, 0]
        if operation == TERM:
            top += 1
            stack[top] = YES if _occurs(tables, page, program, row) else NO
        elif operation == SKIP_NO:
            row += program[row, 1] if stack[top] == NO else 0
        elif operation == AND:
            top -= 1
            stack[top] = min(stack[top], stack[top + 1])
        elif operation == SCOPE:
            top += 1
            stack[top] = YES if page.scopes[program[row, 1]] else NO
        elif operation == NEAR:
            top += 1
            stack[top] = YES if _meet(tables, page, program, row) else NO
        elif operation == SKIP_YES:
            row += program[row, 1] if stack[top] == YES else 0
        elif operation == OR:
            top -= 1
            stack[top] = max(stack[top], stack[top + 1])
        elif operation == NOT:
            stack[top] = YES - stack[top]
        elif operation == UNKNOWN:
            top += 1
            stack[top] = MAYBE
        else:
            return stack[top]
        row += 1


@compiled
def _occurs(tables: Tables, page: Page, program: Ints, row: int) -> bool:
    """Tell whether a term stands in its fields as often as it must; its literals are different, so they add up."""
    first, many, fields, wanted = program[row, 1], program[row, 2], program[row, 3], program[row, 4]
    found = 0
    for literal in range(first, first + many):
        place = _next(tables, page, literal, _first(tables, page, literal), fields)
        while place >= 0:
            found += 1
            if found >= wanted:
                return True
            place = _next(tables, page, literal, _after(tables, page, literal, place), fields)
    return False


@compiled
def _first(tables: Tables, page: Page, literal: int) -> int:
    """Return the first place of a literal's rarest bigram, or of one with its hash; -1 for none."""
    code = np.uint32(tables.literals[literal, 3])
    if tables.literals[literal, 1] == 1:
        return page.lone_heads[code >> page.shift]
    return page.heads[code >> page.shift]


@compiled
def _after(tables: Tables, page: Page, literal: int, place: int) -> int:
    return page.lone_links[place] if tables.literals[literal, 1] == 1 else page.links[place]


@compiled
def _next(tables: Tables, page: Page, literal: int, place: int, fields: int) -> int:
    """Return the first place, from the one given on, at which the literal really stands in one of the fields."""
    while place >= 0:
        if _stands(tables, page, literal, place) and fields >> _field(page, place) & 1:
            return place
        place = _after(tables, page, literal, place)
    return -1


@compiled
def _field(page: Page, place: int) -> int:
    field = 0
    while place >= page.ends[field]:
        field += 1
    return field


@compiled
def _stands(tables: Tables, page: Page, literal: int, place: int) -> bool:
    """Tell whether a literal stands where its rarest bigram does, with no word going on at a rim that must be whole."""
    length = tables.literals[literal, 1]
    start = place - tables.literals[literal, 2]
    end = start + length
    if start < 0 or end > len(page.text):
        return False
    first = tables.literals[literal, 0]
    for step in range(length):
        if tables.characters[first + step] != page.text[start + step]:
            return False
    rims = tables.literals[literal, 4]
    if rims & WHOLE_LEFT and start > 0 and page.words[page.text[start - 1]]:
        return False
    return not (rims & WHOLE_RIGHT and end < len(page.text) and page.words[page.text[end]])


@compiled
def _meet(tables: Tables, page: Page, program: Ints, row: int) -> bool:
    """Tell whether some literal of the left side stands near one of the right side."""
    left, right = program[row, 1], program[row, 3]
    for one in range(left, left + program[row, 2]):
        for other in range(right, right + program[row, 4]):
            if _near(tables, page, one, other, program[row, 5], program[row, 6]):
                return True
    return False


@compiled
def _near(tables: Tables, page: Page, one: int, other: int, distance: int, fields: int) -> bool:
    """Walk along both chains at once: for each place of the one, the first of the other that is not too far before."""
    left_fields, right_fields = fields & ((1 << FIELD_BITS) - 1), fields >> FIELD_BITS
    place = _next(tables, page, one, _first(tables, page, one), left_fields)
    beside = _next(tables, page, other, _first(tables, page, other), right_fields)
    ordered, distance = distance & 1, distance >> 1
    length, other_length = tables.literals[one, 1], tables.literals[other, 1]
    while place >= 0 and beside >= 0:
        start = place - tables.literals[one, 2]
        field = _field(page, place)
        earliest = start + 1 if ordered else start - distance - other_length
        earliest = max(earliest, page.ends[field - 1] if field else 0)
        while beside >= 0 and beside - tables.literals[other, 2] < earliest:
            beside = _next(tables, page, other, _after(tables, page, other, beside), right_fields)
        found = beside - tables.literals[other, 2]
        if beside >= 0 and found <= start + length + distance and found < page.ends[field]:
            return True
        place = _next(tables, page, one, _after(tables, page, one, place), left_fields)
    return False


@compiled
def fill_buckets(keys: Longs, begins: Ints, slots: Longs, buckets: Ints) -> None:
    """Enter the bigrams, (first << 32 | second), ascending, and where the anchors of each begin, into a hash table."""
    last_slot = len(slots) - 1
    for number in range(len(keys)):
        slot = mixed(keys[number] >> 32, keys[number] & 0xFFFFFFFF) & last_slot
        while slots[slot] != 0:
            slot = (slot + 1) & last_slot
        slots[slot] = keys[number]
        buckets[slot, 0], buckets[slot, 1] = begins[number], begins[number + 1]
