"""A notice as the kernel reads it: the fields joined, and a chain through the places of each bigram."""

import numpy as np

from alerts.rules.matcher.kernel import link
from alerts.rules.matcher.layout import FIELD_ORDER, Bytes, Page
from alerts.rules.notice_text import NoticeText
from crawler.folding import SEPARATOR, word_table

SLOTS = (10, 18)  # least and most, as powers of two
NO_SCOPES: Bytes = np.zeros(0, np.uint8)
WORDS = word_table()


def page_of(text: NoticeText, *, lone: bool) -> Page:
    """Lay out a notice; `lone`: some literal is a single character."""
    fields = [text.fields[name].text for name in FIELD_ORDER]
    ends = np.cumsum([len(field) + len(SEPARATOR) for field in fields], dtype=np.int32)
    whole = SEPARATOR.join(fields)
    codes = np.frombuffer((whole + SEPARATOR).encode("utf-32-le", "surrogatepass"), np.uint32)
    bits = min(max((2 * len(codes)).bit_length(), SLOTS[0]), SLOTS[1])
    heads, links = np.empty(1 << bits, np.int32), np.empty(len(codes), np.int32)
    lone_heads, lone_links = (np.empty_like(heads), np.empty_like(links)) if lone else (heads[:0], links[:0])
    link(codes, 32 - bits, heads, links, lone_heads, lone_links)
    return Page(codes, ends, 32 - bits, heads, links, lone_heads, lone_links, NO_SCOPES, WORDS)
