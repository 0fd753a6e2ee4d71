"""What a response says of itself: its charset, the address it was asked for under, whether it is text."""

from scrapy.http import Response, TextResponse
from w3lib.encoding import http_content_type_encoding

from crawler.reading.page import UnreadablePage

FEW = 100  # bytes
MOST_DAMAGE = 0.2  # of the characters


def charset_of(response: Response) -> str:
    """Return the charset that the server declares."""
    kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
    return http_content_type_encoding(kind) or ""


def address_of(response: Response) -> str:
    """Return the address that was asked for, after redirects: pages are remembered under it."""
    return response.url if response.request is None else response.request.url


def text_of(response: Response) -> TextResponse:
    """Return a response that is text; raise UnreadablePage when it is a file."""
    if not isinstance(response, TextResponse):
        kind = (response.headers.get("Content-Type") or b"no known kind").decode("latin-1")
        raise UnreadablePage(f"a list of text was expected, and {kind} came")
    if len(response.body) > FEW and response.text.count("\ufffd") > MOST_DAMAGE * len(response.text):
        raise UnreadablePage("a list of text was expected, and bytes came that are text in no charset")
    return response
