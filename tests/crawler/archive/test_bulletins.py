"""An issue is imported once; its notices carry its name, its date and their place in it."""

from datetime import UTC, date, datetime

import sqlalchemy as sa

from crawler.archive.bulletins import archive_bulletin, find_bulletin
from crawler.archive.notices import waiting_notices
from crawler.notice import Bulletin, Notice

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
ISSUE = Bulletin(title="区域信息周报", number=12, published=date(2026, 11, 20), publisher="示例市信息中心")
PARTS = (
    Notice(key="", source="", title="苏州出台措施", text="正文一。", section="政策举措", page=1),
    Notice(key="", source="", title="杭州发布公告", text="正文二。", published=date(2026, 11, 18), page=2),
)


def test_an_issue_and_its_notices(connection: sa.Connection) -> None:
    imported = archive_bulletin(connection, ISSUE, PARTS, text="全文", file_name="12.txt", now=NOW)
    assert imported.new
    assert find_bulletin(connection, imported.id) == ISSUE
    first, second = imported.notices
    assert first.key.startswith("bulletin:")
    assert first.key.endswith("#1")
    assert len(first.key) == len("bulletin:#1") + 16
    assert {first.source, second.source} == {"bulletin:区域信息周报"}
    assert first.published == ISSUE.published
    assert second.published == date(2026, 11, 18)
    assert (first.section, first.page, first.bulletin_id) == ("政策举措", 1, imported.id)
    assert [notice.id for notice in waiting_notices(connection, limit=9)] == [first.id, second.id]


def test_the_same_text_again_gives_the_earlier_rows(connection: sa.Connection) -> None:
    first = archive_bulletin(connection, ISSUE, PARTS, text="全文\n第二行\n", file_name="12.txt", now=NOW)
    again = archive_bulletin(connection, ISSUE, PARTS, text="全文 \r\n第二行", file_name="copy.txt", now=NOW)
    assert not again.new
    assert again.id == first.id
    assert again.notices == first.notices


def test_another_text_is_another_issue(connection: sa.Connection) -> None:
    first = archive_bulletin(connection, ISSUE, PARTS, text="全文", file_name="12.txt", now=NOW)
    second = archive_bulletin(connection, ISSUE, PARTS, text="全文，有更正", file_name="12.txt", now=NOW)
    assert second.new
    assert second.id != first.id
    assert {n.key for n in first.notices}.isdisjoint(n.key for n in second.notices)


def test_an_unknown_bulletin(connection: sa.Connection) -> None:
    assert find_bulletin(connection, 1) is None
