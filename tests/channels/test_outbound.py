"""The one way out: where it goes, what it believes, and how long it waits."""

import socket
import ssl
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import trustme

from alerts.channels.base import ChannelError
from alerts.channels.guard import is_allowed, parse_url
from alerts.channels.outbound import MOST_BYTES, Answer, post, reach
from alerts.demo.receivers.listening import Listening, Reply, Request
from config.settings import Delivery, Settings
from tests.channels.addresses import INSIDE, NO_WEB_ADDRESS
from tests.channels.conftest import OddServer

MakeOdd = Callable[[Callable[[socket.socket, threading.Event], None]], OddServer]
LOCAL = Settings(delivery=Delivery(allow=("127.0.0.1", "localhost"), timeout=1))
STRICT = Settings(delivery=Delivery(timeout=1))


def send(url: str, settings: Settings = LOCAL) -> Answer:
    return post(url, content=b"{}", headers={"X-Kind": "test"}, settings=settings)


def echo(request: Request) -> Reply:
    return Reply(200, repr(sorted(request.headers.items())).encode())


@pytest.mark.parametrize("host", INSIDE)
def test_no_spelling_of_a_private_address_gets_a_byte(odd_server: MakeOdd, host: str) -> None:
    server = odd_server(lambda connection, _over: connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n"))
    with pytest.raises(ChannelError, match="not sent"):
        send(f"https://{host}:{server.port}/", STRICT)
    assert server.connections == 0


@pytest.mark.parametrize("url", NO_WEB_ADDRESS)
def test_what_is_no_plain_web_address_is_refused_for_good(url: str) -> None:
    with pytest.raises(ChannelError, match="not sent") as caught:
        send(url)
    assert caught.value.permanent


def test_http_needs_the_operators_word() -> None:
    with pytest.raises(ChannelError, match="unencrypted"):
        send("http://hooks.office.example/", STRICT)


def test_a_name_that_leads_inside_waits_for_the_operator() -> None:
    def inside(_host: str, _port: int) -> list[str]:
        return ["93.184.215.14", "10.1.2.3"]

    with pytest.raises(ChannelError, match=r"leads to 10\.1\.2\.3.*YAOXUN_DELIVERY_ALLOW") as caught:
        post("https://hooks.office.example/", content=b"", headers={}, settings=STRICT, resolve=inside)
    assert not caught.value.permanent


def test_a_name_that_changes_between_two_lookups_is_looked_up_once() -> None:
    answers = iter([["127.0.0.1"], ["127.0.0.1"]])
    asked = []

    def changing(host: str, _port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    with Listening(echo) as server:
        settings = Settings(delivery=Delivery(allow=(f"hooks.office.example:{server.port}",), timeout=1))
        url = f"http://hooks.office.example:{server.port}/"
        answer = post(url, content=b"", headers={}, settings=settings, resolve=changing)
    assert answer.status == 200
    assert asked == ["hooks.office.example"]
    assert f"('host', 'hooks.office.example:{server.port}')" in answer.words


def test_the_next_address_is_tried_when_one_is_dead(closed_port: int) -> None:
    def two(_host: str, _port: int) -> list[str]:
        return ["::1", "127.0.0.1"]  # the server listens on the second only

    with Listening(echo) as server:
        assert server.port != closed_port
        settings = Settings(delivery=Delivery(allow=("two.example",), timeout=2))
        answer = post(f"http://two.example:{server.port}/", content=b"", headers={}, settings=settings, resolve=two)
    assert answer.status == 200


def test_a_name_without_an_address_is_tried_again() -> None:
    def nothing(host: str, _port: int) -> list[str]:
        raise socket.gaierror(-2, f"{host} unknown")

    with pytest.raises(ChannelError, match="has no address") as caught:
        post("https://gone.example/", content=b"", headers={}, settings=STRICT, resolve=nothing)
    assert not caught.value.permanent


def test_only_what_the_allow_list_names_is_allowed() -> None:
    assert is_allowed("Hooks.Example.", 8443, ["hooks.example"])
    assert is_allowed("hooks.example", 8443, ["hooks.example:8443"])
    assert not is_allowed("hooks.example", 443, ["hooks.example:8443"])
    assert not is_allowed("evil.hooks.example", 443, ["hooks.example"])
    assert not is_allowed("127.1", 80, ["127.0.0.1"])
    assert is_allowed("::1", 80, ["[::1]:80"])


def test_a_chinese_host_name_is_written_in_ascii() -> None:
    assert parse_url("https://要讯.例子.example/").raw_host == "要讯.例子.example".encode("idna")


def test_redirects_are_answers_and_proxies_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    asked = []

    def elsewhere(request: Request) -> Reply:
        asked.append(request.path)
        return Reply(302, b"there", {"Location": "/second"})

    with Listening(elsewhere) as server:
        answer = send(f"{server.origin}/first")
    assert (answer.status, asked) == (302, ["/first"])


def test_a_request_asks_for_nothing_compressed() -> None:
    with Listening(echo) as server:
        words = send(f"{server.origin}/").words
    assert "('accept-encoding', 'identity')" in words
    assert "('x-kind', 'test')" in words
    assert "cookie" not in words


def never_ends(connection: socket.socket, over: threading.Event) -> None:
    connection.recv(1000)
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while not over.is_set():
        connection.sendall(b"x" * 65_536)


def test_an_endless_answer_is_read_up_to_the_cap(odd_server: MakeOdd) -> None:
    server = odd_server(never_ends)
    patient = Settings(delivery=Delivery(allow=("127.0.0.1",), timeout=30))
    began = time.monotonic()
    answer = send(f"http://127.0.0.1:{server.port}/", patient)
    assert time.monotonic() - began < 10
    assert len(answer.body) == MOST_BYTES
    assert len(answer.words) == 300


def test_a_compressed_bomb_stays_compressed() -> None:
    bomb = b"\x1f\x8b" + b"\0" * 100
    with Listening(lambda _request: Reply(200, bomb, {"Content-Encoding": "gzip"})) as server:
        assert send(f"{server.origin}/").body == bomb


def drips_its_head(connection: socket.socket, over: threading.Event) -> None:
    connection.recv(1000)
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while not over.wait(0.05):
        connection.sendall(b"X-Drop: 1\r\n")


def drips_its_body(connection: socket.socket, over: threading.Event) -> None:
    connection.recv(1000)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while not over.wait(0.05):
        connection.sendall(b"x")


def breaks_off(connection: socket.socket, _over: threading.Event) -> None:
    connection.recv(1000)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nhalf")


def test_dripped_headers_end_at_the_time_limit(odd_server: MakeOdd) -> None:
    server = odd_server(drips_its_head)
    began = time.monotonic()
    with pytest.raises(ChannelError, match="within the time limit") as caught:
        send(f"http://127.0.0.1:{server.port}/")
    assert time.monotonic() - began < 2
    assert caught.value.unknown
    assert caught.value.bytes == 2


@pytest.mark.parametrize("behave", [drips_its_body, breaks_off])
def test_a_status_counts_even_if_its_body_never_ends(
    odd_server: MakeOdd, behave: Callable[[socket.socket, threading.Event], None]
) -> None:
    server = odd_server(behave)
    began = time.monotonic()
    answer = send(f"http://127.0.0.1:{server.port}/")
    assert answer.status == 200
    assert answer.body
    assert time.monotonic() - began < 2


def test_a_request_that_cannot_be_is_a_permanent_failure() -> None:
    with Listening(echo) as server, pytest.raises(ChannelError, match="no such request") as caught:
        post(f"{server.origin}/", content=b"", headers={"X": "a\r\nb"}, settings=LOCAL)
    assert caught.value.permanent


def server_context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def test_a_certificate_of_the_name_is_believed(trusted: trustme.CA) -> None:
    with Listening(echo, tls=server_context(trusted.issue_cert("localhost"))) as server:
        url = f"https://localhost:{server.port}/"
        assert send(url).status == 200
        assert "its certificate is valid" in reach(url, LOCAL)


def test_the_certificate_must_bear_the_name_not_the_address(trusted: trustme.CA) -> None:
    with (
        Listening(echo, tls=server_context(trusted.issue_cert("hooks.office.example"))) as server,
        pytest.raises(ChannelError, match="certificate is not accepted: Hostname mismatch") as caught,
    ):
        send(f"https://localhost:{server.port}/")
    assert not caught.value.permanent
    assert not caught.value.unknown


def test_an_expired_certificate_is_called_so(trusted: trustme.CA) -> None:
    past = datetime.now(UTC) - timedelta(days=1)
    expired = trusted.issue_cert("localhost", not_before=past - timedelta(days=9), not_after=past)
    with (
        Listening(echo, tls=server_context(expired)) as server,
        pytest.raises(ChannelError, match="certificate has expired"),
    ):
        send(f"https://localhost:{server.port}/")


def test_an_authority_nobody_knows_is_not_believed() -> None:
    stranger = trustme.CA()
    with (
        Listening(echo, tls=server_context(stranger.issue_cert("localhost"))) as server,
        pytest.raises(ChannelError, match="certificate is not accepted"),
    ):
        send(f"https://localhost:{server.port}/")


def test_plain_http_on_a_tls_port_is_said_in_words() -> None:
    with Listening(echo) as server, pytest.raises(ChannelError, match="no secure connection could be agreed"):
        send(f"https://127.0.0.1:{server.port}/")


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("90", 90.0),
        ("0", 0.0),
        ("999999999", 86_400.0),
        ("Mon, 23 Nov 2026 00:02:00 GMT", 120.0),
        ("Sun, 22 Nov 2026 00:00:00 GMT", 0.0),
        ("Mon, 23 Nov 2026 00:02:00 -0000", 120.0),
        ("-5", None),
        ("soon", None),
        ("٣", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(given: str, seconds: float | None) -> None:
    answer = Answer(429, {"retry-after": given}, b"", 0)
    assert answer.retry_after(datetime(2026, 11, 23, tzinfo=UTC)) == seconds
