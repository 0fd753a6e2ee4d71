"""A notice as `scan` reads it: the fields joined, and chains through the places of each bigram."""

from itertools import accumulate

import numpy as np
import numpy.typing as npt

from alerts.rules.matcher.layout import (
    FIELD_ORDER,
    HASH_SHIFT,
    HEADS,
    LINKS,
    LONE_HEADS,
    LONE_LINKS,
    PAGE_HEAD,
    TEXT,
    WORD,
    WORDS,
    Ints,
)
from alerts.rules.matcher.machine import compiled, lying, mixed
from alerts.rules.notice_text import NoticeText
from crawler.folding import SEPARATOR

SLOTS = (10, 18)  # of the chains, least and most, as powers of two


def page_of(text: NoticeText, *, lone: bool, scopes: int) -> Ints:
    """Lay out a notice, with room for so many scopes; `lone`: some literal is a single character."""
    fields = [text.fields[name].text for name in FIELD_ORDER]
    whole = SEPARATOR.join(fields) + SEPARATOR
    length, bits = len(whole), min(max((2 * len(whole)).bit_length(), SLOTS[0]), SLOTS[1])
    chains = [1 << bits, length] * (1 + lone)
    sizes = (PAGE_HEAD, length, len(fields), *chains, *([0, 0] if not lone else ()), 2 * length, scopes)
    _, body, ends, heads, links, lone_heads, lone_links, room, inside, after = accumulate(sizes, initial=0)
    page = np.empty(after, np.int32)
    head = (body, length, ends, heads, links, lone_heads * lone, lone_links * lone, 32 - bits, room, inside)
    page[: len(head)] = head
    page[ends:heads] = tuple(accumulate(len(field) + len(SEPARATOR) for field in fields))
    _write(np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), np.int32), WORDS, page)
    return page


@compiled
def _write(text_codes: Ints, word_table: npt.NDArray[np.uint8], page: Ints) -> None:
    """Write a text into a page whose head is made: mark words, chain the places of each bigram and each character."""
    codes, words, p = lying(text_codes), lying(word_table), lying(page)
    text, heads, links, shift = p[TEXT], p[HEADS], p[LINKS], p[HASH_SHIFT]
    lone_heads, lone_links = p[LONE_HEADS], p[LONE_LINKS]
    page[heads:links] = -1
    if lone_heads:
        page[lone_heads:lone_links] = -1
    after = 0
    for place in range(len(text_codes) - 1, -1, -1):
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
