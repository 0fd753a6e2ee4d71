"""Sites that behave badly, or say exactly what a test wants: raw answers on a loopback port, asked as a proxy."""

import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import NamedTuple, Self
from urllib.parse import urlsplit

Chunks = Iterable[bytes]
Say = Callable[["Asked"], bytes | Chunks]
"""Gives the raw answer to a request, at once or piece by piece; an empty one closes the connection."""


class Asked(NamedTuple):
    """One request as it came in."""

    at: float
    host: str
    path: str
    headers: Mapping[str, str]


def answer(body: str | bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """Return a whole raw answer; `retry_after="5"` becomes a header."""
    raw = body.encode() if isinstance(body, str) else body
    named = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(raw)), "Connection": "close"}
    named |= {name.replace("_", "-").title(): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + raw


NOT_FOUND = answer("<html><title>404</title></html>", "404 Not Found")


def listing(links: Mapping[str, str], day: str = "2026-11-02") -> str:
    """Return a list page of links by title."""
    rows = "".join(f'<li><a href="{url}">{title}</a><span>{day}</span></li>' for title, url in links.items())
    return f'<html><head><title>通知公告</title></head><body><ul class="l">{rows}</ul></body></html>'


def article(title: str) -> str:
    """Return the page of a notice."""
    text = "<p>现将有关事项通知如下，请各单位遵照执行，并于月底前报送落实情况。</p>" * 3
    head = f'<title>{title}</title><meta name="ArticleTitle" content="{title}">'
    return f'<html><head>{head}</head><body><div id="zoom">{text}</div></body></html>'


@dataclass
class RoughSites:
    """What each host says; without a host of its own a request finds nothing. `asked` is what came in."""

    say: dict[str, Say] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Serve in a thread."""
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, whoever is still connected."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def proxy_url(self) -> str:
        """What YAOXUN_CRAWL_PROXY must be."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def paths(self, host: str) -> list[str]:
        """Return what a host was asked for, but for robots.txt."""
        return [asked.path for asked in self.asked if asked.host == host and asked.path != "/robots.txt"]


def _nothing(_asked: Asked) -> bytes:
    return NOT_FOUND


class _Server(ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, sites: RoughSites) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.sites = sites

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent: a client that hangs up on a bad answer does right."""


class _Connection(StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        words = self.rfile.readline().decode("latin-1").split()
        if len(words) < 2:
            return
        headers: dict[str, str] = {}
        while (line := self.rfile.readline().decode("latin-1").strip()) and ":" in line:
            name, _, value = line.partition(":")
            headers[name.title()] = value.strip()
        parts = urlsplit(words[1])
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        asked = Asked(time.monotonic(), parts.hostname or "", path, headers)
        self.server.sites.asked.append(asked)
        say = self.server.sites.say.get(asked.host, _nothing)
        said = say(asked)
        for chunk in [said] if isinstance(said, bytes) else said:
            self.wfile.write(chunk)
        if not said:  # a reset, and no orderly end
            linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
