"""A host has one budget, whoever asks; it is left alone after refusals, and remembered so."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa
from scrapy.http import Response

from crawler.archive.hosts import LONGEST_REST, HostRecord, host_records, resting_hosts, save_host
from crawler.fetching.budget import retry_after
from crawler.hosts import ENOUGH, FIRST_REST, MOST_DELAY, Hosts

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
HOST = "www.a.example"


def hosts_with(*records: HostRecord, delay: float = 0, per_host: int = 2) -> tuple[Hosts, list[HostRecord]]:
    saved: list[HostRecord] = []
    known = {record.host: record for record in records}
    return Hosts(known, clock=lambda: NOW, delay=delay, per_host=per_host, save=saved.append), saved


def test_requests_of_one_host_are_spaced_and_few_at_once() -> None:
    async def ask() -> tuple[list[float], int]:
        hosts, _ = hosts_with(delay=0.05)
        loop, starts, under_way, most = asyncio.get_running_loop(), [], 0, 0

        async def one() -> None:
            nonlocal under_way, most
            await hosts.enter(HOST)
            starts.append(loop.time())
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0.12)
            under_way -= 1
            hosts.leave(HOST)

        await asyncio.gather(*(one() for _ in range(5)))
        assert hosts.of(HOST).under_way == 0
        return starts, most

    starts, most = asyncio.run(ask())
    gaps = [later - earlier for earlier, later in pairwise(starts)]
    assert min(gaps) > 0.045
    assert most == 2


def test_another_host_does_not_wait() -> None:
    async def ask() -> float:
        hosts, _ = hosts_with(delay=60, per_host=1)
        await hosts.enter(HOST)
        start = asyncio.get_running_loop().time()
        await hosts.enter("www.b.example")
        return asyncio.get_running_loop().time() - start

    assert asyncio.run(ask()) < 1


def test_a_crawl_delay_slows_and_is_kept_and_never_hurries() -> None:
    hosts, saved = hosts_with(delay=2)
    hosts.slow(HOST, 7)
    assert (hosts.delay_of(HOST), saved[-1].crawl_delay) == (7, 7)
    hosts.slow(HOST, 1)
    assert hosts.delay_of(HOST) == 2
    hosts.slow(HOST, 86400)
    assert hosts.delay_of(HOST) == MOST_DELAY
    hosts.slow(HOST, None)
    assert (hosts.delay_of(HOST), saved[-1].crawl_delay) == (2, None)


def test_it_is_left_alone_after_some_refusals_in_a_row_and_longer_each_time() -> None:
    hosts, saved = hosts_with()
    for _ in range(ENOUGH - 1):
        hosts.refused(HOST, "status 412")
    assert hosts.rests(HOST) is None
    hosts.answered(HOST)
    for _ in range(ENOUGH):
        hosts.refused(HOST, "status 412")
    assert saved == [HostRecord(host=HOST, not_before=NOW + FIRST_REST, failures=1, reason="status 412")]
    again, saved = hosts_with(HostRecord(host=HOST, not_before=NOW, failures=1, reason="status 412"))
    assert again.rests(HOST) is None
    again.rest(HOST, "status 412")
    assert saved[-1].not_before == NOW + 2 * FIRST_REST
    again.rest(HOST, "and again")
    assert len(saved) == 1  # it rests already


def test_content_ends_it() -> None:
    hosts, saved = hosts_with(HostRecord(host=HOST, not_before=NOW, failures=3, reason="status 412", crawl_delay=5))
    hosts.answered(HOST)
    assert saved == [HostRecord(host=HOST, crawl_delay=5)]


def test_a_crawl_that_was_only_refused_ends_in_a_rest_and_one_with_content_does_not() -> None:
    hosts, saved = hosts_with()
    hosts.rest_if_shut(HOST)
    assert saved == []
    hosts.refused(HOST, "status 521")
    hosts.rest_if_shut(HOST)
    assert saved[-1].failures == 1
    hosts.answered("www.b.example")
    hosts.refused("www.b.example", "status 521")
    hosts.rest_if_shut("www.b.example")
    assert len(saved) == 1


def test_nobody_is_sent_away_for_longer_than_a_day() -> None:
    hosts, saved = hosts_with()
    hosts.rest(HOST, "status 429", NOW + timedelta(days=400))
    assert saved[-1].not_before == NOW + LONGEST_REST


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Mon, 23 Nov 2026 04:10:00 GMT", 600),
        ("Mon, 23 Nov 2026 03:00:00 GMT", None),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("9" * 40, None),
    ],
)
def test_retry_after(said: str, seconds: int | None) -> None:
    wait = retry_after(Response("http://a.example/", headers={"Retry-After": said}), NOW)
    assert wait == (None if seconds is None else timedelta(seconds=seconds))


def test_hosts_in_the_database(engine: sa.Engine) -> None:
    record = HostRecord(host=HOST, not_before=NOW + FIRST_REST, failures=2, reason="status 412", crawl_delay=1.5)
    with engine.begin() as connection:
        save_host(connection, HostRecord(host=HOST))
        save_host(connection, record)
        save_host(connection, HostRecord(host="www.b.example", not_before=NOW))
        assert host_records(connection)[HOST] == record
        assert resting_hosts(connection, NOW) == {HOST}
        assert resting_hosts(connection, NOW + FIRST_REST) == frozenset()
        assert resting_hosts(connection, NOW - timedelta(days=365)) == frozenset()  # the clock was a year ahead


def test_a_rest_until_next_year_was_written_by_a_wrong_clock() -> None:
    records = {HOST: HostRecord(host=HOST, not_before=NOW + LONGEST_REST, failures=1, reason="status 429")}
    assert Hosts(records, clock=lambda: NOW).rests(HOST) is not None
    assert Hosts(records, clock=lambda: NOW - timedelta(days=365)).rests(HOST) is None
