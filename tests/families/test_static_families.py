"""Families whose lists are plain HTML: read over real HTTP from sites that behave, and misbehave, as the systems do."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from alerts.rounds import run_round
from config.settings import Crawl as CrawlSettings
from config.settings import Settings
from config.upgrades import ready_database
from crawler.archive.crawls import Crawl
from crawler.archive.notices import each_notice
from crawler.notice import ArchivedNotice, Verdict
from crawler.static_families import STATIC_FAMILIES
from tests.families.every import PAGES as SITES
from tests.families.server import FamilySites
from tests.families.site import Asked

pytestmark = pytest.mark.xdist_group("static-families")  # all are read in one round

NO_LIST = """
[no_list]
name = "示例 no_list"
region = "江苏"
family = "auto"
lists = ["http://www.unknown.example/a/7001.jhtml"]
"""


@dataclass(frozen=True)
class Read:
    """What rounds over all sites have left."""

    first: dict[str, Crawl]
    second: dict[str, Crawl]
    notices: dict[str, dict[str, ArchivedNotice]]  # by source and address
    asked: dict[str, list[Asked]]  # for lists, in the first round
    asked_for_notices: list[str]  # in the first round
    asked_again: dict[str, list[Asked]]  # for anything, in the second


@pytest.fixture(scope="session")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    home = tmp_path_factory.mktemp("static-families")
    folder = home / "sources"
    folder.mkdir()
    (folder / "all.toml").write_text("\n".join([*(site.table for site in SITES.values()), NO_LIST]), encoding="utf-8")
    with FamilySites(SITES.values()) as sites:
        return _read(home, folder, sites)


def _read(home: Path, folder: Path, sites: FamilySites) -> Read:
    crawl = CrawlSettings.model_validate({"proxy": sites.proxy_url, "delay": 0, "sources": folder})
    settings = Settings(home=home, crawl=crawl)
    engine = ready_database(settings.database)
    first = run_round(settings, list(SITES))
    asked = {site.id: sites.lists_asked(site) for site in SITES.values()}
    pages = {item.url_on(site.host) for site in SITES.values() for item in site.items}
    asked_for_notices = [one.url for one in sites.asked if one.url in pages]
    sites.asked.clear()
    second = run_round(settings, list(SITES))
    again = {site.id: [one for one in sites.asked if one.host == site.host] for site in SITES.values()}
    second += run_round(settings, ["no_list"])
    notices: dict[str, dict[str, ArchivedNotice]] = {name: {} for name in SITES}
    with engine.begin() as connection:
        for notice in each_notice(connection):
            notices[notice.source][notice.url] = notice
    engine.dispose()
    return Read(
        {c.source_id: c for c in first}, {c.source_id: c for c in second}, notices, asked, asked_for_notices, again
    )


def test_every_family_has_a_site() -> None:
    assert {site.family for site in SITES.values()} == {family.name for family in STATIC_FAMILIES}


@pytest.mark.parametrize("name", SITES)
def test_all_pages_are_read(read: Read, name: str) -> None:
    crawl, site = read.first[name], SITES[name]
    assert (crawl.verdict, crawl.reason, crawl.failed) == (Verdict.OK, "", 0)
    assert {url: notice.title for url, notice in read.notices[name].items()} == {
        item.url_on(site.host): item.title for item in site.items
    }


@pytest.mark.parametrize("name", SITES)
def test_days_are_right(read: Read, name: str) -> None:
    site, notices = SITES[name], read.notices[name]
    expected = {item.url_on(site.host): None if item.day.year == 2099 else item.day for item in site.items}
    assert {url: notice.published for url, notice in notices.items()} == expected


@pytest.mark.parametrize("name", SITES)
def test_the_text_of_the_pages_is_archived(read: Read, name: str) -> None:
    site = SITES[name]
    pages = [item for item in site.items if not item.path.endswith(".pdf")]
    for item in pages:
        assert f"为把编号{item.number}的这项工作做实" in read.notices[name][item.url_on(site.host)].text


@pytest.mark.parametrize("name", [name for name, site in SITES.items() if site.paper.numbered])
def test_what_the_papers_say_of_themselves_is_read(read: Read, name: str) -> None:
    site, notices = SITES[name], read.notices[name]
    said = {item: notices[item.url_on(site.host)] for item in site.items if not item.path.endswith(".pdf")}
    assert {item: notice.document_number for item, notice in said.items()} == {i: i.document_number for i in said}
    files = {item: [file.url for file in notice.attachments] for item, notice in said.items()}
    assert files == {item: [site.file_of(item)] if site.paper.file else [] for item in said}


@pytest.mark.parametrize("name", SITES)
def test_no_page_is_asked_for_beyond_the_end(read: Read, name: str) -> None:
    assert len(read.asked[name]) == SITES[name].lists, [asked.url for asked in read.asked[name]]


def test_no_notice_is_asked_for_twice(read: Read) -> None:
    assert [url for url, times in Counter(read.asked_for_notices).items() if times > 1] == []


@pytest.mark.parametrize("name", SITES)
def test_a_second_round_brings_nothing(read: Read, name: str) -> None:
    assert (read.second[name].verdict, read.second[name].added) == (Verdict.UNCHANGED, 0)


@pytest.mark.parametrize("name", SITES)
def test_a_second_round_asks_for_the_list_and_for_no_notice(read: Read, name: str) -> None:
    assert len(read.asked_again[name]) == SITES[name].again, [asked.url for asked in read.asked_again[name]]


def test_a_page_that_is_no_list_is_said_to_be_none(read: Read) -> None:
    crawl = read.second["no_list"]
    assert (crawl.verdict, crawl.added) == (Verdict.BROKEN, 0)
    assert "no list can be seen" in crawl.reason
