"""Whatever a receiver answers, its delivery has a result, with code, words, bytes and time; the next one goes on."""

import gzip
import re
import socket
import struct
import threading
import tracemalloc
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from alerts.demo.receivers.listening import Listening, Reply
from alerts.demo.receivers.wecom import Robot
from alerts.model import AttemptResult, DeliveryState
from alerts.store.secrets import Vault
from tests.channels.conftest import OddServer
from tests.delivery.recorded import TIMEOUT, at, attempt_both, next_to, settings_with, size_of

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # what is recorded is not the database's

Behave = Callable[[socket.socket, threading.Event], None]
MakeOdd = Callable[[Behave], OddServer]
D, W = DeliveryState.DELIVERED, DeliveryState.WAITING
OK, UNKNOWN = AttemptResult.DELIVERED, AttemptResult.UNKNOWN


def says(*pieces: bytes) -> Behave:
    """Hear the request out, say this, and hang up."""

    def behave(connection: socket.socket, _over: threading.Event) -> None:
        _hear(connection)
        for piece in pieces:
            connection.sendall(piece)

    return behave


def drips(first: bytes, drop: bytes) -> Behave:
    def behave(connection: socket.socket, over: threading.Event) -> None:
        _hear(connection)
        connection.sendall(first)
        while not over.wait(0.05):
            connection.sendall(drop)

    return behave


def floods(first: bytes) -> Behave:
    def behave(connection: socket.socket, over: threading.Event) -> None:
        _hear(connection)
        connection.sendall(first)
        while not over.is_set():
            connection.sendall(b"X-Flood: " + b"x" * 65_000 + b"\r\n")

    return behave


def half_closes(connection: socket.socket, over: threading.Event) -> None:
    connection.shutdown(socket.SHUT_WR)
    over.wait()


def resets(connection: socket.socket, _over: threading.Event) -> None:
    _hear(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def silent(_connection: socket.socket, over: threading.Event) -> None:
    over.wait()


def _hear(connection: socket.socket) -> None:
    """Take a request to its end, so that no reset takes back what is said next."""
    heard = b""
    while b"\r\n\r\n" not in heard:
        heard += connection.recv(65_536)
    head, _, body = heard.partition(b"\r\n\r\n")
    left = int(re.search(rb"Content-Length: (\d+)", head)[1]) - len(body)  # type: ignore[index]
    while left > 0:
        left -= len(connection.recv(65_536))


START = b"HTTP/1.1 200 OK\r\n"
WHOLE = START + b"Content-Length: 1000\r\n\r\n"
UNMEASURED = START + b"\r\n"


@dataclass(frozen=True)
class Answer:
    """What the receiver does, and what is then recorded of a webhook (its status counts) and of a robot (its words)."""

    behave: Behave
    webhook: tuple[AttemptResult, str, str]
    robot: tuple[AttemptResult, str, str]
    waits: bool = False  # until the time limit


SILENCE = (UNKNOWN, "timeout", "did not answer within the time limit")
BROKEN = (UNKNOWN, "broken", "broke off before it answered")
NO_WORD = (UNKNOWN, "200", "the answer holds no errcode")
ANSWERS = {
    "huge": Answer(floods(UNMEASURED), (OK, "200", "X-Flood: xxx"), NO_WORD),
    "a huge head": Answer(floods(START), BROKEN, BROKEN),
    "drips its head": Answer(drips(START, b"X-Drop: 1\r\n"), SILENCE, SILENCE, waits=True),
    "drips its body": Answer(drips(WHOLE, b"x"), (OK, "200", "xxx"), NO_WORD, waits=True),
    "never answers": Answer(silent, SILENCE, SILENCE, waits=True),
    "is no JSON": Answer(says(UNMEASURED, b"<html>fine</html>"), (OK, "200", "<html>fine"), NO_WORD),
    "is JSON without end": Answer(says(UNMEASURED, b"[" * 60_000), (OK, "200", r"\[\["), NO_WORD),
    "is no UTF-8": Answer(says(UNMEASURED, b'{"errcode": 0, "\xff\xfe'), (OK, "200", "errcode"), NO_WORD),
    "is no HTTP": Answer(says(b"\0\xff nonsense\r\n\r\n"), BROKEN, BROKEN),
    "hangs up in the body": Answer(says(WHOLE, b'{"errcode"'), (OK, "200", "errcode"), NO_WORD),
    "hangs up in the head": Answer(says(START, b"Content-Le"), BROKEN, BROKEN),
    "hangs up without a word": Answer(says(), BROKEN, BROKEN),
    "resets": Answer(resets, BROKEN, BROKEN),
    "half-closes": Answer(half_closes, BROKEN, BROKEN),
}


@pytest.mark.parametrize("channel", ["webhook", "wecom"])
@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_is_none_has_its_result(  # noqa: PLR0913, PLR0917  fixtures, and the columns of a table
    engine: sa.Engine, vault: Vault, robot: Robot, odd_server: MakeOdd, name: str, channel: str
) -> None:
    answer = ANSWERS[name]
    server = odd_server(answer.behave)
    result, code, words = answer.webhook if channel == "webhook" else answer.robot
    found = attempt_both(
        engine, vault, settings_with(robot, f"127.0.0.1:{server.port}"), at(channel, server.port), next_to(robot)
    )
    assert (found.state, found.result, found.code) == (D if result is OK else W, result, code)
    assert re.search(words, found.answer)
    assert len(found.answer) <= 500
    assert found.bytes == size_of(channel)
    assert (TIMEOUT * 900 <= found.duration_ms < 3000) if answer.waits else found.duration_ms < 3000
    assert server.connections == 1


MUCH = 80_000_000
BROTLI = bytes.fromhex(  # of so many zeros
    "cbffff3f002400e2b14072effff8ffff078004401c1680eefd1fffffff00900088c302d0bdffe3ffff1f001200715800baf77ffcffff0340"
    "02200e0b40f7fe8fffff7f004800c46101e8defff1ffff0f000980382c00ddfb3ffeffff012001108705a07bffc7ffff3f002400e2b00074"
    "effff27f96088004401c1680ee2a11"
)
BOMBS: dict[str, Callable[[bytes], bytes]] = {
    "identity": lambda zeros: zeros,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda _zeros: BROTLI,
    # one frame says 128 kB of zeros; frames follow each other
    "zstd": lambda zeros: bytes.fromhex("28b52ffda0000002005500001000000100fbff39c002") * (len(zeros) // 131_072),
}


@pytest.mark.parametrize("channel", ["webhook", "wecom"])
@pytest.mark.parametrize("coding", BOMBS)
def test_a_bomb_stays_packed_and_what_is_huge_is_cut_short(
    engine: sa.Engine, vault: Vault, robot: Robot, coding: str, channel: str
) -> None:
    bomb = BOMBS[coding](bytes(MUCH))
    assert len(bomb) < MUCH / 900 or coding == "identity"
    with Listening(lambda _request: Reply(200, bomb, {"Content-Encoding": coding})) as server:
        settings = settings_with(robot, server.address)
        tracemalloc.start()
        found = attempt_both(engine, vault, settings, at(channel, server.port), next_to(robot))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    expected = (D, OK, "200") if channel == "webhook" else (W, UNKNOWN, "200")
    assert (found.state, found.result, found.code) == expected
    assert len(found.answer) <= 500
    assert most < MUCH / 10
