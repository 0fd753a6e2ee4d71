"""Second half of a spider: from the row of a list, through the page of a notice, to the notice."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure as TwistedFailure

from crawler.archive.notices import Outcome
from crawler.archive.pages import PageNotice
from crawler.archive.rereads import due_rereads, note_failed, note_present
from crawler.assignment import Assignment
from crawler.beside import DeskError
from crawler.desk import Kept, words_of
from crawler.faults import failure_of
from crawler.health import Failure, Fault
from crawler.links import is_file, key_of, same_site
from crawler.noticing import FetchedPage, file_notice
from crawler.reading.listing import Row
from crawler.reading.page import UnreadablePage
from crawler.spiders.responses import address_of, charset_of

Requests = Iterator[Request | PageNotice]
MOST_REREAD = 200
NOT_MODIFIED = 304


class NoticeSpider(Spider):
    """Asks for the pages of notices, each once in a crawl, and reads them."""

    name = "source"

    def __init__(self, *, assignment: Assignment) -> None:
        super().__init__(name=assignment.source.id)
        self.assignment = assignment
        self.source = assignment.source
        self.tally = assignment.tally
        self.asked: set[str] = set()
        self._rereads: dict[str, Row] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:  # noqa: ANN401  Scrapy's signature
        """Hear of whatever goes wrong behind the spider's back."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.item_scraped, signals.item_scraped)
        crawler.signals.connect(spider.item_error, signals.item_error)
        crawler.signals.connect(spider.spider_error, signals.spider_error)
        return spider

    def reread(self) -> Requests:
        """Ask again for notices that are due, in case they changed or were withdrawn."""
        for row in self.rereads.values():
            yield from self.notice_requests(row, conditional=True)

    @property
    def rereads(self) -> dict[str, Row]:
        """The notices that this crawl reads again, by key; chosen once, before it adds any."""
        if self._rereads is None:
            since, now = self.assignment.reread_since, self.assignment.clock()
            with self.assignment.engine.execution_options(reading=True).begin() as connection:
                due = due_rereads(connection, self.source.id, since=since, now=now, limit=MOST_REREAD)
            self._rereads = {one.key: Row(title=one.title, url=one.url, date=one.published) for one in due}
            self.tally.reread = len(self._rereads)
        return self._rereads

    def notice_requests(self, row: Row, *, conditional: bool) -> Requests:
        """Ask for the page of a row, once in a crawl; a row that links to a file is a notice by itself."""
        key = key_of(row.url)
        if key in self.asked:
            return
        self.asked.add(key)
        self.assignment.tell({"event": "row", "source": self.source.id, "title": row.title, "url": row.url})
        if is_file(row.url):
            yield from self.file_notice(row)
            return
        yield Request(
            row.url,
            callback=self.read_notice,
            errback=self.notice_failed,
            cb_kwargs={"row": row},
            meta={"conditional": conditional, "handle_httpstatus_list": [NOT_MODIFIED]},
            dont_filter=True,
        )

    async def read_notice(self, response: Response, row: Row) -> list[PageNotice]:
        """Have the page of a notice read and archived; what has files goes on to the pipelines, which fetch them."""
        if response.status == NOT_MODIFIED:
            self.unchanged(row)
            return []
        if not isinstance(response, TextResponse):
            return list(self.file_notice(row))
        try:
            taken = await self.taken(self.fetched(response, row))
        except UnreadablePage as problem:
            self.failed(Failure(row.url, Fault.BROKEN, problem.reason), row)
            return []
        except DeskError as problem:  # said in the verdict: a full disk is no fault of ours to be traced page by page
            self.assignment.err(f"{row.url}: {problem}")
            return []
        if isinstance(taken, PageNotice):
            return [taken]
        self.assignment.count(taken.outcome, taken.title, taken.address)
        self.settle(key_of(row.url))
        return []

    async def taken(self, page: FetchedPage) -> Kept | PageNotice:
        """Hand a page to the desk."""
        return await self.assignment.beside.take(page)

    def file_notice(self, row: Row) -> Iterator[PageNotice]:
        """Take a file as a notice of its own."""
        try:
            yield file_notice(self.source, row, self.assignment.places)
        except UnreadablePage as problem:
            self.failed(Failure(row.url, Fault.BROKEN, problem.reason), row)

    def fetched(self, response: TextResponse, row: Row) -> FetchedPage:
        """Return the page of a notice as it came; raise UnreadablePage when there is none."""
        return FetchedPage(
            source=self.source,
            row=row,
            address=address_of(response),
            url=response.url,
            body=response.body,
            charset=charset_of(response),
            page=response.meta["page"],
        )

    def unchanged(self, row: Row) -> None:
        """Count a notice whose page says what it said."""
        with self.assignment.noting(row.url) as connection:
            note_present(connection, key_of(row.url), now=self.assignment.clock())
        self.assignment.count(Outcome.KNOWN, row.title, row.url)

    def notice_failed(self, failure: TwistedFailure) -> None:
        """Count the page of a notice that could not be had."""
        request: Request = failure.request  # type: ignore[attr-defined]
        self.failed(failure_of(request.url, failure), request.cb_kwargs["row"])

    def failed(self, failure: Failure, row: Row) -> None:
        """Count a notice that could not be read; one that is in the archive already is no loss."""
        key, elsewhere = key_of(row.url), not any(same_site(row.url, own) for own in self.source.lists)
        failure = replace(failure, elsewhere=elsewhere)
        archived = key in self.rereads
        if archived and failure.gone:
            self.tally.gone.append(key)
        elif archived:
            with self.assignment.noting(row.url) as connection:
                note_failed(connection, key, now=self.assignment.clock())
        self.assignment.fail(failure, row.title, archived=archived)
        self.settle(key)

    def item_scraped(self, item: PageNotice) -> None:
        """Note that a notice is safe in the archive."""
        self.settle(item.notice.key)

    def settle(self, key: str) -> None:
        """Note that a notice needs nothing more in this crawl."""
        if self.assignment.backfill is not None:
            self.assignment.backfill.settle(key)

    def item_error(self, item: PageNotice, failure: TwistedFailure) -> None:
        """Count what the pipelines failed on."""
        self.assignment.err(f"{item.url}: {words_of(failure.value)}")

    def spider_error(self, failure: TwistedFailure, response: Response) -> None:
        """Count what the spider itself failed on."""
        self.assignment.err(f"{response.url}: {words_of(failure.value)}")
