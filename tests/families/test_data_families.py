"""Families whose lists come as data: read over real HTTP from sites that behave, and misbehave, as the systems do."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.rounds import run_round
from config.settings import Crawl as CrawlSettings
from config.settings import Settings
from config.upgrades import ready_database
from crawler.archive.crawls import Crawl
from crawler.archive.notices import each_notice
from crawler.json_families import JSON_FAMILIES
from crawler.notice import ArchivedNotice, Verdict
from tests.families.every import DATA as SITES
from tests.families.server import FamilySites
from tests.families.site import DAY, Asked

pytestmark = pytest.mark.xdist_group("data-families")  # all are read in one round

SINCE = DAY - timedelta(days=4)  # on the second page of most lists


@dataclass(frozen=True)
class Read:
    """What rounds over all sites have left."""

    first: dict[str, Crawl]
    second: dict[str, Crawl]
    notices: dict[str, dict[str, ArchivedNotice]]  # by source and title
    asked: dict[str, list[Asked]]  # for lists, in the first round
    asked_again: dict[str, list[Asked]]  # for anything, in the second


@pytest.fixture(scope="session")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    home = tmp_path_factory.mktemp("families")
    _write(home / "sources")
    with FamilySites(SITES.values()) as sites:
        crawl = CrawlSettings.model_validate({"proxy": sites.proxy_url, "delay": 0, "sources": home / "sources"})
        settings = Settings(home=home, crawl=crawl)
        engine = ready_database(settings.database)
        first = run_round(settings, list(SITES))
        asked = {site.id: sites.lists_asked(site) for site in SITES.values()}
        sites.asked.clear()
        second = run_round(settings, list(SITES))
        again = {site.id: [one for one in sites.asked if one.host == site.host] for site in SITES.values()}
        with engine.begin() as connection:
            notices: dict[str, dict[str, ArchivedNotice]] = {name: {} for name in SITES}
            for notice in each_notice(connection):
                notices[notice.source][notice.title] = notice
        engine.dispose()
    return Read({c.source_id: c for c in first}, {c.source_id: c for c in second}, notices, asked, again)


def _write(folder: Path) -> None:
    folder.mkdir()
    (folder / "all.toml").write_text("\n".join(site.table for site in SITES.values()), encoding="utf-8")


def test_every_family_has_a_site() -> None:
    assert {site.family for site in SITES.values()} == {family.name for family in JSON_FAMILIES}


@pytest.mark.parametrize("name", SITES)
def test_all_pages_are_read(read: Read, name: str) -> None:
    crawl, site = read.first[name], SITES[name]
    assert (crawl.verdict, crawl.reason, crawl.failed) == (Verdict.OK, "", 0)
    assert sorted(read.notices[name]) == sorted(item.title for item in site.items)


@pytest.mark.parametrize("name", SITES)
def test_days_and_addresses_are_right(read: Read, name: str) -> None:
    site, notices = SITES[name], read.notices[name]
    expected = {item.title: (item.day, item.url_on(site.host)) for item in site.items}
    assert {title: (notice.published, notice.url) for title, notice in notices.items()} == expected


@pytest.mark.parametrize("name", SITES)
def test_the_text_of_the_pages_is_archived(read: Read, name: str) -> None:
    for item in SITES[name].items:
        assert f"为把编号{item.number}的这项工作做实" in read.notices[name][item.title].text


@pytest.mark.parametrize("name", [name for name, site in SITES.items() if site.paper.numbered])
def test_what_the_papers_say_of_themselves_is_read(read: Read, name: str) -> None:
    site, notices = SITES[name], read.notices[name]
    said = {item: notices[item.title] for item in site.items if not item.path.endswith(".pdf")}
    assert {item: notice.document_number for item, notice in said.items()} == {i: i.document_number for i in said}
    files = {item: [file.url for file in notice.attachments] for item, notice in said.items()}
    assert files == {item: [site.file_of(item)] if site.paper.file else [] for item in said}


@pytest.mark.parametrize("name", SITES)
def test_no_page_is_asked_for_beyond_the_end(read: Read, name: str) -> None:
    assert len(read.asked[name]) == SITES[name].lists


@pytest.mark.parametrize("name", SITES)
def test_a_second_round_makes_one_request_and_asks_for_no_notice(read: Read, name: str) -> None:
    assert read.second[name].verdict == Verdict.UNCHANGED
    assert len(read.asked_again[name]) == 1, [asked.url for asked in read.asked_again[name]]


@pytest.fixture(scope="module")
def backward(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Titles by source after all lists were read backward to a day."""
    home = tmp_path_factory.mktemp("backward")
    _write(home / "sources")
    with FamilySites(SITES.values()) as sites:
        crawl = CrawlSettings.model_validate({"proxy": sites.proxy_url, "delay": 0, "sources": home / "sources"})
        settings = Settings(home=home, crawl=crawl)
        engine = ready_database(settings.database)
        run_round(settings, list(SITES), since=SINCE)
        with engine.begin() as connection:
            titles: dict[str, set[str]] = {name: set() for name in SITES}
            for notice in each_notice(connection):
                titles[notice.source].add(notice.title)
        engine.dispose()
    return titles


@pytest.mark.parametrize("name", SITES)
def test_lists_are_read_backward_to_a_day(backward: dict[str, set[str]], name: str) -> None:
    assert backward[name] == {item.title for item in SITES[name].items if item.day >= SINCE}
