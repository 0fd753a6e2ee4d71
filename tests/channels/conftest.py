"""Digests, certificates and odd servers that the tests of every channel share."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from alerts.channels import CHANNELS
from alerts.model import (
    Coverage,
    Digest,
    DigestItem,
    DigestSection,
    Marked,
    RuleTag,
    SourceState,
)
from tests.channels.reaching import REACHING, Reached

SEEN = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)


def marked(text: str, *hits: str) -> Marked:
    spans = sorted((at, at + len(hit)) for hit in hits for at in range(len(text)) if text.startswith(hit, at))
    return Marked(text=text, spans=tuple(spans))


def make_item(number: int = 1, **changes: Any) -> DigestItem:  # noqa: ANN401  any field of an item
    item = DigestItem(
        notice_id=number,
        title=marked(f"关于延续实施新能源汽车购置补贴有关事项的公告（{number}）", "新能源汽车", "补贴"),
        snippet=marked("个人消费者购买新能源汽车的，可申请一次性补贴，先到先得。", "新能源汽车", "补贴"),
        rules=(RuleTag(subscription_id=1, rule="新能源汽车 补贴", note="客户关注"),),
        score=1.0 / number,
        url=f"https://fgw.north.example/notices/{number}.html",
        origin="发展改革部门 公告",
        agency="省发展和改革委员会",
        document_number=f"苏发改规发〔2026〕{number}号",
        regions=("江苏/苏州",),
        published=date(2026, 11, 20),
        first_seen_at=SEEN,
        attachments=1,
    )
    return replace(item, **changes)


def make_digest(*columns: tuple[str, tuple[DigestItem, ...]], **changes: Any) -> Digest:  # noqa: ANN401  any field of a digest
    coverage = Coverage(
        checked=12,
        failed=(SourceState(id="a", name="市生态环境部门 公告", reason="页面要求验证"),),
        stale=(SourceState(id="b", name="省商务部门 动态", reason="一向每日更新", since=SEEN),),
    )
    digest = Digest(
        id=7,
        subscriber="投资促进处",
        destination="工作邮箱",
        period="2026-11-23",
        since=datetime(2026, 11, 22, tzinfo=UTC),
        until=datetime(2026, 11, 23, tzinfo=UTC),
        timezone="Asia/Shanghai",
        language="zh",
        sections=tuple(DigestSection(name=name, items=items) for name, items in columns),
        coverage=coverage,
    )
    return replace(digest, **changes)


def sample_digest(count: int = 3) -> Digest:
    half = tuple(make_item(number) for number in range(1, count + 1))
    return make_digest(("科创聚焦", half[: count // 2]), ("政策举措", half[count // 2 :]))


@pytest.fixture(params=list(CHANNELS))
def reached(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Reached]:
    """Every channel in turn, its receiver listening; one without a receiver here fails."""
    found = REACHING[request.param](tmp_path / "mails")
    with found.stack:
        yield found


class OddServer:
    """Accepts connections and lets one function do with them what it likes, until the test is over."""

    def __init__(self, behave: Callable[[socket.socket, threading.Event], None]) -> None:
        self.over = threading.Event()
        self._behave = behave
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.connections = 0
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self.over.is_set():
                connection.close()
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            self._behave(connection, self.over)

    def close(self) -> None:
        self.over.set()
        socket.create_connection(("127.0.0.1", self.port)).close()
        for thread in self._threads:
            thread.join()
        self._listener.close()


@pytest.fixture
def odd_server() -> Iterator[Callable[[Callable[[socket.socket, threading.Event], None]], OddServer]]:
    """Makes servers that misbehave."""
    with ExitStack() as stack:

        def make(behave: Callable[[socket.socket, threading.Event], None]) -> OddServer:
            server = OddServer(behave)
            stack.callback(server.close)
            return server

        yield make


@pytest.fixture
def closed_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """The one authority that the tests believe."""
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """Make this machine believe the test authority, the way an operator would."""
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return authority
