"""Mails are signed so that a receiver can verify them, one-click unsubscribe included."""

from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from alerts.channels import check_target, email
from alerts.channels.base import ChannelError, Envelope
from alerts.demo.receivers.mailbox import Mailbox
from config.settings import Settings, Smtp
from tests.channels.conftest import sample_digest

ENVELOPE = Envelope(key="digest-1-1-ab", now=datetime(2026, 11, 23, tzinfo=UTC), delivery=7)
TARGET = check_target("email", {"address": "reader@office.example"})


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def key_file(key: rsa.RSAPrivateKey, tmp_path: Path) -> str:
    form = serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    (tmp_path / "dkim.pem").write_bytes(key.private_bytes(*form))
    return str(tmp_path / "dkim.pem")


def settings(port: int, file: str, selector: str = "s1") -> Settings:
    smtp = Smtp(
        host="127.0.0.1",
        port=port,
        security="none",
        sender="要讯 <d@yaoxun.example>",
        dkim_key=file,
        dkim_selector=selector,
    )
    return Settings(smtp=smtp, public_url="https://yaoxun.example")


def test_a_receiver_can_verify_the_mail_and_its_one_click_header(
    tmp_path: Path, key: rsa.RSAPrivateKey, key_file: str
) -> None:
    with Mailbox(tmp_path / "mail") as box:
        ours = settings(box.port, key_file)
        [message] = email.compose(sample_digest(), TARGET, ours)
        email.send(message, TARGET, ENVELOPE, ours)
        raw = box.messages[0].read_bytes()
    form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    record: bytes = b"v=DKIM1; k=rsa; p=" + dkim.base64.b64encode(key.public_key().public_bytes(*form))
    asked: list[bytes] = []

    def dns(name: bytes, **_: object) -> bytes:
        asked.append(name)
        return record

    assert dkim.verify(raw, dnsfunc=dns)
    assert asked == [b"s1._domainkey.yaoxun.example."]
    signed = str(message_from_bytes(raw)["DKIM-Signature"]).replace("\r\n", "").replace(" ", "")
    assert "list-unsubscribe:list-unsubscribe-post" in signed.lower()
    assert not dkim.verify(raw.replace(b"One-Click", b"Two-Click"), dnsfunc=dns)


@pytest.mark.parametrize(
    ("content", "selector", "words"),
    [(None, "s1", "No such file"), ("no key", "s1", "cannot sign"), ("no key", "", "YAOXUN_SMTP_DKIM_SELECTOR")],
)
def test_a_key_that_cannot_sign_lets_the_mail_wait(
    tmp_path: Path, content: str | None, selector: str, words: str
) -> None:
    file = tmp_path / "bad.pem"
    if content is not None:
        file.write_text(content)
    ours = settings(1, str(file), selector)
    [message] = email.compose(sample_digest(), TARGET, ours)
    with pytest.raises(ChannelError, match=words) as caught:
        email.send(message, TARGET, ENVELOPE, ours)
    assert not caught.value.permanent
