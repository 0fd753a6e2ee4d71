"""Text with highlights, and the few sentences round the densest hits: pure."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache

from alerts.model import Marked, Span

LEAST, MOST = 120, 160
"""A snippet grows by whole sentences up to MOST characters; one sentence longer than that is cut to about LEAST."""

SENTENCE = re.compile(r"[^。！？；!?\n]*(?:[。！？；!?]+[”’」』）)》]*\s*|\n\s*|\Z)")
REMEMBERED = 1_000  # texts: what one reader is sent today, many are
CLAUSE = re.compile(r"[，、：,:\s]")
REACH = 15  # how far a cut moves to end a clause
CJK = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")


def merge_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the spans in order and apart; those that overlap or touch become one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return tuple(merged)


def mark(text: str, spans: Iterable[Span]) -> Marked:
    """Return a whole text on one line with its highlights."""
    return _mark(text, tuple(spans))


def snippet(text: str, spans: Iterable[Span]) -> Marked:
    """Return the sentences round the densest hits, or the beginning when there are none; … stands where one is cut."""
    return _snippet(text, tuple(spans))


@lru_cache(REMEMBERED)
def _mark(text: str, spans: tuple[Span, ...]) -> Marked:
    return _tidy(text, _inside(spans, 0, len(text)), 0, len(text))


@lru_cache(REMEMBERED)
def _snippet(text: str, spans: tuple[Span, ...]) -> Marked:
    marked = _inside(spans, 0, len(text))
    sentences = [found.span() for found in SENTENCE.finditer(text) if found[0].strip()]
    if not sentences:
        return Marked(text="")
    first, last = _densest(marked) if marked else (sentences[0][0], sentences[0][0] + 1)
    start, end = _whole_sentences(sentences, first, last)
    if end - start <= MOST:
        return _tidy(text, marked, start, end)
    cut_start, cut_end = _cut(text, (start, end), (first, last))
    return _ellipsis(_tidy(text, marked, cut_start, cut_end), before=cut_start > start, after=cut_end < end)


def _densest(spans: Sequence[Span]) -> Span:
    """Return the range of LEAST characters that holds the most hits, from the first of them to the last."""
    best, most = spans[0], 0
    for index, (start, _) in enumerate(spans):
        within = [span for span in spans[index:] if span[1] <= start + LEAST]
        if len(within) > most:
            most, best = len(within), (start, within[-1][1])
    return best


def _whole_sentences(sentences: Sequence[Span], first: int, last: int) -> Span:
    """Return the sentences that hold the range, and as many after and before as fit."""
    starts = [start for start, _ in sentences]
    low = max(bisect_right(starts, first) - 1, 0)
    high = max(bisect_right(starts, last - 1) - 1, low)
    grown = True
    while grown:
        grown = False
        if high + 1 < len(sentences) and sentences[high + 1][1] - sentences[low][0] <= MOST:
            high, grown = high + 1, True
        if low > 0 and sentences[high][1] - sentences[low - 1][0] <= MOST:
            low, grown = low - 1, True
    return sentences[low][0], sentences[high][1]


def _cut(text: str, whole: Span, hits: Span) -> Span:
    """Cut about LEAST characters round the hits out of what is too long, at the ends of clauses where one is near."""
    middle = (hits[0] + hits[1]) // 2
    start = max(whole[0], min(hits[0], middle - LEAST // 2))
    end = min(whole[1], max(start + LEAST, min(hits[1], start + MOST)))
    start = max(whole[0], min(start, end - LEAST))
    if start > whole[0] and (clause := CLAUSE.search(text, start, min(start + REACH, hits[0]))):
        start = clause.end()
    if end < whole[1]:
        clauses = list(CLAUSE.finditer(text, max(end - REACH, hits[1]), end))
        end = clauses[-1].start() if clauses else end
    return start, end


def _inside(spans: Iterable[Span], start: int, end: int) -> tuple[Span, ...]:
    return merge_spans((max(low, start), min(high, end)) for low, high in spans if low < end and high > start)


def _tidy(text: str, spans: Iterable[Span], start: int, end: int) -> Marked:
    """Take a range out of a text, its white space made one blank, or none between Chinese characters."""
    kept = ""
    moved = [0]  # where each character of the range stands afterwards
    for position in range(start, end):
        character = text[position]
        if not character.isspace():
            if kept and text[position - 1].isspace() and not (CJK.match(kept[-1]) and CJK.match(character)):
                kept += " "
                moved[-1] += 1
            kept += character
        moved.append(len(kept))
    inside = ((moved[low - start], moved[high - start]) for low, high in _inside(spans, start, end))
    return Marked(text=kept, spans=merge_spans(inside))


def _ellipsis(marked: Marked, *, before: bool, after: bool) -> Marked:
    shift = int(before)
    return Marked(
        text="…" * shift + marked.text + "…" * after,
        spans=tuple((start + shift, end + shift) for start, end in marked.spans),
    )
