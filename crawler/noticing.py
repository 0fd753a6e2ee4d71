"""From the page of a notice to the notice: what its list, its page and its source say together."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from config.regions import Places
from crawler.archive.pages import Page, PageNotice
from crawler.links import key_of
from crawler.notice import Attachment, Notice
from crawler.reading.article import Article, read_article
from crawler.reading.listing import Row
from crawler.reading.page import UnreadablePage
from crawler.reading.place import places_of
from crawler.sources import Source

FURTHEST_AHEAD = timedelta(days=366)
LONGEST_TITLE = 500
LITTLE = 240  # characters: what a site shows in place of a notice is short
TELLING = 6  # characters of a title from which on it can be looked for
LEAST_SHARED = 0.2  # of the pairs of characters in a title; a list words it otherwise now and then, never wholly
UNSPOKEN = re.compile(r"[\W_]+")
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\u200b]")  # PostgreSQL refuses NUL; nobody sees the others


@dataclass(frozen=True, kw_only=True)  # without slots, with which pickling takes several times as long
class FetchedPage:
    """The page of a notice as it came. `address` was asked for, `url` answered; `page` is what to remember of it."""

    source: Source
    row: Row
    address: str
    url: str
    body: bytes
    charset: str
    page: Page


def read_page(fetched: FetchedPage, places: Places, now: datetime) -> PageNotice:
    """Read the page of a notice; raise UnreadablePage when there is none on it."""
    source, row = fetched.source, fetched.row
    article = read_article(fetched.body, fetched.url, charset=fetched.charset, body_selector=source.body)
    if is_other(article, row):
        raise UnreadablePage(f"it says “{article.title}”, and nothing of the notice")
    notice = Notice(
        key=key_of(row.url),
        source=source.id,
        title=article.title,
        text=article.text,
        url=row.url,
        agency=article.agency or source.agency,
        document_number=article.document_number,
        regions=_regions(article, places, source.region),
        section=source.section,
        published=_past(article.published, now) or row.date,
        attachments=article.attachments,
        facts=article.facts,
    )
    return PageNotice(notice=checked(notice), url=fetched.address, page=fetched.page)


def file_notice(source: Source, row: Row, places: Places) -> PageNotice:
    """Return a notice that is a file: all that can be said of it stands on the list."""
    notice = Notice(
        key=key_of(row.url),
        source=source.id,
        title=row.title,
        text=row.title,
        url=row.url,
        agency=source.agency,
        regions=places_of(row.title, "", places, fallback=source.region),
        section=source.section,
        published=row.date,
        attachments=(Attachment(url=row.url, name=row.url.rpartition("/")[2]),),
    )
    return PageNotice(notice=checked(notice), url=row.url)


def checked(notice: Notice) -> Notice:
    """Return a notice without what nobody sees; raise UnreadablePage when it is none."""
    cleaned = clean(notice)
    if reason := fault_of(cleaned):
        raise UnreadablePage(reason)
    return cleaned


def clean(notice: Notice) -> Notice:
    """Take away what nobody should see: control characters, stray blanks."""
    return replace(
        notice,
        title=_line(notice.title),
        text="\n".join(line for line in map(_trimmed, notice.text.splitlines()) if line),
        agency=_line(notice.agency),
        document_number=_line(notice.document_number),
    )


def fault_of(notice: Notice) -> str:
    """Return why this is no notice; empty when it is one."""
    if not notice.title:
        return "it has no title"
    if len(notice.title) > LONGEST_TITLE:
        return f"its title has {len(notice.title)} characters"
    return "" if notice.text else "it has no text"


def is_other(article: Article, row: Row) -> bool:
    """Tell whether a few words came that have nothing of what the list, or the archive, calls the notice.

    Whatever a site shows in the place of its pages, and however it words it, is not taken for a revision of them.
    """
    if len(article.text) > LITTLE or article.attachments:
        return False
    wanted, said = UNSPOKEN.sub("", row.title), UNSPOKEN.sub("", article.title + article.text)
    pairs = {wanted[place : place + 2] for place in range(len(wanted) - 1)}
    return len(wanted) >= TELLING and sum(pair in said for pair in pairs) < LEAST_SHARED * len(pairs)


def _regions(article: Article, places: Places, fallback: str) -> tuple[str, ...]:
    """Return where a notice belongs: to its issuer's place first."""
    issuer = article.facts.issuer.value if article.facts.issuer else ""
    return places_of(article.title, article.text, places, issuer=issuer, fallback=fallback)


def _past(published: date | None, now: datetime) -> date | None:
    """Return a day of publication, unless it is so far ahead that it must be another or a slip."""
    return published if published is not None and published <= (now + FURTHEST_AHEAD).date() else None


def _trimmed(line: str) -> str:
    return (line if line.isprintable() else CONTROLS.sub("", line)).strip()


def _line(text: str) -> str:
    return " ".join(CONTROLS.sub("", text).split())
