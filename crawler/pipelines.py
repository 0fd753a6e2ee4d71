"""The last stage of a notice that was read: into the archive."""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.archive.pages import PageNotice
from crawler.assignment import assignment_of
from crawler.beside import DeskError


class Archive:
    """Puts notices, and what to remember of their pages, into the archive: none is counted before it is safe there."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Keep the crawler: the spider comes later."""
        return cls(crawler)

    async def process_item(self, item: PageNotice) -> PageNotice:
        """Archive, count and tell."""
        assignment = assignment_of(self.crawler)
        try:
            kept = await assignment.beside.archive(item)
        except DeskError as problem:  # said in the verdict: a full disk is no fault of ours to be traced file by file
            assignment.err(f"{item.url}: {problem}")
            raise DropItem(str(problem), log_level="DEBUG") from problem
        assignment.count(kept.outcome, kept.title, kept.address)
        return item
