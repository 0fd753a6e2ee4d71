"""Follows pages that only lead on to another: by <meta http-equiv=refresh>, or by a line of script."""

import html
import re
from urllib.parse import urldefrag

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import BaseRedirectMiddleware
from scrapy.http import HtmlResponse, Response

from crawler.fetching.challenge import MARKERS, words_in
from crawler.reading.attachments import absolute
from crawler.reading.charset import decode

LONGEST = 10_000  # bytes
LITTLE_TEXT = 120  # bytes: room for 正在跳转，如果没有反应，请点击这里
LITTLE_SCRIPT = 500  # characters: more is a page that makes its content by itself
OTHERWISE = (b"document.cookie", b"userAgent", *MARKERS)  # it wants proof of a browser, or sends telephones elsewhere
SOON = 10  # seconds, after which a browser would go on
TITLE = re.compile(rb"<title\b.*?</title\s*>", re.DOTALL | re.IGNORECASE)
REFRESH = re.compile(
    r"<meta\b(?=[^>]*\bhttp-equiv\s*=\s*[\"']?refresh\b)"
    r"[^>]*\bcontent\s*=\s*[\"']?\s*(\d{1,9})[^>]*?\burl\s*=\s*[\"']?([^\"'>\s]+)",
    re.IGNORECASE,
)
SCRIPT = re.compile(
    r"<script\b[^>]*>(.*?)</script\s*>|<body\b[^>]*\bonload\s*=\s*\"([^\"]*)\"", re.DOTALL | re.IGNORECASE
)
LEADS_ON = re.compile(r"\blocation(?:\.href)?\s*(?:=|\.(?:replace|assign)\s*\()\s*([\"'])([^\"'<>\s]+)\1(?!\s*\+)")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
SCRIPT_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.DOTALL)


class Forwarding(BaseRedirectMiddleware):
    """Treats such a page as the redirect that it is: with the same limit, and past the address guard like any other."""

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Ask for the page that this one leads to, if it is nothing else."""
        if request.meta.get("data") or not isinstance(response, HtmlResponse):
            return response
        address = forward_in(response.body, response.url)
        if not address:
            return response
        onward = self._redirect_request_using_get(request, response, address)
        return self._redirect(onward, request, "page")


def forward_in(body: bytes, url: str) -> str:
    """Return the address that a page leads on to; "" when it has content, leads to itself, or asks for a cookie.

    >>> forward_in(b"<script>location.href='./fzggwl/'</script>", "http://a.example/zcfb/")
    'http://a.example/zcfb/fzggwl/'
    """
    if len(body) > LONGEST or (b"location" not in body and b"efresh" not in body.lower()):
        return ""
    if any(sign in body for sign in OTHERWISE) or words_in(TITLE.sub(b"", body)) > LITTLE_TEXT:
        return ""
    found = _named(COMMENT.sub("", decode(body)))
    address = absolute(url, html.unescape(found)) if found else ""
    return "" if urldefrag(address).url == urldefrag(url).url else address


def _named(page: str) -> str:
    refresh = REFRESH.search(page)
    if refresh and int(refresh[1]) <= SOON:
        return refresh[2]
    script = SCRIPT_COMMENT.sub("", "\n".join(inline or onload for inline, onload in SCRIPT.findall(page)))
    found = LEADS_ON.search(script) if len(script) <= LITTLE_SCRIPT else None
    return found[2] if found else ""
