"""Serves the fixture sites as an HTTP proxy: they keep their own names, and every request is written down."""

import threading
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from tests.families.site import NOT_FOUND, TEXT, Answer, Asked, Site


class FamilySites:
    """Fixture sites on a loopback port; `asked` is all that they were asked."""

    def __init__(self, sites: Iterable[Site]) -> None:
        self.asked: list[Asked] = []
        self._sites = {site.host: site for site in sites}
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def add(self, site: Site) -> None:
        """Serve one more site."""
        self._sites[site.host] = site

    @property
    def proxy_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/robots.txt":
            return Answer("User-agent: *\nAllow: /\n", TEXT)
        self.asked.append(asked)
        site = self._sites.get(asked.host)
        return site.reply(asked) if site is not None else NOT_FOUND

    def lists_asked(self, site: Site) -> list[Asked]:
        """Return the requests to a site that were not for the page of a notice."""
        pages = {item.path for item in site.items}
        return [asked for asked in self.asked if asked.host == site.host and asked.path not in pages]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # an idle connection of a client must not hold up the end

    def __init__(self, sites: FamilySites) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.sites = sites


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        url = self.path if self.path.startswith("http") else f"http://{self.headers['Host']}{self.path}"
        answer = self.server.sites.answer(Asked(self.command, url, dict(self.headers), body))
        sent = answer.body.encode() if isinstance(answer.body, str) else answer.body
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  the name that http.server gives
        """Stay silent: `asked` is the log."""
