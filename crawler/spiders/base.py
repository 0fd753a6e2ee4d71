"""What all families share: list → rows → pages → notices, each page asked for no more often than needed."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Iterable

from scrapy import Request
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure as TwistedFailure

from crawler.archive.notices import first_seen_times, touch_notices
from crawler.assignment import Assignment
from crawler.faults import failure_of
from crawler.health import Failure, Fault
from crawler.links import is_web, key_of
from crawler.paging import Backward, Course, Forward
from crawler.reading.listing import Row
from crawler.reading.page import UnreadablePage
from crawler.sources import pages_of
from crawler.spiders.notices import NOT_MODIFIED, NoticeSpider, Requests
from crawler.spiders.responses import address_of, charset_of, text_of

__all__ = ["Requests", "SourceSpider", "address_of", "charset_of"]


class SourceSpider(NoticeSpider):
    """Reads one source. A family says how rows are found on a list page, and where the next page is."""

    def __init__(self, *, assignment: Assignment) -> None:
        super().__init__(assignment=assignment)
        self.courses: dict[str, Course] = {}

    @property
    def is_everyday(self) -> bool:
        """Tell whether a list that did not change needs no reading: further pages may, when they are looked for."""
        return not (self.assignment.sweep or self.assignment.backfill is not None)

    @abstractmethod
    def rows_of(self, response: TextResponse) -> Iterable[Row]:
        """Return the rows of a list page; raise UnreadablePage when it is none."""

    def next_page(self, response: TextResponse, number: int) -> Request | None:
        """Return the request for the page that follows page `number`, if the family knows one."""
        del response, number
        return None

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the lists; everything else follows from them."""
        for url in self.source.lists:
            yield self.list_request(Request(url, meta={"list": url}), number=1)

    def course(self) -> Course:
        """Return how far a list is to be read."""
        if self.assignment.backfill is not None:
            return Backward(since=self.assignment.backfill.since)
        return Forward(
            pages=pages_of(self.source),
            sweep=self.assignment.sweep,
            thorough=self.assignment.thorough,
        )

    def can_jump(self) -> bool:
        """Tell whether `next_page` finds any page from the first one, given the number before it."""
        return False

    def list_request(self, request: Request, *, number: int) -> Request:
        """Turn a request into one for page `number` of a list."""
        return request.replace(
            callback=self.read_list,
            errback=self.list_failed,
            cb_kwargs={"number": number},
            meta={**request.meta, "conditional": self.is_everyday, "handle_httpstatus_list": [NOT_MODIFIED]},
            dont_filter=True,
            priority=10 if self.assignment.backfill is None else -10,  # else a long list would run ahead of its notices
        )

    def read_list(self, response: Response, number: int) -> Requests:
        """Follow the rows that nobody knows yet, then the recent notices, then the next page."""
        if number == 1:
            self.tally.lists += 1
        if response.status == NOT_MODIFIED:
            yield from self.reread()
            return
        try:
            rows = self.unique(self.rows_of(text_of(response)))
        except UnreadablePage as problem:
            self.tally.list_failures.append(Failure(response.url, Fault.BROKEN, str(problem)))
            return
        if not rows and number == 1:
            self.tally.empty_lists.append(response.url)
        yield from self.follow(response, number, rows)

    def follow(self, response: Response, number: int, rows: dict[str, Row]) -> Requests:
        """Ask for what is new on a list page, for what is to be read again, and for the next page."""
        address = list_of(response)
        course = self.courses.setdefault(address, self.course())
        new = {key_of(row.url): row for row in self.new_rows(response.url, rows) if course.wants(row)}
        backfill = self.assignment.backfill
        if backfill is not None:
            backfill.begin(address, number, set(new) - self.asked)
            self.tell_page(number, rows)
        for row in new.values():
            yield from self.notice_requests(row, conditional=False)
        if backfill is None:
            yield from self.reread()
            self.assignment.lists_read[address_of(response)] = response.meta["page"]
        if course.goes_on(rows, new, number):
            yield from self.following_page(response, number)

    def tell_page(self, number: int, rows: dict[str, Row]) -> None:
        """Tell how far back a list has been read."""
        day = min((row.date for row in rows.values() if row.date is not None), default=None)
        event = {"event": "page", "source": self.source.id, "number": number, "day": str(day or "")}
        self.assignment.tell(event)

    def list_failed(self, failure: TwistedFailure) -> list[Request] | None:
        """Count a list page that could not be had; the page after the last is often simply not there."""
        request: Request = failure.request  # type: ignore[attr-defined]
        failed = failure_of(request.url, failure)
        if not failed.gone or request.cb_kwargs["number"] == 1:
            self.tally.list_failures.append(failed)
        return None

    def unique(self, rows: Iterable[Row]) -> dict[str, Row]:
        """Return rows by key, without doubles and without links that are no pages."""
        found: dict[str, Row] = {}
        for row in rows:
            if is_web(row.url):
                found.setdefault(key_of(row.url), row)
        return found

    def new_rows(self, url: str, rows: dict[str, Row]) -> list[Row]:
        """Count rows and return those that are not in the archive; the others are noted as still listed."""
        self.tally.rows += len(rows)
        with self.assignment.engine.execution_options(reading=True).begin() as connection:
            known = first_seen_times(connection, rows)
        if known:
            with self.assignment.noting(url) as connection:
                touch_notices(connection, known, now=self.assignment.clock())
        self.tally.known += len([key for key in known if key not in self.rereads])
        return [row for key, row in rows.items() if key not in known]

    def following_page(self, response: Response, number: int) -> Requests:
        """Ask for the next page of a list, as far as the source says."""
        address, backfill = list_of(response), self.assignment.backfill
        if number == 1 and backfill is not None and self.can_jump():
            number = max(backfill.done.get(address, 0) - 2, 1)  # one page back, for rows that have moved up since
        request = self.next_page(text_of(response), number)
        if request is not None:
            yield self.list_request(request.replace(meta={**request.meta, "list": address}), number=number + 1)


def list_of(response: Response) -> str:
    """Return the address of the list that a page belongs to."""
    return str(response.meta.get("list", address_of(response)))
