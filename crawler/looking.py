"""A look at a source: a family's spider that reads one list page and one notice, and keeps neither."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Self, cast

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.utils.misc import load_object

from crawler.archive.crawls import GOOD
from crawler.archive.pages import PageNotice
from crawler.assignment import Assignment
from crawler.families import FAMILIES
from crawler.health import Tally, verdict_of
from crawler.links import is_file
from crawler.notice import Notice, Verdict
from crawler.noticing import FetchedPage
from crawler.reading.listing import Row
from crawler.sources import Source
from crawler.spiders.base import Requests, SourceSpider

ROWS_KEPT = 10
LINES_KEPT = 6
LONGEST_LINE = 200


@dataclass(slots=True)
class Look:
    """What has been seen of a source so far."""

    rows: list[Row] = field(default_factory=list)
    notice: Notice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewing(Assignment):
    """The assignment of a spider that only looks."""

    look: Look = field(default_factory=Look)


class LookingSpider(SourceSpider):
    """Laid over the spider of a family: remembers the rows, and asks for one notice only."""

    assignment: Viewing

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:  # noqa: ANN401  Scrapy's signature
        """Hear of the notice once it is read."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.notice_read, signals.item_scraped)
        return spider

    def unique(self, rows: Iterable[Row]) -> dict[str, Row]:
        """Remember the rows of the list."""
        found = super().unique(rows)
        self.assignment.look.rows.extend(found.values())
        return found

    def notice_requests(self, row: Row, *, conditional: bool) -> Requests:
        """Ask for the first notice that has a page of its own; for a file only when all rows are files."""
        if self.asked:
            return
        all_files = all(is_file(listed.url) for listed in self.assignment.look.rows)
        if all_files or not is_file(row.url):
            yield from super().notice_requests(row, conditional=conditional)

    async def taken(self, page: FetchedPage) -> PageNotice:
        """Have a page read, and nothing archived yet: it is looked at on its way through the pipelines."""
        return await self.assignment.beside.read(page)

    def notice_read(self, item: PageNotice) -> None:
        """Remember the notice."""
        self.assignment.look.notice = item.notice


@cache
def looking_spider(family: str) -> type[LookingSpider]:
    """Return the spider of a family as one that only looks."""
    spider = load_object(FAMILIES[family].spider.replace(":", "."))
    return cast("type[LookingSpider]", type(f"Looking{spider.__name__}", (LookingSpider, spider), {}))


def narrowed(source: Source) -> Source:
    """Return the source with its first list alone, and one page of it."""
    options = dict(source.options)
    if "pages" in FAMILIES[source.family].keys:
        options["pages"] = 1
    return replace(source, lists=source.lists[:1], options=options)


def check_of(viewing: Viewing, finish_reason: str) -> dict[str, Any]:
    """Return what a look has shown, as it is kept in the database and printed as JSON."""
    verdict, reason = _verdict(viewing.tally, finish_reason)
    rows = viewing.look.rows
    return {
        "verdict": str(verdict),
        "reason": reason,
        "rows": len(rows),
        "dated": round(sum(row.date is not None for row in rows) / len(rows), 2) if rows else 0.0,
        "listed": [_row(row) for row in rows[:ROWS_KEPT]],
        "notice": _notice(viewing.look.notice),
    }


def _verdict(tally: Tally, finish_reason: str) -> tuple[Verdict, str]:
    """Judge a look: without its one notice it has failed, however many rows there are."""
    verdict, reason = verdict_of(tally, finish_reason=finish_reason)
    if verdict not in GOOD:
        return verdict, reason
    if tally.notice_failures:
        failure = tally.notice_failures[0]
        return Verdict(failure.fault), f"The list has rows, but {failure.url} could not be read: {failure.reason}"
    return Verdict.OK, ""


def _row(row: Row) -> dict[str, str | None]:
    return {"title": row.title, "url": row.url, "date": row.date.isoformat() if row.date else None}


def _notice(notice: Notice | None) -> Mapping[str, Any] | None:
    if notice is None:
        return None
    lines = [line[:LONGEST_LINE] for line in notice.text.splitlines()[:LINES_KEPT]]
    return {
        "title": notice.title,
        "url": notice.url,
        "published": notice.published.isoformat() if notice.published else None,
        "agency": notice.agency,
        "document_number": notice.document_number,
        "attachments": len(notice.attachments),
        "characters": len(notice.text),
        "lines": lines,
    }
