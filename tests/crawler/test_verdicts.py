"""One round over everything that can go wrong: each source gets its own verdict, and harms no other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.demo.sites import SampleSites
from alerts.rounds import run_round
from config.upgrades import ready_database
from crawler.archive.crawls import Crawl
from crawler.notice import Verdict
from tests.crawler.conftest import settings_for

pytestmark = pytest.mark.xdist_group("crawler-verdicts")  # one round for all its tests

LIST = '<html><head><title>通知公告</title></head><body><ul class="l">{rows}</ul></body></html>'
ROW = '<li><a href="/{number}.html">关于第{number}号事项的通知公告</a><span>2026-11-0{number}</span></li>'
ROWS = LIST.format(rows="".join(ROW.format(number=number) for number in range(1, 5)))
ARTICLE = """<html><head><title>关于事项的通知公告</title><meta name="ArticleTitle" content="关于事项的通知公告"></head>
<body><div id="zoom"><p>现将有关事项通知如下，请各单位遵照执行，并于月底前报送落实情况。</p></div></body></html>"""
SCRIPT = "<html><head><script>var $_ts=window['$_ts'];</script></head><body onload='x()'></body></html>"
RELOAD = "<html><head></head><body><script>document.cookie='a=1';location.reload();</script></body></html>"
LOGIN = "<html><title>统一身份认证登录</title><body><form><input type='password'>登录</form></body></html>"
ONE = '<li><a href="/info.do?{query}">关于{title}的通知公告</a><span>2026-11-02</span></li>'
LINKS = {"id=1&utm_source=wx": "供水", "spm=a.b&id=1": "供水", "id=2&from=timeline": "供电"}
TRACKED = LIST.format(rows="".join(ONE.format(query=query, title=title) for query, title in LINKS.items()))
NO_ARTICLE = "<html><head><title>出错了</title></head><body><div></div></body></html>"

LISTING = 'family = "listing"\nrows = "ul.l li"\n'
SOURCES = {
    "sound": LISTING,
    "status_412": LISTING,
    "status_521": LISTING,
    "status_403": LISTING,
    "script_only": LISTING,
    "reload_only": LISTING,
    "robots_all": LISTING,
    "status_404": LISTING,
    "status_500": LISTING,
    "no_rows": LISTING,
    "no_articles": LISTING,
    "half_blocked": LISTING,
    "no_store": 'family = "hanweb_jcms"\n',
    "no_feed": 'family = "feed"\n',
    "cut_feed": 'family = "feed"\n',
    "bytes": LISTING,
    "empty_feed": 'family = "feed"\n',
    "binary": LISTING,
    "to_loopback": LISTING,
    "to_metadata": LISTING,
    "script_to_loopback": LISTING,
    "refresh_to_file": LISTING,
    "wzws": LISTING,
    "to_file": LISTING,
    "in_circles": LISTING,
    "too_large": LISTING,
    "no_host": LISTING,
    "asks_for_login": LISTING,
    "to_login": LISTING,
    "maintenance": LISTING,
    "soft_404": LISTING,
    "tracked": LISTING,
}

EXPECTED = {
    "sound": (Verdict.OK, ""),
    "status_412": (Verdict.BLOCKED, "status 412, a challenge page of 瑞数"),
    "status_521": (Verdict.BLOCKED, "status 521, a challenge page of 加速乐"),
    "status_403": (Verdict.BLOCKED, "status 403, access refused"),
    "script_only": (Verdict.BLOCKED, "a challenge page of 瑞数"),
    "reload_only": (Verdict.BLOCKED, "a short page of script and no content"),
    "robots_all": (Verdict.BLOCKED, "robots.txt forbids it"),
    "status_404": (Verdict.BROKEN, "status 404"),
    "status_500": (Verdict.BROKEN, "status 500"),
    "no_rows": (Verdict.EMPTY, "has no rows"),
    "no_articles": (Verdict.BROKEN, "4 notices could not be read"),
    "half_blocked": (Verdict.OK, "2 notices could not be read"),
    "no_store": (Verdict.BROKEN, "no record store"),
    "no_feed": (Verdict.BROKEN, "this is no feed"),
    "cut_feed": (Verdict.BROKEN, "this is no feed"),
    "bytes": (Verdict.BROKEN, "text in no charset"),
    "empty_feed": (Verdict.EMPTY, "has no rows"),
    "binary": (Verdict.BROKEN, "image/png"),
    "to_loopback": (Verdict.BLOCKED, "127.0.0.1 is not a public address"),
    "to_metadata": (Verdict.BLOCKED, "169.254.169.254 is not a public address"),
    "script_to_loopback": (Verdict.BLOCKED, "127.0.0.1 is not a public address"),
    "refresh_to_file": (Verdict.EMPTY, "has no rows"),
    "wzws": (Verdict.BLOCKED, "a challenge page of 网站卫士"),
    "to_file": (Verdict.BROKEN, "status 302"),
    "in_circles": (Verdict.BROKEN, "max redirections reached"),
    "too_large": (Verdict.BROKEN, "the download was stopped"),
    "no_host": (Verdict.BROKEN, "status 502"),
    "asks_for_login": (Verdict.BLOCKED, "it asks for a login"),
    "to_login": (Verdict.BLOCKED, "it leads to a login page"),
    "maintenance": (Verdict.BROKEN, "the site is being worked on"),
    "soft_404": (Verdict.BROKEN, "status 200, but it says"),
    "tracked": (Verdict.OK, ""),
}


ANSWERS: dict[str, dict[str, object]] = {
    "status-412": {"body": "<html></html>", "status": 412},
    "status-521": {"body": "<script>document.cookie='__jsl_clearance=1'</script>", "status": 521},
    "status-403": {"status": 403},
    "script-only": {"body": SCRIPT},
    "reload-only": {"body": RELOAD},
    "status-404": {"status": 404},
    "status-500": {"status": 500},
    "no-rows": {"body": LIST.format(rows="")},
    "no-store": {"body": ARTICLE},
    "no-feed": {"body": ARTICLE},
    "cut-feed": {"body": "<rss><channel><item><title>a</tit", "kind": "text/xml"},
    "bytes": {"body": b"\x00\xff\xfe" * 4_000},
    "empty-feed": {"body": '<rss version="2.0"><channel><title>通知</title></channel></rss>', "kind": "text/xml"},
    "binary": {"body": b"\x89PNG\r\n\x1a\n\x00\x00", "kind": "image/png"},
    "to-loopback": {"status": 302, "location": "http://127.0.0.1:1/list.html"},
    "to-metadata": {"status": 301, "location": "http://169.254.169.254/latest/meta-data/"},
    "script-to-loopback": {"body": "<script>location.href='http://127.0.0.1:1/list.html'</script>"},
    "refresh-to-file": {"body": "<meta http-equiv='refresh' content='0;url=file:///etc/passwd'>"},
    "wzws": {"body": "<html><script>var wzws_sid='1';location.href='/next.html'</script></html>"},
    "to-file": {"status": 302, "location": "file:///etc/passwd"},
    "in-circles": {"status": 302, "location": "/"},
    "asks-for-login": {"body": LOGIN},
    "to-login": {"status": 302, "location": "/sso/login.jsp"},
    "maintenance": {"body": "<html><title>提示</title><body><p>系统维护中，请稍后访问。</p></body></html>"},
    "soft-404": {"body": "<html><title>提示</title><body><p>您访问的页面不存在</p></body></html>"},
    "tracked": {"body": TRACKED},
    "too-large": {"body": ROWS + " " * 300_000},
}
"""What the front page of a host answers, where it is not the sound list."""


def prepare(sites: SampleSites) -> None:
    for source in SOURCES:
        host = f"{source.replace('_', '-')}.example"
        if source == "no_host":
            continue
        sites.change(host, "/", ROWS)
        for number in range(1, 5):
            sites.change(host, f"/{number}.html", ARTICLE)
    for host, answer in ANSWERS.items():
        sites.change(f"{host}.example", "/", **answer)  # type: ignore[arg-type]
    sites.change("to-login.example", "/sso/login.jsp", LOGIN)
    sites.change("tracked.example", "/info.do", ARTICLE)
    sites.change("robots-all.example", "/robots.txt", "User-agent: *\nDisallow: /\n", kind="text/plain")
    for number in range(1, 5):
        sites.change("no-articles.example", f"/{number}.html", NO_ARTICLE)
    for number in (1, 2):
        sites.change("half-blocked.example", f"/{number}.html", status=412)


def table(source: str) -> str:
    lists = f'lists = ["http://{source.replace("_", "-")}.example/"]'
    return f'[{source}]\nname = "{source}"\nregion = "上海"\n{lists}\n{SOURCES[source]}'


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Crawl], SampleSites]]:
    home: Path = tmp_path_factory.mktemp("verdicts")
    (home / "sources").mkdir()
    (home / "sources" / "bad.toml").write_text("\n".join(map(table, SOURCES)), encoding="utf-8")
    with SampleSites() as sites:
        prepare(sites)
        settings = settings_for(home, sites, sources=home / "sources", max_page_bytes=200_000)
        ready_database(settings.database).dispose()
        yield {crawl.source_id: crawl for crawl in run_round(settings, list(SOURCES))}, sites


@pytest.mark.parametrize("source", SOURCES)
def test_each_source_has_its_own_verdict(verdicts: tuple[dict[str, Crawl], SampleSites], source: str) -> None:
    crawl = verdicts[0][source]
    verdict, reason = EXPECTED[source]
    assert (crawl.verdict, crawl.reason if reason not in crawl.reason else reason) == (verdict, reason)


def test_what_could_be_read_is_in_the_archive(verdicts: tuple[dict[str, Crawl], SampleSites]) -> None:
    crawls, _ = verdicts
    assert {source for source, crawl in crawls.items() if crawl.added} == {"sound", "half_blocked", "tracked"}
    assert crawls["sound"].added == 4
    assert (crawls["half_blocked"].added, crawls["half_blocked"].failed) == (2, 2)


def test_the_statistics_are_kept(verdicts: tuple[dict[str, Crawl], SampleSites]) -> None:
    for crawl in verdicts[0].values():
        assert crawl.statistics is not None
        assert crawl.statistics["finish_reason"] == "finished"
    assert verdicts[0]["sound"].requests == 6
    assert verdicts[0]["sound"].bytes > 1000


def test_nothing_behind_the_guard_was_asked_for(verdicts: tuple[dict[str, Crawl], SampleSites]) -> None:
    urls = {request.url for request in verdicts[1].requests}
    assert not any("127.0.0.1" in url or "169.254" in url for url in urls)
    assert "http://robots-all.example/" not in urls


def test_who_passed_a_link_on_makes_no_second_notice_and_the_id_makes_one(
    verdicts: tuple[dict[str, Crawl], SampleSites],
) -> None:
    crawls, sites = verdicts
    assert crawls["tracked"].added == 2
    assert len([url for _, url, _ in sites.requests if url.startswith("http://tracked.example/info.do?")]) == 2
