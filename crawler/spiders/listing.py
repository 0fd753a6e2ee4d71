"""Static list pages: a source names the selectors of rows, titles, links, dates, and where the next page is."""

from collections.abc import Iterable
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import TextResponse

from crawler.reading.charset import decode
from crawler.reading.listing import Row, select_rows
from crawler.reading.page import mended, select
from crawler.spiders.base import SourceSpider, charset_of


class ListingSpider(SourceSpider):
    """One spider for TRS, 上海 and every other system whose lists are plain HTML."""

    def rows_of(self, response: TextResponse) -> Iterable[Row]:
        """Select the rows; markup in comments does not count."""
        options = {key: str(value) for key, value in self.source.options.items() if key in {"title", "link", "date"}}
        html = decode(response.body, charset_of(response))
        return select_rows(html, response.url, rows=str(self.source.options["rows"]), **options)

    def next_page(self, response: TextResponse, number: int) -> Request | None:
        """Fill in the pattern of the source, or follow the link that its selector finds."""
        pattern = str(self.source.options.get("next", ""))
        if not pattern:
            return None
        address = numbered(pattern, number + 1)
        if address == pattern:
            links = select(mended(decode(response.body, charset_of(response))), pattern)
            address = (links[0].attributes.get("href") or "") if links else ""
        return Request(urljoin(response.url, address)) if address else None


def numbered(pattern: str, page: int) -> str:
    """Fill the number of a page into the pattern of its address.

    >>> numbered("index_{page-1}.html", 2)
    'index_1.html'
    """
    return pattern.replace("{page}", str(page)).replace("{page-1}", str(page - 1))
