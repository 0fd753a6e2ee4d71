"""PDF: the text of each page; a scan is recognised by pages of pictures with next to no text."""

import pypdfium2
from pypdfium2 import raw

from crawler.notice import Reading
from crawler.reading.documents.document import MOST_PAGES, CutShort, NotRead, Pages, unreadable
from crawler.reading.paragraphs import Line, line_width, paragraphs

LITTLE = 20  # characters: a scanned page may bear a page number or a stamp
MOST_BAD = 20  # pages in a row that cannot be opened: the count of pages is a lie
DEPTH = 3  # of forms inside of forms in which a picture is looked for
LOCKED = "password"


def pdf_pages(body: bytes) -> Pages:
    """Yield the text of each page; raise NotRead for a damaged or locked file, and for a scan."""
    try:
        file = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        locked = LOCKED in str(error).lower()
        raise unreadable("the file is encrypted" if locked else "the PDF is damaged") from error
    with file:
        yield from _pages(file)


def _pages(file: pypdfium2.PdfDocument) -> Pages:
    pictures = texts = bad = 0
    count = len(file)
    for number in range(min(count, MOST_PAGES + 1)):
        text, pictured = _page(file, number)
        bad = bad + 1 if text is None else 0
        if bad == MOST_BAD:
            raise CutShort(f"the file says it has {count} pages, but none after page {number + 1 - bad} can be opened")
        pictures += pictured
        texts += bool(text and len(text) > LITTLE)
        yield text or ""
    if pictures and not texts:
        raise NotRead(Reading.SCANNED, f"{pictures} scanned pages: pictures without text")
    if pictures:
        raise CutShort(f"{pictures} of its pages are pictures without text")


def _page(file: pypdfium2.PdfDocument, number: int) -> tuple[str | None, bool]:
    """Return a page's text (None when it cannot be opened), and whether it is a picture instead."""
    try:
        page = file[number]
        text = mended(page.get_textpage().get_text_bounded())
        pictured = len(text) <= LITTLE and any(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=DEPTH))
    except pypdfium2.PdfiumError:
        return None, False
    return text, pictured


def mended(text: str) -> str:
    """Return a page's text with its paragraphs whole: a PDF knows only the lines on paper."""
    rows = [row for row in text.replace("\r", "\n").split("\n") if row.strip()]
    broken = [Line(row.strip(), indented=row.startswith(("\u3000\u3000", "    "))) for row in rows]
    return "\n".join(paragraphs(broken, line_width(broken)))
