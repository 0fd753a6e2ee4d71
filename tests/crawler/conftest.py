"""A connection, the sample sites, and rounds in real child processes."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from alerts.demo.sites import SampleSites
from alerts.rounds import run_round
from config.settings import Crawl as CrawlSettings
from config.settings import Settings
from config.upgrades import ready_database
from crawler.archive.crawls import Crawl
from crawler.archive.tables import notices

SAMPLES = (
    "sample_shencheng",
    "sample_zhecheng",
    "sample_zhecheng_tenders",
    "sample_suzhong",
    "sample_suzhong_consultations",
)
Run = Callable[..., dict[str, Crawl]]


@pytest.fixture
def connection(engine: sa.Engine) -> Iterator[sa.Connection]:
    with engine.begin() as connection:
        yield connection


@pytest.fixture
def sites() -> Iterator[SampleSites]:
    with SampleSites() as sites:
        yield sites


def settings_for(home: Path, sites: SampleSites, **crawl: object) -> Settings:
    """Settings under which the sample sites are the internet, and nobody waits."""
    given = {"proxy": sites.proxy_url, "delay": 0, "contact": "https://yaoxun.example/contact", "timeout": 10} | crawl
    return Settings(home=home, crawl=CrawlSettings.model_validate(given))


@pytest.fixture
def settings(tmp_path: Path, sites: SampleSites) -> Settings:
    return settings_for(tmp_path, sites)


@pytest.fixture
def archive(settings: Settings) -> Iterator[sa.Engine]:
    """The database that the children of this test write to."""
    engine = ready_database(settings.database)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def first_round(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database after one round of all sample sources, so that not every test has to begin with one."""
    home = tmp_path_factory.mktemp("first-round")
    with SampleSites() as sites:
        settings = settings_for(home, sites)
        ready_database(settings.database).dispose()
        run_round(settings, SAMPLES)
    return home / "yaoxun.db"


@pytest.fixture
def crawled(first_round: Path, settings: Settings) -> None:
    """Let this test begin an hour after a first round; to be asked for before `archive` and `run`."""
    shutil.copy(first_round, settings.home / "yaoxun.db")
    engine = ready_database(settings.database)
    make_due(engine)
    engine.dispose()


def make_due(engine: sa.Engine) -> None:
    """Let every notice be due to be read again."""
    with engine.begin() as connection:
        connection.execute(sa.update(notices).values(next_reread_at=notices.c.first_seen_at))


@pytest.fixture
def run(settings: Settings, archive: sa.Engine) -> Run:
    """Crawl some sources in a child process; the crawls by source."""
    del archive

    def crawl(*sources: str) -> dict[str, Crawl]:
        return {crawl.source_id: crawl for crawl in run_round(settings, sources or SAMPLES)}

    return crawl
