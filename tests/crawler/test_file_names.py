"""Files without a name in their address: found by what the page calls them, named as the site sends them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from alerts.rounds import run_round
from config.settings import Crawl as CrawlSettings
from config.settings import Settings
from config.upgrades import ready_database
from crawler.archive.tables import attachments
from tests.crawler.rough import NOT_FOUND, RoughSites, answer, listing
from tests.reading.documents.making import docx_of

HOST = "www.a.example"
TITLE = "关于组织申报的通知"
PAGE = """<html><head><title>{title}</title><meta name="ArticleTitle" content="{title}"></head><body><div id="zoom">
<p>现将有关事项通知如下，请各单位遵照执行，并于月底前报送落实情况。</p>
<p><a href="/download?id=1">附件1：申报表</a></p><p><a href="/download?id=2">点击下载</a></p>
<p><a href="/download?id=3">附件3</a></p></div></body></html>"""
ROW = '[one]\nname = "示例"\nregion = "上海"\nfamily = "listing"\nrows = "ul.l li"\nlists = ["http://{host}/"]\n'
NAMED = {
    "content_type": "application/octet-stream",
    "content_disposition": "attachment; filename=%E5%90%8D%E5%8D%95.docx",
}


@pytest.fixture
def rough() -> Iterator[RoughSites]:
    with RoughSites() as sites:
        yield sites


def test_a_file_is_called_what_its_site_calls_it(tmp_path: Path, rough: RoughSites) -> None:
    said = {
        "/": answer(listing({TITLE: "/1.html"})),
        "/1.html": answer(PAGE.format(title=TITLE)),
        "/download?id=1": answer(docx_of("甲"), **NAMED),
        "/download?id=2": answer(docx_of("乙"), **NAMED),
        "/download?id=3": answer("<html><body><h1>下载中心</h1><p>请选择需要的软件</p></body></html>"),
    }
    rough.say[HOST] = lambda asked: said.get(asked.path, NOT_FOUND)
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "one.toml").write_text(ROW.format(host=HOST), encoding="utf-8")
    crawl_settings = {"proxy": rough.proxy_url, "delay": 0, "sources": tmp_path / "sources"}
    settings = Settings(home=tmp_path, crawl=CrawlSettings.model_validate(crawl_settings))
    (crawl,) = run_round(settings, ["one"])
    assert crawl.added == 1
    engine = ready_database(settings.database)
    with engine.begin() as connection:
        columns = (attachments.c.name, attachments.c.state, attachments.c.reason)
        found = connection.execute(sa.select(*columns).order_by(attachments.c.url)).all()
    engine.dispose()
    assert found == [
        ("附件1：申报表", "read", ""),
        ("名单.docx", "read", ""),
        ("附件3", "unreadable", "a web page came in place of the file"),
    ]
