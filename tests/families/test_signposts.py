"""List pages that only say where their rows are: asked for once, and again when no rows are there any more."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from alerts.rounds import run_round
from config.database import ready_database
from config.settings import Crawl as CrawlSettings
from config.settings import Settings
from crawler.archive.crawls import Crawl
from crawler.archive.tables import hosts, pages
from crawler.notice import Verdict
from tests.families.server import FamilySites
from tests.families.site import NOT_FOUND, REFUSED, Answer, Asked, Item, Site, as_json, items, shell

pytestmark = pytest.mark.xdist_group("signposts")

LIST, DATA = "/szinf/list.html", "/szinf/info/getInfoCommon/"
ITEMS = items(3, "/gk/{n}.html")


class Channel:
    """A site whose page names its channel, and whose endpoint knows that one alone."""

    def __init__(self) -> None:
        self.channel = "a" * 32
        self.items: tuple[Item, ...] = ITEMS[1:]
        self.wrong: Answer = as_json({"infolist": []})  # what another channel gets

    def answer(self, asked: Asked) -> Answer:
        if asked.path == LIST:
            return shell(f"<script>var channelId = '{self.channel}';</script>")
        if asked.path != DATA:
            return NOT_FOUND
        if asked.query["channelid"] != self.channel:
            return self.wrong
        found = self.items if asked.query["currpage"] == "1" else ()
        rows = [{"title": item.title, "link": item.path, "pubtime": f"{item.day} 09:00:00"} for item in found]
        return as_json({"infolist": rows})


class Office:
    """A source on that site, and rounds of it."""

    def __init__(self, home: Path, sites: FamilySites, channel: Channel) -> None:
        source = f'family = "ucap_info"\nlists = ["http://signpost.example{LIST}"]'
        site = Site(host="signpost.example", source=source, answer=channel.answer, items=ITEMS, lists=0, traps=())
        sites.add(site)
        (home / "sources").mkdir()
        (home / "sources" / "all.toml").write_text(site.table, encoding="utf-8")
        crawl = CrawlSettings.model_validate({"proxy": sites.proxy_url, "delay": 0, "sources": home / "sources"})
        self.settings, self.sites, self.channel = Settings(home=home, crawl=crawl), sites, channel
        self.engine = ready_database(self.settings.database)

    def crawl(self) -> tuple[Crawl, list[str]]:
        """One round: how it ended, and which lists and data were asked for."""
        self.sites.asked.clear()
        (crawl,) = run_round(self.settings, ["ucap_info"])
        return crawl, [path for asked in self.sites.asked if (path := urlsplit(asked.url).path) in {LIST, DATA}]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with FamilySites(()) as sites:
        here = Office(tmp_path, sites, Channel())
        assert here.crawl()[1][:2] == [LIST, DATA]
        yield here
        here.engine.dispose()


def test_rows_are_asked_for_at_once_and_what_is_new_is_read(office: Office) -> None:
    assert office.crawl()[1] == [DATA]
    office.channel.items = ITEMS
    crawl, asked = office.crawl()
    assert (crawl.verdict, crawl.added, crawl.rows) == (Verdict.OK, 1, 3)
    assert LIST not in asked


@pytest.mark.parametrize("wrong", [as_json({"infolist": []}), Answer("<html>moved</html>"), NOT_FOUND])
def test_a_list_that_moved_is_found_again_in_the_same_crawl(office: Office, wrong: Answer) -> None:
    office.channel.channel, office.channel.wrong, office.channel.items = "b" * 32, wrong, ITEMS
    crawl, asked = office.crawl()
    assert asked[:3] == [DATA, LIST, DATA]
    assert (crawl.verdict, crawl.added, crawl.failed) == (Verdict.OK, 1, 0)
    assert office.crawl()[1] == [DATA]


def test_a_refusal_is_one_and_the_page_is_asked_when_it_is_over(office: Office) -> None:
    office.channel.channel, office.channel.wrong = "b" * 32, REFUSED
    crawl, asked = office.crawl()
    assert (crawl.verdict, set(asked)) == (Verdict.BLOCKED, {DATA})
    with office.engine.begin() as connection:
        connection.execute(sa.delete(hosts))  # its rest is over
    assert office.crawl()[1][0] == LIST


def test_what_a_page_said_is_believed_for_a_day(office: Office) -> None:
    with office.engine.begin() as connection:
        connection.execute(sa.update(pages).values(fetched_at=datetime.now(UTC) - timedelta(days=1, hours=1)))
    assert office.crawl()[1][0] == LIST
