"""What holds for every page: headers, limits, a sign of life, and clear words when something is wrong."""

import base64
import hashlib
import re
import socket
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from alerts.console.app import make_app
from alerts.console.pages import FAULTS, fault_page
from alerts.console.server import CannotListen, Server
from alerts.store.secrets import Vault
from config.database import open_database
from config.settings import Settings, Web
from tests.console.conftest import Reader

NOWHERE = "/unsubscribe/" + "x" * 24


def test_a_monitor_sees_a_sign_of_life(client: httpx.Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert client.head("/healthz").status_code == 200


def test_without_a_database_the_pages_say_so(tmp_path: Path, vault: Vault) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/gone/yaoxun.db")
    (tmp_path / "gone").rmdir()
    with (
        capture_logs() as logs,
        Server(make_app(engine, vault, Settings()), Web(port=0)) as server,
        httpx.Client(base_url=server.origin, trust_env=False) as client,
    ):
        health, page = client.get("/healthz"), client.get(NOWHERE)
    assert (health.status_code, health.json()) == (503, {"status": "fault"})
    assert page.status_code == 503
    assert page.headers["retry-after"] == "60"
    assert "请过几分钟再试" in page.text
    assert "unable to open" in str([event["exc_info"] for event in logs if event["log_level"] == "error"])
    engine.dispose()


def test_what_nobody_thought_of_is_a_page_too(reader: Reader, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    other_key = Vault.open(tmp_path / "elsewhere")
    with Server(make_app(reader.engine, other_key, Settings()), Web(port=0)) as server:
        answer = httpx.get(server.origin + reader.path, trust_env=False)
    assert answer.status_code == 500
    assert "请稍后再试" in answer.text
    assert "does not open" not in answer.text
    assert "does not open the targets" in caplog.text
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/unsubscribe/{token}"),
        ("POST", "/unsubscribe/{token}"),
        ("GET", NOWHERE),
        ("GET", "/healthz"),
        ("GET", "/nothing"),
        ("DELETE", "/healthz"),
        ("GET", "/docs"),
        ("GET", "/openapi.json"),
        ("GET", "/unsubscribe/"),
        ("GET", "/unsubscribe/a/b"),
    ],
)
def test_every_answer_carries_the_headers(client: httpx.Client, reader: Reader, method: str, path: str) -> None:
    answer = client.request(method, path.replace("/unsubscribe/{token}", reader.path))
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    assert "server" not in answer.headers
    if "{token}" not in path and path != "/healthz":
        assert answer.status_code == 404
        assert "没有这个页面" in answer.text or path == NOWHERE


def test_the_style_that_stands_in_the_page_is_the_one_allowed(client: httpx.Client) -> None:
    answer = client.get(NOWHERE)
    [style] = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in answer.headers["content-security-policy"]
    assert not re.search(r"style=|<script|\bon\w+=|https?://", answer.text)


def test_a_wrong_method_is_told_the_right_ones(client: httpx.Client) -> None:
    answer = client.delete("/healthz")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize("chunked", [False, True])
def test_a_large_body_is_refused_before_anything_happens(client: httpx.Client, reader: Reader, chunked: bool) -> None:  # noqa: FBT001  a column of the table
    large = b"x" * 10_001
    answer = client.post(reader.path, content=iter([large]) if chunked else large)
    assert answer.status_code == 413
    assert "发来的内容太大" in answer.text
    assert not reader.place.paused
    assert client.post(reader.path, content=b"x" * 10_000).status_code == 200


def test_a_body_that_does_not_come_is_not_waited_for(engine: sa.Engine, vault: Vault) -> None:
    app = make_app(engine, vault, Settings())
    [limit] = [one for one in app.user_middleware if "patience" in one.kwargs]
    limit.kwargs["patience"] = 0.1
    with (
        Server(app, Web(port=0)) as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection,
    ):
        connection.sendall(f"POST {NOWHERE} HTTP/1.1\r\nHost: a.example\r\nContent-Length: 10\r\n\r\nhalf".encode())
        answer = connection.makefile("rb").read().decode()
    assert answer.startswith("HTTP/1.1 408 ")
    assert "请再试一次" in answer


def test_a_taken_port_is_named_with_its_setting(engine: sa.Engine, vault: Vault) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen, match=rf"127\.0\.0\.1:{port}.*in use") as caught:
            Server(make_app(engine, vault, Settings()), Web(port=port))
    assert "YAOXUN_WEB_PORT" in caught.value.advice


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_a_host_that_is_not_ours_is_named_with_its_setting(engine: sa.Engine, vault: Vault, host: str) -> None:
    with pytest.raises(CannotListen, match=host) as caught:
        Server(make_app(engine, vault, Settings()), Web(host=host, port=0))
    assert "YAOXUN_WEB_HOST" in caught.value.advice


def test_ipv6_is_listened_on(engine: sa.Engine, vault: Vault) -> None:
    with Server(make_app(engine, vault, Settings()), Web(host="::1", port=0)) as server:
        assert httpx.get(f"{server.origin}/healthz", trust_env=False).status_code == 200


def test_every_fault_is_told_in_both_languages() -> None:
    for status, (zh, en, *_) in FAULTS.items():
        answer = fault_page(status)
        assert answer.status_code == status
        assert zh in bytes(answer.body).decode()
        assert en in bytes(answer.body).decode()
    assert fault_page(418).status_code == 418
