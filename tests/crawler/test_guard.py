"""The address guard: by the spelling of a host, by what a name stands for, on requests and redirects."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.resolver import dnscache
from twisted.internet.base import ThreadedResolver
from twisted.internet.defer import succeed
from twisted.python.failure import Failure

from alerts.demo.sites import SampleSites
from alerts.rounds import run_round
from config.settings import Crawl as CrawlSettings
from config.settings import Settings
from config.upgrades import ready_database
from crawler.archive.crawls import Crawl
from crawler.faults import PageRefused
from crawler.fetching.guard import AddressGuard, GuardedResolver, host_of, is_local
from crawler.notice import Verdict

pytestmark = pytest.mark.xdist_group("crawler-guard")  # one round for all its tests


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost.",
        "a.localhost",
        "printer.local",
        "metadata.google.internal",
        "127.0.0.1",
        "10.0.0.8",
        "169.254.169.254",
        "::1",
        "::ffff:127.0.0.1",
        "2130706433",
        "0x7f000001",
        "127.1",
        "0",
        "0.0.0.0",  # noqa: S104  an address to refuse
        "0177.0.0.1",
        "127.0.0.1.",
        "100.64.0.1",
        "192.88.99.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "fe80::1",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::7f00:1",
        "2002:7f00:1::",
        "2001::1",
        "::ffff:10.0.0.8",
        "134744072",  # 8.8.8.8, but nobody writes it so
        "",
    ],
)
def test_is_local(host: str) -> None:
    assert is_local(host)


@pytest.mark.parametrize("host", ["www.shanghai.gov.cn", "8.8.8.8", "2400:3200::1", "12306.cn"])
def test_is_not_local(host: str) -> None:
    assert not is_local(host)


@pytest.mark.parametrize(
    ("url", "allow"),
    [
        ("http://127.0.0.1:8080/", ()),
        ("http://127.0.0.1:8080/", ("127.0.0.1:80",)),
        ("http://127.0.0.1/", ("127.0.0.1:8080",)),
        ("http://user@127.0.0.1/", ()),
        ("http://user:word@127.0.0.1/", ()),
        ("http://[::ffff:127.0.0.1]/", ()),
        ("http://[64:ff9b::7f00:1]/", ()),
        ("http://2130706433/", ()),
        ("http://0x7f000001/", ()),
        ("http://127.1/", ()),
        ("http://LOCALHOST/", ()),
        ("http://localhost./", ()),
        ("ftp://www.shanghai.gov.cn/", ()),
    ],
)
def test_refuses(url: str, allow: tuple[str, ...]) -> None:
    with pytest.raises(PageRefused):
        asyncio.run(AddressGuard(allow, "").process_request(Request(url)))


@pytest.mark.parametrize(
    ("url", "allow"),
    [
        ("http://www.shanghai.gov.cn/", ()),
        ("http://127.0.0.1:8080/", ("127.0.0.1:8080",)),
        ("http://127.0.0.1:8080/", ("127.0.0.1",)),
        ("https://127.0.0.1/", ("127.0.0.1:443",)),
    ],
)
def test_lets_pass_and_names_the_proxy(url: str, allow: tuple[str, ...]) -> None:
    request = Request(url)
    asyncio.run(AddressGuard(allow, "http://proxy.example:3128").process_request(request))
    assert request.meta["proxy"] == "http://proxy.example:3128"


def test_a_name_that_changes_between_check_and_connection_is_reached_where_it_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = iter(["8.8.8.8", "127.0.0.1"])
    monkeypatch.setattr(ThreadedResolver, "getHostByName", lambda *_: succeed(next(answers)))
    resolver = GuardedResolver(None, 10, 1)  # type: ignore[arg-type]
    heard: list[object] = []
    for _ in range(2):
        resolver.getHostByName("rebinding.example").addBoth(heard.append)
    assert heard == ["8.8.8.8", "8.8.8.8"]
    dnscache.clear()
    resolver.getHostByName("rebinding.example").addBoth(heard.append)
    assert isinstance(heard[-1], Failure)
    assert isinstance(heard[-1].value, PageRefused)
    dnscache.clear()


def test_host_of_an_entry() -> None:
    assert [host_of(entry) for entry in ("a.example:80", "a.example", "::1")] == ["a.example", "a.example", "::1"]


LISTING = '[{id}]\nname = "x"\nregion = "上海"\nfamily = "feed"\nlists = ["{url}"]\n'


@pytest.fixture(scope="module")
def direct(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Crawl], SampleSites]]:
    """A round without proxy: names are really resolved, and one host and port of this machine is allowed."""
    home: Path = tmp_path_factory.mktemp("direct")
    with SampleSites() as sites, SampleSites() as forbidden:
        allowed, other = (one.proxy_url.removeprefix("http://") for one in (sites, forbidden))
        sites.change(allowed, "/feed.xml", '<rss version="2.0"><channel><title>通知</title></channel></rss>')
        sites.change(allowed, "/away.xml", status=302, location=f"http://{other}/feed.xml")
        port = other.rpartition(":")[2]
        urls = {
            "allowed": f"http://{allowed}/feed.xml",
            "redirected": f"http://{allowed}/away.xml",
            "literal": f"http://{other}/feed.xml",
            "decimal": f"http://2130706433:{port}/feed.xml",
            "by_name": f"http://localhost:{port}/feed.xml",
            "own_name": f"http://{own_name()}:{port}/feed.xml",
        }
        (home / "sources").mkdir()
        text = "".join(LISTING.format(id=name, url=url) for name, url in urls.items())
        (home / "sources" / "local.toml").write_text(text, encoding="utf-8")
        crawl = CrawlSettings(delay=0, timeout=10, allow=(allowed,), sources=home / "sources")
        settings = Settings(home=home, crawl=crawl)
        ready_database(settings.database).dispose()
        yield {crawl.source_id: crawl for crawl in run_round(settings, list(urls))}, forbidden


def own_name() -> str:
    """A name that the resolver, and no spelling, leads to this machine."""
    names = [name for line in Path("/etc/hosts").read_text(encoding="utf-8").splitlines() for name in line.split()[1:]]
    return next((name for name in names if not is_local(name) and name.isascii()), "localhost")


def test_what_is_allowed_is_read(direct: tuple[dict[str, Crawl], SampleSites]) -> None:
    assert direct[0]["allowed"].verdict is Verdict.EMPTY


@pytest.mark.parametrize("source", ["redirected", "literal", "decimal", "by_name", "own_name"])
def test_the_rest_of_this_machine_is_not(direct: tuple[dict[str, Crawl], SampleSites], source: str) -> None:
    crawl = direct[0][source]
    assert crawl.verdict is Verdict.BLOCKED
    assert "not a public address" in crawl.reason
    assert direct[1].requests == []
