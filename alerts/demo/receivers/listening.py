"""An HTTP server on a loopback port that asks one function for every answer."""

import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Request:
    """What came in."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]  # names in lower case
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Listening:
    """Serves while it is entered; `address` is what an allow-list names."""

    def __init__(self, answer: Callable[[Request], Reply], *, tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        self._server = _Server(("127.0.0.1", port), _Conversation)
        self._server.answer = answer
        self._tls = tls
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def port(self) -> int:
        """The port that the system gave."""
        return int(self._server.server_address[1])

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"{'https' if self._tls else 'http'}://{self.address}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    answer: Callable[[Request], Reply]

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  as in the base class
        """Say nothing: a client that hangs up is no news."""


class _Conversation(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        """Read the body within bounds and send back what the receiver says."""
        size = self.headers.get("Content-Length", "")
        if not size.isdigit():
            self._send(Reply(411, b"length required"))
            return
        if int(size) > MOST_BYTES:
            self._send(Reply(413, b"too large"))
            return
        split = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(split.query).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._send(self.server.answer(Request(split.path, query, headers, self.rfile.read(int(size)))))

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401  as in the base class
        """Stay silent: what came is kept, not printed."""
