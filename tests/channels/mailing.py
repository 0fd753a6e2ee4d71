"""A digest as a mail: written, built, sent to a server at a port."""

import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from alerts.channels import email
from alerts.channels.base import Envelope, Receipt
from alerts.model import Digest
from config.settings import Settings, Smtp
from tests.channels.conftest import OddServer, sample_digest

MakeOdd = Callable[[Callable[[socket.socket, threading.Event], None]], OddServer]


TARGET = {"address": "reader@office.example", "token": "T" * 24}


NOW = datetime(2026, 11, 23, 0, 0, 7, tzinfo=UTC)


ENVELOPE = Envelope(key="digest-7-1", now=NOW)


def settings_for(port: int, **smtp: Any) -> Settings:  # noqa: ANN401  any SMTP setting
    given = {"host": "localhost", "port": port, "security": "none", "timeout": 1, **smtp}
    return Settings(smtp=Smtp(**given), public_url="https://yaoxun.example/")


def send(settings: Settings, digest: Digest | None = None) -> Receipt:
    [message] = email.compose(digest or sample_digest(), TARGET, settings)
    return email.send(message, TARGET, ENVELOPE, settings)


def raw(settings: Settings, digest: Digest | None = None, key: str = "digest-7-1") -> bytes:
    [message] = email.compose(digest or sample_digest(), TARGET, settings)
    return email.build(message, TARGET["address"], Envelope(key=key, now=NOW), settings)


def built(settings: Settings, digest: Digest | None = None, key: str = "digest-7-1") -> EmailMessage:
    return message_from_bytes(raw(settings, digest, key), policy=policy.SMTP)
