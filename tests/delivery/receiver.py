"""A real HTTP receiver on loopback that writes down what it gets and answers as told."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Answered:
    """What the receiver says."""

    status: int = 200
    body: str = '{"errcode":0,"errmsg":"ok"}'
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Got:
    """One request."""

    path: str
    headers: dict[str, str]
    body: str

    @property
    def key(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """Where to post, what came, and what is answered: `answer` is asked for each request."""

    port: int
    requests: list[Got] = field(default_factory=list)
    answer: Callable[[Got], Answered] = lambda _: Answered()

    @property
    def allow(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.allow}/in?key=robot-1"


class Server(ThreadingHTTPServer):
    """Says nothing of a sender that breaks off: some are killed, that is the test."""

    def handle_error(self, request: object, client_address: object) -> None:
        del request, client_address


@contextmanager
def running() -> Iterator[Receiver]:
    """Serve until the block ends."""
    receiver = Receiver(0)
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            got = Got(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            with lock:
                receiver.requests.append(got)
            said = receiver.answer(got)
            self.send_response(said.status)
            for name, value in said.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.body.encode())))
            self.end_headers()
            self.wfile.write(said.body.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name in the standard library
            del format, args

    server = Server(("127.0.0.1", 0), Handler)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
