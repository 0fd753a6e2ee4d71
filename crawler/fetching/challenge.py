"""Recognises pages that a site shows instead of content, to keep robots out: said, and never defeated."""

import re

from scrapy import Request
from scrapy.http import Response, TextResponse

from crawler.faults import PageRefused
from crawler.health import Fault

STATUSES = {412: "a challenge page of 瑞数", 521: "a challenge page of 加速乐"}
MARKERS = {
    b"$_ts": "a challenge page of 瑞数",
    b"__jsl_clearance": "a challenge page of 加速乐",
    b"__jsluid": "a challenge page of 加速乐",
    b"wzws_": "a challenge page of 网站卫士",
}
SHORT = 20_000
LITTLE_TEXT = 30

SCRIPTS = re.compile(rb"<(script|style|noscript)\b.*?(</\1\s*>|\Z)|<!--.*?-->", re.DOTALL | re.IGNORECASE)
TAGS = re.compile(rb"<[^>]*>")
TITLE = re.compile(rb"<title[^>]*>\s*[^<\s]", re.IGNORECASE)


class ChallengeGuard:
    """Turns a challenge page into a refusal, so that it never counts as a page without news."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Let content pass, or raise PageRefused."""
        del request
        if response.status in STATUSES:
            raise PageRefused(Fault.BLOCKED, f"status {response.status}, {STATUSES[response.status]}")
        if response.status == 200 and isinstance(response, TextResponse):  # noqa: PLR2004  OK
            reason = challenge_in(response.body)
            if reason:
                raise PageRefused(Fault.BLOCKED, reason)
        return response


def challenge_in(body: bytes) -> str:
    """Return what kind of challenge a page is; empty when it is content.

    >>> challenge_in(b"<html><script>location.reload()</script></html>")
    'a short page of script and no content'
    """
    if len(body) > SHORT or b"<script" not in body.lower() or _has_content(body):
        return ""
    found = (words for marker, words in MARKERS.items() if marker in body)
    return next(found, "a short page of script and no content")


def _has_content(body: bytes) -> bool:
    """Tell whether there is text, or a title: the rows of a list may stand in script CDATA."""
    if TITLE.search(body) and not any(marker in body for marker in MARKERS):
        return True
    words = TAGS.sub(b"", SCRIPTS.sub(b"", body)).split()
    return len(b"".join(words)) > LITTLE_TEXT
