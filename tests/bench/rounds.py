"""Rows of rounds: beside a spider that only downloads, a second one without news, and 800 sources at once."""

import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

import psutil

from alerts.rounds import run_round
from config.settings import Crawl as CrawlSettings
from config.settings import Settings
from config.upgrades import ready_database
from crawler.archive.crawls import Crawl
from tests.bench.site import PER_PAGE, BenchSite

Row = tuple[str, str, str, str]
Downloads = dict[str, float]
"""Seconds of downloading alone, by how it was done."""
ARTICLES, HOSTS, SOURCES, EACH = 2_000, 100, 800, 3
PAUSES = (0.01, 0.02)  # seconds; few sites are quicker than the second
BARE = {"tuned": "all our settings", "shipped": "Scrapy's own settings"}
FOLDER = "http://www.bench.example/art"
TABLE = '[{id}]\nname = "{id}"\nregion = "上海"\nfamily = "listing"\nrows = "ul.l li"\ndate = "span"\n'


def round_rows() -> Iterator[Row]:
    """Measure."""
    yield from many_sources()
    yield from one_site()


def many_sources() -> Iterator[Row]:
    """800 sources on 100 hosts, all due."""
    with BenchSite(EACH) as site, place(site, many(), per_host=2, delay=0.05) as settings, Memory() as memory:
        crawls = run_round(settings, [])
    good = sum(crawl.verdict == "ok" for crawl in crawls)
    seconds = lasted(crawls)
    requests = sum(crawl.requests for crawl in crawls)
    yield (
        f"{SOURCES} sources due on {HOSTS} hosts: memory of the round",
        f"{memory.most:.0f} MB",
        f"{good} ok, {requests} requests in {seconds:.0f} s",
        f"{memory.most / 600:.2f} of 600 MB",
    )
    most = max(site.most.values())
    yield "its most requests under way at one host", str(most), "budget 2", f"{most / 2:.1f} ×"


def one_site() -> Iterator[Row]:
    """2,000 articles of one site, beside downloading alone; then again; then of a site that takes its time."""
    with beside(pause=0) as (downloads, settings, first):
        (second,) = run_round(settings, ["one"])
    yield from compared("in no time", downloads, first)
    yield (
        "a second round without news",
        f"{second.bytes / 1024:.1f} KB",
        f"the first {first.bytes / 1024:,.0f} KB; {second.requests - 1} request beside robots.txt",
        f"{second.bytes / first.bytes:.3%}",
    )
    for pause in PAUSES:
        with beside(pause=pause) as (downloads, _, first):
            yield from compared(f"after {pause * 1e3:.0f} ms", downloads, first)


@contextmanager
def beside(*, pause: float) -> Iterator[tuple[Downloads, Settings, Crawl]]:
    """Download a site alone in each way, in seconds, then crawl it; give these, and the settings of the crawl."""
    pages = ARTICLES // PER_PAGE
    with BenchSite(ARTICLES, pause=pause) as site, place(site, one(pages), per_host=8, delay=0) as settings:
        downloads = {how: float(downloaded(site.url, pages, how)) for how in BARE}
        (first,) = run_round(settings, ["one"])
        yield downloads, settings, first


def compared(answered: str, downloads: Downloads, first: Crawl) -> Iterator[Row]:
    """Make the rows of a first round; all ask for the same pages."""
    ours = first.requests / lasted([first])
    for how, seconds in downloads.items():
        theirs = (ARTICLES // PER_PAGE + ARTICLES) / seconds
        yield (
            f"a first round over {first.added:,} articles, each answered {answered}",
            f"{ours:.0f} pages/s",
            f"downloading alone, {BARE[how]}: {theirs:.0f} pages/s",
            f"{ours / theirs:.2f} ×",
        )


def downloaded(url: str, pages: int, how: str) -> str:
    """Return the seconds of a bare spider in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.bare", url, FOLDER, str(ARTICLES), str(pages), how]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def lasted(crawls: list[Crawl]) -> float:
    """Return the seconds from the first start to the last end."""
    ends = [crawl.finished_at for crawl in crawls if crawl.finished_at is not None]
    return (max(ends) - min(crawl.started_at for crawl in crawls)).total_seconds()


def one(pages: int) -> str:
    """Return the table of one source with many pages."""
    more = f'next = "index_{{page}}.html"\npages = {pages}\nlists = ["{FOLDER}/index.html"]\n'
    return TABLE.format(id="one") + more


def many() -> str:
    """Return the tables of many sources."""
    hosts = [f"www{number % HOSTS}.bench.example" for number in range(SOURCES)]
    return "\n".join(
        TABLE.format(id=f"s{number}") + f'lists = ["http://{host}/s{number}/index.html"]\n'
        for number, host in enumerate(hosts)
    )


class Memory:
    """The most that the processes begun meanwhile, and those they start, hold together, in MB; looked at often."""

    def __init__(self) -> None:
        self.most = 0.0
        self._earlier = {child.pid for child in psutil.Process().children(recursive=True)}
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        """Begin to look."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Look no more."""
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        us = psutil.Process()
        while not self._done.wait(0.05):
            held = 0
            for child in us.children(recursive=True):
                if child.pid in self._earlier:
                    continue
                with suppress(psutil.NoSuchProcess):
                    held += child.memory_info().rss
            self.most = max(self.most, held / 2**20)


@contextmanager
def place(site: BenchSite, tables: str, **crawl: float) -> Iterator[Settings]:
    """Give a folder of sources, an empty database, and settings for them."""
    with tempfile.TemporaryDirectory(prefix="yaoxun-bench-") as folder:
        home = Path(folder)
        (home / "sources").mkdir()
        (home / "sources" / "bench.toml").write_text(tables, encoding="utf-8")
        given = {"proxy": site.url, "sources": home / "sources"} | crawl
        settings = Settings(home=home, crawl=CrawlSettings.model_validate(given))
        ready_database(settings.database).dispose()
        yield settings
