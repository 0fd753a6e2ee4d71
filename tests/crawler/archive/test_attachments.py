"""Files in the archive: replaced whole for a notice, matched again when they say something else; on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime

import sqlalchemy as sa

from crawler.archive.attachments import archive_attachments, earlier_files, in_full, unchanged
from crawler.archive.notices import archive_notice, each_notice, find_notice, mark_matched, waiting_notices
from crawler.archive.pages import Page
from crawler.notice import ArchivedNotice, Attachment, Deadline, Facts, Notice, Reading

NOW = datetime(2026, 11, 23, tzinfo=UTC)
PDF = Attachment(
    url="http://town.example/a.pdf", name="指南.pdf", reading=Reading.READ, pages=("一", "二"), size=9, content_hash="h"
)
ZIP = Attachment(url="http://town.example/b.zip", name="附件.zip", reading=Reading.READ)
MEMBER = replace(ZIP, name="附件.zip/表.xlsx", pages=("名单",))
SCAN = Attachment(url="http://town.example/c.pdf", name="c.pdf", reading=Reading.SCANNED, reason="1 scanned pages")
NOTICE = Notice(key="k", source="town_gov", title="通知", text="见附件", attachments=(PDF, ZIP, MEMBER, SCAN))
PAGES = {PDF.url: Page(etag='"1"', content_hash="h")}


def archive(connection: sa.Connection, notice: Notice = NOTICE) -> int:
    notice_id = archive_notice(connection, notice, now=NOW).id
    archive_attachments(connection, notice_id, notice.attachments, PAGES, now=NOW)
    return notice_id


def found(connection: sa.Connection, notice_id: int) -> ArchivedNotice:
    notice = find_notice(connection, notice_id)
    assert notice is not None
    return notice


def test_what_was_read_comes_back_with_members_behind_their_archive(connection: sa.Connection) -> None:
    notice = found(connection, archive(connection))
    assert [one.name for one in notice.attachments] == ["指南.pdf", "附件.zip", "c.pdf"]  # as the page lists them
    (full,) = in_full(connection, [notice])
    assert full.attachments == NOTICE.attachments


def test_notices_are_filled_while_they_are_still_being_read(connection: sa.Connection) -> None:
    for number in range(45):
        archive(connection, replace(NOTICE, key=str(number), attachments=(PDF,) if number % 2 else ()))
    full = list(in_full(connection, each_notice(connection)))
    assert sorted(int(one.key) for one in full) == list(range(45))
    assert all(one.attachments == ((PDF,) if int(one.key) % 2 else ()) for one in full)


def test_the_validators_of_a_file_come_back(connection: sa.Connection) -> None:
    archive(connection)
    earlier = earlier_files(connection, "k")
    assert earlier.files[PDF.url].page == PAGES[PDF.url]
    assert earlier.files[ZIP.url].attachments == (ZIP, MEMBER)
    assert earlier_files(connection, "nobody").files == {}


def test_files_read_later_let_the_notice_wait_again_and_equal_ones_do_not(connection: sa.Connection) -> None:
    late = replace(PDF, reading=Reading.UNFETCHED, reason="status 500", pages=(), content_hash="")
    notice_id = archive(connection, replace(NOTICE, attachments=(late,)))
    mark_matched(connection, waiting_notices(connection, limit=9))
    assert waiting_notices(connection, limit=9) == []
    assert not archive_attachments(connection, notice_id, (late,), {}, now=NOW)
    assert waiting_notices(connection, limit=9) == []
    assert archive_attachments(connection, notice_id, (PDF, SCAN), PAGES, now=NOW)
    (waiting,) = waiting_notices(connection, limit=9)
    assert next(in_full(connection, [waiting])).attachments == (PDF, SCAN)


def test_a_notice_whose_files_were_read_meanwhile_is_told_from_the_others(connection: sa.Connection) -> None:
    first, second = archive(connection), archive(connection, replace(NOTICE, key="l"))
    read = list(in_full(connection, [found(connection, first), found(connection, second)]))
    assert unchanged(connection, read) == {first, second}
    archive_attachments(connection, second, (replace(PDF, content_hash="other"),), PAGES, now=NOW)
    assert unchanged(connection, read) == {first}


def test_a_notice_whose_facts_changed_meanwhile_is_told_from_the_others(connection: sa.Connection) -> None:
    first, second = archive(connection), archive(connection, replace(NOTICE, key="l"))
    read = list(in_full(connection, [found(connection, first), found(connection, second)]))
    moved = Facts(deadlines=(Deadline(day=date(2026, 12, 20), what="申报", where="label"),))
    archive_notice(connection, replace(NOTICE, key="l", facts=moved), now=NOW)
    assert unchanged(connection, read) == {first}
