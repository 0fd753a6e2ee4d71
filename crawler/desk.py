"""The desk of a round: where fetched pages are read and notices are archived, several at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import sqlalchemy as sa

from config.regions import Places
from crawler.archive.attachments import archive_attachments
from crawler.archive.notices import Outcome, archive_notices
from crawler.archive.pages import PageNotice, remember_pages
from crawler.noticing import FetchedPage, read_page
from crawler.reading.page import UnreadablePage


@dataclass(frozen=True, slots=True)
class Unread:
    """A page on which there is no notice, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A page or notice that was not dealt with, through no fault of its own."""

    words: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A notice that is safe in the archive."""

    title: str
    address: str
    outcome: Outcome


Read: TypeAlias = PageNotice | Unread | Failed
Written: TypeAlias = Kept | Failed


@dataclass(frozen=True, slots=True)
class Desk:
    """Reads pages and writes notices; takes several at once and says of each what became of it, in order."""

    places: Places
    engine: sa.Engine

    def take(self, pages: Sequence[FetchedPage], now: datetime) -> list[Read | Written]:
        """Read pages and archive their notices; one with files comes back, to be archived with what stands in them."""
        read = self.read(pages, now)
        ready = [item for item in read if isinstance(item, PageNotice) and not item.notice.attachments]
        kept = {id(item): written for item, written in zip(ready, self.archive(ready, now), strict=True)}
        return [kept.get(id(one), one) for one in read]

    def read(self, pages: Sequence[FetchedPage], now: datetime) -> list[Read]:
        """Read pages; one that breaks the reading takes no other with it."""
        return [self._read(page, now) for page in pages]

    def archive(self, items: Sequence[PageNotice], now: datetime) -> list[Written]:
        """Archive notices in one transaction; when that is refused, each in its own."""
        if not items:
            return []
        try:
            return self._archive(items, now)
        except Exception as error:  # noqa: BLE001  the per-notice catch: whatever a notice does to the archive is said of it
            if len(items) == 1:
                return [Failed(words_of(error))]
            return [written for item in items for written in self.archive([item], now)]

    def _read(self, page: FetchedPage, now: datetime) -> Read:
        try:
            return read_page(page, self.places, now)
        except UnreadablePage as problem:
            return Unread(problem.reason)
        except Exception as error:  # noqa: BLE001  the per-page catch: whatever a page does to a reader is said of it
            return Failed(words_of(error))

    def _archive(self, items: Sequence[PageNotice], now: datetime) -> list[Written]:
        """Write in the order of the keys: two that lock the same rows never wait crosswise."""
        order = sorted(range(len(items)), key=lambda place: items[place].notice.key)
        ordered = [items[place] for place in order]
        with self.engine.begin() as connection:
            archived = archive_notices(connection, [item.notice for item in ordered], now=now)
            for item, one in zip(ordered, archived, strict=True):
                if item.notice.attachments or one.outcome is not Outcome.ADDED:
                    archive_attachments(connection, one.id, item.notice.attachments, item.files, now=now)
            read = [(item.notice.source, item.url, item.page) for item in ordered if item.page is not None]
            remember_pages(connection, read, now=now)
        outcomes = dict(zip(order, (one.outcome for one in archived), strict=True))
        return [Kept(item.notice.title, item.url, outcomes[place]) for place, item in enumerate(items)]


def words_of(error: BaseException | None) -> str:
    """Return what went wrong in one line; of the database what it says, without the statement and its values."""
    said = error.orig if isinstance(error, sa.exc.StatementError) and error.orig is not None else error
    return f"{type(said).__name__}: {said}"
