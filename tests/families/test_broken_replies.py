"""Endpoints that answer with something else than rows: each such source has its verdict, with the reason."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from alerts.rounds import run_round
from config.settings import Crawl as CrawlSettings
from config.settings import Settings
from config.upgrades import ready_database
from crawler.archive.crawls import Crawl
from crawler.notice import Verdict
from tests.families.papers import Item
from tests.families.server import FamilySites
from tests.families.site import DAY, JSON, NOT_FOUND, REFUSED, Answer, Asked, Site, as_json, items, page_of, shell

pytestmark = pytest.mark.xdist_group("broken-replies")  # all are read in one round

LIST = 'family = "json"\nrows = "data.list"\nquery = { page = "{page}" }\nsize = 3\npages = 4\n'
UNIT = (
    "<script url=\"/api-gateway/jpaas-publish-server/front/page/build/unit\" queryData=\"{{'tagId':'{}'}}\"></script>"
)
CHALLENGE = "<html><head><script>var $_ts=window['$_ts'];</script></head><body></body></html>"
LOGIN = "<html><head><title>统一身份认证</title></head><body><form>请输入用户名和密码后继续访问</form></body></html>"


def _rows(notices: tuple[Item, ...]) -> list[dict[str, str]]:
    return [{"title": item.title, "url": item.path, "date": str(item.day)} for item in notices]


def _always(answer: Answer) -> Callable[[Asked], Answer]:
    return lambda _: answer


def _unit(reply: object) -> Callable[[Asked], Answer]:
    page = shell(UNIT.format("信息列表"))
    return lambda asked: as_json(reply) if asked.path.startswith("/api-gateway/") else page


SOUND = items(5, "/sound/{n}.html")
SECOND = items(3, "/second/{n}.html")
ENDLESS = items(30, "/endless/{n}.html")
FEW = (Item(1, "关于系统维护升级期间暂停服务的公告", DAY, "/few/1.html"),)
CUT = tuple(replace(item, title=f"{item.title}😀") for item in items(4, "/cut/{n}.html"))
CUT_FEED = items(2, "/cut-feed/{n}.html")
WIDE = items(3, "/wide/{n}.html")


def _sound(asked: Asked) -> Answer:
    return as_json({"data": {"list": _rows(page_of(SOUND, int(asked.query["page"]), 3))}})


def _cut(asked: Asked) -> Answer:
    """Titles that were cut within an emoji."""
    reply = {"data": {"list": _rows(page_of(CUT, int(asked.query["page"]), 3))}}
    return Answer(json.dumps(reply).replace("\\ude00", ""), kind=JSON)


def _cut_feed(_: Asked) -> Answer:
    rows = (f"<item><title>{item.title}&#55357;</title><link>{item.path}</link></item>" for item in CUT_FEED)
    return Answer(f'<rss version="2.0"><channel>{"".join(rows)}</channel></rss>', kind="application/rss+xml")


def _second(asked: Asked) -> Answer:
    """The first page is well, and the next is not."""
    return as_json({"data": {"list": _rows(SECOND)}}) if asked.query["page"] == "1" else Answer("busy", status=403)


def _endless(asked: Asked) -> Answer:
    return as_json({"data": {"list": _rows(page_of(ENDLESS, int(asked.query["page"]), 3))}})


def _wide(asked: Asked) -> Answer:
    """Rows that are no rows, and links that lead nowhere, between those that are well."""
    bad = [
        None,
        "x",
        {"title": "没有链接的一行"},
        {"title": "", "url": "/x"},
        {"title": "脚本", "url": "javascript:void(0)"},
    ]
    return as_json({"data": {"list": [*bad, *_rows(WIDE)]}} if asked.query["page"] == "1" else {"data": {"list": []}})


def _few(asked: Asked) -> Answer:
    """A single short row, whose title sounds like the page of a site that is being worked on."""
    rows = [{"title": "关于系统维护升级期间暂停服务的公告", "url": "/few/1.html", "date": "2026-08-28"}]
    return as_json({"data": {"list": rows if asked.query["page"] == "1" else []}})


def _twice(asked: Asked) -> Answer:
    """A page of several units, none of which is called as lists are."""
    del asked
    return shell(UNIT.format("头部") + UNIT.format("正文区"))


CASES: dict[str, tuple[str, Callable[[Asked], Answer], Verdict, str]] = {
    "sound": (LIST, _sound, Verdict.OK, ""),
    "wide": (LIST, _wide, Verdict.OK, ""),
    "few": (LIST, _few, Verdict.OK, ""),
    "reload": (LIST, _always(Answer("<script>location.reload();</script>")), Verdict.BLOCKED, "a short page of script"),
    "login": (LIST, _always(Answer(LOGIN)), Verdict.BROKEN, "the answer is no JSON but a page: 统一身份认证"),
    "words": (LIST, _always(Answer("system error", JSON)), Verdict.BROKEN, "the answer is no JSON: system error"),
    "refusal": (
        LIST,
        _always(as_json({"code": 401, "msg": "未登录"})),
        Verdict.BROKEN,
        "the answer has no rows at data.list but code, msg",
    ),
    "other_fields": (
        LIST,
        _always(as_json({"data": {"list": [{"id": 7, "name": "一则通知"}]}})),
        Verdict.BROKEN,
        "no row has a title and a link, only id, name",
    ),
    "cut": (LIST, _cut, Verdict.OK, ""),
    "cut_feed": ('family = "feed"\n', _cut_feed, Verdict.OK, ""),
    "no_rows": (LIST, _always(as_json({"data": {"list": [], "total": 90}})), Verdict.EMPTY, "has no rows"),
    "challenge": (LIST, _always(Answer(CHALLENGE)), Verdict.BLOCKED, "a challenge page of 瑞数"),
    "forbidden": (LIST, _always(REFUSED), Verdict.BLOCKED, "status 403"),
    "gone": (LIST, _always(NOT_FOUND), Verdict.BROKEN, "status 404"),
    "endless": (LIST, _endless, Verdict.OK, ""),
    "second_page": (LIST, _second, Verdict.BLOCKED, "status 403"),
    "no_channel": ('family = "ucap_info"\n', _always(shell("")), Verdict.BROKEN, "the page does not say channelid"),
    "shell_gone": ('family = "ucap_info"\n', _always(NOT_FOUND), Verdict.BROKEN, "status 404"),
    "no_unit": ('family = "hanweb_jpaas"\n', _always(shell("")), Verdict.BROKEN, "the page holds no unit of JPaaS"),
    "which_unit": ('family = "hanweb_jpaas"\n', _twice, Verdict.BROKEN, "any of these units may be the list"),
    "wrong_tag": (
        'family = "hanweb_jpaas"\ntag = "列表"\n',
        _twice,
        Verdict.BROKEN,
        "the page has no unit 列表, but 头部",
    ),
    "unit_failed": (
        'family = "hanweb_jpaas"\n',
        _unit({"success": False, "message": "模板不存在"}),
        Verdict.BROKEN,
        "build/unit failed",
    ),
    "unit_empty": (
        'family = "hanweb_jpaas"\n',
        _unit({"success": True, "data": {"html": ""}}),
        Verdict.EMPTY,
        "no rows",
    ),
}
KNOWN = {
    "sound": SOUND,
    "second_page": SECOND,
    "endless": ENDLESS,
    "wide": WIDE,
    "cut": CUT,
    "cut_feed": CUT_FEED,
    "few": FEW,
}
SITES = {
    name: Site(
        host=f"{name.replace('_', '-')}.example",
        name=name,
        source=f'{table}lists = ["http://{name.replace("_", "-")}.example/gk/index.html"]',
        answer=answer,
        items=KNOWN.get(name, ()),
        lists=0,
    )
    for name, (table, answer, _, _) in CASES.items()
}


@pytest.fixture(scope="module")
def crawls(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Crawl]:
    home: Path = tmp_path_factory.mktemp("replies")
    (home / "sources").mkdir()
    (home / "sources" / "bad.toml").write_text("\n".join(site.table for site in SITES.values()), encoding="utf-8")
    with FamilySites(SITES.values()) as sites:
        crawl = CrawlSettings.model_validate({"proxy": sites.proxy_url, "delay": 0, "sources": home / "sources"})
        settings = Settings(home=home, crawl=crawl)
        ready_database(settings.database).dispose()
        return {crawl.source_id: crawl for crawl in run_round(settings, list(SITES))}


@pytest.mark.parametrize("name", CASES)
def test_each_has_its_verdict(crawls: dict[str, Crawl], name: str) -> None:
    _, _, verdict, reason = CASES[name]
    crawl = crawls[name]
    assert (crawl.verdict, crawl.reason if reason not in crawl.reason else reason) == (verdict, reason)


def test_what_could_be_read_is_archived(crawls: dict[str, Crawl]) -> None:
    added = {name: crawl.added for name, crawl in crawls.items() if crawl.added}
    assert added == {
        "sound": 5,
        "few": 1,
        "wide": 3,
        "cut": 4,
        "cut_feed": 2,
        "second_page": 3,
        "endless": 12,
    }  # of an endless list, `pages` pages
