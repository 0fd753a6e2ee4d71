"""Whatever a site sends, its source gets a verdict, in bounded time and memory, and the others are read."""

import gzip
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import brotli  # type: ignore[import-untyped]  # it says nothing of its types
import pytest

from alerts.rounds import run_round
from config.settings import Crawl as CrawlSettings
from config.settings import Settings
from config.upgrades import ready_database
from crawler.archive.crawls import Crawl
from crawler.notice import Verdict
from tests.bench.rounds import Memory
from tests.crawler.rough import NOT_FOUND, Asked, RoughSites, Say, answer, article, listing
from tests.reading.documents.making import pdf_of

pytestmark = pytest.mark.xdist_group("crawler-bad-input")  # one round for all its tests

SOURCE = (
    '[{id}]\nname = "{id}"\nregion = "上海"\nfamily = "listing"\nrows = "ul.l li"\nlists = ["http://{host}/"]\n{more}'
)
GOOD = listing({f"关于第{n}号事项的通知": f"/art/{n}.html" for n in range(1, 4)})
TIMEOUT, LARGEST = 2, 1_000_000
SECONDS, MEGABYTES = 90, 500


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda body: bytes(brotli.compress(body, quality=1)),
    "gzip, gzip": lambda body: gzip.compress(gzip.compress(body)),
}


@cache  # made before the round: packing takes longer than a page may
def bomb(coding: str) -> bytes:
    """60 MB of nothing in 60 KB, or in less."""
    return answer(PACKED[coding](GOOD.encode() + b" " * 60_000_000), content_encoding=coding)


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


def lying_pdf(_: Asked) -> bytes:
    return answer(pdf_of("正文", count=9_000), content_type="application/pdf", content_length="900000")


BAD_PAGES: dict[str, Say] = {
    "bomb": lambda _: bomb("gzip"),
    "drip": drip,
    "endless": endless,
    "reset": lambda _: b"",
    "cut": lambda _: answer(article("x"), content_length="100000"),
    "no_http": lambda _: b"220 mail.example ESMTP ready\r\n",
    "not_gzip": lambda _: answer(article("x"), content_encoding="gzip"),
    "loop": lambda asked: answer("", "302 Found", location=f"http://{asked.host}{asked.path}x"),
    "onward": lambda asked: answer(f"<script>location.href='http://{asked.host}{asked.path}x'</script>"),
    "deep": lambda _: answer("<div>" * 10_000 + article("x")),
    "empty": lambda _: answer(),
    "long": lambda _: answer(article("长" * 900)),
}
FAIR_PAGES: dict[str, Say] = {
    "nul": lambda _: answer(article("关于NUL的通\x00知")),
    "charset": lambda _: answer(article("关于编码的通知").encode("gb18030"), content_type="text/html; charset=utf-8"),
    "halved": lambda _: answer(article("关于截断的通知").encode()[:-97]),
    "far": lambda _: answer(
        article("关于远期的通知").replace("<title>", '<meta name="PubDate" content="2099-01-01"><title>')
    ),
    "lying.pdf": lying_pdf,
} | {f"fair{number}": lambda asked: answer(article(f"关于{asked.path}的通知")) for number in range(9)}


def one_page_of_each(asked: Asked) -> bytes | Iterable[bytes]:
    """A list that is well, and notices each of which is bad in a way of its own."""
    pages: dict[str, Say] = BAD_PAGES | FAIR_PAGES
    if asked.path == "/":
        return answer(listing({f"关于{name}事项的通知": f"/art/{name}" for name in pages}))
    say = pages.get(asked.path.removeprefix("/art/").rstrip("x"))
    return say(asked) if say else NOT_FOUND


SAY: dict[str, Say] = {
    "sound": whole(GOOD),
    "bomb": lambda _: bomb("gzip"),
    "bomb_deflate": lambda _: bomb("deflate"),
    "bomb_br": lambda _: bomb("br"),
    "bomb_twice": lambda _: bomb("gzip, gzip"),
    "each": one_page_of_each,
    "onward": lambda asked: answer(f"<script>location.href='http://{asked.host}{asked.path}x'</script>"),
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
    "bomb_deflate": (Verdict.BROKEN, 0),
    "bomb_br": (Verdict.BROKEN, 0),
    "bomb_twice": (Verdict.BROKEN, 0),
    "each": (Verdict.OK, len(FAIR_PAGES)),
    "onward": (Verdict.BROKEN, 0),
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
        for coding in PACKED:
            bomb(coding)
        begin = time.monotonic()
        with Memory() as memory:
            crawls = {crawl.source_id: crawl for crawl in run_round(settings, list(EXPECTED))}
        assert time.monotonic() - begin < SECONDS
    assert 0 < memory.most < MEGABYTES
    return crawls


@pytest.mark.parametrize("source", EXPECTED)
def test_it_gets_a_verdict(done: dict[str, Crawl], source: str) -> None:
    crawl = done[source]
    assert (crawl.verdict, crawl.added) == EXPECTED[source], crawl.reason
    assert bool(crawl.reason) == (EXPECTED[source][0] is Verdict.BROKEN or crawl.failed > 0)


def test_a_bad_notice_harms_no_other_of_its_list(done: dict[str, Crawl]) -> None:
    crawl = done["each"]
    assert (crawl.rows, crawl.failed) == (len(BAD_PAGES | FAIR_PAGES), len(BAD_PAGES))
    assert f"{len(BAD_PAGES)} notices could not be read" in crawl.reason
