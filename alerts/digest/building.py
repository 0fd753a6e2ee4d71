"""What was found → the value of a digest: each notice once with all its rules, by column, best first. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from alerts.digest.snippet import mark, snippet
from alerts.model import DigestItem, DigestSection, RuleTag
from alerts.store.digests import Found
from crawler.notice import ArchivedNotice


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundNotice:
    """A notice with everything that found it, in the words that were matched, and where it comes from."""

    notice: ArchivedNotice
    found: Sequence[Found]
    origin: str


def build_sections(everything: Iterable[FoundNotice], order: Sequence[str]) -> tuple[DigestSection, ...]:
    """Group notices by column in this order (columns that nobody configured come last) and sort them by score."""
    by_section: dict[str, list[DigestItem]] = {name: [] for name in order}
    for one in everything:
        by_section.setdefault(one.notice.section, []).append(build_item(one))
    return tuple(
        DigestSection(name=name, items=tuple(sorted(items, key=_best_first)))
        for name, items in by_section.items()
        if items
    )


def build_item(one: FoundNotice) -> DigestItem:
    """Make the item of one notice."""
    notice = one.notice
    spans = _spans(one)
    return DigestItem(
        notice_id=notice.id,
        title=mark(notice.title, spans.get("title", ())),
        snippet=snippet(notice.text, spans.get("body", ())),
        rules=_tags(one.found),
        score=max(found.match.score for found in one.found),
        url=notice.url,
        origin=one.origin,
        agency=notice.agency,
        document_number=notice.document_number,
        regions=notice.regions,
        published=notice.published,
        first_seen_at=notice.first_seen_at,
        attachments=len(notice.attachments),
    )


def _spans(one: FoundNotice) -> Mapping[str, list[tuple[int, int]]]:
    """Collect the spans of every rule by field; those counted in other words than these are left out."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for found in one.found:
        if found.match.notice_revision == one.notice.revision:
            for hit in found.match.evidence:
                spans.setdefault(hit.field, []).extend(hit.spans)
    return spans


def _tags(found: Iterable[Found]) -> tuple[RuleTag, ...]:
    return tuple({one.rule.subscription_id: one.rule for one in found}.values())


def _best_first(item: DigestItem) -> tuple[float, int, int]:
    return (-item.score, -(item.published.toordinal() if item.published else 0), item.notice_id)
