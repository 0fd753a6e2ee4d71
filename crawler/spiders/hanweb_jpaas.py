"""大汉 JPaaS: the list is one of the page's units, which a script asks build/unit for."""

import json
from collections.abc import Mapping

from scrapy import Request
from scrapy.http import TextResponse

from crawler.health import Failure, Fault
from crawler.reading.charset import decode
from crawler.reading.listing import Row
from crawler.reading.page import UnreadablePage
from crawler.reading.replies import parse_reply
from crawler.spiders.base import Requests, charset_of
from crawler.spiders.jpaas import UnitError, choose_unit, units_of
from crawler.spiders.json_list import JsonListSpider
from crawler.spiders.templates import with_query


class HanwebJpaasSpider(JsonListSpider):
    """All of 浙江, 扬州, 泰州 and some ministries. Empty html is the end; some servers always send the first page."""

    def missing(self, names: Mapping[str, str]) -> list[str]:
        """Return what is not known before the page has been read: the unit."""
        return [] if "unit" in names else ["unit"]

    def names_of(self, response: TextResponse) -> dict[str, str]:
        """Return the chosen unit's address and parameters."""
        unit = choose_unit(units_of(decode(response.body, charset_of(response)), response.url), self.text("tag"))
        return {"unit": unit.url, **unit.query}

    def read_shell(self, response: TextResponse) -> Requests:
        """Ask for the unit; a page without one, or with several that may be it, is a fault."""
        try:
            yield from super().read_shell(response)
        except UnitError as problem:
            self.tally.list_failures.append(Failure(response.url, Fault.BROKEN, str(problem)))

    def data_request(self, url: str, names: Mapping[str, str], number: int, *, read: int = 0) -> Request:
        """Return the request that the page's own script would send."""
        paging = json.dumps({"pageNo": number, self.text("size_name"): self.number("size", 15)})
        query = {name: value for name, value in names.items() if name != "unit"} | {"paramJson": paging}
        return Request(
            with_query(names["unit"], query),
            headers={"X-Requested-With": "XMLHttpRequest", "Referer": url},
            meta={"list": url, "names": names, "read": read, "data": True},
        )

    def data_rows(self, response: TextResponse) -> list[Row]:
        """Return the rows of a unit; raise UnreadablePage when the server says that it failed."""
        reply = parse_reply(decode(response.body, charset_of(response)))
        if not isinstance(reply, Mapping) or not reply.get("success", True):
            raise UnreadablePage(f"build/unit failed: {str(reply)[:80]}")
        return super().data_rows(response)
