"""What each answer of a mail server means: logins, certificates, refusals, silence."""

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest
import trustme

from alerts.channels import email
from alerts.channels.base import ChannelError
from alerts.demo.receivers.mailbox import Mailbox
from config.settings import Settings
from tests.channels.conftest import sample_digest
from tests.channels.mailing import ENVELOPE, TARGET, MakeOdd, send, settings_for


@contextmanager
def mailbox(
    folder: Path, authority: trustme.CA, security: Literal["none", "starttls", "tls"], name: str = "localhost"
) -> Iterator[Mailbox]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    with Mailbox(folder, security=security, tls=context, user="digest", password="right") as box:
        yield box


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_each_security_delivers_with_a_login(
    tmp_path: Path, trusted: trustme.CA, security: Literal["none", "starttls", "tls"]
) -> None:
    with mailbox(tmp_path, trusted, security) as box:
        settings = settings_for(box.port, security=security, user="digest", password="right")
        assert "login as digest accepted" in email.probe(TARGET, settings)
        assert send(settings).code == "250"
        assert len(box.messages) == 1


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_a_wrong_password_waits_with_the_servers_words(
    tmp_path: Path, trusted: trustme.CA, security: Literal["none", "starttls", "tls"]
) -> None:
    with mailbox(tmp_path, trusted, security) as box:
        settings = settings_for(box.port, security=security, user="digest", password="wrong")
        for attempt in (lambda: send(settings), lambda: email.probe(TARGET, settings)):
            with pytest.raises(ChannelError, match=r"refuses the login as digest: 535 .*credentials invalid") as caught:
                attempt()
            assert not caught.value.permanent
            assert "wrong" not in str(caught.value)


def test_a_login_that_is_wanted_and_not_given_waits(tmp_path: Path, trusted: trustme.CA) -> None:
    with mailbox(tmp_path, trusted, "none") as box, pytest.raises(ChannelError, match="530") as caught:
        send(settings_for(box.port))
    assert not caught.value.permanent


def test_a_password_that_no_server_could_read_waits(tmp_path: Path, trusted: trustme.CA) -> None:
    with mailbox(tmp_path, trusted, "none") as box, pytest.raises(ChannelError, match="must be ASCII") as caught:
        send(settings_for(box.port, user="digest", password="密码"))
    assert not caught.value.permanent


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_for_another_name_is_not_believed(
    tmp_path: Path, trusted: trustme.CA, security: Literal["starttls", "tls"]
) -> None:
    with (
        mailbox(tmp_path, trusted, security, "mail.office.example") as box,
        pytest.raises(ChannelError, match="certificate is not accepted: Hostname mismatch") as caught,
    ):
        send(settings_for(box.port, security=security, user="digest", password="right"))
    assert not caught.value.permanent


def test_a_password_never_leaves_without_starttls(tmp_path: Path) -> None:
    with (
        Mailbox(tmp_path, user="digest", password="right") as box,
        pytest.raises(ChannelError, match="STARTTLS extension not supported"),
    ):
        send(settings_for(box.port, security="starttls", user="digest", password="right"))


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [
        ("550 5.1.1 no such mailbox", True),
        ("553 5.1.3 bad address", True),
        ("452 4.2.2 mailbox full", False),
        ("451 4.7.1 greylisted, come back", False),
        ("421 4.3.2 shutting down", False),
        ("530 5.7.0 login first", False),
    ],
)
def test_the_answer_to_the_recipient_decides(tmp_path: Path, answer: str, permanent: bool) -> None:  # noqa: FBT001  a column of the table
    with (
        Mailbox(tmp_path, refuse={"reader@office.example": answer}) as box,
        pytest.raises(ChannelError, match=f"recipient refused: {re.escape(answer)}") as caught,
    ):
        send(settings_for(box.port))
    assert caught.value.permanent is permanent
    assert caught.value.code == answer[:3]


@pytest.mark.parametrize(("answer", "permanent"), [("554 5.7.1 spam", True), ("451 4.3.0 try later", False)])
def test_the_answer_to_the_mail_decides(tmp_path: Path, answer: str, permanent: bool) -> None:  # noqa: FBT001  a column of the table
    with Mailbox(tmp_path, at_data=answer) as box, pytest.raises(ChannelError, match="mail refused") as caught:
        send(settings_for(box.port))
    assert caught.value.permanent is permanent
    assert not caught.value.unknown


def conversation(*answers: bytes) -> Callable[[socket.socket, threading.Event], None]:
    """Answer line by line, then fall silent."""

    def behave(connection: socket.socket, over: threading.Event) -> None:
        lines = connection.makefile("rb")
        for answer in answers:
            connection.sendall(answer)
            line = lines.readline()
            while answer.startswith(b"354") and line != b".\r\n":
                line = lines.readline()
        over.wait()

    return behave


HELLO = (b"220 mail.example\r\n", b"250 mail.example\r\n")


def test_silence_after_the_mail_may_mean_that_it_was_taken(odd_server: MakeOdd) -> None:
    server = odd_server(conversation(*HELLO, b"250 OK\r\n", b"250 OK\r\n", b"354 go on\r\n"))
    with pytest.raises(ChannelError, match="never said whether it keeps it") as caught:
        send(settings_for(server.port))
    assert caught.value.unknown
    assert not caught.value.permanent
    assert caught.value.bytes > 1000


def test_silence_before_the_mail_means_that_it_was_not(odd_server: MakeOdd) -> None:
    server = odd_server(conversation(*HELLO, b"250 OK\r\n"))
    with pytest.raises(ChannelError) as caught:
        send(settings_for(server.port))
    assert not caught.value.unknown


def test_how_the_server_says_goodbye_changes_nothing(odd_server: MakeOdd) -> None:
    server = odd_server(conversation(*HELLO, b"250 OK\r\n", b"250 OK\r\n", b"354 go on\r\n", b"250 kept as 17\r\n"))
    receipt = send(settings_for(server.port))
    assert (receipt.code, receipt.answer) == ("250", "kept as 17")


def test_a_refused_sender_is_the_operators_matter(odd_server: MakeOdd) -> None:
    server = odd_server(conversation(*HELLO, b"550 5.7.60 not your address\r\n"))
    with pytest.raises(ChannelError, match=r"sender refused: 550 5\.7\.60") as caught:
        send(settings_for(server.port))
    assert not caught.value.permanent


def test_a_mail_too_large_for_the_server_is_a_permanent_failure(odd_server: MakeOdd) -> None:
    server = odd_server(conversation(*HELLO, b"552 5.3.4 too large\r\n"))
    with pytest.raises(ChannelError, match="552") as caught:
        send(settings_for(server.port))
    assert caught.value.permanent


def test_a_server_that_is_closed_to_us_is_tried_again(odd_server: MakeOdd) -> None:
    server = odd_server(conversation(b"554 no service for you\r\n"))
    with pytest.raises(ChannelError, match="554 no service for you") as caught:
        send(settings_for(server.port))
    assert not caught.value.permanent


@pytest.mark.parametrize(
    ("smtp", "named"),
    [
        ({"host": ""}, "YAOXUN_SMTP_HOST"),
        ({"sender": ""}, "YAOXUN_SMTP_SENDER"),
    ],
)
def test_a_setting_that_is_missing_is_named(smtp: dict[str, str], named: str) -> None:
    with pytest.raises(ChannelError, match=named) as caught:
        send(settings_for(25, **smtp))
    assert not caught.value.permanent


def test_an_address_that_went_bad_is_a_permanent_failure() -> None:
    [message] = email.compose(sample_digest(), TARGET, Settings())
    with pytest.raises(ChannelError, match="not sent") as caught:
        email.send(message, {"address": "a@b.example\r\nBcc: c@d.example"}, ENVELOPE, settings_for(25))
    assert caught.value.permanent
