"""Notices that are read again: how often, what is no change, and when one counts as withdrawn."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa

from alerts.demo.sites import SampleSites
from crawler.archive.notices import Outcome, archive_notice, each_notice, find_notice, waiting_notices
from crawler.archive.rereads import AGES, due_rereads, next_reread, note_failed, note_gone, note_present
from crawler.archive.tables import notices
from crawler.notice import ArchivedNotice, Notice, Verdict
from tests.crawler.conftest import Run, make_due

rounds = pytest.mark.xdist_group("crawler-rounds")
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SHENCHENG = "www.shencheng.example"
PAGE = "/nw12344/20261120/5c1d8e0f3ab94d6f8a7725d3c9e14b01.html"
LIST = "/nw12344/index.html"


def archived(engine: sa.Engine, path: str = PAGE) -> ArchivedNotice:
    with engine.begin() as connection:
        return next(notice for notice in each_notice(connection) if notice.url.endswith(path))


def add(connection: sa.Connection, name: str = "a", text: str = "各区应当落实。", *, now: datetime = NOW) -> Notice:
    url = f"https://town.example/{name}.html"
    notice = Notice(key=url, url=url, source="town", title="关于补贴的通知", text=text)
    archive_notice(connection, notice, now=now)
    return notice


def test_a_notice_is_read_again_less_and_less_often_and_then_never() -> None:
    moments = [NOW]
    while (following := next_reread(NOW, moments[-1])) is not None:
        moments.append(following)
    assert [moment - NOW for moment in moments[1:]] == list(AGES)
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert gaps == sorted(gaps)
    assert next_reread(NOW, NOW + timedelta(days=31)) is None


def test_a_reading_that_is_late_does_not_make_up_for_those_missed() -> None:
    assert next_reread(NOW, NOW + timedelta(days=2)) == NOW + timedelta(days=3)


def test_what_is_due_and_what_is_too_old(connection: sa.Connection) -> None:
    young, old = add(connection, "young"), add(connection, "old", now=NOW - timedelta(days=20))

    def due(after: timedelta, *, days: int = 7) -> list[str]:
        now = NOW + after
        found = due_rereads(connection, "town", since=now - timedelta(days=days), now=now, limit=9)
        return [one.key for one in found]

    assert due(timedelta(minutes=59)) == []
    assert due(timedelta(hours=1)) == [young.key]
    assert due(timedelta(hours=1), days=30) == [old.key, young.key]
    note_present(connection, young.key, now=NOW + timedelta(hours=1))
    note_failed(connection, old.key, now=NOW + timedelta(hours=1))
    assert due(timedelta(hours=5), days=30) == []
    assert due(timedelta(hours=6), days=30) == [young.key]


def test_gone_twice_is_withdrawn_and_there_again_is_not(connection: sa.Connection) -> None:
    key = add(connection).key
    connection.execute(sa.update(notices).values(matching="done"))
    (found,) = due_rereads(connection, "town", since=NOW, now=NOW + timedelta(days=9), limit=9)
    assert found.key == key
    assert note_gone(connection, [key], reread=1, now=NOW + timedelta(hours=1)) == []
    assert waiting_notices(connection, limit=9) == []
    later = NOW + timedelta(hours=7)
    (withdrawn,) = note_gone(connection, [key], reread=1, now=later)
    (waiting,) = waiting_notices(connection, limit=9)
    assert (waiting.id, waiting.withdrawn_at) == (withdrawn, later)
    assert note_gone(connection, [key], reread=1, now=later + timedelta(days=1)) == []  # told once
    add(connection, now=later + timedelta(days=2))
    back = find_notice(connection, withdrawn)
    assert back is not None
    assert back.withdrawn_at is None
    assert note_gone(connection, [key], reread=1, now=later + timedelta(days=3)) == []  # counted anew


def test_one_miss_is_looked_at_again_soon(connection: sa.Connection) -> None:
    key = add(connection, now=NOW - timedelta(days=15)).key
    note_gone(connection, [key], reread=1, now=NOW)
    planned = connection.execute(sa.select(notices.c.next_reread_at)).scalar_one()
    assert planned == NOW + timedelta(hours=6)


def test_when_everything_is_gone_the_site_moved_and_nothing_was_withdrawn(connection: sa.Connection) -> None:
    keys = [add(connection, name).key for name in "abcd"]
    for day in (1, 2, 3):
        assert note_gone(connection, keys, reread=4, now=NOW + timedelta(days=day)) == []
    note_gone(connection, keys, reread=5, now=NOW)
    assert len(note_gone(connection, keys, reread=5, now=NOW)) == 4


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("正文。\n浏览次数：12", "正文。\n浏览次数：1345"),
        ("发布时间：2026-11-20 浏览量：12次\n正文。", "发布时间：2026-11-20 浏览量：13次\n正文。"),
        ("正文。\n打印时间：2026年11月20日 08:00", "正文。\n打印时间：2026年11月21日 09:12"),
        ("正文。", "正文。\n本页生成时间：2026-11-29 08:12:33"),
        ("正文。\n更新时间：2026-11-20 08:00", "正文。\n更新时间：2026-11-29 10:00"),
        ("正文。\n您是第 12345 位访问者", "正文。\n您是第99,999位访客"),
        ("正文。\n阅读：1.2万", "正文。\n阅读量 3.4w+"),
        ("正文。\n本文已被浏览 12 次", "正文。"),
        ("发布时间：2026-11-20 浏览：1,204次\n正文。", "发布时间：2026-11-20 浏览：2,210次\n正文。"),
        ("【字号：大 中 小】\n正文。", "正文。"),
        ("正文。\n打印本页 关闭窗口", "正文。"),
        ("正文。\n相关链接：\n苏州出台新政", "正文。\n相关链接：\n无锡出台新政\n常州出台新政"),
        ("正文。\n上一篇：甲", "正文。\n上一篇：乙\n下一篇：丙"),
        ("今天是2026年11月23日 星期一\n正文。", "今天是2026年11月24日 星期二\n正文。"),
    ],
)
def test_what_a_template_prints_anew_is_no_revision(connection: sa.Connection, before: str, after: str) -> None:
    add(connection, text=before)
    again = Notice(key="https://town.example/a.html", source="town", title="关于补贴的通知", text=after)
    assert archive_notice(connection, again, now=NOW).outcome is Outcome.KNOWN


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("补贴1万元。\n浏览次数：12", "补贴2万元。\n浏览次数：12"),
        (
            "相关链接：\n苏州政策\n现就下列事项通知如下，请遵照执行。",
            "相关链接：\n苏州政策\n现就下列事项通知如下，暂缓执行。",
        ),
        ("阅读人数不足一千的社区补助5万元。", "阅读人数不足一千的社区补助6万元。"),
        ("打印店补贴：100元", "打印店补贴：200元"),
        ("目录更新时间为2026年11月20日。", "目录更新时间为2026年11月29日。"),
        ("第12位用户获奖。", "第13位用户获奖。"),
        ("阅读数量不少于12册。", "阅读数量不少于13册。"),
    ],
)
def test_a_change_of_words_beside_it_is_one(connection: sa.Connection, before: str, after: str) -> None:
    add(connection, text=before)
    again = Notice(key="https://town.example/a.html", source="town", title="关于补贴的通知", text=after)
    assert archive_notice(connection, again, now=NOW).outcome is Outcome.REVISED


@rounds
@pytest.mark.usefixtures("crawled")
def test_a_page_gone_in_two_rounds_is_withdrawn_until_it_is_back(
    run: Run, archive: sa.Engine, sites: SampleSites
) -> None:
    page = sites.page(SHENCHENG, PAGE)
    sites.change(SHENCHENG, PAGE, status=410)
    assert run("sample_shencheng")["sample_shencheng"].verdict is Verdict.UNCHANGED
    assert archived(archive).withdrawn_at is None
    make_due(archive)
    run("sample_shencheng")
    assert archived(archive).withdrawn_at is not None
    make_due(archive)
    sites.change(SHENCHENG, PAGE, page)
    run("sample_shencheng")
    assert archived(archive).withdrawn_at is None
    assert archived(archive).revision == 1


@rounds
@pytest.mark.usefixtures("crawled")
def test_a_site_in_trouble_withdraws_nothing(run: Run, archive: sa.Engine, sites: SampleSites) -> None:
    for status in (404, 503):
        sites.change(SHENCHENG, PAGE, status=status)
        sites.change(SHENCHENG, LIST, status=404)
        make_due(archive)
        assert run("sample_shencheng")["sample_shencheng"].verdict is Verdict.BROKEN
    assert archived(archive).withdrawn_at is None


@rounds
@pytest.mark.usefixtures("crawled")
def test_a_notice_read_again_waits_for_its_next_turn(run: Run, archive: sa.Engine, sites: SampleSites) -> None:
    run("sample_shencheng")
    asked = len(sites.requests)
    run("sample_shencheng")
    again = [url.rpartition("/")[2] for _, url, _ in sites.requests[asked:]]
    assert again == ["robots.txt", "index.html"]
    with archive.begin() as connection:
        left = sa.select(sa.func.count()).where(notices.c.next_reread_at <= datetime.now(UTC))
        assert connection.execute(left.where(notices.c.source_id == "sample_shencheng")).scalar_one() == 0
