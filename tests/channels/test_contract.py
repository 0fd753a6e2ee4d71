"""What every channel promises, run over each with a receiver that listens."""

import re
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from alerts.channels.base import ChannelError, Envelope
from tests.channels.conftest import OddServer, make_digest, make_item, sample_digest
from tests.channels.reaching import Reached

MakeOdd = Callable[[Callable[[socket.socket, threading.Event], None]], OddServer]


def test_a_digest_arrives(reached: Reached) -> None:
    [message] = reached.compose(sample_digest())
    receipt = reached.send(message)
    [arrived] = reached.taken()
    assert receipt.code in {"0", "200", "202", "250", "handed over"}
    assert receipt.answer or receipt.code == "202"
    assert receipt.handed_over is (reached.channel.name == "apprise")
    assert receipt.bytes >= 1000
    assert arrived


def test_every_part_arrives_with_every_notice(reached: Reached) -> None:
    digest = sample_digest(reached.holds)
    messages = reached.compose(digest)
    for number, message in enumerate(messages):
        reached.send(message, f"digest-7-{number}")
    text = messages[0]["text"] if reached.channel.name == "email" else "".join(reached.taken())
    assert all(f"（{number}）" in text for number in range(1, reached.holds + 1))
    assert len(reached.taken()) == len(messages)


def test_what_is_sent_is_the_same_on_every_attempt(reached: Reached) -> None:
    messages = reached.compose(sample_digest())
    assert messages == reached.compose(sample_digest())
    assert all(isinstance(value, str) for message in messages for value in message.values())
    reached.send(messages[0])
    reached.send(messages[0])
    first, second = reached.taken()
    assert first == second


def test_a_possible_repeat_is_said_where_no_id_can_tell(reached: Reached) -> None:
    [message] = reached.compose(sample_digest())
    reached.send(message)
    reached.send(message, maybe_repeated=True)
    first, second = reached.taken()
    assert reached.repeated in second
    assert re.sub(r"\s", "", second.replace(reached.repeated, "", 1)) == re.sub(r"\s", "", first)


def test_a_temporary_failure_is_worth_another_attempt(reached: Reached) -> None:
    [message] = reached.compose(sample_digest())
    reached.fail_temporarily()
    with pytest.raises(ChannelError) as caught:
        reached.send(message)
    assert not caught.value.permanent
    assert not caught.value.unknown
    assert caught.value.retry_after == reached.stay_busy_for
    assert caught.value.code in str(caught.value)
    assert not reached.taken()


def test_a_permanent_failure_is_known_for_one(reached: Reached) -> None:
    [message] = reached.compose(sample_digest())
    reached.fail_permanently()
    with pytest.raises(ChannelError) as caught:
        reached.send(message)
    assert caught.value.permanent
    assert caught.value.code in str(caught.value)


def test_a_receiver_that_is_down_is_tried_again(reached: Reached, closed_port: int) -> None:
    [message] = reached.compose(sample_digest())
    with pytest.raises(ChannelError, match="cannot be reached") as caught:
        reached.move(closed_port).send(message)
    assert not caught.value.permanent
    assert not caught.value.unknown
    assert caught.value.bytes == 0


def test_a_target_that_lost_its_fields_is_a_permanent_failure(reached: Reached) -> None:
    [message] = reached.compose(sample_digest())
    with pytest.raises(ChannelError, match="not sent") as caught:
        replace(reached, target={}).send(message)
    assert caught.value.permanent


def silent(_connection: socket.socket, over: threading.Event) -> None:
    over.wait()


def hangs_up(connection: socket.socket, _over: threading.Event) -> None:
    connection.recv(10)


def half_closes(connection: socket.socket, over: threading.Event) -> None:
    connection.shutdown(socket.SHUT_WR)
    over.wait()


def talks_nonsense(connection: socket.socket, over: threading.Event) -> None:
    connection.sendall(b"\x00\xff\xfe nonsense\r\n\r\n")
    over.wait()


def never_ends(connection: socket.socket, over: threading.Event) -> None:
    while not over.is_set():
        connection.sendall(b"x" * 65_536)


@pytest.mark.parametrize("behave", [silent, hangs_up, half_closes, talks_nonsense, never_ends])
def test_a_receiver_that_misbehaves_ends_in_a_recorded_result(
    reached: Reached, odd_server: MakeOdd, behave: Callable[[socket.socket, threading.Event], None]
) -> None:
    [message] = reached.compose(sample_digest())
    server = odd_server(behave)
    began = time.monotonic()
    with pytest.raises(ChannelError) as caught:
        reached.move(server.port).send(message)
    assert time.monotonic() - began < 5
    assert not caught.value.permanent
    assert 10 < len(str(caught.value)) < 600


def test_probing_sends_nothing(reached: Reached) -> None:
    assert "answers" in reached.channel.probe(reached.target, reached.settings)
    assert not reached.taken()


def test_probing_a_receiver_that_is_down_says_so(reached: Reached, closed_port: int) -> None:
    moved = reached.move(closed_port)
    with pytest.raises(ChannelError, match="cannot be reached"):
        moved.channel.probe(moved.target, moved.settings)


def test_a_digest_without_notices_is_one_message(reached: Reached) -> None:
    [message] = reached.compose(make_digest())
    reached.send(message)
    assert len(reached.taken()) == 1


def test_english_is_a_choice(reached: Reached) -> None:
    messages = reached.compose(make_digest(("A", (make_item(1),)), language="en"))
    if reached.channel.name != "webhook":
        assert "sources checked: 12" in str(messages)


def test_an_envelope_says_when(reached: Reached) -> None:
    [message] = reached.compose(sample_digest())
    old = Envelope(key="digest-7-1", now=datetime(2020, 1, 1, tzinfo=UTC))
    if reached.channel.name in {"webhook", "dingtalk", "feishu"}:  # these sign the time
        with pytest.raises(ChannelError, match=r"too old|timestamp"):
            reached.channel.send(message, reached.target, old, reached.settings)
    else:
        reached.channel.send(message, reached.target, old, reached.settings)
