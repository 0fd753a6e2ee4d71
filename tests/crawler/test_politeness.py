"""Manners over real HTTP: crawl-delay, one budget for a host, Retry-After, rest after refusals, Referer."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa

from alerts.rounds import run_round
from config.settings import Crawl as CrawlSettings
from config.settings import Settings
from config.upgrades import ready_database
from crawler.archive.crawls import Crawl, source_records
from crawler.archive.hosts import HostRecord, host_records, save_host
from crawler.archive.tables import notices, pages, sources
from crawler.notice import Verdict
from tests.crawler.rough import NOT_FOUND, Asked, RoughSites, Say, answer, article, listing

SOURCE = (
    '[{id}]\nname = "{id}"\nregion = "上海"\nfamily = "listing"\nrows = "ul.l li"\nlists = ["http://{host}{path}"]\n'
)
PAGED = 'date = "span"\nnext = "/{page}"\npages = 4\n'
HOST = "www.a.example"


@pytest.fixture
def rough() -> Iterator[RoughSites]:
    with RoughSites() as sites:
        yield sites


class Place:
    """A folder of sources, a database, and rounds over them."""

    def __init__(self, home: Path, rough: RoughSites) -> None:
        self.rough, self.home = rough, home
        (home / "sources").mkdir()
        self.engine = ready_database(self.settings().database)

    def settings(self, **crawl: object) -> Settings:
        given = {"proxy": self.rough.proxy_url, "delay": 0, "timeout": 5, "sources": self.home / "sources"} | crawl
        return Settings(home=self.home, crawl=CrawlSettings.model_validate(given))

    def add(self, source: str, host: str = HOST, path: str = "/", more: str = "") -> None:
        text = SOURCE.format(id=source, host=host, path=path) + more
        (self.home / "sources" / f"{source}.toml").write_text(text, encoding="utf-8")

    def run(self, *names: str, since: date | None = None, **crawl: object) -> dict[str, Crawl]:
        done = run_round(self.settings(**crawl), names, since=since)
        return {crawl.source_id: crawl for crawl in done}


@pytest.fixture
def place(tmp_path: Path, rough: RoughSites) -> Iterator[Place]:
    place = Place(tmp_path, rough)
    yield place
    place.engine.dispose()


def site(pages: dict[str, bytes]) -> Say:
    return lambda asked: pages.get(asked.path, NOT_FOUND)


def notices_site(count: int, **more: bytes) -> dict[str, bytes]:
    """A list and its notices."""
    links = {f"关于第{n}号事项的通知": f"/art/{n}.html" for n in range(1, count + 1)}
    made = {"/": answer(listing(links))} | {url: answer(article(title)) for title, url in links.items()}
    return made | {"/" + name.replace("_", "."): body for name, body in more.items()}


def test_the_crawl_delay_of_robots_txt_is_kept_over_all_sources_of_a_host(place: Place, rough: RoughSites) -> None:
    pages = notices_site(3, robots_txt=answer("User-agent: *\nCrawl-delay: 0.4\n", content_type="text/plain"))
    pages["/b"] = answer(listing({"关于另一事项的通知": "/art/9.html"}))
    pages["/art/9.html"] = answer(article("关于另一事项的通知"))
    rough.say[HOST] = site(pages)
    rough.say["www.b.example"] = site({"/": answer(listing({"关于第1号事项的通知": f"http://{HOST}/art/1.html?b=1"}))})
    place.add("one")
    place.add("two", path="/b")
    place.add("elsewhere", host="www.b.example")
    crawls = place.run("one", "two", "elsewhere")
    assert {crawl.verdict for name, crawl in crawls.items() if name != "elsewhere"} == {Verdict.OK}
    times = sorted(asked.at for asked in rough.asked if asked.host == HOST and asked.path != "/robots.txt")
    assert len(times) >= 7
    assert min(later - earlier for earlier, later in pairwise(times)) > 0.35
    with place.engine.begin() as connection:
        assert host_records(connection)[HOST].crawl_delay == 0.4


@pytest.mark.parametrize(
    ("status", "verdict", "words"),
    [
        ("503 Service Unavailable", Verdict.BROKEN, "status 503 at its robots.txt"),
        ("500 Internal Server Error", Verdict.BROKEN, "status 500 at its robots.txt"),
        ("521 Origin Down", Verdict.OK, ""),
        ("404 Not Found", Verdict.OK, ""),
        ("403 Forbidden", Verdict.OK, ""),
    ],
)
def test_while_robots_txt_cannot_be_had_nothing_else_is_asked_for(
    place: Place, rough: RoughSites, status: str, verdict: Verdict, words: str
) -> None:
    rough.say[HOST] = site(notices_site(2, robots_txt=answer("x", status)))
    place.add("one")
    crawl = place.run("one")["one"]
    assert crawl.verdict is verdict
    assert words in crawl.reason
    assert bool(rough.paths(HOST)) == (verdict is Verdict.OK)
    rough.say[HOST] = site(notices_site(2))
    assert place.run("one")["one"].verdict in {Verdict.OK, Verdict.UNCHANGED}


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_respected_by_this_round_and_later_ones(place: Place, rough: RoughSites, form: str) -> None:
    later = "7200" if form == "seconds" else format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)
    rough.say[HOST] = lambda asked: NOT_FOUND if "robots" in asked.path else answer("", "503 Busy", retry_after=later)
    place.add("one")
    place.add("two", path="/b")
    crawls = place.run()
    assert {crawl.verdict for crawl in crawls.values()} == {Verdict.BLOCKED}
    assert "asks us to slow down" in crawls["one"].reason + crawls["two"].reason
    assert len(rough.paths(HOST)) == 1  # neither again nor for the other source
    with place.engine.begin() as connection:
        record = host_records(connection)[HOST]
        connection.execute(sa.update(sources).values(next_crawl_at=datetime.now(UTC) - timedelta(hours=1)))
    assert record.not_before is not None
    assert timedelta(minutes=110) < record.not_before - datetime.now(UTC) <= timedelta(hours=2)
    asked = len(rough.asked)
    assert place.run() == {}  # nothing there is due before
    named = place.run("one")["one"]
    assert (named.verdict, "is left alone until" in named.reason) == (Verdict.BLOCKED, True)
    assert len(rough.asked) == asked
    rough.say[HOST] = site(notices_site(2))
    with place.engine.begin() as connection:
        save_host(connection, HostRecord(host=HOST, not_before=datetime.now(UTC), failures=1, reason="503"))
    assert place.run("one")["one"].verdict is Verdict.OK
    with place.engine.begin() as connection:
        assert host_records(connection)[HOST] == HostRecord(host=HOST)


def test_a_short_retry_after_is_waited_out(place: Place, rough: RoughSites) -> None:
    pages, busy = notices_site(2), iter([answer("", "429 Slow down", retry_after="1")])
    rough.say[HOST] = lambda asked: next(busy, pages["/"]) if asked.path == "/" else pages.get(asked.path, NOT_FOUND)
    place.add("one")
    crawl = place.run("one")["one"]
    assert (crawl.verdict, crawl.added) == (Verdict.OK, 2)
    first, second = (asked.at for asked in rough.asked if asked.path == "/")
    assert second - first >= 0.9


def test_after_some_challenges_in_a_row_a_crawl_asks_no_more(place: Place, rough: RoughSites) -> None:
    pages = notices_site(30)
    shut = answer("<html></html>", "412 Precondition Failed")
    rough.say[HOST] = lambda asked: shut if asked.path.startswith("/art") else pages.get(asked.path, NOT_FOUND)
    place.add("one")
    crawl = place.run("one")["one"]
    assert crawl.verdict is Verdict.BLOCKED
    assert len([path for path in rough.paths(HOST) if path.startswith("/art")]) < 8
    with place.engine.begin() as connection:
        assert "412" in host_records(connection)[HOST].reason


@pytest.mark.parametrize(("there", "verdict"), [("pages.a.example", Verdict.UNCHANGED), (HOST, Verdict.BLOCKED)])
def test_a_link_to_another_site_that_is_shut_says_nothing_of_this_one(
    place: Place, rough: RoughSites, there: str, verdict: Verdict
) -> None:
    links = {f"关于第{n}号事项的通知": f"/art/{n}.html" for n in range(1, 6)}
    more = links | {"一图读懂某项新政策": f"http://{there}/s/1"}
    shut = answer("<html><title>环境异常</title><body>当前环境异常，完成验证后即可继续访问</body></html>")
    pages_of_site = notices_site(5)
    rough.say[HOST] = site(pages_of_site)
    place.add("one")
    place.run("one")
    rough.say[HOST] = site(pages_of_site | {"/": answer(listing(more)), "/s/1": shut})
    rough.say["pages.a.example"] = site({"/s/1": shut})
    crawl = place.run("one")["one"]
    assert crawl.verdict is verdict
    assert "完成验证" in crawl.reason


@pytest.mark.parametrize("whole", [True, False], ids=["the whole site", "notices"])
@pytest.mark.parametrize("shown", ["challenge", "gone", "maintenance", "login", "firewall", "unheard of"])
def test_the_last_good_state_is_kept(place: Place, rough: RoughSites, shown: str, *, whole: bool) -> None:
    pages_of_site = notices_site(5)
    rough.say[HOST] = site(pages_of_site)
    place.add("one")
    assert place.run("one")["one"].added == 5
    before = state(place.engine)
    bad = {
        "challenge": "<html><script>var $_ts=1;</script></html>",
        "gone": "<html><title>提示</title><body>您访问的页面不存在</body></html>",
        "maintenance": "<html><body>系统维护中，请稍后再试</body></html>",
        "login": "<html><body>用户登录<input type='password'></body></html>",
        "firewall": "<html><title>提示信息</title><body><p>您的访问过于频繁，请稍后再试！</p></body></html>",
        "unheard of": "<html><title>温馨提示</title><body><p>窗口正忙，先喝口水，待会儿再来看看。</p></body></html>",
    }[shown]
    rough.say[HOST] = lambda asked: answer(bad) if whole or asked.path != "/" else pages_of_site["/"]
    with place.engine.begin() as connection:
        connection.execute(sa.update(notices).values(next_reread_at=notices.c.first_seen_at))
    crawl = place.run("one")["one"]
    unknown = {Verdict.EMPTY} if (shown, whole) == ("unheard of", True) else set()  # it may be a list without rows
    assert crawl.verdict in {Verdict.BLOCKED, Verdict.BROKEN} | unknown
    assert crawl.reason
    assert state(place.engine) == before


def state(engine: sa.Engine) -> list[object]:
    columns = (notices.c.key, notices.c.text, notices.c.revision, notices.c.withdrawn_at)
    with engine.begin() as connection:
        said = connection.execute(sa.select(*columns).order_by(notices.c.id)).all()
        return [*said, *connection.execute(sa.select(pages).order_by(pages.c.url)).all()]


def test_the_list_is_named_as_the_referer_and_the_user_agent_names_a_contact(place: Place, rough: RoughSites) -> None:
    pages = notices_site(2)
    needs = answer("", "403 Forbidden")
    rough.say[HOST] = lambda asked: (
        needs if asked.path.startswith("/art") and "Referer" not in asked.headers else pages.get(asked.path, NOT_FOUND)
    )
    place.add("one")
    assert place.run("one", contact="https://yaoxun.example/contact")["one"].added == 2
    referers = {asked.headers.get("Referer") for asked in rough.asked if asked.path.startswith("/art")}
    assert referers == {f"http://{HOST}/"}
    assert all("+https://yaoxun.example/contact" in asked.headers["User-Agent"] for asked in rough.asked)


def paged(asked: Asked, *, last: int = 40) -> bytes:
    """A list of `last` pages, five notices a page, a page a week, back from 2026-11-01."""
    if asked.path.startswith("/art"):
        return answer(article(f"关于{asked.path[5:-5]}号事项的通知"))
    number = int(asked.path[1:] or 1) if asked.path[1:].isdigit() or asked.path == "/" else 0
    if not 1 <= number <= last:
        return NOT_FOUND
    day = date(2026, 11, 1) - timedelta(weeks=number - 1)
    first = (last - number) * 5
    return answer(listing({f"关于{n}号事项的通知": f"/art/{n}.html" for n in range(first, first + 5)}, str(day)))


def test_backward_to_a_date_beyond_the_pages_of_the_source(place: Place, rough: RoughSites) -> None:
    rough.say[HOST] = paged
    place.add("one", more=PAGED.replace("4", "2"))
    crawl = place.run("one", since=date(2026, 9, 1))["one"]
    assert (crawl.verdict, crawl.added) == (Verdict.OK, 45)  # nine weeks
    assert [path for path in rough.paths(HOST) if "/art" not in path] == ["/", *(f"/{n}" for n in range(2, 11))]
    with place.engine.begin() as connection:
        record = source_records(connection)["one"]
        assert record.backfill is None
    again = len(rough.asked)
    assert place.run("one", since=date(2026, 9, 1))["one"].verdict is Verdict.UNCHANGED
    assert not any("/art" in asked.path for asked in rough.asked[again:])


def test_an_interrupted_backward_reading_goes_on_where_it_was(place: Place, rough: RoughSites) -> None:
    failing = {"/7"}
    rough.say[HOST] = lambda asked: answer("", "500 Broken") if asked.path in failing else paged(asked)
    place.add("one", more=PAGED)
    assert place.run("one", since=date(2026, 8, 1))["one"].verdict is Verdict.BROKEN
    with place.engine.begin() as connection:
        backfill = source_records(connection)["one"].backfill
    assert backfill == {"since": "2026-08-01", "lists": {f"http://{HOST}/": 6}}
    failing.clear()
    asked = len(rough.asked)
    crawl = place.run("one", since=date(2026, 8, 1))["one"]
    lists = [one.path for one in rough.asked[asked:] if "/art" not in one.path and "robots" not in one.path]
    assert lists[:3] == ["/", "/5", "/6"]
    assert (crawl.verdict, crawl.added) == (Verdict.OK, 14 * 5 - 6 * 5)
    with place.engine.begin() as connection:
        assert source_records(connection)["one"].backfill is None


def test_a_late_item_further_down_is_found_by_a_sweep(place: Place, rough: RoughSites) -> None:
    late: dict[str, str] = {}

    def say(asked: Asked) -> bytes:
        if asked.path == "/2" and late:
            return answer(listing({f"关于{n}号事项的通知": f"/art/{n}.html" for n in range(190, 195)} | late))
        return paged(asked)

    rough.say[HOST] = say
    place.add("one", more=PAGED)
    assert place.run("one")["one"].added == 20
    late["关于补发一份通知的通知"] = "/art/9999.html"
    assert place.run("one")["one"].verdict is Verdict.UNCHANGED
    with place.engine.begin() as connection:
        connection.execute(sa.update(sources).values(swept_at=datetime.now(UTC) - timedelta(days=2)))
    asked = len(rough.asked)
    assert place.run("one")["one"].added == 1
    lists = [one.path for one in rough.asked[asked:] if "/art" not in one.path and "robots" not in one.path]
    assert lists == ["/", "/2", "/3"]
