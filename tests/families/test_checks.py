"""`sources check` of every family: one list page and one notice of each site, whatever its way of listing."""

from pathlib import Path
from typing import Any

import pytest

from alerts.checks import Check, run_checks
from config.settings import Crawl as CrawlSettings
from config.settings import Settings
from config.upgrades import ready_database
from crawler.archive.crawls import latest_crawls, source_records
from crawler.archive.notices import each_notice
from tests.families.every import EVERY as SITES
from tests.families.server import FamilySites
from tests.families.test_broken_replies import CASES
from tests.families.test_broken_replies import SITES as BROKEN

pytestmark = pytest.mark.xdist_group("family-checks")  # all are looked at in one process

EVERY = {**SITES, **BROKEN}  # looked at together: a site in trouble holds nobody up
BEYOND = {"second_page"}  # in trouble only where a check does not look


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = tmp_path_factory.mktemp("family-checks")
    folder: Path = home / "sources"
    folder.mkdir()
    (folder / "all.toml").write_text("\n".join(site.table for site in EVERY.values()), encoding="utf-8")
    told: list[str] = []
    with FamilySites(EVERY.values()) as sites:
        crawl = CrawlSettings.model_validate({"proxy": sites.proxy_url, "delay": 0, "sources": folder})
        settings = Settings(home=home, crawl=crawl)
        engine = ready_database(settings.database)
        checks = run_checks(settings, list(EVERY), lambda source_id, _check: told.append(source_id))
        with engine.begin() as connection:
            records = source_records(connection)
            kept = list(each_notice(connection)), latest_crawls(connection, next(iter(SITES)), 1)
        engine.dispose()
        asked = list(sites.asked)
    return {"checks": checks, "told": told, "records": records, "kept": kept, "asked": asked}


@pytest.mark.parametrize("name", SITES)
def test_rows_and_the_first_notice_are_seen(looked: dict[str, Any], name: str) -> None:
    check: Check = looked["checks"][name]
    assert (check["verdict"], check["reason"]) == ("ok", "")
    assert check["rows"] >= 1
    assert check["notice"]["title"]
    assert check["notice"]["lines"]


@pytest.mark.parametrize("name", SITES)
def test_titles_and_days_of_the_rows_are_whole(looked: dict[str, Any], name: str) -> None:
    items = {item.url_on(SITES[name].host): item for item in SITES[name].items}
    listed = looked["checks"][name]["listed"]
    expected = [(items[row["url"]].title, items[row["url"]].day) for row in listed]
    assert [(row["title"], row["date"]) for row in listed] == [
        (title, None if day.year == 2099 else str(day)) for title, day in expected
    ]


@pytest.mark.parametrize("name", SITES)
def test_one_notice_alone_is_asked_for(looked: dict[str, Any], name: str) -> None:
    site = SITES[name]
    pages = {item.path for item in site.items}
    asked = [one.path for one in looked["asked"] if one.host == site.host and one.path in pages]
    assert len(asked) <= 1  # none when the notice stands under another address than its row says


def test_all_is_told_and_written_and_nothing_archived(looked: dict[str, Any]) -> None:
    assert sorted(looked["told"]) == sorted(EVERY)
    assert all(looked["records"][name].check == looked["checks"][name] for name in EVERY)
    assert looked["kept"] == ([], [])


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_is_said_as_by_a_crawl(looked: dict[str, Any], name: str) -> None:
    _, _, verdict, reason = CASES[name]
    check: Check = looked["checks"][name]
    assert check["verdict"] == ("ok" if name in BEYOND else verdict)
    assert name in BEYOND or reason in check["reason"]
