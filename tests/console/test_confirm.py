"""A mailbox is asked, says yes on a page, and only then gets digests; the page behind "see everything"."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from alerts.confirmation import CannotAsk, ask_for_consent
from alerts.delivery import DeliveryResult, deliver_due
from alerts.demo.receivers.mailbox import Mailbox
from alerts.digest import whole_digest
from alerts.store.deliveries import add_note
from alerts.store.destinations import NewDestination, change_destination
from alerts.store.secrets import Vault
from alerts.store.subscribers import get_subscriber
from config.settings import Settings, Smtp
from tests.channels.conftest import sample_digest
from tests.console.conftest import NOW, Reader
from tests.store.rows import add_digest

NOTE = {"subject": "S", "html": "<p>H</p>", "text": "T", "mailto": "mailto:a@b.example", "one_click": ""}


def test_a_mailbox_gets_the_question_and_after_its_yes_the_rest(
    reader: Reader, vault: Vault, client: httpx.Client, tmp_path: Path
) -> None:
    with Mailbox(tmp_path / "mail") as box:
        smtp = Smtp(host="127.0.0.1", port=box.port, security="none", sender="d@yaoxun.example")
        settings = Settings(smtp=smtp, public_url="https://yaoxun.example")
        place = reader.place
        with reader.engine.begin() as connection:
            change_destination(connection, vault, reader.id, replace(NewDestination.of(place), confirmed=False))
            add_note(connection, reader.id, [NOTE], NOW)
            who = get_subscriber(connection, place.subscriber_id)
            ask_for_consent(connection, settings, place, who, now=NOW)

        def deliver() -> DeliveryResult:
            return deliver_due(reader.engine, vault, settings, now=lambda: NOW, owner="one")

        assert deliver() == DeliveryResult(delivered=1)
        text = box.read().get_body(("plain",))
        assert text is not None
        link = next(word for word in text.get_content().split("：") if word.startswith("https://")).split()[0]
        path = link.removeprefix("https://yaoxun.example")
        assert client.get(path).status_code == 200
        assert deliver() == DeliveryResult()  # following a link is no yes
        assert "已确认" in client.post(path).text
        assert deliver() == DeliveryResult(delivered=1)
        assert "已确认" in client.get(path).text
    assert client.get("/confirm/nobody").status_code == 404


def test_nobody_is_asked_without_a_page_for_the_answer(reader: Reader) -> None:
    place = reader.place
    with reader.engine.begin() as connection, pytest.raises(CannotAsk, match="YAOXUN_PUBLIC_URL"):
        ask_for_consent(connection, Settings(), place, get_subscriber(connection, place.subscriber_id), now=NOW)


def test_all_of_a_long_digest_stands_behind_its_link_and_behind_no_other(
    engine: sa.Engine, reader: Reader, vault: Vault, client: httpx.Client
) -> None:
    with engine.begin() as connection:
        digest_id = add_digest(connection, reader.id, digest=sample_digest(300))
    link = whole_digest(vault, Settings(public_url="https://yaoxun.example"), digest_id)
    path = link.removeprefix("https://yaoxun.example")
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.text.count('class="item"') == 300
    assert "本页是" in answer.text
    assert "您收到本邮件" not in answer.text
    assert "style-src 'sha256-" in answer.headers["content-security-policy"]
    for wrong in (f"/digest/{digest_id}", path[:-1] + ("a" if path[-1] != "a" else "b"), "/digest/x-y", "/digest/-"):
        assert client.get(wrong).status_code == 404
