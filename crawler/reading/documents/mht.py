"""MHT: a web page packed as a mail, which is what many a .doc of an office system is."""

from email.message import Message
from email.parser import BytesParser

from crawler.reading.documents.document import Pages, unreadable
from crawler.reading.markup import lines
from crawler.reading.page import open_page


def mht_pages(body: bytes) -> Pages:
    """Yield the text of the page that the others belong to: the first of the kind."""
    parts = BytesParser().parsebytes(body).walk()
    page = next((part for part in parts if part.get_content_type() == "text/html"), None)
    if page is None:
        raise unreadable("there is no page in it")
    yield "\n".join(lines(open_page(_bytes_of(page), "", charset=page.get_content_charset("")).body.html or ""))


def _bytes_of(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
