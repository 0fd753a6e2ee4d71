"""Second half of a spider: from the row of a list, through the page of a notice, to the notice."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure as TwistedFailure

from crawler.archive.notices import Outcome
from crawler.archive.pages import PageNotice
from crawler.archive.rereads import due_rereads, note_failed, note_present
from crawler.assignment import Assignment
from crawler.faults import failure_of
from crawler.health import Failure, Fault
from crawler.notice import Attachment, Notice
from crawler.reading.article import Article, read_article
from crawler.reading.listing import Row
from crawler.reading.page import UnreadablePage
from crawler.reading.place import places_of
from crawler.spiders.links import is_file, key_of
from crawler.spiders.responses import address_of, charset_of, words_of

Requests = Iterator[Request | PageNotice]
MOST_REREAD = 200
FURTHEST_AHEAD = timedelta(days=366)
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
        crawler.signals.connect(spider.item_dropped, signals.item_dropped)
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
            with self.assignment.engine.begin() as connection:
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
            yield self.file_notice(row)
            return
        yield Request(
            row.url,
            callback=self.read_notice,
            errback=self.notice_failed,
            cb_kwargs={"row": row},
            meta={"conditional": conditional, "handle_httpstatus_list": [NOT_MODIFIED]},
            dont_filter=True,
        )

    def read_notice(self, response: Response, row: Row) -> Requests:
        """Read the page of a notice."""
        if response.status == NOT_MODIFIED:
            self.unchanged(row)
            return
        if not isinstance(response, TextResponse):
            yield self.file_notice(row)
            return
        try:
            article = read_article(
                response.body, response.url, charset=charset_of(response), body_selector=self.source.body
            )
        except UnreadablePage as problem:
            self.failed(Failure(row.url, Fault.BROKEN, str(problem)), row)
            return
        yield PageNotice(notice=self.notice(row, article), url=address_of(response), page=response.meta["page"])

    def unchanged(self, row: Row) -> None:
        """Count a notice whose page says what it said."""
        with self.assignment.engine.begin() as connection:
            note_present(connection, key_of(row.url), now=self.assignment.clock())
        self.assignment.count(Outcome.KNOWN, row.title, row.url)

    def notice_failed(self, failure: TwistedFailure) -> None:
        """Count the page of a notice that could not be had."""
        request: Request = failure.request  # type: ignore[attr-defined]
        self.failed(failure_of(request.url, failure), request.cb_kwargs["row"])

    def failed(self, failure: Failure, row: Row) -> None:
        """Count a notice that could not be read; one that is in the archive already is no loss."""
        key = key_of(row.url)
        archived = key in self.rereads
        if archived and failure.gone:
            self.tally.gone.append(key)
        elif archived:
            with self.assignment.engine.begin() as connection:
                note_failed(connection, key, now=self.assignment.clock())
        self.assignment.fail(failure, row.title, archived=archived)
        self.settle(key)

    def notice(self, row: Row, article: Article) -> Notice:
        """Put together what the list, the page and the source say."""
        return Notice(
            key=key_of(row.url),
            source=self.source.id,
            title=article.title,
            text=article.text,
            url=row.url,
            agency=article.agency or self.source.agency,
            document_number=article.document_number,
            regions=self.regions(article),
            section=self.source.section,
            published=self.past(article.published) or row.date,
            attachments=article.attachments,
            facts=article.facts,
        )

    def past(self, published: date | None) -> date | None:
        """Return a day of publication, unless it is so far ahead that it must be another or a slip."""
        latest = (self.assignment.clock() + FURTHEST_AHEAD).date()
        return published if published is not None and published <= latest else None

    def regions(self, article: Article) -> tuple[str, ...]:
        """Return where a notice belongs: to its issuer's place first."""
        issuer = article.facts.issuer.value if article.facts.issuer else ""
        places, region = self.assignment.places, self.source.region
        return places_of(article.title, article.text, places, issuer=issuer, fallback=region)

    def file_notice(self, row: Row) -> PageNotice:
        """Return a notice that is a file: all that can be said of it stands on the list."""
        name = row.url.rpartition("/")[2]
        notice = Notice(
            key=key_of(row.url),
            source=self.source.id,
            title=row.title,
            text=row.title,
            url=row.url,
            agency=self.source.agency,
            regions=places_of(row.title, "", self.assignment.places, fallback=self.source.region),
            section=self.source.section,
            published=row.date,
            attachments=(Attachment(url=row.url, name=name),),
        )
        return PageNotice(notice=notice, url=row.url)

    def item_scraped(self, item: PageNotice) -> None:
        """Note that a notice is safe in the archive."""
        self.settle(item.notice.key)

    def settle(self, key: str) -> None:
        """Note that a notice needs nothing more in this crawl."""
        if self.assignment.backfill is not None:
            self.assignment.backfill.settle(key)

    def item_dropped(self, item: PageNotice, exception: Exception) -> None:
        """Count what the pipelines refused."""
        self.assignment.fail(Failure(item.url, Fault.BROKEN, str(exception)), item.notice.title)
        self.settle(item.notice.key)

    def item_error(self, item: PageNotice, failure: TwistedFailure) -> None:
        """Count what the pipelines failed on."""
        self.assignment.err(f"{item.url}: {words_of(failure)}")

    def spider_error(self, failure: TwistedFailure, response: Response) -> None:
        """Count what the spider itself failed on."""
        self.assignment.err(f"{response.url}: {words_of(failure)}")
