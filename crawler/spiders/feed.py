"""RSS and Atom: the entries of a feed are the rows of a list."""

import re
import sys
from calendar import timegm
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from time import struct_time
from typing import Any
from urllib.parse import urljoin
from xml.sax import SAXException

import feedparser
from scrapy.http import TextResponse

from crawler.reading.listing import Row
from crawler.reading.page import UnreadablePage
from crawler.spiders.base import SourceSpider

REFERENCE = re.compile(rb"&#(?:x([0-9a-f]+)|([0-9]+));?", re.IGNORECASE)
CHINA = timezone(timedelta(hours=8))  # the day of an entry is the day there


class FeedSpider(SourceSpider):
    """Reads feeds of every version that feedparser knows, whole even when they are not well-formed."""

    def rows_of(self, response: TextResponse) -> Iterable[Row]:
        """Return the entries; raise UnreadablePage when this is no feed."""
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
        feed = feedparser.parse(
            REFERENCE.sub(_character, response.body),
            response_headers={"content-type": kind, "content-location": response.url},
        )
        rows = [row for row in (_row(entry, response.url) for entry in feed.entries) if row is not None]
        fault = feed.get("bozo_exception")
        if not rows and (isinstance(fault, SAXException) or not feed.version):
            raise UnreadablePage(f"this is no feed: {fault or 'unknown format'}")
        return rows


def _character(reference: re.Match[bytes]) -> bytes:
    """Drop a reference to what is no character, such as half an emoji: feedparser ends over it."""
    number = int(reference[1], 16) if reference[1] else int(reference[2][:9])
    return b"" if 0xD800 <= number < 0xE000 or number > sys.maxunicode else reference[0]  # noqa: PLR2004  the surrogates


def _row(entry: Any, url: str) -> Row | None:  # noqa: ANN401  feedparser is not typed
    link, title = entry.get("link", ""), " ".join(entry.get("title", "").split())
    return Row(title=title, url=urljoin(url, link), date=_day(entry)) if link else None


def _day(entry: Any) -> date | None:  # noqa: ANN401  the same
    moment: struct_time | None = entry.get("published_parsed") or entry.get("updated_parsed")
    return None if moment is None else datetime.fromtimestamp(timegm(moment), UTC).astimezone(CHINA).date()
