"""Why a rule holds: each positive term that is true, and where."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby, islice

from alerts.model import Hit, Span
from alerts.rules.leaves import Sought
from alerts.rules.notice_text import NoticeText
from alerts.rules.reference import fields_near, fields_of, found_in, node_holds, stretches
from alerts.rules.tree import Near, Node, Not, Rule, parts_of, walk

MOST_PARTS = 20
MOST_SPANS = 200  # in one part


def evidence(rule: Rule, text: NoticeText) -> tuple[Hit, ...]:
    """Return a hit for each term and field, in the order of the rule; none when the rule does not hold.

    In attachments each file name and page is a hit of its own: of one term the first MOST_PARTS, since a file may be
    a thousand pages long.
    """
    if not node_holds(rule.root, text):
        return ()
    spans: dict[tuple[str, str], set[Span]] = {}
    for term, field, found in _found(rule.root, text, wanted=True):
        spans.setdefault((term.label, field), set()).update(found)
    return tuple(hit for (label, field), found in spans.items() for hit in _hits(label, field, found, text))


def _found(node: Node, text: NoticeText, *, wanted: bool) -> Iterator[tuple[Sought, str, list[Span]]]:
    """Yield (term, field, spans in folded text) of what is true and wanted to be."""
    if isinstance(node, Not):
        yield from _found(node.part, text, wanted=not wanted)
    elif isinstance(node, Near):
        yield from _found_near(node, text) if wanted else ()
    elif isinstance(node, Sought):
        if wanted and node_holds(node, text):
            every = ((field, found_in(node, text, field)) for field in fields_of(node))
            yield from ((node, field, found) for field, found in every if found)
    else:
        for part in parts_of(node):
            yield from _found(part, text, wanted=wanted)


def _found_near(node: Near, text: NoticeText) -> Iterator[tuple[Sought, str, list[Span]]]:
    """Yield only what lies in a stretch where the sides are near each other."""
    for field in fields_near(node):
        covered = stretches(node, text, field)
        starts = [start for start, _end in covered]
        reach = list(accumulate((end for _start, end in covered), max))
        for term in (part for part in walk(node) if isinstance(part, Sought) and covered):
            found = [span for span in stretches(term, text, field) if _inside(span, starts, reach)]
            if found:
                yield term, field, found


def _inside(span: Span, starts: Sequence[int], reach: Sequence[int]) -> bool:
    """Tell whether a stretch covers the span: of those that start before it, `reach` is the furthest end."""
    before = bisect_right(starts, span[0])
    return before > 0 and reach[before - 1] >= span[1]


def _hits(label: str, field: str, found: set[Span], text: NoticeText) -> Iterator[Hit]:
    spans = _original(found, text, field)
    if field != "attachment":
        yield Hit(term=label, field=field, spans=spans)
        return
    by_part = groupby(spans, key=lambda span: text.part_at(span[0]))
    for part, inside in islice(by_part, MOST_PARTS):
        moved = tuple((start - part.start, end - part.start) for start, end in islice(inside, MOST_SPANS))
        yield Hit(term=label, field=field, spans=moved, attachment=part.attachment, page=part.page)


def _original(found: set[Span], text: NoticeText, field: str) -> tuple[Span, ...]:
    return tuple(text.fields[field].span(start, end) for start, end in sorted(found))
