"""Notices in the archive: added once, revised when their words change, waiting until they are matched."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

import sqlalchemy as sa

from config.database import insert_ignore
from crawler.archive.facts import asked_of, facts_as_columns, facts_of_dict
from crawler.archive.reposts import join_clusters
from crawler.archive.rereads import next_reread, note_present
from crawler.archive.rows import archived_notice
from crawler.archive.tables import notices, revisions
from crawler.notice import ArchivedNotice, Attachment, Facts, Notice, Revision
from crawler.revisions import wording

T = TypeVar("T")
SLICE = 500  # ids in one IN (…)
WORDS = ("title", "text", "content_hash")  # the columns that a revision keeps


class Outcome(StrEnum):
    """What archiving a notice did."""

    ADDED = "added"
    REVISED = "revised"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Archived:
    """The notice's id, and what happened."""

    id: int
    outcome: Outcome


def content_hash(title: str, text: str) -> str:
    """Return a hash that a change of words changes and a change of white space or of a visit counter does not."""
    words = "".join(title.split()) + "\n" + "".join(wording(text).split())
    return hashlib.sha256(words.encode()).hexdigest()


def archive_notice(
    connection: sa.Connection, notice: Notice, *, now: datetime, bulletin_id: int | None = None
) -> Archived:
    """Add a notice, or revise the one with its key when title or text changed, or note that it was seen again."""
    return archive_notices(connection, [notice], now=now, bulletin_id=bulletin_id)[0]


def archive_notices(
    connection: sa.Connection, read: Sequence[Notice], *, now: datetime, bulletin_id: int | None = None
) -> list[Archived]:
    """Archive several notices, each as `archive_notice` does, in few statements; return what became of each."""
    said = [_columns(notice) for notice in read]
    new = _add(connection, read, said, now=now, bulletin_id=bulletin_id)
    ids = [new.pop(notice.key, None) for notice in read]
    added = [(notice_id, place) for place, notice_id in enumerate(ids) if notice_id is not None]
    _remember(connection, [(notice_id, 1, said[place]) for notice_id, place in added], now=now)
    if bulletin_id is None:
        join_clusters(connection, {notice_id: read[place] for notice_id, place in added})
    _hold(connection, [notice.key for notice, notice_id in zip(read, ids, strict=True) if notice_id is None])
    return [
        Archived(notice_id, Outcome.ADDED)
        if notice_id is not None
        else _meet_again(connection, notice, columns, now=now, reread=bulletin_id is None)
        for notice_id, notice, columns in zip(ids, read, said, strict=True)
    ]


def touch_notices(connection: sa.Connection, keys: Iterable[str], *, now: datetime) -> None:
    """Note that these notices still stand on their list."""
    for part in _slices(list(keys)):
        ids = _hold(connection, part)
        connection.execute(sa.update(notices).where(notices.c.id.in_(ids)).values(last_seen_at=now))


def first_seen_times(connection: sa.Connection, keys: Iterable[str]) -> dict[str, datetime]:
    """Return when the notices with these keys were first seen; keys that nobody knows are absent."""
    found: dict[str, datetime] = {}
    for part in _slices(list(keys)):
        query = sa.select(notices.c.key, notices.c.first_seen_at).where(notices.c.key.in_(part))
        found |= {row.key: row.first_seen_at for row in connection.execute(query)}
    return found


def waiting_notices(connection: sa.Connection, *, limit: int) -> list[ArchivedNotice]:
    """Return notices that are not yet matched, the earliest first."""
    query = sa.select(notices).where(notices.c.matching == "waiting").order_by(notices.c.id).limit(limit)
    return [archived_notice(row) for row in connection.execute(query)]


def mark_matched(connection: sa.Connection, matched: Iterable[ArchivedNotice]) -> None:
    """Let matched notices wait no longer; one revised or withdrawn meanwhile keeps waiting."""
    rows = [
        {"the_id": notice.id, "the_revision": notice.revision, "was_withdrawn": notice.withdrawn_at is not None}
        for notice in matched
    ]
    if rows:
        same = (notices.c.id == sa.bindparam("the_id")) & (notices.c.revision == sa.bindparam("the_revision"))
        same &= notices.c.withdrawn_at.is_not(None) == sa.bindparam("was_withdrawn", type_=sa.Boolean())
        connection.execute(sa.update(notices).where(same).values(matching="done"), rows)


def find_notice(connection: sa.Connection, notice_id: int) -> ArchivedNotice | None:
    """Return one notice by its id."""
    return notices_by_id(connection, [notice_id]).get(notice_id)


def notices_by_id(connection: sa.Connection, ids: Iterable[int]) -> dict[int, ArchivedNotice]:
    """Return notices by id; ids that nobody knows are absent."""
    found: dict[int, ArchivedNotice] = {}
    for part in _slices(list(ids)):
        rows = connection.execute(sa.select(notices).where(notices.c.id.in_(part)))
        found |= {row.id: archived_notice(row) for row in rows}
    return found


def each_notice(
    connection: sa.Connection, *, since: datetime | None = None, until: datetime | None = None, limit: int | None = None
) -> Iterator[ArchivedNotice]:
    """Yield notices first seen in [since, until), the newest first."""
    query = sa.select(notices).order_by(notices.c.first_seen_at.desc(), notices.c.id.desc()).limit(limit)
    if since is not None:
        query = query.where(notices.c.first_seen_at >= since)
    if until is not None:
        query = query.where(notices.c.first_seen_at < until)
    for row in connection.execute(query, execution_options={"yield_per": SLICE}):
        yield archived_notice(row)


def notices_on(
    connection: sa.Connection, field: str, day: date, *, begins: datetime, seen_before: datetime
) -> list[ArchivedNotice]:
    """Return notices with this day as "published", "seen", or among their deadlines, perhaps some more of the last.

    `begins` is the moment at which the day begins; only what was first seen before `seen_before` is asked for.
    """
    conditions = {
        "published": notices.c.published == day,
        "deadline": (notices.c.deadline_last >= day) & (notices.c.deadline <= day),
        "seen": notices.c.first_seen_at.between(begins, begins + timedelta(days=1)),
    }
    query = sa.select(notices).where(conditions[field], notices.c.first_seen_at < seen_before).order_by(notices.c.id)
    return [archived_notice(row) for row in connection.execute(query)]


def notices_of_bulletin(connection: sa.Connection, bulletin_id: int) -> tuple[ArchivedNotice, ...]:
    """Return the notices of a bulletin in the order they stand in it."""
    query = sa.select(notices).where(notices.c.bulletin_id == bulletin_id).order_by(notices.c.id)
    return tuple(archived_notice(row) for row in connection.execute(query))


def set_section(connection: sa.Connection, notice_id: int, section: str) -> None:
    """File a notice under a column."""
    connection.execute(sa.update(notices).where(notices.c.id == notice_id).values(section=section))


def revisions_of(connection: sa.Connection, notice_id: int) -> list[Revision]:
    """Return all that a notice has said, the first first."""
    query = sa.select(revisions).where(revisions.c.notice_id == notice_id).order_by(revisions.c.number)
    return [
        Revision(notice_id=row.notice_id, number=row.number, seen_at=row.seen_at, title=row.title, text=row.text)
        for row in connection.execute(query)
    ]


def _hold(connection: sa.Connection, keys: Sequence[str]) -> Sequence[int]:
    """Lock notices in the order of their ids, as matching does: two that hold the same never wait crosswise."""
    if not keys:
        return ()
    query = sa.select(notices.c.id).where(notices.c.key.in_(keys)).order_by(notices.c.id).with_for_update()
    return connection.execute(query).scalars().all()


def _add(
    connection: sa.Connection,
    read: Sequence[Notice],
    said: Sequence[dict[str, Any]],
    *,
    now: datetime,
    bulletin_id: int | None,
) -> dict[str, int]:
    """Insert those whose keys are free, so that two crawls at once cannot add one notice twice; return their ids."""
    common = {"bulletin_id": bulletin_id, "first_seen_at": now, "last_seen_at": now}
    common["next_reread_at"] = next_reread(now, now) if bulletin_id is None else None
    rows = [
        columns | common | {"key": notice.key, "source_id": notice.source}
        for notice, columns in zip(read, said, strict=True)
    ]
    insert = insert_ignore(connection, notices).returning(notices.c.key, notices.c.id)
    return {row.key: row.id for row in connection.execute(insert, rows)} if rows else {}


def _meet_again(
    connection: sa.Connection, notice: Notice, columns: dict[str, Any], *, now: datetime, reread: bool
) -> Archived:
    """Revise a notice whose words changed, or note that it was seen again."""
    row = connection.execute(_locked(notice.key)).one()
    if reread:
        note_present(connection, notice.key, now=now)
    if content_hash(row.title, row.text) != columns["content_hash"]:
        _revise(connection, row.id, row.revision + 1, columns, now=now)
        return Archived(row.id, Outcome.REVISED)
    stated = facts_as_columns(notice.facts) if notice.facts != Facts() else {}  # 有效性 changes without the text
    if stated and asked_of(notice.facts) != asked_of(facts_of_dict(row.facts)):
        stated["matching"] = "waiting"  # a deadline was moved: rules that ask for it may hold now
    connection.execute(sa.update(notices).where(notices.c.id == row.id).values(last_seen_at=now, **stated))
    return Archived(row.id, Outcome.KNOWN)


def _revise(connection: sa.Connection, notice_id: int, number: int, columns: dict[str, Any], *, now: datetime) -> None:
    values = columns | {"revision": number, "revised_at": now, "last_seen_at": now, "matching": "waiting"}
    if not values["section"]:
        del values["section"]  # the column it was filed under stays until matching files it anew
    connection.execute(sa.update(notices).where(notices.c.id == notice_id).values(values))
    _remember(connection, [(notice_id, number, columns)], now=now)


def _remember(connection: sa.Connection, said: Sequence[tuple[int, int, dict[str, Any]]], *, now: datetime) -> None:
    """Keep what notices said: (id, number of the revision, columns)."""
    rows = [
        {"notice_id": notice_id, "number": number, "seen_at": now} | {name: columns[name] for name in WORDS}
        for notice_id, number, columns in said
    ]
    if rows:
        connection.execute(sa.insert(revisions), rows)


def _columns(notice: Notice) -> dict[str, Any]:
    """Return what a notice says, by column."""
    return {
        "url": notice.url,
        "title": notice.title,
        "text": notice.text,
        "agency": notice.agency,
        "document_number": notice.document_number,
        "regions": list(notice.regions),
        "section": notice.section,
        "published": notice.published,
        "attachments": listed_files(notice.attachments),
        "page": notice.page,
        "content_hash": content_hash(notice.title, notice.text),
        **facts_as_columns(notice.facts),
    }


def _locked(key: str) -> sa.Select[tuple[int, int, str, str, Any]]:
    """Select a notice for change; FOR UPDATE says nothing on SQLite, where the transaction alone may write."""
    query = sa.select(notices.c.id, notices.c.revision, notices.c.title, notices.c.text, notices.c.facts)
    return query.where(notices.c.key == key).with_for_update()


def listed_files(attachments: Iterable[Attachment]) -> list[dict[str, str]]:
    """Return the files as the page lists them: of an archive with members only the archive."""
    by_url: dict[str, str] = {}
    for one in attachments:
        by_url.setdefault(one.url, one.name)
    return [{"url": url, "name": name} for url, name in by_url.items()]


def _slices(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """SQLite and PostgreSQL both limit the parameters of one statement."""
    for start in range(0, len(values), SLICE):
        yield values[start : start + SLICE]
