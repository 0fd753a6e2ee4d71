"""A notice is added once, revised when its words change, and waits until it is matched."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from crawler.archive.notices import (
    Outcome,
    archive_notice,
    archive_notices,
    content_hash,
    each_notice,
    find_notice,
    first_seen_times,
    mark_matched,
    notices_by_id,
    revisions_of,
    set_section,
    touch_notices,
    waiting_notices,
)
from crawler.archive.tables import notices
from crawler.notice import ArchivedNotice, Attachment, Deadline, Fact, Facts, Notice

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
NOTICE = Notice(
    key="http://www.shencheng.example/nw1/20261120/a.html",
    source="sample_shencheng",
    title="关于支持智能网联汽车示范应用的若干措施",
    text="第一条 支持企业开展道路测试。\n第二条 给予补贴。",
    url="http://www.shencheng.example/nw1/20261120/a.html",
    agency="申城市经济信息化委",
    document_number="申经信规〔2026〕7号",
    regions=("上海",),
    published=date(2026, 11, 20),
    attachments=(Attachment(url="http://www.shencheng.example/cmsres/1.pdf", name="附件.pdf"),),
)


def test_a_new_notice_is_added_whole(connection: sa.Connection) -> None:
    archived = archive_notice(connection, NOTICE, now=NOON)
    assert archived.outcome is Outcome.ADDED
    found = find_notice(connection, archived.id)
    assert found is not None
    assert found.first_seen_at == NOON
    assert found.revision == 1
    assert found.revised_at is None
    for field in ("key", "source", "title", "text", "url", "agency", "document_number", "regions", "published"):
        assert getattr(found, field) == getattr(NOTICE, field)
    assert found.attachments == NOTICE.attachments
    assert [(r.number, r.title, r.text) for r in revisions_of(connection, archived.id)] == [
        (1, NOTICE.title, NOTICE.text)
    ]


def test_facts_are_kept_with_where_they_were_read(connection: sa.Connection) -> None:
    facts = Facts(
        written=Fact(value="2026-11-18", where="signature"),
        effective=Fact(value="2027-01-01", where="text"),
        kind=Fact(value="措施", where="title"),
        deadlines=(
            Deadline(day=date(2026, 12, 10), what="申报", where="label"),
            Deadline(day=date(2026, 12, 20), what="反馈", where="text"),
        ),
    )
    archived = archive_notice(connection, replace(NOTICE, facts=facts), now=NOON)
    found = find_notice(connection, archived.id)
    assert found is not None
    assert found.facts == facts
    row = connection.execute(sa.select(notices).where(notices.c.id == archived.id)).one()
    assert (row.kind, row.written, row.effective) == ("措施", date(2026, 11, 18), date(2027, 1, 1))
    assert row.deadline == date(2026, 12, 10)


def test_a_fact_that_changes_beside_the_text_is_kept_without_a_revision(connection: sa.Connection) -> None:
    first = archive_notice(connection, NOTICE, now=NOON)
    repealed = Facts(validity=Fact(value="失效", where="index table"))
    again = archive_notice(connection, replace(NOTICE, facts=repealed), now=LATER)
    assert again.outcome is Outcome.KNOWN
    archive_notice(connection, NOTICE, now=LATER)  # read from a list alone: nothing is said of facts
    found = find_notice(connection, first.id)
    assert found is not None
    assert found.facts == repealed


def test_a_deadline_that_is_moved_beside_the_text_is_asked_of_the_rules(connection: sa.Connection) -> None:
    def meet(*deadlines: Deadline, kind: Fact | None = None) -> list[ArchivedNotice]:
        archive_notice(connection, replace(NOTICE, facts=Facts(deadlines=deadlines, kind=kind)), now=LATER)
        waiting = waiting_notices(connection, limit=9)
        mark_matched(connection, waiting)
        return waiting

    first, moved = (Deadline(day=date(2026, 12, number), what="申报", where="label") for number in (10, 20))
    assert meet(first)
    assert not meet(first)
    assert not meet(replace(first, where="text"))  # the same day, read elsewhere
    (again,) = meet(moved)
    assert again.facts.deadlines == (moved,)
    assert again.revision == 1
    assert meet(moved, kind=Fact(value="措施", where="title"))
    assert not meet()  # read from a list alone


def test_the_same_words_again_are_known(connection: sa.Connection) -> None:
    first = archive_notice(connection, NOTICE, now=NOON)
    spaced = replace(NOTICE, text="第一条 支持企业开展道路测试。\r\n\r\n第二条 给予补贴。 ")
    again = archive_notice(connection, spaced, now=LATER)
    assert again.outcome is Outcome.KNOWN
    assert again.id == first.id
    assert len(revisions_of(connection, first.id)) == 1
    seen = connection.execute(sa.select(notices.c.last_seen_at, notices.c.first_seen_at)).one()
    assert (seen.last_seen_at, seen.first_seen_at) == (LATER, NOON)


@pytest.mark.parametrize("change", [{"title": "关于支持智能网联汽车的若干措施"}, {"text": "第二条 停止补贴。"}])
def test_changed_words_are_a_revision_that_waits_again(connection: sa.Connection, change: dict[str, str]) -> None:
    first = archive_notice(connection, NOTICE, now=NOON)
    mark_matched(connection, waiting_notices(connection, limit=10))
    assert waiting_notices(connection, limit=10) == []
    changed = replace(NOTICE, title=change.get("title", NOTICE.title), text=change.get("text", NOTICE.text))
    again = archive_notice(connection, changed, now=LATER)
    assert again.outcome is Outcome.REVISED
    assert again.id == first.id
    (waiting,) = waiting_notices(connection, limit=10)
    assert (waiting.revision, waiting.revised_at, waiting.first_seen_at) == (2, LATER, NOON)
    assert [r.text for r in revisions_of(connection, first.id)] == [NOTICE.text, changed.text]


def test_back_to_the_first_words_is_a_third_revision(connection: sa.Connection) -> None:
    archive_notice(connection, NOTICE, now=NOON)
    archive_notice(connection, replace(NOTICE, text="撤回。"), now=LATER)
    back = archive_notice(connection, NOTICE, now=LATER + timedelta(hours=1))
    assert back.outcome is Outcome.REVISED
    assert [r.number for r in revisions_of(connection, back.id)] == [1, 2, 3]


def test_a_notice_revised_while_it_was_matched_keeps_waiting(connection: sa.Connection) -> None:
    archive_notice(connection, NOTICE, now=NOON)
    taken = waiting_notices(connection, limit=10)
    archive_notice(connection, replace(NOTICE, text="新的内容。"), now=LATER)
    mark_matched(connection, taken)
    assert [notice.revision for notice in waiting_notices(connection, limit=10)] == [2]


def test_a_revision_keeps_the_column_it_was_filed_under(connection: sa.Connection) -> None:
    added = archive_notice(connection, NOTICE, now=NOON)
    set_section(connection, added.id, "政策举措")
    archive_notice(connection, replace(NOTICE, text="新的内容。"), now=LATER)
    found = find_notice(connection, added.id)
    assert found is not None
    assert found.section == "政策举措"


def test_waiting_notices_come_in_the_order_they_were_seen(connection: sa.Connection) -> None:
    for number in range(5):
        archive_notice(connection, replace(NOTICE, key=f"k{number}"), now=NOON)
    assert [notice.key for notice in waiting_notices(connection, limit=3)] == ["k0", "k1", "k2"]
    mark_matched(connection, waiting_notices(connection, limit=3))
    assert [notice.key for notice in waiting_notices(connection, limit=3)] == ["k3", "k4"]


def test_each_notice_gives_the_newest_first_within_the_window(connection: sa.Connection) -> None:
    for number in range(4):
        archive_notice(connection, replace(NOTICE, key=f"k{number}"), now=NOON + timedelta(hours=number))
    since, until = NOON + timedelta(hours=1), NOON + timedelta(hours=3)
    assert [notice.key for notice in each_notice(connection, since=since, until=until)] == ["k2", "k1"]
    assert [notice.key for notice in each_notice(connection, limit=1)] == ["k3"]


def test_more_ids_than_one_statement_takes(connection: sa.Connection) -> None:
    keys = [f"k{number}" for number in range(1200)]
    for key in keys:
        archive_notice(connection, replace(NOTICE, key=key), now=NOON)
    assert len(notices_by_id(connection, range(1, 1201))) == 1200
    assert set(first_seen_times(connection, [*keys, "nobody"])) == set(keys)
    touch_notices(connection, keys, now=LATER)
    untouched = sa.select(sa.func.count()).where(notices.c.last_seen_at != LATER)
    assert connection.execute(untouched).scalar_one() == 0


def test_nobody_knows_an_unknown_id(connection: sa.Connection) -> None:
    assert find_notice(connection, 7) is None


def test_title_and_text_are_apart_in_the_hash() -> None:
    assert content_hash("甲", "乙") != content_hash("甲乙", "")


def meet_again(connection: sa.Connection, keys: list[str]) -> None:
    archive_notices(connection, [replace(NOTICE, key=key) for key in keys], now=LATER)


def listed_still(connection: sa.Connection, keys: list[str]) -> None:
    touch_notices(connection, keys, now=LATER)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
@pytest.mark.parametrize("meet", [meet_again, listed_still])
def test_notices_are_locked_in_the_order_of_ids_as_matching_does(
    engine: sa.Engine, meet: Callable[[sa.Connection, list[str]], None]
) -> None:
    with engine.begin() as connection:
        first = archive_notice(connection, replace(NOTICE, key="http://z.example/"), now=NOON).id
        second = archive_notice(connection, replace(NOTICE, key="http://a.example/"), now=NOON).id

    def met() -> None:
        with engine.begin() as connection:
            for kind in ("seqscan", "bitmapscan"):  # as in a large table: by the index, in the order of keys
                connection.execute(sa.text(f"SET LOCAL enable_{kind} = off"))
            meet(connection, ["http://a.example/", "http://z.example/"])

    with ThreadPoolExecutor(1) as pool:
        with engine.begin() as matching:
            locked = sa.select(notices.c.id).with_for_update()
            matching.execute(locked.where(notices.c.id == first))
            touched = pool.submit(met)
            while not matching.execute(sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one():
                assert not touched.done()
            matching.execute(locked.where(notices.c.id == second).with_for_update(nowait=True))
        touched.result(timeout=60)
