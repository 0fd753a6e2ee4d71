"""Saved pages: what the spider of a source makes of them, without a network."""

import asyncio
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from scrapy import Request
from scrapy.http import TextResponse
from scrapy.responsetypes import responsetypes
from scrapy.utils.misc import load_object

from config.regions import Places
from crawler.archive.pages import Page
from crawler.archive.tables import notices
from crawler.assignment import Assignment
from crawler.beside import Beside
from crawler.desk import Desk
from crawler.families import FAMILIES
from crawler.reading.listing import Row
from crawler.sources import Source
from crawler.spiders.base import SourceSpider

SITES = Path(__file__).parents[1] / "sites"
NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)


def spider_of(source: Source, places: Places, archive: sa.Engine | None = None) -> SourceSpider:
    """The spider of a source, with an empty archive of its own unless one is given."""
    engine = archive or sa.create_engine("sqlite://")
    notices.create(engine, checkfirst=True)
    assignment = Assignment(
        source=source,
        places=places,
        engine=engine,
        tell=print,
        clock=lambda: NOW,
        reread_since=NOW,
        beside=Beside(Desk(places, engine), clock=lambda: NOW),
        thorough=True,
    )
    spider: SourceSpider = load_object(FAMILIES[source.family].spider.replace(":", "."))(assignment=assignment)
    return spider


def response(url: str, body: bytes, kind: str) -> TextResponse:
    """The page as Scrapy would hand it to the spider."""
    made = responsetypes.from_args(headers={b"Content-Type": kind.encode()}, url=url, body=body)
    request = Request(url, meta={"page": Page()})
    answer = made(url, body=body, headers={"Content-Type": kind}, request=request)
    assert isinstance(answer, TextResponse)
    return answer


def read_saved(folder: Path, source: Source, places: Places) -> dict[str, Any]:
    """What the spider reads from the saved pages, in the form of expected.json."""
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    spider = spider_of(source, places)
    page = response(expected["list"]["url"], _body(folder, "list"), expected["list"]["kind"])
    rows = list(spider.unique(spider.rows_of(page)).values())
    url = expected["notice"]["url"]
    row = next((row for row in rows if row.url == url), Row(title="", url=url))
    answer = response(url, _body(folder, "notice"), expected["notice"]["kind"])
    found = asyncio.run(spider.assignment.beside.read(spider.fetched(answer, row)))
    notice = asdict(found.notice) | {"kind": expected["notice"]["kind"]}
    del notice["key"], notice["page"], notice["source"], notice["section"]
    return {
        "list": {**expected["list"], "rows": [asdict(row) for row in rows]},
        "notice": json.loads(json.dumps(notice, default=str)),
    }


def plain(value: object) -> object:
    """The value as JSON gives it back."""
    return json.loads(json.dumps(value, default=str))


def _body(folder: Path, name: str) -> bytes:
    (path,) = folder.glob(f"{name}.*")
    return path.read_bytes()
