"""Lists that come as data: a source, or its family, says what to ask for and where the rows are in the answer."""

import json
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response, TextResponse

from crawler.health import Failure, Fault
from crawler.reading.charset import decode
from crawler.reading.listing import Row, select_rows
from crawler.reading.page import UnreadablePage
from crawler.reading.replies import day_in, field_of, html_at, parse_reply, rows_at, rows_of_html, text_in
from crawler.spiders.base import Requests, address_of, charset_of
from crawler.spiders.json_detail import JsonDetailSpider
from crawler.spiders.signpost import SignpostSpider
from crawler.spiders.templates import PAGING, filled, found_names, names_in, names_of_address, with_query

OK = 200
FORM = "application/x-www-form-urlencoded; charset=UTF-8"


class JsonListSpider(JsonDetailSpider, SignpostSpider):
    """Asks the endpoint of a list page by page; first the list page itself where that has names or rows to give.

    Totals are not believed: the end is a page without rows, or with none that stood on no earlier page.
    """

    def first_requests(self, url: str) -> Iterable[Request]:
        """Ask for the data at once when everything is known, else for the page that says it."""
        names = names_of_address(url)
        if "initial" not in self.source.options and not self.missing(names):
            return self.requests_by(url, names)
        return super().first_requests(url)

    def requests_by(self, url: str, names: Mapping[str, str]) -> Iterable[Request]:
        """Return the request for the first page of data."""
        return [self.list_request(self.data_request(url, names, 1), number=1)]

    def page_request(self, url: str) -> Request:
        """Return the request for the page that says what to ask for; unless it has rows itself it must come whole."""
        page = urljoin(url, self.text("find_at")) if self.text("find_at") else url
        request = self.list_request(Request(page, headers={"Referer": url}, meta={"list": url}), number=1)
        request.meta["conditional"] = "initial" in self.source.options
        return request

    def read_list(self, response: Response, number: int) -> Requests:
        """Read a page of rows, or take the names from a page that has none."""
        if isinstance(response, TextResponse) and response.status == OK and self._is_shell(response):
            yield from self.read_shell(response)
        else:
            yield from super().read_list(response, number)

    def _is_shell(self, response: TextResponse) -> bool:
        if "names" in response.meta or "static" in response.meta:
            return False
        if "initial" not in self.source.options:
            return True
        return not self.initial_rows(response) and self._has_data(self.names_of(response))

    def _has_data(self, names: Mapping[str, str]) -> bool:
        return bool(self.text("endpoint")) and not self.missing(names)

    def read_shell(self, response: TextResponse) -> Requests:
        """Ask for the first page of data with the names that a page gives."""
        names = self.names_of(response)
        if missing := self.missing(names):
            reason = f"the page does not say {', '.join(missing)}"
            self.tally.list_failures.append(Failure(response.url, Fault.BROKEN, reason))
            return
        self.remember(response.meta["list"], names)
        yield from self.requests_by(response.meta["list"], names)

    def rows_of(self, response: TextResponse) -> Iterable[Row]:
        """Return the rows of a page of data, or those that stand on the list page."""
        if "names" not in response.meta:
            rows: list[Row] = list(self.initial_rows(response))
            response.meta["count"] = len(rows)
        else:
            rows = self.data_rows(response)
        return rows

    def initial_rows(self, response: TextResponse) -> tuple[Row, ...]:
        """Return the rows that stand on a list page itself."""
        selector = self.text("initial")
        text = decode(response.body, charset_of(response))
        return select_rows(text, response.url, rows=selector) if selector else ()

    def data_rows(self, response: TextResponse) -> list[Row]:
        """Return the rows of a reply; raise UnreadablePage when rows are there and none can be read."""
        text, place = decode(response.body, charset_of(response)), self.text("html")
        if place:
            fragment = text if place == "." else html_at(parse_reply(text), place)
            read = rows_of_html(fragment, response.meta["list"], self.text("row") or "li, tr")
            response.meta["count"] = len(read)
            return list(read)
        found = rows_at(parse_reply(text), self.text("rows"))
        response.meta["count"] = len(found)
        rows = [row for one in found if (row := self.row_of(one, response.meta["list"])) is not None]
        if found and not rows:
            raise UnreadablePage(f"no row has a title and a link, only {', '.join(list(found[0])[:8])}")
        return rows[: self.number("most", len(rows))]

    def row_of(self, found: Mapping[str, Any], base: str) -> Row | None:
        """Return a row of the data as a row of a list."""
        fields = self.table("fields")
        title, link = (text_in(field_of(found, fields[name])) for name in ("title", "link"))
        if not title or not link:
            return None
        when = field_of(found, fields["date"]) if "date" in fields else None
        return Row(title=title, url=urljoin(base, link), date=day_in(when, zone=self.text("zone")))

    def next_page(self, response: TextResponse, number: int) -> Request | None:
        """Ask for the next page of data, or for the next static one where the page does not say how to ask for data."""
        names = response.meta.get("names") or self.names_of(response)
        url, read = self.list_of(response), response.meta.get("read", 0) + response.meta["count"]
        if "names" not in response.meta and not self._has_data(names):
            request = self.static_request(url, names, number + 1)
        else:
            request = self.data_request(url, names, number + 1, read=read)
        if request is None or request.url == address_of(response):
            return None
        return request

    def can_jump(self) -> bool:
        """Tell whether pages have numbers; where rows have them, all rows before must have been counted."""
        return not self._asked() & {"offset", "start", "end"}

    def static_request(self, url: str, names: Mapping[str, str], page: int) -> Request | None:
        """Return the request for a further page that is a file, as the list page itself is."""
        if not self.text("next"):
            return None
        address = urljoin(url, filled(self.text("next"), {**names, "page": str(page)}))
        return Request(address, headers={"Referer": url}, meta={"list": url, "static": True})

    def data_request(self, url: str, names: Mapping[str, str], number: int, *, read: int = 0) -> Request:
        """Return the request for page `number` of the data, when `read` rows have been read before."""
        known = {**names, **self.paging(number, read)}
        endpoint = self.text("endpoint")
        query = {name: filled(value, known) for name, value in self.table("query").items()}
        target = urljoin(url, filled(endpoint, known)) if endpoint else url
        same = urlsplit(target).path == urlsplit(url).path  # then the list's own parameters are the data's
        address = with_query(url if same else target, query)
        headers = {"X-Requested-With": "XMLHttpRequest", "Referer": urljoin(url, "/") if same else urldefrag(url).url}
        body, kind = self.body_of(known)
        if kind:
            headers["Content-Type"] = kind
            address += f"#{body}"  # never sent; what a page was is remembered by its address
        return Request(
            address,
            method=self.text("method") or ("POST" if kind else "GET"),
            body=body,
            headers={**headers, **{name: filled(value, known) for name, value in self.table("headers").items()}},
            meta={"list": url, "names": names, "read": read, "data": True},
        )

    def body_of(self, known: Mapping[str, str]) -> tuple[str, str]:
        """Return what is posted, and its kind; numbers of the paging stay numbers in JSON."""
        if form := self.table("form"):
            return urlencode({name: filled(value, known) for name, value in form.items()}), FORM
        given = self.source.options.get("json")
        if not isinstance(given, Mapping):
            return "", ""
        values = {name: _typed(value, known) for name, value in given.items()}
        return json.dumps(values, ensure_ascii=False), "application/json; charset=UTF-8"

    def paging(self, number: int, read: int) -> dict[str, str]:
        """Return what the paging's names stand for on page `number`."""
        first, size = self.number("first", 1), self.number("size", 20)
        numbers = {"page": first + number - 1, "size": size, "offset": read, "start": read + 1, "end": read + size}
        return {name: str(value) for name, value in numbers.items()}

    def names_of(self, response: TextResponse) -> dict[str, str]:
        """Return the names that the list's address and a page give."""
        url = self.list_of(response)
        text = f"{url}\n{decode(response.body, charset_of(response))}"
        return found_names(self.table("find"), text) | names_of_address(url)

    def list_of(self, response: TextResponse) -> str:
        """Return the address of the list that a page belongs to."""
        return str(response.meta.get("list", response.url))

    def missing(self, names: Mapping[str, str]) -> list[str]:
        """Return the names that the data are asked for with, and that are not known."""
        return sorted(self._asked() - PAGING - set(names))

    def _asked(self) -> set[str]:
        tables = (self.table(name).values() for name in ("query", "form", "json", "headers"))
        return names_in([self.text("endpoint"), *chain.from_iterable(tables)])

    def text(self, option: str) -> str:
        """Return an option that is a text; "" when it is not given."""
        return str(self.source.options.get(option, ""))

    def number(self, option: str, default: int) -> int:
        """Return an option that is a number."""
        value = self.source.options.get(option, default)
        return value if isinstance(value, int) else default

    def table(self, option: str) -> dict[str, str]:
        """Return an option that is a table, as texts; {} when it is not given."""
        value = self.source.options.get(option)
        return {name: str(entry) for name, entry in value.items()} if isinstance(value, Mapping) else {}


def _typed(value: str | int, known: Mapping[str, str]) -> str | int:
    if isinstance(value, int):
        return value
    return (
        int(known[value[1:-1]])
        if value in {"{page}", "{size}", "{offset}", "{start}", "{end}"}
        else filled(value, known)
    )
