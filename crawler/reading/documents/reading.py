"""Which reader reads which kind of file."""

import re
from collections.abc import Callable, Mapping

from crawler.notice import Reading
from crawler.reading.charset import decode
from crawler.reading.documents.archive import members_of
from crawler.reading.documents.doc import doc_pages
from crawler.reading.documents.document import Document, NotRead, Pages, bounded, unreadable
from crawler.reading.documents.docx import docx_pages
from crawler.reading.documents.mht import mht_pages
from crawler.reading.documents.ofd import ofd_pages
from crawler.reading.documents.packed import check_packed
from crawler.reading.documents.pdf import pdf_pages
from crawler.reading.documents.sniff import kind_of
from crawler.reading.documents.xls import xls_pages
from crawler.reading.documents.xlsx import xlsx_pages
from crawler.reading.markup import lines
from crawler.reading.page import open_page

COMMON = "gb18030"  # what a Chinese file without a declaration is in, when it is not UTF-8
PACKED = frozenset({"docx", "xlsx", "ofd"})
TEXT_NAMES = re.compile(r"\.(?:doc|xls|wps|et|html?|txt|csv|xml)$", re.IGNORECASE)  # which may be a web page inside

REFUSED: Mapping[str, tuple[Reading, str]] = {
    "encrypted": (Reading.UNREADABLE, "the file is encrypted"),
    "rar": (Reading.UNSUPPORTED, "RAR archives are not read"),
    "7z": (Reading.UNSUPPORTED, "7z archives are not read"),
    "ppt": (Reading.UNSUPPORTED, "presentations are not read"),
    "pptx": (Reading.UNSUPPORTED, "presentations are not read"),
    "rtf": (Reading.UNSUPPORTED, "RTF is not read"),
    "xml": (Reading.UNSUPPORTED, "XML of no known kind"),
    "picture": (Reading.UNSUPPORTED, "a picture has no text to read"),
    "unknown": (Reading.UNSUPPORTED, "a file of no known kind"),
}


def read_document(body: bytes, name: str = "", *, nested: bool = False) -> Document:
    """Read a file; whatever keeps it from being read is said in the Document. `name` only tells what was promised."""
    kind = kind_of(body) if body else "empty"
    try:
        if not body:
            raise unreadable("the file is empty")
        if kind == "zip":
            return _read_archive(body, nested=nested)
        if kind == "html" and name and not TEXT_NAMES.search(name):
            raise unreadable("a web page came in place of the file")
        pages, reason = bounded(_reader_of(kind, body)(body))
    except NotRead as error:
        return Document(kind=kind, reading=error.reading, reason=error.reason)
    if not any(pages):
        return Document(kind=kind, reading=Reading.UNREADABLE, reason=reason or "there is no text in it")
    return Document(kind=kind, reading=Reading.READ, pages=pages, reason=reason)


def _reader_of(kind: str, body: bytes) -> Callable[[bytes], Pages]:
    if kind in REFUSED:
        raise NotRead(*REFUSED[kind])
    if kind in PACKED:
        check_packed(body)
    return READERS[kind]


def _read_archive(body: bytes, *, nested: bool) -> Document:
    if nested:
        raise NotRead(Reading.UNSUPPORTED, "an archive inside an archive is not opened")
    members, reason = members_of(body, lambda inside, name: read_document(inside, name, nested=True))
    return Document(kind="zip", reading=Reading.READ, reason=reason, members=members)


def _text_pages(body: bytes) -> Pages:
    yield decode(body, COMMON)


def _html_pages(body: bytes) -> Pages:
    page = open_page(body, "")
    yield "\n".join(lines(page.body.html or ""))


READERS: Mapping[str, Callable[[bytes], Pages]] = {
    "pdf": pdf_pages,
    "docx": docx_pages,
    "xlsx": xlsx_pages,
    "xls": xls_pages,
    "doc": doc_pages,
    "ofd": ofd_pages,
    "html": _html_pages,
    "mht": mht_pages,
    "text": _text_pages,
}
