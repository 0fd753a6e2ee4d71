"""Which system has made a list page, told by its fingerprints: page and address in, the name of a family out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from crawler.reading.endpoints import endpoint_of
from crawler.reading.listing import find_rows
from crawler.reading.marks import ARTICLE, FEED, IN_ADDRESS, IN_PAGE, OF_A_NAME, Mark
from crawler.reading.page import UnreadablePage, clean_source, open_page
from crawler.reading.replies import parse_reply

ANY = "auto"
_OF_GOVCN = {"title", "url", "docrelpubtime", "pubtime"}
_LONGEST_PIECE = 60
_MOST_READ = 1_000_000  # characters: a system shows in its first lines


@dataclass(frozen=True, slots=True)
class Recognition:
    """The name of a family, what has given it away, and what a source of it must say beyond its list."""

    family: str
    why: str
    options: Mapping[str, Any] = field(default_factory=dict)


def recognise(body: bytes, url: str) -> Recognition:
    """Return the family of a list page; `auto` when no mark is on it, or when it is an article.

    A page may name the endpoint of its site's search and still hold a list of its own: the marks of such endpoints
    count only where no rows can be seen. Raises UnreadablePage when the page, or the data in its place, cannot be read.
    """
    source = clean_source(body)
    if match := FEED.match(source):
        return Recognition("feed", f"it is a feed ({match[1]})")
    if source.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        return _of_data(source, url)
    if ARTICLE.search(urlsplit(url).path) or "articletitle" in open_page(body, url).metas:
        return Recognition(ANY, "it is an article")
    named = [mark for mark in IN_ADDRESS if mark.family != "govcn"]
    if told := _first(named, url):
        return told
    rows = len(find_rows(body, url))
    marks = (mark for mark in IN_PAGE if not (mark.rowless and rows))
    return _first(marks, source[:_MOST_READ]) or _first(OF_A_NAME, url) or _any(rows)


def recognise_address(url: str) -> Recognition | None:
    """Return the family that an address alone gives away; None when it says nothing."""
    return _first(IN_ADDRESS, url)


def _of_data(source: str, url: str) -> Recognition:
    """Return the family of an endpoint, known by its address or by the rows that stand in its answer."""
    told = recognise_address(url)
    if told and told.family != "govcn":
        return told
    reply = parse_reply(source)
    options = endpoint_of(reply, url)
    if options is None:
        raise UnreadablePage("the answer is data, and no rows with a title and a link are in it")
    if told and {name.lower() for name in options["fields"].values()} <= _OF_GOVCN and not options["rows"]:
        return told
    return Recognition("json", f"it is data, with rows at {options['rows'] or 'its top'}", options)


def _any(rows: int) -> Recognition:
    seen = f"{rows} rows with dates have the shape of a list" if rows else "no system is recognised, and no list seen"
    return Recognition(ANY, seen)


def _first(marks: Iterable[Mark], text: str) -> Recognition | None:
    for mark in marks:
        if match := mark.pattern.search(text):
            piece = " ".join(match[0].split())[:_LONGEST_PIECE]
            options = {name: value for name, value in match.groupdict().items() if value}
            return Recognition(mark.family, mark.words.format(piece), options)
    return None
