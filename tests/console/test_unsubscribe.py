"""The unsubscribe page: GET changes nothing, POST ends it, whoever comes and however often."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from alerts.channels import CHANNELS
from alerts.channels.base import Envelope
from alerts.console.app import make_app
from alerts.console.server import Server
from alerts.demo.receivers.mailbox import Mailbox
from alerts.store.destinations import (
    UNSUBSCRIBED,
    find_by_token,
    find_destination,
    pause_destination,
    remove_destination,
    retarget_destination,
)
from alerts.store.secrets import Vault
from alerts.store.tables import destinations
from config.settings import Settings, Smtp, Web
from tests.channels.conftest import sample_digest
from tests.console.conftest import Reader

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
UNKNOWN = "/unsubscribe/" + "x" * 24


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_following_the_link_changes_nothing(client: httpx.Client, reader: Reader, method: str) -> None:
    answer = client.request(method, reader.path)
    assert answer.status_code == 200
    assert not reader.place.paused
    if method == "GET":
        assert "规划科 &lt;二&gt;" in answer.text
        assert "工作邮箱" in answer.text
        assert "office@reader.example" not in answer.text
        assert answer.text.count("<button") == 1
        assert answer.text.index("不再接收") < answer.text.index("Stop these mails?")


@pytest.mark.parametrize(
    "sent",
    [
        {"data": ONE_CLICK},
        {"files": {name: (None, value) for name, value in ONE_CLICK.items()}},
        {"content": b""},
        {"content": b"\xff\x00", "headers": {"Content-Type": "application/json"}},
    ],
    ids=["form", "multipart", "nothing", "nonsense"],
)
def test_a_post_ends_it_whatever_its_body_says(client: httpx.Client, reader: Reader, sent: dict[str, Any]) -> None:
    answer = client.post(reader.path, **sent)
    assert answer.status_code == 200
    assert "已退订" in answer.text
    assert "Unsubscribed" in answer.text
    assert "<button" not in answer.text
    assert (reader.place.paused, reader.place.problem) == (True, UNSUBSCRIBED)
    assert not answer.cookies


def test_twice_is_as_good_as_once_and_the_link_says_so(client: httpx.Client, reader: Reader) -> None:
    first, second = client.post(reader.path, data=ONE_CLICK), client.post(reader.path, data=ONE_CLICK)
    assert first.text == second.text == client.get(reader.path).text
    assert reader.place.paused


def test_one_paused_by_the_operator_can_still_be_left(client: httpx.Client, reader: Reader) -> None:
    with reader.engine.begin() as connection:
        pause_destination(connection, reader.id, paused=True)
    assert "<button" in client.get(reader.path).text
    client.post(reader.path)
    assert reader.place.problem == UNSUBSCRIBED


def test_who_was_taken_back_can_leave_again(client: httpx.Client, reader: Reader) -> None:
    client.post(reader.path)
    with reader.engine.begin() as connection:
        pause_destination(connection, reader.id, paused=False)
    assert "<button" in client.get(reader.path).text
    client.post(reader.path)
    assert reader.place.paused


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", [UNKNOWN, "/unsubscribe/%F0%9F%98%80%00'%22", "/unsubscribe/" + "y" * 5000])
def test_a_token_that_nobody_has_gets_advice(client: httpx.Client, reader: Reader, method: str, path: str) -> None:
    answer = client.request(method, path)
    assert answer.status_code == 404
    assert "这个退订链接无效" in answer.text
    assert 'href="mailto:desk@yaoxun.example?subject=unsubscribe"' in answer.text
    assert not reader.place.paused


def test_without_a_mail_server_nobody_is_sent_to_its_mailbox(engine: sa.Engine, vault: Vault) -> None:
    with Server(make_app(engine, vault, Settings()), Web(port=0)) as server:
        answer = httpx.get(server.origin + UNKNOWN, trust_env=False)
    assert answer.status_code == 404
    assert "直接回复那封邮件" in answer.text
    assert "mailto:" not in answer.text


def test_a_removed_destination_is_unknown(client: httpx.Client, reader: Reader) -> None:
    path = reader.path
    with reader.engine.begin() as connection:
        remove_destination(connection, reader.id)
    assert client.post(path).status_code == 404


def test_an_old_mail_still_leads_to_a_destination_with_a_new_address(client: httpx.Client, reader: Reader) -> None:
    path, target = reader.path, {**reader.place.target, "address": "desk@reader.example"}
    with reader.engine.begin() as connection:
        retarget_destination(connection, reader.vault, reader.id, target)
    assert client.post(path).status_code == 200
    assert reader.place.paused


def test_a_new_token_ends_the_old_one(reader: Reader) -> None:
    old = reader.place.target["token"]
    with reader.engine.begin() as connection:
        retarget_destination(connection, reader.vault, reader.id, {"address": "a@b.example", "token": "n" * 24})
        assert find_by_token(connection, reader.vault, old) is None
        assert find_by_token(connection, reader.vault, "n" * 24) == find_destination(
            connection, reader.vault, reader.id
        )
        retarget_destination(connection, reader.vault, reader.id, {"url": "https://hooks.office.example"})
        assert find_by_token(connection, reader.vault, "n" * 24) is None


def test_the_database_does_not_hold_the_token(reader: Reader) -> None:
    with reader.engine.begin() as connection:
        [row] = connection.execute(sa.select(destinations))
    assert reader.place.target["token"] not in str(row)
    assert re.fullmatch(r"[0-9a-f]{64}", row.token_hash)


def test_the_link_in_a_delivered_mail_works(client: httpx.Client, reader: Reader, tmp_path: Path) -> None:
    with Mailbox(tmp_path / "mail") as box:
        smtp = Smtp(host="127.0.0.1", port=box.port, security="none")
        settings = Settings(smtp=smtp, public_url="https://yaoxun.example")
        target = reader.place.target
        [message] = CHANNELS["email"].compose(sample_digest(), target, settings)
        CHANNELS["email"].send(message, target, Envelope(key="digest-7-1", now=datetime.now(UTC)), settings)
        mail = box.read()
    [link] = re.findall(r"<https://yaoxun\.example(/\S+)>", mail["List-Unsubscribe"])
    page, text = mail.get_body(("html",)), mail.get_body(("plain",))
    assert page is not None
    assert text is not None
    assert f'href="https://yaoxun.example{link}"' in page.get_content()
    assert f"https://yaoxun.example{link}\n" in text.get_content().replace("\r\n", "\n")
    assert "<button" in client.get(link).text
    name, _, value = mail["List-Unsubscribe-Post"].partition("=")
    assert "已退订" in client.post(link, data={name: value}).text
    assert reader.place.paused
