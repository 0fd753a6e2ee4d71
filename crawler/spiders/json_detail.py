"""Notices that come as data: pages made by a script, whose text only an endpoint gives."""

import html
from urllib.parse import urljoin

from scrapy.http import HtmlResponse, TextResponse

from crawler.archive.pages import PageNotice
from crawler.noticing import FetchedPage
from crawler.reading.charset import decode
from crawler.reading.listing import Row
from crawler.reading.page import UnreadablePage
from crawler.reading.replies import html_at, parse_reply
from crawler.spiders.base import Requests, SourceSpider, charset_of
from crawler.spiders.templates import filled, names_of_address

PAGE = (
    '<html><head><title>{title}</title><meta name="ArticleTitle" content="{title}"></head>'
    '<body><h1>{title}</h1><div id="zoom">{content}</div></body></html>'
)


class JsonDetailSpider(SourceSpider):
    """Asks for the data of a notice instead of its page, where the source says how; the page stays its address."""

    def notice_requests(self, row: Row, *, conditional: bool) -> Requests:
        """Ask for the data that belong to the page of a row."""
        pattern = self.source.options.get("detail")
        for asked in super().notice_requests(row, conditional=conditional):
            if pattern is None or isinstance(asked, PageNotice):
                yield asked
                continue
            url = urljoin(row.url, filled(str(pattern), names_of_address(row.url)))
            headers = {"X-Requested-With": "XMLHttpRequest", "Referer": row.url}
            yield asked.replace(url=url, headers=headers, meta={**asked.meta, "data": True})

    def fetched(self, response: TextResponse, row: Row) -> FetchedPage:
        """Return the data of a notice as a page with a title and a text."""
        return super().fetched(self._page(response, row) if "detail" in self.source.options else response, row)

    def _page(self, response: TextResponse, row: Row) -> HtmlResponse:
        path = str(self.source.options.get("content", "content"))
        content = html_at(parse_reply(decode(response.body, charset_of(response))), path)
        if not content.strip():
            raise UnreadablePage(f"the data of the notice have no text at {path}")
        body = PAGE.format(title=html.escape(row.title), content=content).encode()
        headers = {"Content-Type": "text/html; charset=utf-8"}
        return HtmlResponse(row.url, body=body, headers=headers, request=response.request, encoding="utf-8")
