"""A bare spider that only downloads: `python -m tests.bench.bare PROXY FOLDER ARTICLES PAGES HOW`; prints seconds.

HOW is `tuned`, with all our settings of Scrapy, or `shipped`, with our manners (how many requests at once, how far
apart, robots.txt, limits) and all else as Scrapy ships it. Neither has our middlewares and pipelines.
"""

import sys
import time
from collections.abc import AsyncIterator

from scrapy import Request, Spider
from scrapy.http import Response

from config.settings import Crawl
from crawler.round import quiet_process
from crawler.settings import UNUSED, scrapy_settings

SHIPPED = (
    "CONCURRENT_ITEMS",
    "COOKIES_ENABLED",
    "DOWNLOADER_MIDDLEWARES",
    "DUPEFILTER_CLASS",
    "EXTENSIONS_BASE",
    "METAREFRESH_ENABLED",
    "SPIDER_MIDDLEWARES",
    "STATS_DUMP",
)


class BareSpider(Spider):
    """Asks for every page of a site and does nothing with them."""

    name = "bare"

    def __init__(self, *, proxy: str, urls: list[str]) -> None:
        super().__init__()
        self.proxy, self.urls, self.pages = proxy, urls, 0

    async def start(self) -> AsyncIterator[Request]:
        """Ask."""
        for url in self.urls:
            yield Request(url, meta={"proxy": self.proxy}, dont_filter=True)

    def parse(self, response: Response) -> None:
        """Count."""
        self.pages += response.status == 200


def main(proxy: str, folder: str, articles: int, pages: int, how: str) -> None:
    """Download, and print how many seconds it took."""
    settings = scrapy_settings(Crawl(proxy=proxy, delay=0, per_host=8)) | {
        "DOWNLOADER_MIDDLEWARES": dict.fromkeys(UNUSED),
        "ITEM_PIPELINES": {},
    }
    for name in SHIPPED if how == "shipped" else ():
        del settings[name]
    urls = [f"{folder}/index_{number}.html" for number in range(1, pages + 1)]
    urls += [f"{folder}/{number}.html" for number in range(articles)]
    process = quiet_process(settings)
    crawler = process.create_crawler(BareSpider)
    process.crawl(crawler, proxy=proxy, urls=urls)
    begin = time.perf_counter()
    process.start()
    sys.stdout.write(f"{time.perf_counter() - begin:.3f}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
