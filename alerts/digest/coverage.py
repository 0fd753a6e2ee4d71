"""What was looked at in a period: the sources checked, those that failed, those that nobody could read for long."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from alerts.model import Coverage, SourceState
from crawler.archive.crawls import GOOD, Crawl, SourceRecord
from crawler.health import is_stale
from crawler.sources import Source


def coverage_of(
    crawls: Iterable[Crawl],
    records: Mapping[str, SourceRecord],
    sources: Mapping[str, Source],
    *,
    interval_minutes: int,
    now: datetime,
) -> Coverage:
    """Sum up the crawls of a period. A source counts as its last crawl ended; imported bulletins are no sources."""
    last = {crawl.source_id: crawl for crawl in crawls if crawl.verdict is not None and crawl.source_id in sources}
    failed = tuple(
        _state(sources[name], crawl.reason or str(crawl.verdict), records.get(name))
        for name, crawl in sorted(last.items())
        if crawl.verdict not in GOOD
    )
    stale = tuple(
        _state(source, record.reason, record)
        for name, source in sorted(sources.items())
        if (record := records.get(name)) and source.enabled and name not in {state.id for state in failed}
        if is_stale(record, timedelta(minutes=source.interval_minutes or interval_minutes), now)
    )
    return Coverage(checked=len(last), failed=failed, stale=stale)


def _state(source: Source, reason: str, record: SourceRecord | None) -> SourceState:
    since = record.last_success_at if record else None
    return SourceState(id=source.id, name=source.name, reason=reason, since=since)
