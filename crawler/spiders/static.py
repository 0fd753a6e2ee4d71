"""Static list pages of known systems, and of unknown ones: rows and further pages are found without being told."""

import re
from collections.abc import Iterable

from scrapy import Request
from scrapy.http import TextResponse

from crawler.reading.charset import decode
from crawler.reading.listing import FoundList, Row, Shape, find_list
from crawler.reading.next_page import next_address
from crawler.reading.page import UnreadablePage
from crawler.spiders.base import charset_of, list_of
from crawler.spiders.listing import ListingSpider

COMMA = re.compile(r"\s*,(?![^(]*\))\s*")
DATED_SHARE = 0.6


class StaticSpider(ListingSpider):
    """A system that writes its rows in a few usual ways; where none of them fits, their shape tells.

    What a source itself says counts alone. Of the system's usual selectors the one that finds most rows with dates
    counts: a page may have a box of news in the form that is another page's list.
    """

    fewest = 1  # rows: the system is known, so a new column may have a single one

    def rows_of(self, response: TextResponse) -> Iterable[Row]:
        """Return the rows of a list page."""
        if self.text("rows"):
            return self.selected(response, self.text("rows"))
        usual = max(
            (self.selected(response, one) for one in COMMA.split(self.text("usual")) if one), key=_dated, default=()
        )
        if usual and _dated(usual) >= DATED_SHARE * len(usual):
            return usual
        return self.found(response).rows or usual

    def found(self, response: TextResponse) -> FoundList:
        """Return the list that shows by its shape; on further pages the one that has the shape of the first."""
        shapes: dict[str, Shape] = vars(self).setdefault("shapes", {})
        address, number = list_of(response), response.request.cb_kwargs["number"] if response.request else 1
        found = find_list(
            response.body,
            response.url,
            charset=charset_of(response),
            today=self.today(),
            fewest=self.fewest if number == 1 else 1,
            shape=shapes.get(address, ()) if number > 1 else (),
        )
        if number == 1:
            shapes[address] = found.shape
        return found

    def next_page(self, response: TextResponse, number: int) -> Request | None:
        """Do as the source says; else as the page says; else as its system usually does."""
        if self.text("next"):
            return self.told(response, number, self.text("next"))
        said = next_address(decode(response.body, charset_of(response)), response.url, number)
        if said is None:
            return self.told(response, number, self.text("guess"))
        return Request(said) if said else None


class AutoSpider(StaticSpider):
    """A site of which nothing is known: what has no five rows, most of them dated, is no list."""

    fewest = 5

    def rows_of(self, response: TextResponse) -> Iterable[Row]:
        """Return the rows of a list page; raise UnreadablePage when the first one is none."""
        rows = self.found(response).rows
        if not rows and response.request and response.request.cb_kwargs["number"] == 1:
            raise UnreadablePage("no list can be seen on the page: no five links of one kind with dates beside them")
        return rows


def _dated(rows: tuple[Row, ...]) -> int:
    return sum(row.date is not None for row in rows)
