"""Why a notice meets a rule, or why not: its tree with an answer at each node, and the text beside it. Pure.

The answers are those of the reference; for what is not true the closest thing is looked for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from alerts.model import Hit, Marked, Span
from alerts.rules.errors import Language
from alerts.rules.evidence import evidence
from alerts.rules.fields import TEXTS
from alerts.rules.leaves import Dated, Has, Pattern, Place, Sought, State, Term
from alerts.rules.notice_text import NoticeText
from alerts.rules.reference import fields_near, fields_of, found_in, node_holds, stretches
from alerts.rules.remarks import Remark
from alerts.rules.tree import And, Near, Node, Not, Or, Rule, parts_of, walk
from crawler.notice import Notice

REACH = 12
"""Characters that an excerpt shows on each side of a hit: indented below its node it fits 80 columns."""

MOST_SPANS = 300
"""Places of each side of a NEAR that are compared when the distance is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """The text beside an answer: of which field, and with what was found highlighted."""

    field: str
    text: Marked
    attachment: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """The answer of a notice to one node of a rule. `found` counts the places where a true term stands."""

    node: Node
    holds: bool
    parts: tuple["Reason", ...] = ()
    remark: Remark | None = None
    excerpt: Excerpt | None = None
    found: int = 0

    def lacking(self) -> Iterator["Reason"]:
        """Yield the parts that keep a rule from holding: of those that must all hold each that does not."""
        if isinstance(self.node, And):
            for part in self.parts:
                yield from part.lacking()
        elif not self.holds:
            yield self

    def as_dict(self, language: Language = "zh") -> dict[str, Any]:
        """Return what --json prints."""
        beside = self.excerpt
        where = {"attachment": beside.attachment, "page": beside.page} if beside and beside.attachment else {}
        text = {"field": beside.field, "text": beside.text.text, "spans": beside.text.spans} if beside else None
        return {
            "rule": str(self.node),
            "holds": self.holds,
            "found": self.found,
            "why": self.remark.said(language) if self.remark else "",
            "beside": text and text | where,
            "parts": [part.as_dict(language) for part in self.parts],
        }


def why(rule: Rule, text: NoticeText, notice: Notice) -> Reason:
    """Answer every node of a rule; `text` is the notice folded, `notice` has the words that excerpts show."""
    return _Asked(text, notice).reason(rule.root)


@dataclass(frozen=True, slots=True)
class _Asked:
    text: NoticeText
    notice: Notice

    def reason(self, node: Node) -> Reason:
        answer = node_holds(node, self.text)
        parts = tuple(self.reason(part) for part in parts_of(node))
        match node:
            case Term() | Pattern():
                return self._true(node) if answer else self._missing(node)
            case Near():
                return replace(self._true(node), parts=parts) if answer else self._far(node, parts)
            case Not():
                remark = None if answer else Remark("excluded")
            case And() | Or():
                remark = None
            case Place():
                regions = "、".join(self.notice.regions)
                remark = None if answer else _stated("region", regions)
            case State() | Has():
                remark = None if answer else Remark(f"not_{node.name}")
            case Dated():
                remark = self._on_days(node, answer=answer)
        return Reason(node=node, holds=answer, parts=parts, remark=remark)

    def _true(self, node: Sought | Near) -> Reason:
        hits = evidence(Rule(str(node), node), self.text)
        found = sum(len(hit.spans) for hit in hits)
        return Reason(node=node, holds=True, excerpt=self._excerpt(hits[0]), found=found)

    def _missing(self, term: Sought) -> Reason:
        """Say what comes closest to a term that is not there, or not often enough."""
        count = sum(len(found_in(term, self.text, field)) for field in fields_of(term))
        if count and isinstance(term, Term):
            beside = self._true(replace(term, count=1)).excerpt
            remark = Remark("fewer", {"count": count, "wanted": term.count})
            return Reason(node=term, holds=False, remark=remark, excerpt=beside, found=count)
        if term.field and term.field not in TEXTS:
            return Reason(node=term, holds=False, remark=_stated(term.field, self._words(term.field)))
        remark, beside = next(self._closest(term), (Remark("absent"), None))
        return Reason(node=term, holds=False, remark=remark, excerpt=beside)

    def _closest(self, term: Sought) -> Iterator[tuple[Remark, Excerpt]]:
        """Yield, the closest first: the term in another field, inside a longer word, a part of the term."""
        for field in TEXTS:
            elsewhere = replace(term, field=field)
            if field not in fields_of(term) and (beside := self._true_excerpt(elsewhere)):
                yield Remark("elsewhere", {"field": term.field, "where": field}), beside
        if isinstance(term, Pattern):
            return
        for needle in term.needles:
            for field in fields_of(term):
                if (start := self.text.fields[field].text.find(needle)) >= 0:
                    yield Remark("inside"), self._beside(field, start, start + len(needle))
        yield from self._parts_of(term)

    def _parts_of(self, term: Term) -> Iterator[tuple[Remark, Excerpt]]:
        """Yield the longest piece of the term that its fields hold; one character says nothing."""
        needle = term.needles[0]
        for length in range(len(needle) - 1, 1, -1):
            for first in range(len(needle) - length + 1):
                piece = needle[first : first + length]
                for field in fields_of(term):
                    if (start := self.text.fields[field].text.find(piece)) >= 0:
                        yield Remark("closest", {"closest": piece}), self._beside(field, start, start + length)

    def _on_days(self, node: Dated, *, answer: bool) -> Remark:
        """Say which days the notice has, whether they are those or not: a window moves on."""
        days, today = self.text.days[node.field], self.text.today
        if not days:
            return Remark("no_fact", {"field": node.field})
        passed = not answer and today is not None and node.field == "deadline" and max(days) < today
        return Remark("passed" if passed else "days", {"field": node.field, "value": "、".join(map(str, days))})

    def _far(self, node: Near, parts: tuple[Reason, ...]) -> Reason:
        """Say how far apart the sides are, when both are there at all."""
        if not all(part.holds for part in parts):
            return Reason(node=node, holds=False, parts=parts)
        remark = self._distance(node) or Remark(
            "fields", {"left": self._place(node.left), "right": self._place(node.right)}
        )
        return Reason(node=node, holds=False, parts=parts, remark=remark)

    def _distance(self, node: Near) -> Remark | None:
        gap = self._gap(node.left, node.right, node)
        if gap is None:
            return None
        return Remark("order") if gap <= node.distance else Remark("apart", {"gap": gap, "most": node.distance})

    def _gap(self, left: Node, right: Node, node: Near) -> int | None:
        """Return the fewest characters between two sides in one field; of an AND every part counts, of an OR one."""
        for side, other in ((left, right), (right, left)):
            if isinstance(side, (And, Or)):
                gaps = [self._gap(part, other, node) for part in side.parts]
                known = [gap for gap in gaps if gap is not None]
                if not known or (isinstance(side, And) and len(known) < len(gaps)):
                    return None
                return max(known) if isinstance(side, And) else min(known)
        return min(
            (
                max(other[0] - one[1], one[0] - other[1], 0)
                for field in fields_near(node)
                for one in self._stretches(left, field)
                for other in self._stretches(right, field)
            ),
            default=None,
        )

    def _stretches(self, side: Node, field: str) -> Sequence[Span]:
        return stretches(side, self.text, field)[:MOST_SPANS]

    def _place(self, side: Node) -> str:
        """Return the first field in which a side stands."""
        fields = (field for part in walk(side) if isinstance(part, Sought) for field in fields_of(part))
        return next((field for field in fields if self._stretches(side, field)), "")

    def _true_excerpt(self, term: Sought) -> Excerpt | None:
        return self._true(term).excerpt if node_holds(term, self.text) else None

    def _beside(self, field: str, start: int, end: int) -> Excerpt:
        """Return the excerpt round folded characters of a field."""
        low, high = self.text.fields[field].span(start, end)
        if field != "attachment":
            return self._excerpt(Hit(term="", field=field, spans=((low, high),)))
        part = self.text.part_at(low)
        spans = ((low - part.start, high - part.start),)
        return self._excerpt(Hit(term="", field=field, spans=spans, attachment=part.attachment, page=part.page))

    def _excerpt(self, hit: Hit) -> Excerpt:
        marked = cut_round(self._words(hit.field, hit.attachment, hit.page), hit.spans[0])
        return Excerpt(field=hit.field, text=marked, attachment=hit.attachment, page=hit.page)

    def _words(self, field: str, attachment: str = "", page: int | None = None) -> str:
        """Return what a field of the notice says, in its own characters."""
        if field == "attachment":
            files = (one for one in self.notice.attachments if one.name == attachment)
            return next((one.pages[page - 1] for one in files), "") if page else attachment
        names = {"body": "text", "docnum": "document_number"}
        if field == "kind":
            return self.text.fields["kind"].text
        return str(getattr(self.notice, names.get(field, field)))


def cut_round(text: str, span: Span, reach: int = REACH) -> Marked:
    """Return at most `reach` characters on each side of a span, on one line; … stands where the text goes on."""
    low, high = max(0, span[0] - reach), min(len(text), span[1] + reach)
    before, hit, after = (
        " ".join(part.split()) for part in (text[low : span[0]], text[slice(*span)], text[span[1] : high])
    )
    before = f"{'…' if low else ''}{before}"
    return Marked(
        text=f"{before}{hit}{after}{'…' if high < len(text) else ''}", spans=((len(before), len(before) + len(hit)),)
    )


def _stated(field: str, value: str) -> Remark:
    return Remark("fact", {"field": field, "value": value}) if value else Remark("no_fact", {"field": field})
