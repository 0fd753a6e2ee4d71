"""大汉 JCMS: rows stand in a script of the list page, the further ones come from dataproxy.jsp."""

from collections.abc import Iterable

from scrapy import Request
from scrapy.http import TextResponse

from crawler.reading.charset import decode
from crawler.reading.listing import Row, select_rows
from crawler.reading.page import UnreadablePage
from crawler.reading.records import records_page
from crawler.spiders.base import SourceSpider, charset_of
from crawler.spiders.jpage import Paging, paging_of

FORM = "application/x-www-form-urlencoded; charset=UTF-8"


class HanwebJcmsSpider(SourceSpider):
    """江苏 and its departments, and others. An empty reply (54 bytes) means that only the first page can be had."""

    def rows_of(self, response: TextResponse) -> Iterable[Row]:
        """Return the records of a page or of a reply."""
        text = decode(response.body, charset_of(response))
        rows = records_page(text)
        if not rows and "paging" not in response.meta and not _is_list(text):
            raise UnreadablePage("the page holds no record store of JCMS")
        return select_rows(rows, _page_of(response), rows="li, tr") if rows else ()

    def next_page(self, response: TextResponse, number: int) -> Request | None:
        """Ask for the next group of records with everything the page's own script would send."""
        paging: Paging | None = response.meta.get("paging") or paging_of(decode(response.body, charset_of(response)))
        page = _page_of(response)
        asked = paging.request(page, number + 1) if paging is not None else None
        if asked is None:
            return None
        headers = {"Content-Type": FORM, "X-Requested-With": "XMLHttpRequest", "Referer": page}
        meta = {"paging": paging, "list_page": page}
        return Request(asked[0], method="POST", body=asked[1], headers=headers, meta=meta)


def _page_of(response: TextResponse) -> str:
    """Return the list page that a reply belongs to: links in it are relative to that."""
    return str(response.meta.get("list_page", response.url))


def _is_list(text: str) -> bool:
    return "<datastore>" in text or "&lt;datastore&gt;" in text or "jpage" in text
