"""List pages that only say where their rows are: asked for once, and again when no rows are there any more."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from alerts.rounds import run_round
from config.settings import Crawl as CrawlSettings
from config.settings import Settings
from config.upgrades import ready_database
from crawler.archive.crawls import Crawl
from crawler.archive.tables import hosts, pages
from crawler.notice import Verdict
from tests.families.papers import Item
from tests.families.server import FamilySites
from tests.families.site import NOT_FOUND, REFUSED, Answer, Asked, Site, as_json, items, rows, shell

pytestmark = pytest.mark.xdist_group("signposts")

LIST, DATA = "/szinf/list.html", "/szinf/info/getInfoCommon/"
ROW = "<li><a href='{path}'>{title}</a><span>{day}</span></li>"
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

    def __init__(self, home: Path, sites: FamilySites, site: Site) -> None:
        sites.add(site)
        (home / "sources").mkdir()
        (home / "sources" / "all.toml").write_text(site.table, encoding="utf-8")
        crawl = CrawlSettings.model_validate({"proxy": sites.proxy_url, "delay": 0, "sources": home / "sources"})
        self.settings, self.sites, self.site = Settings(home=home, crawl=crawl), sites, site
        self.engine = ready_database(self.settings.database)

    def crawl(self) -> tuple[Crawl, list[str]]:
        """One round: how it ended, and which lists and data were asked for."""
        self.sites.asked.clear()
        (crawl,) = run_round(self.settings, [self.site.id])
        return crawl, [path for asked in self.sites.asked if (path := urlsplit(asked.url).path).startswith("/szinf/")]


class Channels(Office):
    """A source on a site with a channel."""

    def __init__(self, home: Path, sites: FamilySites) -> None:
        self.channel = Channel()
        source = f'family = "ucap_info"\nlists = ["http://signpost.example{LIST}"]'
        super().__init__(home, sites, site("signpost.example", source, self.channel.answer))


def site(host: str, source: str, answer: Callable[[Asked], Answer]) -> Site:
    return Site(host=host, source=source, answer=answer, items=ITEMS, lists=0)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Channels]:
    with FamilySites(()) as sites:
        here = Channels(tmp_path, sites)
        assert here.crawl()[1][:2] == [LIST, DATA]
        yield here
        here.engine.dispose()


def test_rows_are_asked_for_at_once_and_what_is_new_is_read(office: Channels) -> None:
    assert office.crawl()[1] == [DATA]
    office.channel.items = ITEMS
    crawl, asked = office.crawl()
    assert (crawl.verdict, crawl.added, crawl.rows) == (Verdict.OK, 1, 3)
    assert LIST not in asked


@pytest.mark.parametrize("wrong", [as_json({"infolist": []}), Answer("<html>moved</html>"), NOT_FOUND])
def test_a_list_that_moved_is_found_again_in_the_same_crawl(office: Channels, wrong: Answer) -> None:
    office.channel.channel, office.channel.wrong, office.channel.items = "b" * 32, wrong, ITEMS
    crawl, asked = office.crawl()
    assert asked[:3] == [DATA, LIST, DATA]
    assert (crawl.verdict, crawl.added, crawl.failed) == (Verdict.OK, 1, 0)
    assert office.crawl()[1] == [DATA]


def test_a_refusal_is_one_and_the_page_is_asked_when_it_is_over(office: Channels) -> None:
    office.channel.channel, office.channel.wrong = "b" * 32, REFUSED
    crawl, asked = office.crawl()
    assert (crawl.verdict, set(asked)) == (Verdict.BLOCKED, {DATA})
    with office.engine.begin() as connection:
        connection.execute(sa.delete(hosts))  # its rest is over
    assert office.crawl()[1][0] == LIST


def test_what_a_page_said_is_believed_for_a_day(office: Channels) -> None:
    with office.engine.begin() as connection:
        connection.execute(sa.update(pages).values(fetched_at=datetime.now(UTC) - timedelta(days=1, hours=1)))
    assert office.crawl()[1][0] == LIST


def test_what_a_page_said_to_another_row_is_not_believed(office: Channels) -> None:
    path = office.settings.crawl.sources / "all.toml"
    path.write_text(f"{path.read_text(encoding='utf-8')}\nsize = 10\n", encoding="utf-8")
    assert office.crawl()[1][:2] == [LIST, DATA]
    assert office.crawl()[1] == [DATA]


def test_a_page_whose_lists_are_all_gone_is_asked_once(tmp_path: Path) -> None:
    def answer(asked: Asked) -> Answer:
        if asked.path == LIST:
            return Answer("<html><body><ul><li><a href='/szinf/2026/'>2026</a></li></ul></body></html>")
        return Answer(f"<html><ul>{rows(ITEMS, ROW)}</ul></html>") if asked.path == "/szinf/2026/" else NOT_FOUND

    source = f'family = "shanghai"\nlists = ["http://years.example{LIST}"]'
    with FamilySites(()) as sites:
        here = Office(tmp_path, sites, site("years.example", source, answer))
        assert here.crawl()[1][:2] == [LIST, "/szinf/2026/"]
        with here.engine.begin() as connection:
            names = connection.execute(sa.select(pages.c.names).where(pages.c.url.endswith(LIST))).scalar_one()
            gone = {f"year {at}": f"http://years.example/szinf/{year}/" for at, year in enumerate((2031, 2030))}
            connection.execute(sa.update(pages).where(pages.c.url.endswith(LIST)).values(names=names | gone))
        crawl, asked = here.crawl()
        assert (set(asked[:2]), asked[2:]) == ({"/szinf/2030/", "/szinf/2031/"}, [LIST, "/szinf/2026/"])
        assert crawl.verdict is Verdict.UNCHANGED
        here.engine.dispose()
