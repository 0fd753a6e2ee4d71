"""Static list pages: a source names the selectors of rows, titles, links, dates, and where the next page is."""

from collections.abc import Iterable
from datetime import date
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import TextResponse

from crawler.reading.attachments import absolute
from crawler.reading.charset import decode
from crawler.reading.dates import CHINA
from crawler.reading.listing import Row, select_rows
from crawler.reading.next_page import numbered
from crawler.reading.page import base_of, mended, select
from crawler.spiders.base import SourceSpider, charset_of, list_of


class ListingSpider(SourceSpider):
    """One spider for every system whose lists are plain HTML, when a person has told it where to look."""

    def rows_of(self, response: TextResponse) -> Iterable[Row]:
        """Select the rows; markup in comments does not count."""
        return self.selected(response, self.text("rows"))

    def next_page(self, response: TextResponse, number: int) -> Request | None:
        """Fill in the pattern of the source, or follow the link that its selector finds."""
        return self.told(response, number, self.text("next"))

    def can_jump(self) -> bool:
        """Tell whether the address of any page follows from its number."""
        return "{page" in self.text("next")

    def selected(self, response: TextResponse, rows: str) -> tuple[Row, ...]:
        """Return the rows that a selector chooses, with the source's own selectors of what is in them."""
        parts = {key: self.text(key) for key in ("title", "link", "date") if self.text(key)}
        html = decode(response.body, charset_of(response))
        return select_rows(html, response.url, rows=rows, today=self.today(), **parts)

    def told(self, response: TextResponse, number: int, pattern: str) -> Request | None:
        """Return the request for the page after page `number` that a pattern, or the selector of a link, tells of."""
        if not pattern:
            return None
        if "{page" in pattern:
            base = response.url if number == 1 else list_of(response)
            return Request(urljoin(base, numbered(pattern, number + 1, base)))
        html = decode(response.body, charset_of(response))
        tree = mended(html)
        links, base = select(tree, pattern), base_of(tree, html, response.url)
        address = absolute(base, links[0].attributes.get("href") or "") if links else ""
        return Request(address) if address else None

    def today(self) -> date:
        """Return the day there, which completes dates without a year."""
        return self.assignment.clock().astimezone(CHINA).date()

    def text(self, option: str) -> str:
        """Return an option that is a text; "" when it is not given."""
        return str(self.source.options.get(option, ""))
