"""From a page that was read to a notice in the archive: Clean → Validate → Archive."""

import re
from dataclasses import replace
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.archive.attachments import archive_attachments
from crawler.archive.notices import archive_notice
from crawler.archive.pages import PageNotice, remember_page
from crawler.assignment import assignment_of
from crawler.notice import Notice

LONGEST_TITLE = 500
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\u200b]")  # PostgreSQL refuses NUL; nobody sees the others


class Clean:
    """Takes away what nobody should see: control characters, stray blanks."""

    def process_item(self, item: PageNotice) -> PageNotice:
        """Return the same notice, clean."""
        notice = item.notice
        cleaned = replace(
            notice,
            title=_line(notice.title),
            text="\n".join(line for line in map(_trimmed, notice.text.splitlines()) if line),
            agency=_line(notice.agency),
            document_number=_line(notice.document_number),
        )
        return replace(item, notice=cleaned)


class Validate:
    """Drops what is no notice, with the reason; a dropped one counts as not read."""

    def process_item(self, item: PageNotice) -> PageNotice:
        """Return a notice that is one, or raise DropItem."""
        reason = fault_of(item.notice)
        if reason:
            raise DropItem(reason)
        return item


class Archive:
    """Puts the notice and what to remember of its page into the archive, in one transaction."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Keep the crawler: the spider comes later."""
        return cls(crawler)

    def process_item(self, item: PageNotice) -> PageNotice:
        """Archive, count and tell."""
        assignment = assignment_of(self.crawler)
        now = assignment.clock()
        with assignment.engine.begin() as connection:
            archived = archive_notice(connection, item.notice, now=now)
            archive_attachments(connection, archived.id, item.notice.attachments, item.files, now=now)
            if item.page is not None:
                remember_page(connection, assignment.source.id, item.url, item.page, now=now)
        assignment.count(archived.outcome, item.notice.title, item.url)
        return item


def fault_of(notice: Notice) -> str:
    """Return why this is no notice; empty when it is one."""
    if not notice.title:
        return "it has no title"
    if len(notice.title) > LONGEST_TITLE:
        return f"its title has {len(notice.title)} characters"
    if not notice.text:
        return "it has no text"
    return ""


def _line(text: str) -> str:
    return " ".join(CONTROLS.sub("", text).split())


def _trimmed(line: str) -> str:
    return CONTROLS.sub("", line).strip()
