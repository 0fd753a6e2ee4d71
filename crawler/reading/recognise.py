"""Which system has made a list page, told by its fingerprints: page and address in, the name of a family out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from crawler.reading.listing import find_rows
from crawler.reading.marks import ARTICLE, FEED, IN_ADDRESS, IN_PAGE, OF_A_NAME, Mark
from crawler.reading.page import clean_source, open_page

ANY = "auto"
_LONGEST_PIECE = 60
_MOST_READ = 1_000_000  # characters: a system shows in its first lines


@dataclass(frozen=True, slots=True)
class Recognition:
    """The name of a family, what has given it away, and what a source of it must say beyond its list."""

    family: str
    why: str
    options: Mapping[str, str] = field(default_factory=dict)


def recognise(body: bytes, url: str) -> Recognition:
    """Return the family of a list page; `auto` when no mark is on it, or when it is an article.

    A page may name the endpoint of its site's search and still hold a list of its own: the marks of such endpoints
    count only where no rows can be seen. Raises UnreadablePage when the page cannot be read at all.
    """
    source = clean_source(body)
    if match := FEED.match(source):
        return Recognition("feed", f"it is a feed ({match[1]})")
    if source.lstrip()[:1] in ("{", "[") and (told := _first(IN_ADDRESS, url)):
        return told
    if ARTICLE.search(urlsplit(url).path) or "articletitle" in open_page(body, url).metas:
        return Recognition(ANY, "it is an article")
    named = [mark for mark in IN_ADDRESS if mark.family != "govcn"]
    if told := _first(named, url):
        return told
    rows = len(find_rows(body, url))
    marks = (mark for mark in IN_PAGE if not (mark.rowless and rows))
    return _first(marks, source[:_MOST_READ]) or _first(OF_A_NAME, url) or _any(rows)


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
