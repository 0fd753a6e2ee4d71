"""From a page that was read to a notice in the archive: Clean → Validate → Archive."""

import asyncio
import re
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any, Self, TypeAlias

import sqlalchemy as sa
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.archive.attachments import archive_attachments
from crawler.archive.notices import Archived, archive_notice
from crawler.archive.pages import PageNotice, remember_page
from crawler.assignment import Assignment, assignment_of
from crawler.notice import Notice

LONGEST_TITLE = 500
Result: TypeAlias = Archived | sa.exc.SQLAlchemyError
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
    """Puts notices, and what to remember of their pages, into the archive: as many at once as have come meanwhile.

    A transaction waits for the disk, so it is worth sharing; it runs in a thread, so that pages are fetched meanwhile.
    A notice that the database refuses takes no other with it, and none is counted before it is safe.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._batch: Batch | None = None  # that which takes more
        self._turn = asyncio.Lock()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Keep the crawler: the spider comes later."""
        return cls(crawler)

    async def process_item(self, item: PageNotice) -> PageNotice:
        """Archive, count and tell."""
        batch = self._batch = self._batch or Batch(self._write)
        result = await batch.result_of(item)
        if isinstance(result, Exception):
            raise result
        assignment_of(self.crawler).count(result.outcome, item.notice.title, item.url)
        return item

    async def _write(self, items: Sequence[PageNotice]) -> list[Result]:
        """Write a batch once the one before is written; until then it takes more."""
        async with self._turn:
            self._batch = None
            return await asyncio.to_thread(_archive_all, assignment_of(self.crawler), items)


class Batch:
    """Notices that share a transaction."""

    def __init__(self, write: Callable[[Sequence[PageNotice]], Coroutine[Any, Any, list[Result]]]) -> None:
        self._items: list[PageNotice] = []
        self._task = asyncio.get_running_loop().create_task(write(self._items))

    async def result_of(self, item: PageNotice) -> Result:
        """Join, and wait for what becomes of this notice."""
        place = len(self._items)
        self._items.append(item)
        return (await asyncio.shield(self._task))[place]


def _archive_all(assignment: Assignment, items: Sequence[PageNotice]) -> list[Result]:
    """Archive in one transaction, in the order of the keys: two that lock the same rows never wait crosswise."""
    results: dict[int, Result] = {}
    try:
        with assignment.engine.begin() as connection:
            for place, item in sorted(enumerate(items), key=lambda one: one[1].notice.key):
                results[place] = _archive(connection, assignment, item)
    except sa.exc.SQLAlchemyError as error:  # of the transaction itself
        return [error] * len(items)
    return [results[place] for place in range(len(items))]


def _archive(connection: sa.Connection, assignment: Assignment, item: PageNotice) -> Result:
    now = assignment.clock()
    try:
        with connection.begin_nested():
            archived = archive_notice(connection, item.notice, now=now)
            archive_attachments(connection, archived.id, item.notice.attachments, item.files, now=now)
            if item.page is not None:
                remember_page(connection, assignment.source.id, item.url, item.page, now=now)
    except sa.exc.SQLAlchemyError as error:
        return error
    return archived


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
