"""The files of notices in the archive: what stood in them, and what a conditional request for each needs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa

from crawler.archive.facts import facts_of_dict
from crawler.archive.notices import listed_files
from crawler.archive.pages import Page
from crawler.archive.tables import attachments, notices
from crawler.notice import ArchivedNotice, Attachment, Reading

N = TypeVar("N", bound=ArchivedNotice)
AT_ONCE = 20  # notices whose files are in memory together


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """What one address gave: one attachment, or those of a ZIP, and the validators it came with."""

    attachments: tuple[Attachment, ...]
    page: Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What the archive has of a notice: the hash of its words, and its files by address."""

    content_hash: str = ""
    files: Mapping[str, File] = field(default_factory=dict)


def earlier_files(connection: sa.Connection, key: str) -> Earlier:
    """Return what is known of the notice with this key; of one that nobody knows, nothing."""
    row = connection.execute(sa.select(notices.c.id, notices.c.content_hash).where(notices.c.key == key)).one_or_none()
    if row is None:
        return Earlier()
    files: dict[str, File] = {}
    for found in connection.execute(_rows([row.id])):
        before = files[found.url].attachments if found.url in files else ()
        page = Page(etag=found.etag, last_modified=found.last_modified, content_hash=found.content_hash or None)
        files[found.url] = File(attachments=(*before, _attachment(found)), page=page)
    return Earlier(content_hash=row.content_hash, files=files)


def archive_attachments(
    connection: sa.Connection, notice_id: int, read: Iterable[Attachment], pages: Mapping[str, Page], *, now: datetime
) -> bool:
    """Put what was read of a notice's files in the place of what was there; tell whether anything differs.

    A notice whose files say something else waits to be matched again. `pages` are the validators by address.
    """
    new = {(one.url, one.name): one for one in read if one.reading is not None}
    old = {(row.url, row.name): _attachment(row) for row in connection.execute(_rows([notice_id]))}
    if new == old:
        return False
    connection.execute(sa.delete(attachments).where(attachments.c.notice_id == notice_id))
    rows = [
        _columns(one, pages.get(one.url, Page())) | {"notice_id": notice_id, "position": position, "fetched_at": now}
        for position, one in enumerate(new.values())
    ]
    if rows:
        connection.execute(sa.insert(attachments), rows)
    listed = {"attachments": listed_files(new.values()), "matching": "waiting"}
    connection.execute(sa.update(notices).where(notices.c.id == notice_id).values(listed))
    return True


def in_full(connection: sa.Connection, found: Iterable[N]) -> Iterator[N]:
    """Yield notices with what stands in their files, a few at a time; ZIP members follow their archive."""
    every = iter(found)
    while some := list(islice(every, AT_ONCE)):
        files = _files(connection, [notice.id for notice in some if notice.attachments])
        for notice in some:
            yield replace(notice, attachments=_joined(notice, files[notice.id])) if notice.id in files else notice


def unchanged(connection: sa.Connection, found: Iterable[ArchivedNotice]) -> set[int]:
    """Return the ids of the notices whose files and facts are still those that these values hold; locks their rows."""
    values = {notice.id: notice for notice in found}
    ids = list(values)
    facts = sa.select(notices.c.id, notices.c.facts).where(notices.c.id.in_(ids)).order_by(notices.c.id)
    stated = {row.id: facts_of_dict(row.facts) for row in connection.execute(facts.with_for_update())}
    there: dict[int, set[tuple[str, str, str]]] = {notice_id: set() for notice_id in ids}
    columns = (attachments.c.notice_id, attachments.c.name, attachments.c.content_hash, attachments.c.state)
    for row in connection.execute(sa.select(*columns).where(attachments.c.notice_id.in_(ids))):
        there[row.notice_id].add((row.name, row.content_hash, row.state))
    return {
        notice_id
        for notice_id, notice in values.items()
        if there[notice_id] == _told(notice) and stated.get(notice_id) == notice.facts
    }


def _told(notice: ArchivedNotice) -> set[tuple[str, str, str]]:
    return {(one.name, one.content_hash, str(one.reading)) for one in notice.attachments if one.reading is not None}


def _joined(notice: ArchivedNotice, read: list[Attachment]) -> tuple[Attachment, ...]:
    """Return the files as the page lists them, each with what was read of it."""
    by_url: dict[str, list[Attachment]] = {}
    for one in read:
        by_url.setdefault(one.url, []).append(one)
    return tuple(one for listed in notice.attachments for one in by_url.get(listed.url, [listed]))


def _files(connection: sa.Connection, notice_ids: list[int]) -> dict[int, list[Attachment]]:
    files: dict[int, list[Attachment]] = {}
    if notice_ids:
        for row in connection.execute(_rows(notice_ids)):
            files.setdefault(row.notice_id, []).append(_attachment(row))
    return files


def _rows(notice_ids: list[int]) -> sa.Select[Any]:
    query = sa.select(attachments).where(attachments.c.notice_id.in_(notice_ids))
    return query.order_by(attachments.c.notice_id, attachments.c.position)


def _columns(one: Attachment, page: Page) -> dict[str, Any]:
    return {
        "url": one.url,
        "name": one.name,
        "media_type": one.media_type,
        "size": one.size,
        "content_hash": one.content_hash,
        "state": str(one.reading),
        "reason": one.reason,
        "pages": list(one.pages),
        "etag": page.etag,
        "last_modified": page.last_modified,
    }


def _attachment(row: sa.Row[Any]) -> Attachment:
    return Attachment(
        url=row.url,
        name=row.name,
        pages=tuple(row.pages),
        reading=Reading(row.state),
        reason=row.reason,
        media_type=row.media_type,
        size=row.size,
        content_hash=row.content_hash,
    )
