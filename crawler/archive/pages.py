"""What a conditional request needs: the validators of each page as it was last read whole."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

import sqlalchemy as sa

from config.database import insert_or_update
from crawler.archive.tables import pages
from crawler.notice import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The validators of a page, and the hash of its body; of a list page that only leads on, what it says."""

    etag: str | None = None
    last_modified: str | None = None
    content_hash: str | None = None
    names: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageNotice:
    """A notice as it was read from a page, and what to remember of that page (none: it was read off its list)."""

    notice: Notice
    url: str
    page: Page | None = None
    files: Mapping[str, Page] = field(default_factory=dict)  # the same of its attachments, by address


def find_page(connection: sa.Connection, source_id: str, url: str) -> Page | None:
    """Return what a source last read at this address."""
    query = sa.select(pages).where(pages.c.source_id == source_id, pages.c.url == url)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return Page(etag=row.etag, last_modified=row.last_modified, content_hash=row.content_hash, names=row.names)


def recalled_names(connection: sa.Connection, source_id: str, url: str, *, since: datetime) -> dict[str, str] | None:
    """Return what a list page said of where its rows are, unless that was before a time."""
    query = sa.select(pages.c.names).where(pages.c.source_id == source_id, pages.c.url == url)
    names: dict[str, str] | None = connection.execute(query.where(pages.c.fetched_at >= since)).scalar_one_or_none()
    return names


def remember_page(connection: sa.Connection, source_id: str, url: str, page: Page, *, now: datetime) -> None:
    """Keep the validators of a page that was read whole, once what stood on it is safe."""
    remember_pages(connection, [(source_id, url, page)], now=now)


def remember_pages(connection: sa.Connection, read: Iterable[tuple[str, str, Page]], *, now: datetime) -> None:
    """Keep the validators of several pages: (source, address, page)."""
    rows = [{"source_id": source, "url": url, "fetched_at": now} | asdict(page) for source, url, page in read]
    if rows:
        connection.execute(insert_or_update(connection, pages), rows)


def forget_pages(connection: sa.Connection, source_id: str) -> None:
    """Have every page of a source read whole next time."""
    connection.execute(sa.delete(pages).where(pages.c.source_id == source_id))
