"""上海's own system: some columns are a page of years, each with a list of its own."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response, TextResponse

from crawler.reading.attachments import absolute
from crawler.reading.charset import decode
from crawler.reading.page import UnreadablePage, base_of, mended
from crawler.spiders.base import Requests, charset_of
from crawler.spiders.signpost import SignpostSpider
from crawler.spiders.static import StaticSpider

OK = 200
YEAR = re.compile(r"((?:19|20)\d\d)/?(?:index\.s?html?)?$")


class ShanghaiSpider(StaticSpider, SignpostSpider):
    """Reads the newest year of a column that is parted by years; when that has only begun, the one before it too."""

    def read_list(self, response: Response, number: int) -> Requests:
        """Go on to the years, when the list is one of years."""
        years = self.years_of(response) if number == 1 else []
        if years:
            names = {f"year {at}": url for at, url in enumerate(years)}
            self.remember(response.meta["list"], names)
            yield from self.requests_by(response.meta["list"], names)
        else:
            yield from super().read_list(response, number)

    def requests_by(self, url: str, names: Mapping[str, str]) -> list[Request]:
        """Return the requests for the lists of the years."""
        del url
        return [self.list_request(Request(year, meta={"list": year}), number=1) for year in names.values()]

    def years_of(self, response: Response) -> list[str]:
        """Return the addresses of the lists to read instead of a page of years, the newest first."""
        if response.status != OK or not isinstance(response, TextResponse):
            return []
        try:
            years = years_on(decode(response.body, charset_of(response)), response.url)
            if not years or any(row.date for row in self.rows_of(response)):
                return []
        except UnreadablePage:
            return []
        newest, *earlier = sorted(years, reverse=True)
        begun = newest == self.today().year and self.today().month == 1
        return [years[newest], *(years[year] for year in earlier[:1] if begun)]


def years_on(html: str, url: str) -> dict[int, str]:
    """Return the addresses that a page gives for single years: those that end with the year that their words name."""
    found: dict[int, str] = {}
    tree = mended(html)
    base = base_of(tree, html, url)
    for node in tree.css("a[href]"):
        address = absolute(base, node.attributes.get("href") or "")
        match = YEAR.search(urlsplit(address).path) if address else None
        if match and match[1] in f"{node.text()} {node.attributes.get('title') or ''}":
            found.setdefault(int(match[1]), address)
    return found
