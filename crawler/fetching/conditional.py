"""Conditional requests: a page is asked for with the validators of its last reading, kept in the database."""

import hashlib
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.archive.pages import Page, find_page
from crawler.assignment import assignment_of
from crawler.faults import PageRefused
from crawler.health import Fault

OK, NOT_MODIFIED = 200, 304
HEADERS = {"If-None-Match": "etag", "If-Modified-Since": "last_modified"}


class ConditionalRequests:
    """Adds If-None-Match and If-Modified-Since to requests that ask for it (meta `conditional`: true, or a Page).

    A page that comes whole with the very bytes of its last reading is turned into a 304, for servers that know no
    validators. Every page read leaves what to remember of it in meta `page`.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Keep the crawler: the spider comes later."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Look the page up and send its validators; a redirect comes by here again with another address."""
        for header in HEADERS:
            request.headers.pop(header, None)
        remembered = self._remembered(request) if request.meta.get("conditional") else None
        request.meta["remembered"] = remembered
        for header, name in HEADERS.items():
            value = getattr(remembered, name, None)
            if value:
                request.headers[header] = value

    def process_response(self, request: Request, response: Response) -> Response:
        """Tell the spider what to remember, and whether the page is what it was."""
        remembered: Page | None = request.meta.get("remembered")
        if response.status == NOT_MODIFIED and remembered is None:
            raise PageRefused(Fault.BROKEN, "status 304 to a request without validators")
        if response.status != OK:
            return response
        page = _page_of(response)
        request.meta["page"] = page
        if remembered is not None and remembered.content_hash == page.content_hash:
            return response.replace(status=NOT_MODIFIED)
        return response

    def _remembered(self, request: Request) -> Page | None:
        given = request.meta["conditional"]
        if isinstance(given, Page):
            return given
        assignment = assignment_of(self.crawler)
        with assignment.engine.begin() as connection:
            return find_page(connection, assignment.source.id, request.url)


def _page_of(response: Response) -> Page:
    return Page(
        etag=_header(response, "ETag"),
        last_modified=_header(response, "Last-Modified"),
        content_hash=hashlib.sha256(response.body).hexdigest(),
    )


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return None if value is None else value.decode("latin-1")
