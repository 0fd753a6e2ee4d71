"""A round that dies or is stopped in the middle loses nothing, doubles nothing, and is recognised."""

import os
import signal
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Semaphore
from typing import Any

import pytest
import sqlalchemy as sa

from alerts.demo.sites import SampleSites
from alerts.rounds import Round
from config.settings import Settings
from crawler.archive.crawls import DIED, GOOD, Crawl, due_sources, latest_crawls, source_records
from crawler.archive.healths import untold_changes
from crawler.archive.tables import attachments, crawls, notices, pages, revisions, signature_bands
from crawler.notice import Verdict
from tests.crawler.conftest import Run

SOURCE = "sample_shencheng"
HOST = "www.shencheng.example"
LIST = "/nw12344/index.html"
SECOND_PAGE = "/nw12344/index_1.html"
NOTICE = "/nw12344/20261118/0a9f6b3c2d7e4815b6c0d94e21f7a823.html"


def end_in_the_middle(
    settings: Settings, sites: SampleSites, path: str, end: Callable[[Round], None], *, after: int = 0
) -> tuple[Crawl, ...]:
    """Run a round until it waits for an address and has archived `after` notices; end it; return its crawls."""
    current = Round()
    archived = Semaphore(0)

    def hear(event: Mapping[str, Any]) -> None:
        if event["event"] == "notice":
            archived.release()

    with ThreadPoolExecutor() as pool, sites.holding(HOST, path) as gate:
        running: Future[list[Crawl]] = pool.submit(current.run, settings, [SOURCE], hear)
        assert gate.reached.wait(30)
        assert all(archived.acquire(timeout=30) for _ in range(after))
        end(current)
        gate.opened.set()
        return tuple(running.result(30))


def kill(current: Round) -> None:
    assert current._child is not None
    os.kill(current._child.pid, signal.SIGKILL)


def counts(engine: sa.Engine) -> tuple[int, int]:
    with engine.begin() as connection:
        return (
            connection.execute(sa.select(sa.func.count()).select_from(notices)).scalar_one(),
            connection.execute(sa.select(sa.func.count()).select_from(revisions)).scalar_one(),
        )


def test_killed_in_a_notice_then_again(settings: Settings, archive: sa.Engine, sites: SampleSites, run: Run) -> None:
    (crawl,) = end_in_the_middle(settings, sites, NOTICE, kill)
    assert (crawl.verdict, crawl.reason) == (Verdict.BROKEN, DIED)
    with archive.begin() as connection:
        assert source_records(connection)[SOURCE].failures == 1
    again = run(SOURCE)[SOURCE]
    assert (again.verdict, again.failed) == (Verdict.OK, 0)
    assert counts(archive) == (7, 7)


def test_a_source_over_which_rounds_die_is_broken_for_everybody(
    settings: Settings, archive: sa.Engine, sites: SampleSites, run: Run
) -> None:
    run(SOURCE)
    for _ in range(2):
        make_new(archive)
        end_in_the_middle(settings, sites, NOTICE, kill)
    with archive.begin() as connection:
        assert source_records(connection)[SOURCE].state == "broken"
        assert [(one.state, one.reason) for one in untold_changes(connection, {SOURCE})] == [("broken", DIED)]


def test_a_service_stopped_twice_makes_no_source_broken(
    settings: Settings, archive: sa.Engine, sites: SampleSites, run: Run
) -> None:
    run(SOURCE)
    for _ in range(2):
        make_new(archive)
        end_in_the_middle(settings, sites, NOTICE, Round.end)
    with archive.begin() as connection:
        record = source_records(connection)[SOURCE]
    assert (record.verdict, record.failures) == (Verdict.BROKEN, 0)
    assert record.state != "broken"


def make_new(engine: sa.Engine) -> None:
    """Let the archive forget all that it has, but not that the source was well."""
    with engine.begin() as connection:
        for table in (pages, signature_bands, attachments, revisions, notices):
            connection.execute(sa.delete(table))


def test_killed_before_the_second_page_then_again(
    settings: Settings, archive: sa.Engine, sites: SampleSites, run: Run
) -> None:
    """All rows of the first page are known by then; the second page must be read all the same."""
    end_in_the_middle(settings, sites, SECOND_PAGE, kill, after=5)
    assert counts(archive) == (5, 5)
    run(SOURCE)
    assert counts(archive) == (7, 7)


def test_a_crawl_whose_parent_died_too_is_closed_by_the_next(archive: sa.Engine, run: Run) -> None:
    with archive.begin() as connection:
        values = {"round": "gone", "source_id": SOURCE, "started_at": datetime.now(UTC)}
        connection.execute(sa.insert(crawls).values(values))
    run(SOURCE)
    with archive.begin() as connection:
        last, first = latest_crawls(connection, SOURCE, 2)
    assert (first.round, first.verdict, first.reason) == ("gone", Verdict.BROKEN, DIED)
    assert last.verdict is Verdict.OK


def test_stopped_in_order_it_keeps_what_it_has_and_is_due_at_once(
    settings: Settings, archive: sa.Engine, sites: SampleSites, run: Run
) -> None:
    (crawl,) = end_in_the_middle(settings, sites, NOTICE, Round.end)
    assert crawl.verdict is Verdict.BROKEN
    assert "stopped before its end" in crawl.reason
    with archive.begin() as connection:
        assert SOURCE in due_sources(connection, datetime.now(UTC))
    added = crawl.added
    again = run(SOURCE)[SOURCE]
    assert again.verdict in GOOD  # the signal may have come after the last notice
    assert again.added == 7 - added
    assert counts(archive) == (7, 7)


def test_an_ended_caller_starts_no_further_round(settings: Settings, archive: sa.Engine, sites: SampleSites) -> None:
    current = Round()
    current.end()
    assert current.run(settings, [SOURCE]) == []
    assert sites.requests == []
    assert counts(archive) == (0, 0)


def test_a_notice_that_the_database_refuses_is_said_and_not_lost(archive: sa.Engine, run: Run) -> None:
    refuse = "CREATE TRIGGER refuse BEFORE INSERT ON notices WHEN NEW.title LIKE '%金融科技%'"
    with archive.begin() as connection:
        connection.exec_driver_sql(f"{refuse} BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
    first = run(SOURCE)[SOURCE]
    assert (first.verdict, first.added, first.failed) == (Verdict.BROKEN, 6, 1)
    assert "the disk is full" in first.reason
    with archive.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER refuse")
    second = run(SOURCE)[SOURCE]
    assert (second.verdict, second.added) == (Verdict.OK, 1)
    assert counts(archive) == (7, 7)


@pytest.mark.usefixtures("crawled")
def test_what_a_full_disk_does_not_let_be_noted_is_one_sentence_for_each_page(
    archive: sa.Engine, run: Run, sites: SampleSites, capfd: pytest.CaptureFixture[str]
) -> None:
    sites.change(HOST, LIST, sites.page(HOST, LIST) + b"<!-- changed -->")
    with archive.begin() as connection:
        full = "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        connection.exec_driver_sql(f"CREATE TRIGGER refuse BEFORE UPDATE ON notices {full}")
    crawl = run(SOURCE)[SOURCE]
    assert (crawl.verdict, "the disk is full" in crawl.reason) == (Verdict.BROKEN, True)
    assert "Traceback" not in capfd.readouterr().err
    with archive.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER refuse")
    assert run(SOURCE)[SOURCE].verdict in GOOD


def test_a_notice_with_files_that_meets_a_full_disk_is_one_sentence(
    archive: sa.Engine, run: Run, capfd: pytest.CaptureFixture[str]
) -> None:
    with archive.begin() as connection:
        full = "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        connection.exec_driver_sql(f"CREATE TRIGGER refuse BEFORE INSERT ON notices {full}")
    for crawl in run().values():
        assert (crawl.verdict, crawl.added, "the disk is full" in crawl.reason) == (Verdict.BROKEN, 0, True)
    assert "Traceback" not in capfd.readouterr().err
