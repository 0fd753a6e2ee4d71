"""The index is kept: whatever changes waits, nothing is lost between two writers, small segments become one."""

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

import alerts.search.indexing
from alerts.rules import parse
from alerts.search.finding import Search
from alerts.search.indexing import index_batches, index_waiting, searchable
from config.vocabulary import Vocabulary
from crawler.archive.attachments import archive_attachments
from crawler.archive.notices import archive_notice, set_section, touch_notices
from crawler.archive.rereads import note_gone
from crawler.archive.tables import notices
from crawler.notice import Attachment, Notice, Reading
from crawler.search.find import Index, snapshot
from crawler.search.index import take_waiting, waiting_to_index, write_segment
from crawler.search.tables import search_blocks, search_segments, search_texts
from tests.search.conftest import NOW, archive_many

KEY = "https://gov.example/a"
TODAY = NOW.date()


def notice(text: str) -> Notice:
    return Notice(key=KEY, source="town", title="通知", text=text, url=KEY)


def ids_of(engine: sa.Engine, rule: str, vocabulary: Vocabulary) -> list[int]:
    with snapshot(engine) as connection:
        answer = Search(connection, parse(rule, vocabulary), vocabulary, today=TODAY).answer()
        return [one.notice.id for one in answer.found]


def waiting(engine: sa.Engine) -> int:
    with engine.begin() as connection:
        return waiting_to_index(connection)


def test_whatever_a_rule_may_ask_for_makes_a_notice_wait(engine: sa.Engine, vocabulary: Vocabulary) -> None:
    file = Attachment(url="https://gov.example/a.pdf", name="附件", pages=("表",), reading=Reading.READ)
    with engine.begin() as connection:
        id_ = archive_notice(connection, notice("补贴"), now=NOW).id
    changes: dict[str, Callable[[sa.Connection], object]] = {
        "words": lambda c: archive_notice(c, notice("奖励"), now=NOW),
        "files": lambda c: archive_attachments(c, id_, [file], {}, now=NOW),
        "column": lambda c: set_section(c, id_, "政策举措"),
        "gone": lambda c: [note_gone(c, [KEY], reread=9, now=NOW + timedelta(hours=h)) for h in (1, 9)],
        "back": lambda c: archive_notice(c, notice("奖励"), now=NOW + timedelta(days=1)),
    }
    for name, change in changes.items():
        assert index_waiting(engine, vocabulary) == 1, name
        assert waiting(engine) == 0
        with engine.begin() as connection:
            change(connection)
        assert waiting(engine) == 1, name
    index_waiting(engine, vocabulary)
    with engine.begin() as connection:
        touch_notices(connection, [KEY], now=NOW + timedelta(days=2))
        archive_notice(connection, notice("奖励"), now=NOW + timedelta(days=2))
    assert waiting(engine) == 0
    assert ids_of(engine, "奖励 section:政策举措 attachment:表", vocabulary) == [id_]
    assert ids_of(engine, "补贴", vocabulary) == []


def test_what_is_outdated_is_not_found_and_goes_when_segments_become_one(
    engine: sa.Engine, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerts.search.indexing, "BATCH", 3)
    rng = random.Random(1)  # noqa: S311  a workload
    for turn in range(3):  # the second and third time each is revised
        with engine.begin() as connection:
            archive_many(connection, rng, range(30))
            archive_notice(connection, notice(f"第{turn}次"), now=NOW)
        list(index_batches(engine, vocabulary))
    with snapshot(engine) as connection:
        index = Index.read(connection)
        sizes = connection.execute(sa.select(search_segments.c.size)).scalars().all()
        blocks = set(connection.execute(sa.select(search_blocks.c.id)).scalars())
    assert sum(int(mask.sum()) for mask in index.current) == 31
    assert len(sizes) < 12  # of 33 that were written
    known = {(one.id << 20) + number for one in index.segments for number in range(len(one.directory))}
    assert blocks == known
    assert len(ids_of(engine, "第2次", vocabulary)) == 1
    assert ids_of(engine, "第1次 OR 第0次", vocabulary) == []


def test_a_change_under_way_while_the_notice_is_indexed_is_not_lost(engine: sa.Engine, vocabulary: Vocabulary) -> None:
    """On SQLite one waits for the other; on PostgreSQL both go on, and the notice waits once more."""
    with engine.begin() as connection:
        archive_notice(connection, notice("补贴"), now=NOW)
    if engine.dialect.name == "postgresql":
        with engine.begin() as changing:
            archive_notice(changing, notice("奖励"), now=NOW)
            assert index_waiting(engine, vocabulary) == 0  # left alone while it is being changed
    else:
        with engine.begin() as changing:
            archive_notice(changing, notice("奖励"), now=NOW)
    assert waiting(engine) == 1
    assert index_waiting(engine, vocabulary) == 1
    assert len(ids_of(engine, "奖励", vocabulary)) == 1
    assert ids_of(engine, "补贴", vocabulary) == []


def test_indexing_waits_for_nobody_who_changes_a_notice(engine: sa.Engine, vocabulary: Vocabulary) -> None:
    """Who changes it waits for indexing, so the reverse would be a deadlock; on SQLite only one writes at a time."""
    with engine.begin() as connection:
        id_ = archive_notice(connection, notice("补贴"), now=NOW).id
    if engine.dialect.name == "sqlite":
        return
    with engine.begin() as indexing, engine.begin() as changing:
        indexing.execute(sa.text("SET LOCAL lock_timeout = '2s'"))
        taken = take_waiting(indexing, limit=9)
        changing.execute(sa.select(notices.c.id).where(notices.c.id == id_).with_for_update())
        write_segment(indexing, [searchable(one, vocabulary) for one in taken])
    assert len(ids_of(engine, "补贴", vocabulary)) == 1


def test_pairs_that_stand_apart_are_candidates_and_no_more(engine: sa.Engine, vocabulary: Vocabulary) -> None:
    with engine.begin() as connection:
        id_ = archive_notice(connection, notice("大模具，小模型"), now=NOW).id
    index_waiting(engine, vocabulary)
    assert ids_of(engine, "大模型", vocabulary) == []
    assert ids_of(engine, "大模 模型 -大模型", vocabulary) == [id_]


def test_indexing_that_dies_leaves_everything_waiting(engine: sa.Engine, vocabulary: Vocabulary) -> None:
    with engine.begin() as connection:
        archive_notice(connection, notice("补贴"), now=NOW)

    def die() -> None:
        with engine.begin() as connection:
            write_segment(connection, [searchable(one, vocabulary) for one in take_waiting(connection, limit=9)])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        die()
    assert waiting(engine) == 1
    assert len(ids_of(engine, "补贴", vocabulary)) == 1
    assert index_waiting(engine, vocabulary) == 1


def test_postgres_keeps_what_fits_a_page_in_the_row_and_sends_bytes_as_they_are(
    engine: sa.Engine, vocabulary: Vocabulary
) -> None:
    text = "".join(map(chr, random.Random(1).choices(range(0x4E00, 0x9FA5), k=3500)))  # noqa: S311  a workload
    with engine.begin() as connection:
        archive_notice(connection, notice(text), now=NOW)
    index_waiting(engine, vocabulary)
    if engine.dialect.name == "sqlite":
        return
    aside = sa.text("SELECT pg_relation_size(reltoastrelid) FROM pg_class WHERE relname = 'search_texts'")
    with snapshot(engine) as connection:
        stored = connection.execute(sa.select(search_texts))
        assert stored.cursor.pgresult.fformat(1) == 1
        assert len(stored.one().texts) > 6000
        assert connection.execute(aside).scalar_one() == 0
