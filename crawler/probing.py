"""Finds out how an unknown page can be read: which family it is, its rows, its first article."""

from asyncio import Task
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any

import sqlalchemy as sa
from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure as TwistedFailure

from config.regions import Places
from config.settings import Crawl as CrawlSettings
from crawler.assignment import Tell
from crawler.checking import Checks, scratch_database, silent_process, viewing_of
from crawler.families import FAMILIES
from crawler.faults import failure_of
from crawler.health import Failure, Fault
from crawler.looking import Viewing
from crawler.notice import Verdict
from crawler.reading.columns import columns_on
from crawler.reading.listing import lists_on
from crawler.reading.page import Page, UnreadablePage, open_page
from crawler.reading.recognise import ANY, Recognition, recognise, recognise_address
from crawler.sources import Source
from crawler.spiders.responses import charset_of

NO_FACTS: dict[str, Any] = {
    "landed": "",
    "site": "",
    "column": "",
    "title": "",
    "article": False,
    "bare": False,
    "columns": [],
    "lists": [],
}
BARE = 100  # characters: a page with fewer is filled by a script


class PageSpider(Spider):
    """Asks for one page and keeps it."""

    name = "page"

    def __init__(self, *, assignment: Viewing, keep: dict[str, Response | Failure]) -> None:
        super().__init__()
        self.assignment = assignment
        self.keep = keep

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the page."""
        [url] = self.assignment.source.lists
        yield Request(url, callback=self.keep_page, errback=self.keep_failure, dont_filter=True)

    def keep_page(self, response: Response) -> None:
        """Keep the page."""
        self.keep["page"] = response

    def keep_failure(self, failure: TwistedFailure) -> None:
        """Keep why there is none."""
        self.keep["page"] = failure_of(self.assignment.source.lists[0], failure)


@dataclass(slots=True, kw_only=True)
class Probe:
    """Fetches a page, recognises its family and looks at it as a source of that family, else of any."""

    settings: CrawlSettings
    places: Places
    tell: Tell
    url: str
    facts: dict[str, Any] = field(default_factory=dict)
    candidates: deque[Recognition] = field(default_factory=deque)
    best: dict[str, Any] | None = None
    failure: Failure | None = None  # of the page itself, when only its address is known

    def run(self) -> None:
        """Tell one event: what the page is, and what a look at it has shown."""
        process = silent_process(self.settings)
        with scratch_database() as engine:
            source = _source(self.url, Recognition(ANY, ""))
            kept: dict[str, Response | Failure] = {}
            crawler = process.create_crawler(PageSpider)
            viewing = viewing_of(source, self.places, engine)
            crawl = process.crawl(crawler, assignment=viewing, keep=kept)
            crawl.add_done_callback(partial(self._fetched, process, engine, kept))
            process.start()

    def _fetched(
        self,
        process: AsyncCrawlerProcess,
        engine: sa.Engine,
        kept: Mapping[str, Response | Failure],
        _task: Task[None],
    ) -> None:
        """Recognise what came, and look at it."""
        answer = kept.get("page") or Failure(self.url, Fault.BROKEN, "the request was not made")
        self.failure = answer if isinstance(answer, Failure) else None
        try:
            self.facts, recognition = _told_by_address(answer) if isinstance(answer, Failure) else _facts(answer)
        except UnreadablePage as problem:
            self._tell_failure(self.failure or Failure(self.url, Fault.BROKEN, str(problem)))
            return
        self.candidates.append(recognition)
        if recognition.family == "hanweb_jpaas":
            self.candidates.append(replace(recognition, options={**recognition.options, "size_name": "rows"}))
        if self.failure is None and recognition.family not in {ANY, "json"}:
            self.candidates.append(Recognition(ANY, "its rows have the shape of a list"))
        self._look(process, engine)

    def _look(self, process: AsyncCrawlerProcess, engine: sa.Engine) -> None:
        recognition = self.candidates.popleft()
        source = _source(self.url, recognition)
        shown = partial(self._shown, process, engine, recognition)
        checks = Checks(settings=self.settings, places=self.places, shown=shown, lanes=deque([deque([source])]))
        checks.look_at_next(process, engine, deque())

    def _shown(
        self,
        process: AsyncCrawlerProcess,
        engine: sa.Engine,
        recognition: Recognition,
        _source: Source,
        check: Mapping[str, Any],
    ) -> None:
        """Tell of the first look that went well; when none did, of the one that saw most rows."""
        seen = asdict(recognition) | {"check": check}
        if self.best is None or check["verdict"] == Verdict.OK or check["rows"] > self.best["check"]["rows"]:
            self.best = seen
        if self.failure is not None and check["verdict"] != Verdict.OK:
            self._tell_failure(self.failure)
        elif check["verdict"] == Verdict.OK or not self.candidates:
            self.tell({"event": "probed", "url": self.url, **self.facts, **self.best})
        else:
            self._look(process, engine)

    def _tell_failure(self, failure: Failure) -> None:
        check = {"verdict": str(failure.fault), "reason": failure.reason, "rows": 0, "dated": 0.0}
        seen = {"family": "", "options": {}, "why": "", "check": check | {"listed": [], "notice": None}}
        self.tell({"event": "probed", "url": self.url, **NO_FACTS, **seen})


def _told_by_address(failure: Failure) -> tuple[dict[str, Any], Recognition]:
    """Return the family of an endpoint that answers only to the right question; raise UnreadablePage otherwise."""
    recognition = recognise_address(failure.url)
    if recognition is None:
        raise UnreadablePage(failure.reason)
    return NO_FACTS, recognition


def _facts(response: Response) -> tuple[dict[str, Any], Recognition]:
    """Return what the page says of its site and its column, and which family it is."""
    if not isinstance(response, TextResponse):
        kind = (response.headers.get("Content-Type") or b"no known kind").decode("latin-1")
        raise UnreadablePage(f"it is no page but a file ({kind})")
    recognition = recognise(response.body, response.url)
    page = open_page(response.body, response.url, charset=charset_of(response))
    metas = page.metas
    facts = {
        "landed": response.url if response.meta.get("redirect_urls") else "",
        "site": metas.get("sitename", ""),
        "column": metas.get("columnname", ""),
        "title": _title(page),
        "article": bool(metas.get("articletitle")),
        "bare": recognition.family == ANY and len("".join(page.body.text().split())) < BARE,
        "columns": [asdict(column) for column in columns_on(page)],
        "lists": [
            {"title": one.rows[0].title, "url": one.rows[0].url, "rows": len(one.rows)} for one in lists_on(page)
        ],
    }
    return facts, recognition


def _title(page: Page) -> str:
    node = page.tree.css_first("title")
    return " ".join(node.text().split()) if node is not None else ""


def _source(url: str, recognition: Recognition) -> Source:
    """Return the page as a source, with all that holds for its family."""
    options = FAMILIES[recognition.family].options(recognition.options)
    return Source(id="probe", name=url, family=recognition.family, lists=(url,), region="", options=options)
