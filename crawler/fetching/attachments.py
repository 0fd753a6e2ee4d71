"""Fetches and reads the files of a notice before it is archived, so that it is matched with what stands in them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure as TwistedFailure

from config.regions import Places
from crawler.archive.attachments import Earlier, File, earlier_files
from crawler.archive.notices import content_hash
from crawler.archive.pages import Page, PageNotice
from crawler.assignment import assignment_of
from crawler.documents import DocumentReader, shared_reader
from crawler.faults import WORDS, failure_of
from crawler.notice import Attachment, Fact, Notice, Reading
from crawler.reading.attachments import is_named_by_address
from crawler.reading.disposition import file_name
from crawler.reading.documents import Document
from crawler.reading.facts import facts_of_text
from crawler.reading.official import number_in_first_lines
from crawler.reading.place import places_of

OK, NOT_MODIFIED = 200, 304
LASTING = frozenset({401, 403, 404, 410})  # answers that another request would not change
MAXSIZE = "DOWNLOAD_MAXSIZE"  # stands in Scrapy's words when a packed answer unpacks to too much
LONGEST_NAME = 300
LEAD = 50_000  # characters of a file in which its facts are looked for

FAULTS: tuple[type[Exception], ...] = (*WORDS, OSError)

MEDIA_TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ofd": "application/ofd",
    "zip": "application/zip",
    "rar": "application/vnd.rar",
    "html": "text/html",
    "mht": "multipart/related",
    "text": "text/plain",
}


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of one address; `again` asks for another try when the notice is read again."""

    attachments: tuple[Attachment, ...]
    page: Page | None = None
    again: bool = False


class Attach:
    """Adds to each notice what stands in its files, within the limits of size and number.

    The requests pass through the same middlewares as those of the spider. A file that cannot be had is no failure of
    its notice: its state and the reason are archived, and what was read of it earlier is kept.
    """

    def __init__(self, crawler: Crawler, reader: DocumentReader) -> None:
        self.crawler = crawler
        self.reader = reader
        self.most = crawler.settings.getint("ATTACHMENTS_MOST")
        self.largest = crawler.settings.getint("ATTACHMENTS_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Share the reader of this process."""
        return cls(crawler, shared_reader())

    async def process_item(self, item: PageNotice) -> PageNotice:
        """Return the notice with its files read; one that has to be tried again leaves its page unremembered."""
        notice, assignment = item.notice, assignment_of(self.crawler)
        if not notice.attachments:
            return item
        with assignment.engine.begin() as connection:
            earlier = earlier_files(connection, notice.key)
        fetched = [
            await self._fetch(one, earlier.files.get(one.url), settled=is_settled(notice, earlier, one))
            for one in notice.attachments[: self.most]
        ]
        reason = f"only the first {self.most} files of a notice are fetched"
        left = tuple(replace(one, reading=Reading.UNFETCHED, reason=reason) for one in notice.attachments[self.most :])
        attachments = (*(one for each in fetched for one in each.attachments), *left)
        return replace(
            item,
            notice=with_text(replace(notice, attachments=attachments), assignment.places, assignment.source.region),
            page=None if any(each.again for each in fetched) else item.page,
            files={each.attachments[0].url: each.page for each in fetched if each.page is not None},
        )

    async def _fetch(self, one: Attachment, known: File | None, *, settled: bool) -> Fetched:
        """Ask for a file, unless what the archive has of it is settled."""
        if known is not None and settled:
            return Fetched(known.attachments, known.page)
        if self.crawler.engine is None or not self.crawler.engine.running:
            return _kept(one, known, "the round was ended", again=True)
        meta = {
            "conditional": known.page if known is not None and known.page.content_hash else False,
            "download_maxsize": self.largest,
        }
        try:
            response = await self.crawler.engine.download_async(Request(one.url, meta=meta, dont_filter=True))
        except FAULTS as error:
            return self._failed(one, known, error)
        return await self._read(one, known, response)

    async def _read(self, one: Attachment, known: File | None, response: Response) -> Fetched:
        if response.status == NOT_MODIFIED and known is not None:
            return Fetched(known.attachments, known.page)
        if response.status != OK:
            return _kept(one, known, f"status {response.status}", again=response.status not in LASTING)
        sent = file_name(response.headers.get("Content-Disposition") or b"")[:LONGEST_NAME]
        document = await self.reader.read(response.body, sent or _promised(one))
        page: Page = response.meta["page"]
        name = sent if sent and is_named_by_address(one.name, one.url) else one.name
        whole = replace(one, name=name, size=len(response.body), content_hash=page.content_hash or "")
        return Fetched(tuple(parts_of(whole, document)), page)

    def _failed(self, one: Attachment, known: File | None, error: Exception) -> Fetched:
        if isinstance(error, DownloadCancelledError) or MAXSIZE in str(error):
            reason = f"larger than {self.largest} bytes"
            return Fetched((replace(one, reading=Reading.TOO_LARGE, reason=reason),))
        reason = failure_of(one.url, TwistedFailure(error)).reason  # type: ignore[no-untyped-call]
        forbidden = isinstance(error, IgnoreRequest) and "robots.txt" in str(error)
        return _kept(one, known, reason, again=not forbidden)


def is_settled(notice: Notice, earlier: Earlier, one: Attachment) -> bool:
    """Tell whether a file need not be asked for: its notice says what it said, and the file was had."""
    known = earlier.files.get(one.url)
    if known is None or notice.url == one.url or earlier.content_hash != content_hash(notice.title, notice.text):
        return False
    return all(part.reading is not Reading.UNFETCHED for part in known.attachments)


def with_text(notice: Notice, places: Places, region: str) -> Notice:
    """Give a notice that is a file the file's text and facts: of its own it has only the title on the list."""
    pages = [page for one in notice.attachments if one.url == notice.url for page in one.pages]
    if not any(pages):
        return notice
    text = "\n".join(pages)
    facts = facts_of_text(notice.title, text[:LEAD], notice.published)
    number = facts.document_number.value if facts.document_number else number_in_first_lines(text[:LEAD].split("\n"))
    if number and facts.document_number is None:
        facts = replace(facts, document_number=Fact(value=number, where="text"))
    regions = places_of(notice.title, text[:LEAD], places, fallback=region)
    return replace(notice, text=text, facts=facts, document_number=number, regions=regions)


def parts_of(one: Attachment, document: Document) -> list[Attachment]:
    """Return the attachment as it was read, and after an archive its members."""
    read = replace(
        one,
        pages=document.pages,
        reading=document.reading,
        reason=document.reason,
        media_type=MEDIA_TYPES.get(document.kind, ""),
    )
    names = dict.fromkeys(name for name, _ in document.members)
    members = dict(document.members)
    inside = [Attachment(url=one.url, name=f"{one.name}/{name}"[:LONGEST_NAME]) for name in names]
    pairs = zip(inside, members.values(), strict=True)
    return [read, *(part for empty, member in pairs for part in parts_of(empty, member))]


def _kept(one: Attachment, known: File | None, reason: str, *, again: bool) -> Fetched:
    """Keep what was read of a file earlier; else say why it was not had."""
    if known is not None and any(part.reading is Reading.READ for part in known.attachments):
        return Fetched(known.attachments, known.page, again)
    return Fetched((replace(one, reading=Reading.UNFETCHED, reason=reason),), None, again)


def _promised(one: Attachment) -> str:
    """Return the name under which the file was promised: what readers see, or the end of its address."""
    return one.name if "." in one.name else one.url.rpartition("/")[2]
