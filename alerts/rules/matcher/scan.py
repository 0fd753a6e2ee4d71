"""From the bigrams of a notice to the rules that hold, or may hold.

What is looked at lies far apart in memory, and waiting for it is most of the cost. So each step is taken for many at
once, and asks for the memory that the next will look at: then the waits overlap.

In all of it `t` are the tables, `p` is the page, `s` the scratch: see layout.py. `ids` are what the caller calls the
rules, `found` is where they are written: those that hold from its begin on, those that may from its end back.
"""

import numpy as np

from alerts.rules.matcher.answer import answer, stands
from alerts.rules.matcher.layout import (
    ANCHOR,
    BLOCK,
    BUCKET,
    BUCKETS,
    CLUSTERS,
    ENDS,
    GONE,
    GUARDED,
    HASH_SHIFT,
    HEADS,
    HOLD,
    IN_TEXTS,
    INSIDE,
    LAST_SLOT,
    LAST_TEXT,
    LENGTH,
    LINKS,
    LONE_HEADS,
    LONE_LINKS,
    MAY,
    NO,
    POSTING,
    POSTINGS_BEGIN,
    POSTINGS_END,
    ROOM,
    RULE_COUNT,
    RULES,
    SCOPE_COUNT,
    SCOPES,
    SERIAL,
    SEVERAL,
    SIEVE,
    SIEVE_SHIFT,
    SURE,
    TEXT,
    TITLE,
    WAITING,
    YES,
    Ints,
    Longs,
)
from alerts.rules.matcher.machine import compiled, fetch, lying, mixed

LINE = 16  # numbers that the processor fetches together


@compiled
def scan(tables: Ints, page: Ints, scratch: Ints, names: Longs, rules: Longs) -> None:
    """Write the rules that hold and those that may; how many they are stands in the scratch; each is there once."""
    t, p, s, ids, found = lying(tables), lying(page), lying(scratch), lying(names), lying(rules)
    s[HOLD] = s[MAY] = 0
    begin, many = t[CLUSTERS], 0
    for scope in range(t[SCOPE_COUNT] + 1):
        end = t[t[SCOPES] + scope]
        if scope == t[SCOPE_COUNT] or p[p[INSIDE] + scope]:
            many = _follow(t, p, s, ids, found, begin, end, 0, many)
        begin = end
    many = _of_grams(t, p, s, ids, found, p[HEADS], p[LINKS], 1, many)
    if p[LONE_HEADS]:
        many = _of_grams(t, p, s, ids, found, p[LONE_HEADS], p[LONE_LINKS], 0, many)
    _ask(t, p, s, ids, found, many)


@compiled
def _of_grams(
    t: Ints, p: Ints, s: Ints, ids: Longs, found: Longs, heads: int, links: int, paired: int, many: int
) -> int:
    """Follow the anchors of the bigrams of the text, or of its single characters."""
    return _follow_all(t, p, s, ids, found, _look_up(t, p, _sift(t, p, heads, links, paired), paired), links, many)


@compiled
def _sift(t: Ints, p: Ints, heads: int, links: int, paired: int) -> int:
    """Write down where bigrams that some anchor may have stand for the first time; return how many there are."""
    text, places, sieve, shift, many = p[TEXT], p[ROOM], t[SIEVE], t[SIEVE_SHIFT], 0
    for place in range(p[LENGTH] - paired):
        code = mixed(p[text + place], p[text + place + paired] * paired)
        word = t[sieve + (code >> shift >> 5)]
        p[places + many] = place
        many += (word >> (code >> shift & 31)) & (word >> (code & 31)) & 1
    kept, slots, last_slot = 0, t[BUCKETS], t[LAST_SLOT]
    for number in range(many):
        place = p[places + number]
        first, second = p[text + place], p[text + place + paired] * paired
        code = mixed(first, second)
        before = p[heads + (code >> p[HASH_SHIFT])]
        while p[text + before] != first or p[text + before + paired] * paired != second:
            before = p[links + before]
        p[places + kept] = place
        kept += before == place
        fetch(t, slots + (code & last_slot) * BUCKET)
    return kept


@compiled
def _look_up(t: Ints, p: Ints, many: int, paired: int) -> int:
    """Find the buckets of the bigrams at these places; leave those places that have one, and return how many."""
    text, places, buckets, last_slot, kept = p[TEXT], p[ROOM], p[ROOM] + p[LENGTH], t[LAST_SLOT], 0
    for number in range(many):
        place = p[places + number]
        first, second = p[text + place], p[text + place + paired] * paired
        slot = mixed(first, second) & last_slot
        bucket = t[BUCKETS] + slot * BUCKET
        while t[bucket + 3] and (t[bucket] != first or t[bucket + 1] != second):
            slot = (slot + 1) & last_slot
            bucket = t[BUCKETS] + slot * BUCKET
        p[places + kept], p[buckets + kept] = place, bucket
        if t[bucket + 3]:
            kept += 1
            for line in range(3):
                fetch(t, t[bucket + 2] + line * LINE)
    return kept


@compiled
def _follow_all(t: Ints, p: Ints, s: Ints, ids: Longs, found: Longs, held: int, links: int, many: int) -> int:
    """Follow the anchors of the buckets found that stand in the text, each from where it does so first."""
    places, buckets = p[ROOM], p[ROOM] + p[LENGTH]
    for number in range(held):
        bucket = p[buckets + number]
        for anchor in range(t[bucket + 2], t[bucket + 3], ANCHOR):
            place = p[places + number]
            while place >= 0 and not stands(t, p, anchor, place):
                place = p[links + place]
            if place >= 0:
                begin, end, start = t[anchor + POSTINGS_BEGIN], t[anchor + POSTINGS_END], place - t[anchor + 2]
                many = _follow(t, p, s, ids, found, begin, end, start, many)
    return many


@compiled
def _follow(t: Ints, p: Ints, s: Ints, ids: Longs, found: Longs, begin: int, end: int, start: int, many: int) -> int:
    """Note the postings of which the cheap questions do not say no; ask whenever a block is full."""
    in_title, in_texts = start < p[p[ENDS]], start < p[p[ENDS] + LAST_TEXT]
    for row in range(begin, end, POSTING):
        scope, flags = t[row + 2], t[row + 4]
        if scope >= 0 and not p[p[INSIDE] + scope]:
            continue
        if flags & GUARDED and p[p[HEADS] + (np.uint32(t[row + 3]) >> p[HASH_SHIFT])] < 0:
            continue
        if (flags & TITLE and not in_title) or (flags & IN_TEXTS and not in_texts):
            continue
        fetch(ids, t[row])
        if flags & SEVERAL:
            fetch(s, s[RULES] + t[row])
        if not flags & SURE:
            fetch(t, t[row + 1])
            fetch(t, t[row + 1] + LINE)
        s[WAITING + many] = row
        many += 1
        if many == BLOCK:
            _ask(t, p, s, ids, found, many)
            many = 0
    return many


@compiled
def _ask(t: Ints, p: Ints, s: Ints, ids: Longs, found: Longs, many: int) -> None:
    """Ask the rules of some postings."""
    for number in range(many):
        row = s[WAITING + number]
        rule, flags = t[row], t[row + 4]
        if flags & SEVERAL or s[GONE]:
            seen = s[s[RULES] + rule]
            if seen < 0 or (flags & SEVERAL and seen == s[SERIAL]):
                continue
        told = YES if flags & SURE else answer(t, p, s, t[row + 1])
        if flags & SEVERAL:
            s[s[RULES] + rule] = s[SERIAL]
        if told == YES:
            found[s[HOLD]] = ids[rule]
            s[HOLD] += 1
        elif told != NO:
            s[MAY] += 1
            found[s[RULE_COUNT] - s[MAY]] = ids[rule]
