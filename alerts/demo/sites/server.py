"""Serves the sample sites, as they are or as a test wants them."""

import hashlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import NamedTuple, Self
from urllib.parse import urlsplit

from alerts.demo.sites.pages import HTML, SamplePage, dataproxy, sample_pages
from alerts.demo.sites.proxy import Proxy, Reply

DATAPROXY = "/module/web/jpage/dataproxy.jsp"


class Request(NamedTuple):
    """One request as the sites saw it."""

    method: str
    url: str
    status: int


@dataclass(slots=True)
class Gate:
    """Holds one address back: `reached` tells that somebody asks for it, `open` lets the answer go."""

    reached: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)


class SampleSites:
    """The sample sites on a loopback port. `requests` is what they were asked; `change` makes them say other things."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.agents: set[str] = set()
        self._pages = sample_pages()
        self._later = False
        self._gates: dict[tuple[str, str], Gate] = {}
        self._proxy = Proxy(self._reply)

    def __enter__(self) -> Self:
        """Start serving."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop serving."""
        self.stop()

    def start(self) -> None:
        """Serve in a thread."""
        self._proxy.start()

    def stop(self) -> None:
        """Let go whatever is held back, end the thread and free the port."""
        for gate in self._gates.values():
            gate.opened.set()
        self._proxy.stop()

    def next_day(self) -> None:
        """Let a day pass: something new stands on the sites, something else, and something no more."""
        self._later = True
        self._pages = sample_pages(later=True)

    @property
    def proxy_url(self) -> str:
        """What YAOXUN_CRAWL_PROXY must be."""
        return self._proxy.url

    def page(self, host: str, path: str) -> bytes:
        """Return the body at an address."""
        return self._pages[host][path].body

    def change(  # noqa: PLR0913  what a page can say differently
        self, host: str, path: str, body: str | bytes = b"", *, status: int = 200, kind: str = "", location: str = ""
    ) -> None:
        """Let an address say something else from now on; without a Last-Modified, since it is new."""
        old = self._pages.setdefault(host, {}).get(path, SamplePage(b"", HTML, etag=True))
        new = body.encode() if isinstance(body, str) else body
        page = replace(old, body=new, status=status, kind=kind or old.kind, modified=None, location=location)
        self._pages[host][path] = page

    @contextmanager
    def holding(self, host: str, path: str) -> Iterator[Gate]:
        """Hold an address back until the gate is opened, or the block is left."""
        gate = self._gates[host, path] = Gate()
        try:
            yield gate
        finally:
            gate.opened.set()
            del self._gates[host, path]

    def answer(self, method: str, url: str, headers: Mapping[str, str], form: str) -> SamplePage:
        """Return what stands at an address, or 304 when the asker has it already; and remember the request."""
        parts = urlsplit(url)
        gate = self._gates.get((parts.netloc, parts.path))
        if gate is not None:
            gate.reached.set()
            gate.opened.wait()
        page = self._find(method, parts.netloc, parts.path, parts.query, form)
        if page.status == HTTPStatus.OK and _is_known(page, headers):
            page = replace(page, body=b"", status=HTTPStatus.NOT_MODIFIED)
        self.agents.add(headers.get("User-Agent", ""))
        self.requests.append(Request(method, url, int(page.status)))
        return page

    def _reply(self, method: str, url: str, headers: Mapping[str, str], form: str) -> Reply:
        page = self.answer(method, url, headers, form)
        return Reply(int(page.status), page.body, _headers(page))

    def _find(self, method: str, host: str, path: str, query: str, form: str) -> SamplePage:
        if method == "POST" and path == DATAPROXY:
            return dataproxy(query, form, later=self._later)
        if host not in self._pages:
            return SamplePage(b"no such host", status=HTTPStatus.BAD_GATEWAY)
        return self._pages[host].get(path, SamplePage(b"<html><title>404</title></html>", status=HTTPStatus.NOT_FOUND))


def _headers(page: SamplePage) -> dict[str, str]:
    headers = {"Content-Type": page.kind}
    if page.location:
        headers["Location"] = page.location
    if page.etag:
        headers["ETag"] = _etag(page)
    if page.modified is not None:
        headers["Last-Modified"] = _http_date(page.modified)
    return headers


def _is_known(page: SamplePage, headers: Mapping[str, str]) -> bool:
    """If-None-Match counts before If-Modified-Since."""
    if "If-None-Match" in headers:
        return page.etag and headers["If-None-Match"] == _etag(page)
    return page.modified is not None and headers.get("If-Modified-Since") == _http_date(page.modified)


def _etag(page: SamplePage) -> str:
    return f'"{hashlib.sha256(page.body).hexdigest()[:16]}"'


def _http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)
