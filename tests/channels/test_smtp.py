"""The conversation with a mail server: commands together where it takes them so, one connection for many mails."""

import socket
import threading
from collections.abc import Callable

import pytest

from alerts.channels import smtp
from alerts.channels.base import ChannelError
from config.settings import Smtp
from tests.channels.conftest import OddServer

MakeOdd = Callable[[Callable[[socket.socket, threading.Event], None]], OddServer]
CONTENT = b"Subject: dots\r\n\r\n.\r\n..two\r\nend\r\n"


class Together:
    """Takes commands together and answers none before it has all three; then does with the mail what it is told."""

    def __init__(self, *, recipient: bytes = b"250 OK", mails: int = 9) -> None:
        self.recipient, self.mails = recipient, mails
        self.said: list[bytes] = []

    def __call__(self, connection: socket.socket, _over: threading.Event) -> None:
        lines = connection.makefile("rb")
        connection.sendall(b"220 mail.example\r\n")
        assert lines.readline().startswith(b"ehlo")
        connection.sendall(b"250-mail.example\r\n250 PIPELINING\r\n")
        for _ in range(self.mails):
            first = lines.readline()
            if not first.startswith(b"MAIL"):
                return
            self.said += [first, lines.readline(), lines.readline()]
            go_on = b"354 go on" if self.recipient.startswith(b"250") else b"554 5.5.1 no recipients"
            connection.sendall(b"250 OK\r\n" + self.recipient + b"\r\n" + go_on + b"\r\n")
            if not self.recipient.startswith(b"250"):
                return
            self.said += list(iter(lines.readline, b".\r\n"))
            connection.sendall(b"250 kept\r\n")


def send(server: OddServer, mails: int = 1) -> list[str]:
    """Send so many, over a connection that is kept; return what the server said to each."""
    where = Smtp(host="127.0.0.1", port=server.port, security="none", timeout=5)
    with smtp.kept_open():
        return [smtp.transmit(CONTENT, "d@yaoxun.example", "reader@office.example", where).answer for _ in range(mails)]


def test_a_server_that_takes_commands_together_gets_them_so_and_every_dot(odd_server: MakeOdd) -> None:
    takes = Together()
    server = odd_server(takes)
    assert send(server, 2) == ["kept", "kept"]
    mail = [b"Subject: dots\r\n", b"\r\n", b"..\r\n", b"...two\r\n", b"end\r\n"]
    commands = [b"MAIL FROM:<d@yaoxun.example>\r\n", b"RCPT TO:<reader@office.example>\r\n", b"DATA\r\n"]
    assert takes.said == [*commands, *mail] * 2
    assert server.connections == 1


def test_a_refused_recipient_ends_a_mail_that_was_offered_together(odd_server: MakeOdd) -> None:
    server = odd_server(Together(recipient=b"550 5.1.1 no such mailbox"))
    with pytest.raises(ChannelError, match=r"recipient refused: 550 5\.1\.1") as caught:
        send(server)
    assert caught.value.permanent


def test_a_connection_that_the_server_has_ended_meanwhile_costs_no_mail(odd_server: MakeOdd) -> None:
    server = odd_server(Together(mails=1))
    assert send(server, 3) == ["kept"] * 3
    assert server.connections == 3


def test_a_server_that_says_goodbye_to_the_next_mail_gets_it_over_a_new_connection(odd_server: MakeOdd) -> None:
    def behave(connection: socket.socket, over: threading.Event) -> None:
        lines = connection.makefile("rb")
        connection.sendall(b"220 mail.example\r\n")
        for answer in (b"250 mail.example", b"250 OK", b"250 OK", b"354 go on"):
            lines.readline()
            connection.sendall(answer + b"\r\n")
        while lines.readline() != b".\r\n":
            pass
        connection.sendall(b"250 kept\r\n")
        lines.readline()
        connection.sendall(b"421 4.4.2 enough for today\r\n")
        over.wait(0.1)

    server = odd_server(behave)
    assert send(server, 2) == ["kept", "kept"]
    assert server.connections == 2


def test_a_yes_where_the_mail_should_be_asked_for_is_no_yes(odd_server: MakeOdd) -> None:
    def behave(connection: socket.socket, _: threading.Event) -> None:
        lines = connection.makefile("rb")
        connection.sendall(b"220 mail.example\r\n")
        for answer in (b"250 mail.example", b"250 OK", b"250 OK", b"250 what?"):
            lines.readline()
            connection.sendall(answer + b"\r\n")

    with pytest.raises(ChannelError, match=r"mail refused: 250 what") as caught:
        send(odd_server(behave))
    assert not caught.value.permanent
