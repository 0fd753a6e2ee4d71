"""Bulletins in the archive: an issue is imported once, whole, with the notices it was split into."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from config.database import insert_ignore
from crawler.archive.notices import archive_notice, notices_of_bulletin
from crawler.archive.tables import bulletins
from crawler.notice import ArchivedNotice, Bulletin, Notice


@dataclass(frozen=True, slots=True)
class ImportedBulletin:
    """A bulletin's id and notices; `new` is false when the same text had been imported before."""

    id: int
    notices: tuple[ArchivedNotice, ...]
    new: bool


def archive_bulletin(  # noqa: PLR0913  a bulletin comes with its text, its file and the time
    connection: sa.Connection,
    bulletin: Bulletin,
    notices: Iterable[Notice],
    *,
    text: str,
    file_name: str,
    now: datetime,
) -> ImportedBulletin:
    """Archive an issue with its notices; the same words again give the rows of the first time."""
    digest = _hash(text)
    bulletin_id = _add(connection, bulletin, text=text, digest=digest, file_name=file_name, now=now)
    if bulletin_id is None:
        earlier = connection.execute(sa.select(bulletins.c.id).where(bulletins.c.content_hash == digest)).scalar_one()
        return ImportedBulletin(earlier, notices_of_bulletin(connection, earlier), new=False)
    for number, notice in enumerate(notices, 1):
        completed = _completed(notice, bulletin, key=f"bulletin:{digest[:16]}#{number}")
        archive_notice(connection, completed, now=now, bulletin_id=bulletin_id)
    return ImportedBulletin(bulletin_id, notices_of_bulletin(connection, bulletin_id), new=True)


def find_bulletin(connection: sa.Connection, bulletin_id: int) -> Bulletin | None:
    """Return what a bulletin says of itself."""
    row = connection.execute(sa.select(bulletins).where(bulletins.c.id == bulletin_id)).one_or_none()
    if row is None:
        return None
    return Bulletin(
        title=row.title, number=row.number, published=row.published, publisher=row.publisher, problem=row.problem
    )


def _add(  # noqa: PLR0913  the columns of one row
    connection: sa.Connection, bulletin: Bulletin, *, text: str, digest: str, file_name: str, now: datetime
) -> int | None:
    insert = insert_ignore(connection, bulletins).values(
        title=bulletin.title,
        number=bulletin.number,
        published=bulletin.published,
        publisher=bulletin.publisher,
        problem=bulletin.problem,
        file_name=file_name,
        text=text,
        content_hash=digest,
        imported_at=now,
    )
    return connection.execute(insert.returning(bulletins.c.id)).scalar_one_or_none()


def _completed(notice: Notice, bulletin: Bulletin, *, key: str) -> Notice:
    """Name a notice by its place in the bulletin, and date it like the bulletin unless it has a date."""
    published = notice.published or bulletin.published
    return replace(notice, key=key, source=f"bulletin:{bulletin.title}", published=published)


def _hash(text: str) -> str:
    """Hash the words: another line ending or a trailing blank makes no other issue."""
    lines = (line.rstrip() for line in text.strip().splitlines())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
