"""Whatever a site sends, its source gets a verdict, in bounded time and memory, and the others are read."""

import gzip
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.rounds import run_round
from config.settings import Crawl as CrawlSettings
from config.settings import Settings
from config.upgrades import ready_database
from crawler.archive.crawls import Crawl
from crawler.notice import Verdict
from tests.bench.rounds import Memory
from tests.crawler.rough import NOT_FOUND, Asked, RoughSites, Say, answer, article, listing

pytestmark = pytest.mark.xdist_group("crawler-bad-input")  # one round for all its tests

SOURCE = (
    '[{id}]\nname = "{id}"\nregion = "上海"\nfamily = "listing"\nrows = "ul.l li"\nlists = ["http://{host}/"]\n{more}'
)
GOOD = listing({f"关于第{n}号事项的通知": f"/art/{n}.html" for n in range(1, 4)})
TIMEOUT, LARGEST = 2, 1_000_000
SECONDS, MEGABYTES = 90, 500


def bomb() -> bytes:
    """60 MB of nothing in 60 KB."""
    return answer(gzip.compress(GOOD.encode() + b" " * 60_000_000), content_encoding="gzip")


def drip(_: Asked) -> Iterator[bytes]:
    """A byte now and then, for ever."""
    yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n"
    while True:
        time.sleep(0.1)  # the slowness is the point
        yield b" "


def endless(_: Asked) -> Iterator[bytes]:
    """More than anybody wants, without saying how much."""
    yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    while True:
        yield b"<p>" * 20_000


def pages_without_end(asked: Asked) -> bytes:
    """Every number has a page, with rows of its own."""
    if asked.path.startswith("/art"):
        return answer(article("关于事项的通知"))
    number = int(asked.path[1:] or 1) if asked.path[1:].isdigit() or asked.path == "/" else 0
    return answer(listing({f"关于第{number}号事项的通知": f"/art/{number}.html"})) if number else NOT_FOUND


def same_page_for_every_number(asked: Asked) -> bytes:
    return answer(article("关于事项的通知") if asked.path.startswith("/art") else GOOD)


def whole(body: str | bytes, **headers: str) -> Say:
    return lambda asked: answer(body, **headers) if asked.path == "/" else articles(asked)


def articles(asked: Asked) -> bytes:
    return answer(article(f"关于{asked.path}的通知")) if asked.path.startswith("/art") else NOT_FOUND


SAY: dict[str, Say] = {
    "sound": whole(GOOD),
    "bomb": lambda _: bomb(),
    "drip": drip,
    "endless": endless,
    "reset": lambda _: b"",
    "cut": lambda _: answer(GOOD, content_length="100000"),
    "no_http": lambda _: b"220 mail.example ESMTP ready\r\n",
    "headers": lambda _: b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: x\r\n" % n for n in range(50_000)) + b"\r\n",
    "loop": lambda asked: answer("", "302 Found", location=f"http://{asked.host}/{len(asked.path)}{asked.path[1:]}"),
    "not_gzip": lambda _: answer(GOOD, content_encoding="gzip"),
    "charset": whole(GOOD.encode("gb18030"), content_type="text/html; charset=utf-8"),
    "no_charset": whole(GOOD.encode("gb18030"), content_type="text/html; charset=klingon"),
    "nul": whole(GOOD.replace("通知", "通\x00知")),
    "deep": whole("<div>" * 10_000 + GOOD),
    "pages": pages_without_end,
    "same_page": same_page_for_every_number,
    "odd_links": whole(
        GOOD + '<ul class="l"><li><a href="http://[x/">通知</a></li><li><a href="http://a:b/">x</a></li></ul>'
    ),
}
EXPECTED = {
    "sound": (Verdict.OK, 3),
    "bomb": (Verdict.BROKEN, 0),
    "drip": (Verdict.BROKEN, 0),
    "endless": (Verdict.BROKEN, 0),
    "reset": (Verdict.BROKEN, 0),
    "cut": (Verdict.BROKEN, 0),
    "no_http": (Verdict.BROKEN, 0),
    "headers": (Verdict.BROKEN, 0),
    "loop": (Verdict.BROKEN, 0),
    "not_gzip": (Verdict.BROKEN, 0),
    "charset": (Verdict.OK, 3),
    "no_charset": (Verdict.OK, 3),
    "nul": (Verdict.OK, 3),
    "deep": (Verdict.BROKEN, 0),
    "pages": (Verdict.OK, 5),
    "same_page": (Verdict.OK, 3),
    "odd_links": (Verdict.OK, 3),
    "bad_tls": (Verdict.BROKEN, 0),
}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Crawl]:
    home: Path = tmp_path_factory.mktemp("bad-input")
    (home / "sources").mkdir()
    paging = 'next = "/{page}"\npages = 5\n'
    with RoughSites() as rough:
        tables = []
        for name, say in SAY.items():
            host = f"{name.replace('_', '-')}.example"
            rough.say[host] = say
            tables.append(SOURCE.format(id=name, host=host, more=paging if "page" in name else ""))
        tables.append(SOURCE.format(id="bad_tls", host="sound.example", more="").replace("http:", "https:"))
        (home / "sources" / "bad.toml").write_text("\n".join(tables), encoding="utf-8")
        crawl = {"proxy": rough.proxy_url, "delay": 0, "timeout": TIMEOUT, "max_page_bytes": LARGEST}
        settings = Settings(home=home, crawl=CrawlSettings.model_validate(crawl | {"sources": home / "sources"}))
        ready_database(settings.database).dispose()
        begin = time.monotonic()
        with Memory() as memory:
            crawls = {crawl.source_id: crawl for crawl in run_round(settings, list(EXPECTED))}
        assert time.monotonic() - begin < SECONDS
    assert 0 < memory.most < MEGABYTES
    return crawls


@pytest.mark.parametrize("source", EXPECTED)
def test_it_gets_a_verdict(done: dict[str, Crawl], source: str) -> None:
    crawl = done[source]
    assert (crawl.verdict, crawl.added, bool(crawl.reason)) == (
        *EXPECTED[source],
        EXPECTED[source][0] is Verdict.BROKEN,
    )
