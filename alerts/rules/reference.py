"""Whether one rule holds for one notice, found out plainly. Whatever is faster must give the same answer."""

from bisect import bisect_left
from collections.abc import Iterator

from alerts.model import Span
from alerts.rules.days import in_days
from alerts.rules.fields import TEXTS
from alerts.rules.leaves import Dated, Has, Pattern, Place, Sought, State, Term
from alerts.rules.notice_text import NoticeText
from alerts.rules.patterns import found_by
from alerts.rules.tree import And, Near, Node, Not, Or, Rule, walk
from crawler.folding import is_word


def holds(rule: Rule, text: NoticeText) -> bool:
    """Tell whether the notice meets the rule."""
    return node_holds(rule.root, text)


def node_holds(node: Node, text: NoticeText) -> bool:  # noqa: PLR0911  one answer for each kind of node
    """Tell whether the notice meets a part of a rule; raise LookupError when it asks for today and nobody gave that."""
    match node:
        case Term() | Pattern():
            return _sought_holds(node, text)
        case Place():
            return not text.scopes.isdisjoint(node.paths)
        case State():
            return node.name in text.states
        case Has():
            return node.name in text.has
        case Dated():
            first, last = in_days(node.days, text.today)
            return any(first <= day <= last for day in text.days[node.field])
        case Not():
            return not node_holds(node.part, text)
        case And():
            return all(node_holds(part, text) for part in node.parts)
        case Or():
            return any(node_holds(part, text) for part in node.parts)
        case Near():
            return any(stretches(node, text, field) for field in fields_near(node))


def fields_of(leaf: Sought) -> tuple[str, ...]:
    """Return the fields that a term or pattern looks in."""
    return (leaf.field,) if leaf.field else TEXTS


def fields_near(node: Near) -> tuple[str, ...]:
    """Return the fields in which the sides may meet: every one that a term of theirs looks in."""
    return tuple(dict.fromkeys(field for part in walk(node) if isinstance(part, Sought) for field in fields_of(part)))


def found_in(leaf: Sought, text: NoticeText, field: str) -> list[Span]:
    """Return where a term or pattern stands in a field's folded text, in order; of a term overlapping places too."""
    folded = text.fields[field].text
    if isinstance(leaf, Pattern):
        return list(found_by(leaf.source, folded)) if all(one in folded for one in leaf.literals) else []
    spans = occurrences(folded, leaf)
    if not leaf.whole or not spans:
        return spans
    cuts = text.cuts.of(field, folded)
    return [(start, end) for start, end in spans if start in cuts and end in cuts]


def occurrences(folded: str, term: Term) -> list[Span]:
    """Return where the characters of a term stand in a folded text, overlapping ones too, in order."""
    if len(term.needles) == 1:
        return list(_each(folded, term.needles[0], prefix=term.prefix))
    return sorted({span for needle in term.needles for span in _each(folded, needle, prefix=term.prefix)})


def stretches(node: Node, text: NoticeText, field: str) -> list[Span]:
    """Return the stretches of a field that a side of NEAR covers; those of a NEAR reach from its left to its right."""
    match node:
        case Term() | Pattern():
            return found_in(node, text, field) if field in fields_of(node) else []
        case Near():
            return _pairs(node.left, node.right, node, text, field)
        case And() | Or():
            return _union(node, [stretches(part, text, field) for part in node.parts])
        case _:
            raise TypeError(f"{node} has no place in a text")


def _sought_holds(leaf: Sought, text: NoticeText) -> bool:
    if isinstance(leaf, Pattern) or leaf.whole or leaf.count > 1:
        count = 1 if isinstance(leaf, Pattern) else leaf.count
        return sum(len(found_in(leaf, text, field)) for field in fields_of(leaf)) >= count
    return any(_appears(text.fields[field].text, leaf) for field in fields_of(leaf))


def _appears(folded: str, term: Term) -> bool:
    return any(
        needle in folded and any(True for _ in _each(folded, needle, prefix=term.prefix)) for needle in term.needles
    )


def _each(folded: str, needle: str, *, prefix: bool) -> Iterator[Span]:
    """Yield each place of a needle; at a Latin letter or digit of its rim no other may follow on outside."""
    whole_left, whole_right = is_word(needle[0]), is_word(needle[-1]) and not prefix
    start, length = folded.find(needle), len(needle)
    while start >= 0:
        end = start + length
        cut_left = whole_left and start > 0 and is_word(folded[start - 1])
        cut_right = whole_right and end < len(folded) and is_word(folded[end])
        if not (cut_left or cut_right):
            yield start, end
        start = folded.find(needle, start + 1)


def _pairs(left: Node, right: Node, near: Near, text: NoticeText, field: str) -> list[Span]:
    """Bring every part of an AND near the other side, and some part of an OR."""
    if isinstance(left, (And, Or)):
        return _union(left, [_pairs(part, right, near, text, field) for part in left.parts])
    if isinstance(right, (And, Or)):
        return _union(right, [_pairs(left, part, near, text, field) for part in right.parts])
    lefts = stretches(left, text, field)
    return _hulls(lefts, stretches(right, text, field), near) if lefts else []


def _union(node: And | Or, found: list[list[Span]]) -> list[Span]:
    if isinstance(node, And) and not all(found):
        return []
    return sorted({span for spans in found for span in spans})


def _hulls(lefts: list[Span], rights: list[Span], near: Near) -> list[Span]:
    """Return what each pair covers between whose sides at most `distance` characters lie; they may overlap."""
    longest = max((end - start for start, end in rights), default=0)
    found = set()
    for start, end in lefts:
        first = bisect_left(rights, (start - near.distance - longest, 0))
        last = bisect_left(rights, (end + near.distance + 1, 0))
        for other_start, other_end in rights[first:last]:
            apart = max(other_start - end, start - other_end)
            if apart <= near.distance and (not near.ordered or start < other_start):
                found.add((min(start, other_start), max(end, other_end)))
    return sorted(found)
