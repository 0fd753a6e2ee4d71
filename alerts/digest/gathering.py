"""Reads what a digest speaks of: the notices its matches met, where they come from, and the crawls of the period."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby

import sqlalchemy as sa

from alerts.digest.building import FoundNotice
from alerts.digest.coverage import coverage_of
from alerts.digest.ending import ending_soon
from alerts.digest.papers import Papers
from alerts.model import BACK, REVISED, WITHDRAWN, ClosedDigest, Coverage, Elsewhere, Ending, kind_of
from alerts.store.digests import Found, last_sent
from crawler.archive.attachments import in_full
from crawler.archive.bulletins import find_bulletin
from crawler.archive.crawls import Crawl, SourceRecord, crawls_between, source_records
from crawler.archive.notices import revisions_of
from crawler.notice import ArchivedNotice, Attachment, Revision
from crawler.reposts import issuer_first
from crawler.sources import Source


def gather_notices(
    connection: sa.Connection,
    digest: ClosedDigest,
    found: Sequence[Found],
    papers: Papers,
    sources: Mapping[str, Source],
) -> list[FoundNotice]:
    """Return each notice once, with all that found it and the issuer's page first; `found` is ordered by notice.

    What was withdrawn and is there again is no news to who never heard that it was gone, and left out.
    """
    revised = {one.match.notice_id for one in found if kind_of(one.match.event) == REVISED}
    sent = last_sent(connection, digest, revised) if revised else {}
    gathered = []
    for notice_id, group in groupby(found, key=lambda one: one.match.notice_id):
        matches, notice = list(group), papers.notices[notice_id]
        kinds = {kind_of(one.match.event) for one in matches}
        if notice.withdrawn_at is None and kinds == {WITHDRAWN}:
            continue
        since = None
        if notice_id in revised:
            since = _as_sent(connection, notice, sent.get(notice_id))
        elif notice.withdrawn_at is None and BACK not in kinds:
            notice = _as_matched(connection, notice, max(one.match.notice_revision for one in matches))
        notice = _with_pages(connection, notice, matches)
        pages = _pages(papers.clusters.get(notice.cluster_id or 0), notice, sources)
        notice = notice if notice.url == pages[0].url else replace(notice, url=pages[0].url)
        also_at, origin = _elsewhere(connection, pages[1:], sources), _origin(connection, pages[0], sources)
        gathered.append(FoundNotice(notice=notice, found=matches, origin=origin, since=since, also_at=also_at))
    return gathered


def _pages(
    cluster: Sequence[ArchivedNotice] | None, notice: ArchivedNotice, sources: Mapping[str, Source]
) -> Sequence[ArchivedNotice]:
    """Return all pages on which a notice stands, the issuer's first."""
    if not cluster:
        return [notice]
    here = {page.source: sources[page.source] for page in cluster if page.source in sources}
    agencies = {name: source.agency for name, source in here.items()}
    return issuer_first(cluster, agencies, {name: source.region for name, source in here.items()})


def _elsewhere(
    connection: sa.Connection, pages: Sequence[ArchivedNotice], sources: Mapping[str, Source]
) -> tuple[Elsewhere, ...]:
    return tuple(Elsewhere(origin=_origin(connection, page, sources), url=page.url) for page in pages)


Span = tuple[datetime, datetime]


class Looks:
    """What was looked at between two moments: read once for all the digests that cover the same span."""

    def __init__(self) -> None:
        self._spans: dict[Span, tuple[Collection[Crawl], Mapping[str, SourceRecord]]] = {}
        self._told: dict[tuple[Span, frozenset[str]], Coverage] = {}

    def coverage(self, connection: sa.Connection, sources: Mapping[str, Source], span: Span, minutes: int) -> Coverage:
        """Return what was looked at of these sources; `minutes` is the interval of one that names none."""
        if span not in self._spans:
            last = {one.source_id: one for one in crawls_between(connection, *span) if one.verdict is not None}
            self._spans[span] = last.values(), source_records(connection)
        key = span, frozenset(sources)
        if key not in self._told:
            crawls, records = self._spans[span]
            self._told[key] = coverage_of(crawls, records, sources, interval_minutes=minutes, now=span[1])
        return self._told[key]


def gather_ending(
    digest: ClosedDigest, shown: Sequence[FoundNotice], papers: Papers, today: date
) -> tuple[Ending, ...]:
    """Return what ends soon, of this digest and of what its destination was sent before."""
    new = [one.notice for one in shown]
    old = set(papers.ending.get(digest.destination_id, ())) - {one.id for one in new}
    return ending_soon(new, [papers.notices[notice_id] for notice_id in sorted(old)], today)


def _as_matched(connection: sa.Connection, notice: ArchivedNotice, revision: int) -> ArchivedNotice:
    """Return the notice in the words that were matched: evidence counts characters in those."""
    if revision == notice.revision:
        return notice
    then = next(one for one in revisions_of(connection, notice.id) if one.number == revision)
    return replace(notice, revision=revision, title=then.title, text=then.text)


def _with_pages(connection: sa.Connection, notice: ArchivedNotice, found: Sequence[Found]) -> ArchivedNotice:
    """Return the notice with those pages of its files that hold hits; the others, which may be long, are left empty."""
    there = {(hit.attachment, hit.page or 0) for one in found for hit in one.match.evidence if hit.page is not None}
    if not there:
        return notice
    full = next(in_full(connection, [notice]))
    return replace(notice, attachments=tuple(_only(attachment, there) for attachment in full.attachments))


def _only(attachment: Attachment, there: set[tuple[str, int]]) -> Attachment:
    pages = enumerate(attachment.pages, 1)
    return replace(attachment, pages=tuple(page if (attachment.name, n) in there else "" for n, page in pages))


def _as_sent(connection: sa.Connection, notice: ArchivedNotice, moment: datetime | None) -> Revision | None:
    """Return what a notice said when the reader got it; to one who never did, what it said before."""
    earlier = [one for one in revisions_of(connection, notice.id) if one.number < notice.revision]
    known = [one for one in earlier if moment is not None and one.seen_at <= moment]
    return max(known or earlier, key=lambda one: one.number, default=None)


def _origin(connection: sa.Connection, notice: ArchivedNotice, sources: Mapping[str, Source]) -> str:
    """Return the name of the source, or the title and number of the bulletin."""
    bulletin = None if notice.bulletin_id is None else find_bulletin(connection, notice.bulletin_id)
    if bulletin is not None:
        return bulletin.title if bulletin.number is None else f"{bulletin.title} 第{bulletin.number}期"
    return sources[notice.source].name if notice.source in sources else notice.source
