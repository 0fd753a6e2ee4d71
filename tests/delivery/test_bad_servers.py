"""Certificates that nobody may believe, and a mail server that never says whether it keeps a mail."""

import socket
import ssl
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
import sqlalchemy as sa
import trustme

from alerts.demo.receivers.listening import Listening, Reply
from alerts.demo.receivers.mailbox import Mailbox
from alerts.demo.receivers.wecom import Robot
from alerts.model import AttemptResult, DeliveryState
from alerts.store.secrets import Vault
from config.settings import Smtp
from tests.channels.conftest import OddServer
from tests.delivery.recorded import TIMEOUT, Place, attempt_both, hook_at, next_to, settings_with

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # what is recorded is not the database's

MakeOdd = Callable[[Callable[[socket.socket, threading.Event], None]], OddServer]
W = DeliveryState.WAITING
FAULTY = {
    "expired": ("localhost", timedelta(days=1), "its certificate is not accepted: certificate has expired"),
    "for another name": (
        "hooks.office.example",
        -timedelta(days=9),
        "its certificate is not accepted: Hostname mismatch",
    ),
}


def server_with(authority: trustme.CA, fault: str) -> tuple[ssl.SSLContext, str]:
    """Return the context of a server whose certificate has this fault, and what is said of it."""
    name, ago, words = FAULTY[fault]
    ends = datetime.now(UTC) - ago
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, not_before=ends - timedelta(days=30), not_after=ends).configure_cert(context)
    return context, words


@pytest.mark.parametrize("fault", FAULTY)
def test_a_webhook_with_a_faulty_certificate_waits(
    engine: sa.Engine, vault: Vault, robot: Robot, trusted: trustme.CA, fault: str
) -> None:
    context, words = server_with(trusted, fault)
    with Listening(lambda _request: Reply(200), tls=context) as server:
        settings = settings_with(robot, f"localhost:{server.port}")
        bad = hook_at(f"https://localhost:{server.port}/")
        found = attempt_both(engine, vault, settings, bad, next_to(robot))
    assert (found.state, found.result, found.code, found.bytes) == (W, AttemptResult.RETRY, "connect", 0)
    assert words in found.answer


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("fault", FAULTY)
def test_a_mail_server_with_a_faulty_certificate_gets_no_mail_and_the_mail_waits(  # noqa: PLR0913, PLR0917  fixtures, and the columns of a table
    engine: sa.Engine,
    vault: Vault,
    robot: Robot,
    trusted: trustme.CA,
    tmp_path: Path,
    security: Literal["starttls", "tls"],
    fault: str,
) -> None:
    context, words = server_with(trusted, fault)
    with Mailbox(tmp_path / "mail", security=security, tls=context) as box:
        smtp = Smtp(host="localhost", port=box.port, security=security, sender="d@yaoxun.example", timeout=5)
        bad = Place("email", {"address": "reader@office.example"})
        found = attempt_both(engine, vault, settings_with(robot, smtp=smtp), bad, next_to(robot))
        assert not box.messages
    assert (found.state, found.result, found.code, found.bytes) == (W, AttemptResult.RETRY, "connect", 0)
    assert words in found.answer


class HangsOnce:
    """A mail server that falls silent after the first mail, and keeps those that follow."""

    def __init__(self) -> None:
        self.mails = 0

    def __call__(self, connection: socket.socket, over: threading.Event) -> None:
        lines = connection.makefile("rb")
        connection.sendall(b"220 mail.example\r\n")
        for answer in (b"250 mail.example", b"250 OK", b"250 OK", b"354 go on"):
            lines.readline()
            connection.sendall(answer + b"\r\n")
        while lines.readline() != b".\r\n":
            pass
        self.mails += 1
        if self.mails == 1:
            over.wait()
        connection.sendall(b"250 kept\r\n")
        lines.readline()


def test_a_mail_that_nobody_says_is_kept_is_unknown_and_the_next_goes_over_a_new_connection(
    engine: sa.Engine, vault: Vault, robot: Robot, odd_server: MakeOdd
) -> None:
    server = odd_server(HangsOnce())
    smtp = Smtp(host="127.0.0.1", port=server.port, security="none", sender="d@yaoxun.example", timeout=TIMEOUT)
    bad, good = (Place("email", {"address": f"reader{number}@office.example"}) for number in (1, 2))
    found = attempt_both(engine, vault, settings_with(robot, smtp=smtp), bad, good)
    assert (found.state, found.result, found.code) == (W, AttemptResult.UNKNOWN, "broken")
    assert "took the mail and never said whether it keeps it" in found.answer
    assert found.bytes > 500
    assert TIMEOUT * 900 <= found.duration_ms < 3000
    assert server.connections == 2
