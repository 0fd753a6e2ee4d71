"""大汉 JCMS: rows stand in a script of the list page, the further ones come from dataproxy.jsp."""

from collections.abc import Iterable

from scrapy import Request
from scrapy.http import Response, TextResponse

from crawler.reading.charset import decode
from crawler.reading.listing import Row, select_rows
from crawler.reading.page import UnreadablePage
from crawler.reading.records import records_page
from crawler.spiders.base import Requests, SourceSpider, charset_of, list_of
from crawler.spiders.jpage import Paging, next_group, numbered_group, paging_of

OK = 200
FORM = "application/x-www-form-urlencoded; charset=UTF-8"


class HanwebJcmsSpider(SourceSpider):
    """江苏 and its departments, and others. An empty reply (54 bytes) means that only the first page can be had."""

    def read_list(self, response: Response, number: int) -> Requests:
        """Read a page; where a POST is answered with nothing, ask as a browser without scripts would."""
        yield from super().read_list(response, number)
        group = response.meta.get("group")
        if group and "paging" in response.meta and response.status == OK and "<record>" not in _text_of(response):
            request = self.group_request(_page_of(response), group, number)
            request.meta["list"] = list_of(response)
            yield self.list_request(request, number=number)

    def rows_of(self, response: TextResponse) -> Iterable[Row]:
        """Return the records of a page or of a reply."""
        text = _text_of(response)
        rows = records_page(text)
        if not rows and "list_page" not in response.meta and not _is_list(text):
            raise UnreadablePage("the page holds no record store of JCMS")
        return select_rows(rows, _page_of(response), rows="li, tr") if rows else ()

    def next_page(self, response: TextResponse, number: int) -> Request | None:
        """Ask for the next group of records: as the page's own script would, or at the address in its first group."""
        page, asked = _page_of(response), response.meta
        if page == response.url:
            text = _text_of(response)
            asked = {"paging": paging_of(text), "group": next_group(text)}
        if asked.get("paging") is None:
            return self.group_request(page, asked["group"], number + 1) if asked["group"] else None
        paging: Paging = asked["paging"]
        following = paging.request(page, number + 1)
        if following is None:
            return None
        headers = {"Content-Type": FORM, "X-Requested-With": "XMLHttpRequest", "Referer": page}
        meta = {"paging": paging, "group": asked["group"], "list_page": page, "data": True}
        return Request(following[0], method="POST", body=following[1], headers=headers, meta=meta)

    def can_jump(self) -> bool:
        """Say yes: groups have numbers."""
        return True

    def group_request(self, page: str, group: str, number: int) -> Request:
        """Return the request for a group of records by its number."""
        headers = {"X-Requested-With": "XMLHttpRequest", "Referer": page}
        return Request(
            numbered_group(page, group, number), headers=headers, meta={"group": group, "list_page": page, "data": True}
        )


def _text_of(response: Response) -> str:
    return decode(response.body, charset_of(response))


def _page_of(response: Response) -> str:
    """Return the list page that a reply belongs to: links in it are relative to that."""
    return str(response.meta.get("list_page", response.url))


def _is_list(text: str) -> bool:
    return "<datastore>" in text or "&lt;datastore&gt;" in text or "jpage" in text
