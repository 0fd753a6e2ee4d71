"""What was found → the value of a digest: each notice once with all its rules, by column, best first. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from alerts.digest.ending import next_deadline
from alerts.digest.snippet import mark, snippet
from alerts.model import (
    BACK,
    REVISED,
    WITHDRAWN,
    ChangedText,
    DigestItem,
    DigestSection,
    Elsewhere,
    Event,
    FilePage,
    Grouping,
    Hit,
    Marked,
    RuleTag,
    Span,
    kind_of,
)
from alerts.store.digests import Found
from crawler.notice import ArchivedNotice, Revision
from crawler.revisions import changed_lines, excerpt

SHARED = tuple(field.name for field in fields(DigestItem) if field.name not in {"rules", "score"})
MOST_CHANGES = 4  # lines of a notice that were changed and that a digest shows


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundNotice:
    """A notice with everything that found it, in the words that were matched, and where it comes from."""

    notice: ArchivedNotice
    found: Sequence[Found]
    origin: str
    since: Revision | None = None  # what it said when the reader got it, if it was changed since
    also_at: tuple[Elsewhere, ...] = ()

    @property
    def event(self) -> Event:
        """Why the reader gets it now; what is withdrawn by now is said to be, whatever it waited for."""
        if self.notice.withdrawn_at is not None:
            return "withdrawn"
        kinds = {kind_of(one.match.event) for one in self.found}
        return "back" if BACK in kinds else "revised" if REVISED in kinds else "new"


class Shelf:
    """Items that were made already: of a notice in which the same was found, that of one reader is another's, too."""

    def __init__(self) -> None:
        self._made: dict[tuple[object, ...], tuple[FoundNotice, dict[str, Any]]] = {}

    def item(self, one: FoundNotice, today: date | None) -> DigestItem:
        """Return the item of one notice, with this reader's own rules."""
        # what is compared by its id is kept here, so that no other ever has it
        found = tuple((id(each.match.evidence), each.match.notice_revision, each.match.event) for each in one.found)
        key = (id(one.notice), id(one.since), one.origin, one.also_at, today, found)
        if key not in self._made:
            item = build_item(one, today=today)
            self._made[key] = one, {name: getattr(item, name) for name in SHARED}
        return DigestItem(**self._made[key][1], rules=_tags(one.found), score=_score(one))


def build_sections(
    everything: Iterable[FoundNotice],
    order: Sequence[str],
    *,
    grouping: Grouping = Grouping.SECTION,
    today: date | None = None,
    shelf: Shelf | None = None,
) -> tuple[DigestSection, ...]:
    """Group notices by column in this order (columns that nobody configured come last), by region or by rule.

    Regions and rules stand in the order of their best notice. Inside, the best comes first.
    """
    shelf = shelf or Shelf()
    groups: dict[str, list[DigestItem]] = {name: [] for name in order if grouping is Grouping.SECTION}
    for one in everything:
        groups.setdefault(_group_of(one, grouping), []).append(shelf.item(one, today))
    sections = [
        DigestSection(name=name, items=tuple(sorted(items, key=_best_first))) for name, items in groups.items() if items
    ]
    if grouping is not Grouping.SECTION:
        sections.sort(key=lambda section: (-section.items[0].score, section.name))
    return tuple(sections)


def _group_of(one: FoundNotice, grouping: Grouping) -> str:
    """Return what a notice stands under: each stands once, under its first region or the rule that fits it best."""
    if grouping is Grouping.REGION:
        return one.notice.regions[0] if one.notice.regions else ""
    if grouping is Grouping.RULE:
        best = max(one.found, key=lambda found: (found.match.score, -found.rule.subscription_id))
        return best.rule.note or best.rule.rule
    return one.notice.section


def build_item(one: FoundNotice, *, today: date | None = None) -> DigestItem:
    """Make the item of one notice; a deadline that is over by `today` is not named."""
    notice = one.notice
    deadline = next_deadline(notice, today or date.min)
    hits = _hits(one)
    spans = _spans(hits)
    changes = _changes(one)
    return DigestItem(
        notice_id=notice.id,
        title=mark(notice.title, spans.get("title", ())),
        snippet=snippet_of(notice, hits),
        rules=_tags(one.found),
        score=_score(one),
        url=notice.url,
        origin=one.origin,
        agency=notice.agency,
        document_number=notice.document_number,
        regions=notice.regions,
        published=notice.published,
        first_seen_at=notice.first_seen_at,
        attachments=len({attachment.url for attachment in notice.attachments}),
        found_in=pages_found(notice, hits),
        event=one.event,
        changes=changes[:MOST_CHANGES],
        changes_total=len(changes),
        also_at=one.also_at,
        deadline=deadline.day if deadline else None,
        deadline_of=deadline.what if deadline else "",
    )


def _changes(one: FoundNotice) -> tuple[tuple[ChangedText, ...], ...]:
    """Return excerpts of the lines that were changed since the reader got the notice, that of the title first."""
    if one.event == WITHDRAWN or one.since is None:
        return ()
    lines = [*changed_lines(one.since.title, one.notice.title), *changed_lines(one.since.text, one.notice.text)]
    return tuple(
        tuple(ChangedText(text=piece.text, part=piece.part.value) for piece in excerpt(line)) for line in lines
    )


def _hits(one: FoundNotice) -> list[Hit]:
    """Collect the hits of every rule; those counted in other words than these are left out."""
    return [
        hit for found in one.found if found.match.notice_revision == one.notice.revision for hit in found.match.evidence
    ]


def _spans(hits: Iterable[Hit]) -> Mapping[str, list[Span]]:
    spans: dict[str, list[Span]] = {}
    for hit in hits:
        spans.setdefault(hit.field, []).extend(hit.spans)
    return spans


def snippet_of(notice: ArchivedNotice, hits: Sequence[Hit]) -> Marked:
    """Return the sentences round the hits: of the body, else of the first page of an attachment that has some."""
    spans = _spans(hits)
    if "body" not in spans and "title" not in spans:
        for name, number, page in each_page(notice):
            there = [span for hit in hits if (hit.attachment, hit.page) == (name, number) for span in hit.spans]
            if there:
                return snippet(page, there)
    return snippet(notice.text, spans.get("body", ()))


def pages_found(notice: ArchivedNotice, hits: Iterable[Hit]) -> tuple[FilePage, ...]:
    """Return the pages of attachments that hold hits, in order; a name that holds one is seen by itself."""
    pages = {attachment.name: len(attachment.pages) for attachment in notice.attachments}
    there = {(hit.attachment, hit.page) for hit in hits if hit.page is not None}
    return tuple(
        FilePage(attachment=name, page=number if pages[name] > 1 else None)
        for name, number, _ in each_page(notice)
        if (name, number) in there
    )


def each_page(notice: ArchivedNotice) -> Iterator[tuple[str, int, str]]:
    """Yield the pages of a notice's attachments: file, number from 1, text."""
    for attachment in notice.attachments:
        yield from ((attachment.name, number, page) for number, page in enumerate(attachment.pages, 1))


def _tags(found: Iterable[Found]) -> tuple[RuleTag, ...]:
    return tuple({one.rule.subscription_id: one.rule for one in found}.values())


def _score(one: FoundNotice) -> float:
    return max(found.match.score for found in one.found)


def _best_first(item: DigestItem) -> tuple[float, int, int]:
    return (-item.score, -(item.published.toordinal() if item.published else 0), item.notice_id)
