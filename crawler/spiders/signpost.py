"""List pages that only say where their rows are: what they say is remembered, and the rows are asked for at once."""

import hashlib
import json
from abc import abstractmethod
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import timedelta

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure as TwistedFailure

from crawler.archive.pages import Page, recalled_names
from crawler.assignment import Assignment
from crawler.faults import failure_of
from crawler.health import Fault
from crawler.reading.page import UnreadablePage
from crawler.spiders.base import Requests, SourceSpider
from crawler.spiders.notices import NOT_MODIFIED
from crawler.spiders.responses import text_of

BELIEVED = timedelta(days=1)  # then the page is asked again, as a site may leave its old data where they were

SOURCE_SAYS = ""  # the name, which no page gives, of what the source said when its page was read


class SignpostSpider(SourceSpider):
    """Goes straight to where the rows were, and back to the page when no rows are there any more."""

    def __init__(self, *, assignment: Assignment) -> None:
        super().__init__(assignment=assignment)
        self._asked_again: set[str] = set()

    @abstractmethod
    def requests_by(self, url: str, names: Mapping[str, str]) -> Iterable[Request]:
        """Return the requests for the rows of a list, by what its page says."""

    async def start(self) -> AsyncIterator[Request]:
        """Ask for each list at its rows, as far as it is known where they are."""
        for url in self.source.lists:
            for request in self.first_requests(url):
                yield request

    def first_requests(self, url: str) -> Iterable[Request]:
        """Return the requests that a list begins with."""
        names = self.recalled(url)
        if names is None:
            return [self.page_request(url)]
        direct = self.requests_by(url, names)
        return [request.replace(meta={**request.meta, "recalled": url}) for request in direct]

    def page_request(self, url: str) -> Request:
        """Return the request for the list page itself."""
        return self.list_request(Request(url, meta={"list": url}), number=1)

    def recalled(self, url: str) -> dict[str, str] | None:
        """Return what the page said lately.

        None when it is to be asked again: after a crawl that went wrong, or a change of what the source says of it.
        """
        if self.assignment.thorough or not self.is_everyday:
            return None
        since = self.assignment.clock() - BELIEVED
        with self.assignment.engine.begin() as connection:
            names = recalled_names(connection, self.source.id, url, since=since)
        return names if names is not None and names.pop(SOURCE_SAYS, "") == self._source_says() else None

    def remember(self, url: str, names: Mapping[str, str]) -> None:
        """Keep what a page says once the crawl has ended well; without validators, as it must come whole again."""
        self.assignment.lists_read[url] = Page(names={**names, SOURCE_SAYS: self._source_says()})

    def read_list(self, response: Response, number: int) -> Requests:
        """Read a list; where no rows are any more, ask its page."""
        url = response.meta.get("recalled")
        if url and response.status != NOT_MODIFIED and not self._has_rows(response):
            yield from self._page_again(url)
        else:
            yield from super().read_list(response, number)

    def list_failed(self, failure: TwistedFailure) -> list[Request] | None:
        """Ask the page when its rows are gone from where they were; a refusal is one."""
        request: Request = failure.request  # type: ignore[attr-defined]
        url = request.meta.get("recalled")
        if url and failure_of(request.url, failure).fault is not Fault.BLOCKED:
            return self._page_again(url)
        return super().list_failed(failure)

    def _page_again(self, url: str) -> list[Request]:
        """Ask the page, once: where it leads to several lists, all of them may be gone."""
        again = [] if url in self._asked_again else [self.page_request(url)]
        self._asked_again.add(url)
        return again

    def _source_says(self) -> str:
        """Return what the source itself says of its page, as one word."""
        said = json.dumps(self.source.options, ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(said.encode()).hexdigest()

    def _has_rows(self, response: Response) -> bool:
        try:
            return any(True for _ in self.rows_of(text_of(response)))
        except UnreadablePage:
            return False
