"""Recognises pages that a site shows instead of content, to keep robots out: said, and never defeated."""

import re
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response, TextResponse
from scrapy.utils.httpobj import urlparse_cached
from w3lib.encoding import http_content_type_encoding

from crawler.assignment import assignment_of
from crawler.faults import PageRefused
from crawler.fetching.pretence import Pretence, pretence_in, pretence_of
from crawler.health import Fault

STATUSES = {412: "a challenge page of 瑞数", 521: "a challenge page of 加速乐"}
MARKERS = {
    b"$_ts": "a challenge page of 瑞数",
    b"__jsl_clearance": "a challenge page of 加速乐",
    b"__jsluid": "a challenge page of 加速乐",
    b"wzws_": "a challenge page of 网站卫士",
}
OK = range(200, 300)
ANSWERED = {200, 304}
SHORT = 20_000
LONGEST = 500_000  # a challenge may carry its whole machinery; a page of content says something beside it
LITTLE_TEXT = 30

SCRIPTS = re.compile(rb"<(script|style|noscript)\b.*?(</\1\s*>|\Z)|<!--.*?-->", re.DOTALL | re.IGNORECASE)
TAGS = re.compile(rb"<[^>]*>")
TITLE = re.compile(rb"<title[^>]*>\s*[^<\s]", re.IGNORECASE)


class ChallengeGuard:
    """Turns a challenge page, and every page that is none, into a refusal: it never counts as a page without news.

    Nothing of such a page is remembered or archived, so the last good state stays. The host is told of: after some
    challenges in a row it is left alone.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Keep the crawler: the spider comes later."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Let content pass, or raise PageRefused."""
        hosts, name = assignment_of(self.crawler).hosts, urlparse_cached(request).hostname or ""
        data = _is_data(request, response)
        reason = _challenge(response, data=data)
        if reason:
            hosts.refused(name, reason)
            raise PageRefused(Fault.BLOCKED, reason, shut=True)
        if request.meta.get("dont_obey_robotstxt"):  # robots.txt itself is no content
            return response
        pretence = None if data else _pretence(request, response)
        if pretence is not None:
            if pretence.shut and pretence.fault is Fault.BLOCKED:
                hosts.refused(name, pretence.reason)
            raise PageRefused(pretence.fault, pretence.reason, gone=pretence.gone, shut=pretence.shut)
        if response.status in ANSWERED:
            hosts.answered(name)
        return response


def _is_data(request: Request, response: Response) -> bool:
    """Tell whether rows were asked for (meta `data`) and no page came: rows may be few, and speak of anything."""
    return bool(request.meta.get("data")) and b"<html" not in response.body[:SHORT].lower()


def _challenge(response: Response, *, data: bool) -> str:
    if response.status in STATUSES:
        return f"status {response.status}, {STATUSES[response.status]}"
    read = response.status in OK and isinstance(response, TextResponse)
    return challenge_in(response.body, little=0 if data else LITTLE_TEXT) if read else ""


def _pretence(request: Request, response: Response) -> Pretence | None:
    if response.status not in OK:
        return None
    first = request.method == "GET" and request.cb_kwargs.get("number", 1) == 1  # of further pages there may be none
    if first and not response.body.strip():
        return Pretence(Fault.BROKEN, f"status {response.status}, and nothing else")
    asked = next(iter(request.meta.get("redirect_urls", ())), response.url)
    found = pretence_of(asked, response.url)
    if found is None and isinstance(response, TextResponse):
        return pretence_in(response.body, _charset(response))
    return found


def challenge_in(body: bytes, *, little: int = LITTLE_TEXT) -> str:
    """Return what kind of challenge a page is; empty when it is content, which has more than `little` text.

    >>> challenge_in(b"<html><script>location.reload()</script></html>")
    'a short page of script and no content'
    """
    marked = next((words for marker, words in MARKERS.items() if marker in body), "")
    longest = LONGEST if marked else SHORT
    if len(body) > longest or b"<script" not in body.lower() or _has_content(body, little):
        return ""
    return marked or "a short page of script and no content"


def _has_content(body: bytes, little: int) -> bool:
    """Tell whether there is text, or a title: the rows of a list may stand in script CDATA."""
    if b"datastore" in body or (TITLE.search(body) and not any(marker in body for marker in MARKERS)):
        return True
    return words_in(body) > little


def words_in(body: bytes) -> int:
    """Return how much of a page, in bytes, is text that a reader sees."""
    return len(b"".join(TAGS.sub(b"", SCRIPTS.sub(b"", body)).split()))


def _charset(response: Response) -> str:
    kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
    return http_content_type_encoding(kind) or ""
