"""A loopback site for rounds: lists and articles of the usual size, with validators; counts who asks how fast."""

import threading
import time
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import urlsplit

PER_PAGE = 50
PARAGRAPH = (
    "<p>各有关单位要结合实际认真贯彻执行本通知，于规定时间内将材料报送主管部门，并做好政策宣传和解读工作。</p>\n"
)
MENU = "".join(f'<li><a href="/col/{n}/index.html">栏目{n}</a></li>\n' for n in range(120))


def article(number: str) -> bytes:
    """Return the page of a notice: 20 KB, of which a third is text."""
    title = f"关于做好第{number}号事项申报工作的通知"
    head = (
        f'<title>{title}</title><meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="2026-11-02">'
    )
    body = f'<ul>{MENU}</ul><div id="zoom"><p>第{number}号</p>{PARAGRAPH * 40}</div><ul>{MENU}</ul>'
    return f"<html><head>{head}</head><body>{body}</body></html>".encode()


def listing(folder: str, page: int, articles: int) -> bytes:
    """Return a page of a list."""
    numbers = range((page - 1) * PER_PAGE, min(page * PER_PAGE, articles))
    row = '<li><a href="/{0}/{1}.html">关于做好第{1}号事项申报工作的通知</a><span>2026-11-02</span></li>\n'
    rows = "".join(row.format(folder, number) for number in numbers)
    return f'<html><head><title>通知公告</title></head><body><ul class="l">{rows}</ul></body></html>'.encode()


class BenchSite:
    """Serves any host as a proxy. `/<folder>/index_<page>.html` is a list, `/<folder>/<number>.html` an article.

    It takes `pause` seconds over each page.
    """

    def __init__(self, articles: int, *, pause: float = 0.0) -> None:
        self.articles, self.pause = articles, pause
        self.asked: dict[str, int] = defaultdict(int)
        self.under_way: dict[str, int] = defaultdict(int)
        self.most: dict[str, int] = defaultdict(int)
        self.lock = threading.Lock()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        """Serve in a thread."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def page(self, path: str) -> bytes | None:
        """Return what stands at a path."""
        folder, _, name = path.strip("/").partition("/")
        stem = name.removesuffix(".html")
        if stem.isdigit():
            return article(stem)
        if stem.startswith("index"):
            return listing(folder, int(stem.removeprefix("index").strip("_") or 1), self.articles)
        return None

    def enter(self, host: str) -> None:
        """Count a request that begins."""
        with self.lock:
            self.asked[host] += 1
            self.under_way[host] += 1
            self.most[host] = max(self.most[host], self.under_way[host])

    def leave(self, host: str) -> None:
        """Count a request that ends."""
        with self.lock:
            self.under_way[host] -= 1


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, site: BenchSite) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.site = site


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.server.site.enter(parts.netloc)
        body = self.server.site.page(parts.path)
        time.sleep(self.server.site.pause)
        known = body is not None and self.headers.get("If-None-Match") == f'"{len(body)}"'
        self.send_response(404 if body is None else 304 if known else 200)
        said = b"" if body is None or known else body
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(said)))
        self.send_header("ETag", f'"{len(body or b"")}"')
        self.end_headers()
        self.wfile.write(said)
        self.wfile.flush()
        self.server.site.leave(parts.netloc)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  the name that http.server gives
        """Stay silent."""
