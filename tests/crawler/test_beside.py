"""Pages are read and notices archived beside the fetching; what ends the process there costs only what ended it."""

import asyncio
import os
import pickle
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from alerts.rounds import run_round
from config.regions import Places, load_places
from config.settings import Settings
from config.upgrades import ready_database
from crawler.archive.crawls import Result, finish_crawl, register_sources, start_crawl
from crawler.archive.notices import Outcome
from crawler.archive.pages import Page, PageNotice
from crawler.archive.tables import notices, pages
from crawler.beside import COMMAND, FEW, Beside, DeskError
from crawler.desk import Desk, Failed, Kept
from crawler.hours import Night
from crawler.ledger import Ledger
from crawler.notice import Verdict
from crawler.noticing import FetchedPage
from crawler.reading.listing import Row
from crawler.reading.page import UnreadablePage
from crawler.sources import Source
from crawler.together import Together
from tests.bench.rounds import one, place
from tests.bench.site import BenchSite, article

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
SOURCE = Source(id="one", name="一", family="listing", lists=("http://www.bench.example/",), region="上海")

NIGHT = Night.of(Settings().crawl, Settings().zone)


@pytest.fixture(scope="module")
def places() -> Places:
    return load_places(Settings().regions)


class Deadly:
    """Ends the process that unpacks it."""

    def __reduce__(self) -> tuple[object, ...]:
        return os._exit, (3,)


class Endless:
    """Keeps the process that unpacks it."""

    def __reduce__(self) -> tuple[object, ...]:
        return time.sleep, (600,)


def listed(lists: int, pages: int) -> Source:
    return replace(SOURCE, lists=SOURCE.lists * lists, options={"pages": pages})


def fetched(number: int, body: object = None) -> FetchedPage:
    url = f"http://www.bench.example/art/{number}.html"
    return FetchedPage(
        source=SOURCE,
        row=Row(title="", url=url),
        address=url,
        url=url,
        body=article(str(number)) if body is None else body,  # type: ignore[arg-type]
        charset="utf-8",
        page=Page(etag=f'"{number}"'),
    )


async def taken(beside: Beside, some: Sequence[FetchedPage]) -> list[object]:
    try:
        return list(await asyncio.gather(*map(beside.take, some), return_exceptions=True))
    finally:
        beside.close()


def beside(engine: sa.Engine, places: Places, few: float) -> Beside:
    return Beside(Desk(places, engine), clock=lambda: NOW, few=few)


def archived(engine: sa.Engine) -> list[tuple[str, str]]:
    with engine.begin() as connection:
        return [(row.key, row.text) for row in connection.execute(sa.select(notices).order_by(notices.c.key))]


@pytest.mark.parametrize("few", [0, 100])
def test_here_and_in_the_process_the_same_is_done(engine: sa.Engine, places: Places, few: int) -> None:
    with_file = article("7").replace("<p>第7号</p>".encode(), '<p>见<a href="/a.pdf">附件</a>。</p>'.encode())
    given = [fetched(5), fetched(6), fetched(7, with_file), fetched(8, b"<html><body></body></html>"), fetched(5)]
    first, second, third, fourth, again = asyncio.run(taken(beside(engine, places, few), given))
    title = "关于做好第{}号事项申报工作的通知"
    assert first == Kept(title.format(5), given[0].address, Outcome.ADDED)
    assert second == Kept(title.format(6), given[1].address, Outcome.ADDED)
    assert isinstance(third, PageNotice)
    assert [one.url for one in third.notice.attachments] == ["http://www.bench.example/a.pdf"]
    assert isinstance(fourth, UnreadablePage)
    assert again == Kept(title.format(5), given[0].address, Outcome.KNOWN)
    assert [key for key, _ in archived(engine)] == [given[0].address, given[1].address]
    assert "各有关单位要结合实际" in archived(engine)[0][1]
    with engine.begin() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(pages)).scalar_one() == 2


def test_a_page_that_ends_the_process_takes_no_other_with_it(engine: sa.Engine, places: Places) -> None:
    given = [fetched(1), fetched(2, Deadly()), fetched(3)]
    first, broken, third = asyncio.run(taken(beside(engine, places, 0), given))
    assert isinstance(broken, DeskError)
    assert "came to its end over it" in str(broken)
    assert (first, third) == (
        Kept("关于做好第1号事项申报工作的通知", given[0].address, Outcome.ADDED),
        Kept("关于做好第3号事项申报工作的通知", given[2].address, Outcome.ADDED),
    )
    assert len(archived(engine)) == 2


def test_what_is_asked_beside_a_page_that_ends_the_process_is_not_taken_for_the_culprit(
    engine: sa.Engine, places: Places
) -> None:
    (item,) = (item for item in Desk(places, engine).read([fetched(1)], NOW) if isinstance(item, PageNotice))

    async def asked() -> list[object]:
        here = beside(engine, places, 0)
        try:
            await here.take(fetched(0))
            asking = here.take(fetched(2, Deadly())), here.archive(item), here.read(fetched(3, article("3") * 100))
            return list(await asyncio.gather(*asking, return_exceptions=True))
        finally:
            here.close()

    broken, kept, read = asyncio.run(asked())
    assert isinstance(broken, DeskError)
    assert kept == Kept(item.notice.title, item.url, Outcome.ADDED)
    assert isinstance(read, PageNotice)


def test_a_page_without_end_is_given_up(engine: sa.Engine, places: Places) -> None:
    slow = Beside(Desk(places, engine), clock=lambda: NOW, few=0, patience=1)
    (late,) = asyncio.run(taken(slow, [fetched(1, Endless())]))
    assert isinstance(late, DeskError)
    assert "too long" in str(late)


@pytest.mark.parametrize("said", [b"", b"\0\0\0", (9).to_bytes(8, "big") + b"half"])
def test_the_process_ends_quietly_when_whoever_asks_is_gone(said: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, subprocess.Popen(COMMAND, stdin=theirs.fileno(), stderr=subprocess.PIPE) as process:
        theirs.close()
        ours.sendall(said)
        ours.close()
        _, words = process.communicate(timeout=60)
        assert words == b""
        assert process.returncode == 0


def test_the_process_outlives_a_stop_of_everything_until_it_is_not_asked_any_more(
    places: Places, tmp_path: Path
) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, subprocess.Popen(COMMAND, stdin=theirs.fileno()) as process:
        theirs.close()
        questions: list[tuple[object, ...]] = [(f"sqlite:///{tmp_path / 'x.db'}", places), *[("read", [], NOW)] * 2]
        for question in questions:
            data = pickle.dumps(question)
            ours.sendall(len(data).to_bytes(8, "big") + data)
            if question[0] == "read":
                assert ours.recv(8)
                process.terminate()
        ours.close()
        assert process.wait(timeout=60) == 0


def test_a_notice_that_the_archive_cannot_take_takes_no_other_with_it(engine: sa.Engine, places: Places) -> None:
    desk = Desk(places, engine)
    first, second = (item for item in desk.read([fetched(1), fetched(2)], NOW) if isinstance(item, PageNotice))
    odd = replace(second, notice=replace(second.notice, title="half an emoji \ud83d"))
    kept, failed = desk.archive([first, odd], NOW)
    assert kept == Kept(first.notice.title, first.url, Outcome.ADDED)
    assert isinstance(failed, Failed)
    assert "UnicodeEncodeError" in failed.words


def test_a_notice_that_the_database_refuses_takes_no_other_with_it(engine: sa.Engine, places: Places) -> None:
    desk = Desk(places, engine)
    first, second = (item for item in desk.read([fetched(1), fetched(2)], NOW) if isinstance(item, PageNotice))
    refused = replace(second, notice=replace(second.notice, published="someday"))  # type: ignore[arg-type]
    kept, failed = desk.archive([first, refused], NOW)
    assert kept == Kept(first.notice.title, first.url, Outcome.ADDED)
    assert isinstance(failed, Failed)
    assert "date" in failed.words.lower()
    assert [key for key, _ in archived(engine)] == [first.url]


def test_a_long_round_goes_through_the_process(database_url: str) -> None:
    number, engine = FEW * 3, ready_database(database_url)
    with BenchSite(number) as site, place(site, one(2), per_host=8, delay=0) as given:
        settings = given.model_copy(update={"database_url": database_url})
        (crawl,) = run_round(settings, ["one"])
        assert (crawl.verdict, crawl.added, crawl.failed) == (Verdict.OK, number, 0)
        (again,) = run_round(settings, ["one"])
        assert (again.verdict, again.added, again.requests) == (Verdict.UNCHANGED, 0, 2)
    assert len(archived(engine)) == number
    engine.dispose()


def test_what_comes_while_a_step_is_taken_shares_the_next() -> None:
    steps: list[list[int]] = []

    async def doubled(numbers: Sequence[int]) -> list[int]:
        steps.append(list(numbers))
        await asyncio.sleep(0)
        return [number * 2 for number in numbers]

    async def ask() -> list[int]:
        together = Together(doubled)
        first = asyncio.ensure_future(together.of(1))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return [*await asyncio.gather(together.of(2), together.of(3)), await first]

    assert asyncio.run(ask()) == [4, 6, 2]
    assert steps == [[1], [2, 3]]


def test_a_step_that_gathers_waits_for_company() -> None:
    steps: list[list[int]] = []

    async def noted(numbers: Sequence[int]) -> list[int]:
        steps.append(list(numbers))
        return list(numbers)

    async def ask() -> None:
        together = Together(noted, gather=0.1)
        first = asyncio.ensure_future(together.of(1))
        await asyncio.sleep(0.01)
        await asyncio.gather(first, together.of(2))

    asyncio.run(ask())
    assert steps == [[1, 2]]


@pytest.mark.parametrize(
    ("source", "since", "known", "expected"),
    [
        (listed(lists=1, pages=2), None, False, False),
        (listed(lists=1, pages=6), None, False, True),
        (listed(lists=3, pages=2), None, False, True),
        (listed(lists=1, pages=6), None, True, False),
        (listed(lists=1, pages=1), date(2026, 1, 1), True, True),
    ],
    ids=["few", "many pages", "many lists", "read before", "backward"],
)
def test_many_notices_are_expected_of_new_sources_and_of_reading_backward(
    engine: sa.Engine, source: Source, since: date | None, *, known: bool, expected: bool
) -> None:
    ledger = Ledger(round_id="r", engine=engine, settings=Settings().crawl, night=NIGHT, since=since)
    if known:
        with engine.begin() as connection:
            register_sources(connection, [source.id], NOW)
            crawl_id = start_crawl(connection, source.id, round_id="r", now=NOW)
            result, hour = Result(verdict=Verdict.OK), timedelta(hours=1)
            finish_crawl(connection, crawl_id, source.id, result, interval=hour, now=NOW)
    assert ledger.expects_many([source]) is expected


def test_a_process_that_was_expected_to_be_needed_reads_from_the_first_page_on(
    engine: sa.Engine, places: Places
) -> None:
    ready = beside(engine, places, FEW)
    ready.expect_many()
    broken, kept = asyncio.run(taken(ready, [fetched(1, Deadly()), fetched(2)]))  # here it would end the tests
    assert isinstance(broken, DeskError)
    assert isinstance(kept, Kept)
