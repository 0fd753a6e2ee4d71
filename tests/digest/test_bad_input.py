"""A digest of everything that a notice should not hold, five thousand of them, goes out whole and is taken."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from alerts.channels import check_target
from alerts.delivery import DeliveryResult, deliver_due
from alerts.demo.receivers.mailbox import Mailbox
from alerts.digest import Desk, close_due
from alerts.model import Match
from alerts.store.digests import latest_digests
from alerts.store.matches import queue_matches, write_matches
from alerts.store.secrets import Vault
from alerts.store.subscribers import add_subscriber
from alerts.store.subscriptions import add_subscription
from config.settings import Settings, Smtp
from crawler.archive.notices import archive_notice
from crawler.notice import Notice
from tests.store.rows import NOW, add_place

BEFORE = NOW - timedelta(hours=20)
TITLES = {
    "lines": "补贴\r\nBcc: victim@office.example\r\n\r\n正文",
    "long": "补贴" * 5_000,
    "arabic": "إشعار بشأن الدعم 🚗 补贴 \u202e反",
    "markup": "<script>alert(1)</script>补贴{{ 7*7 }}",
}
LINKS = {"lines": "javascript:alert(1)", "long": "https://town.example/" + "a" * 5_000}


@pytest.mark.parametrize("count", [4, 5_000])
def test_it_is_closed_sent_and_says_how_much_it_left_out(engine: sa.Engine, tmp_path: Path, count: int) -> None:
    with Mailbox(tmp_path / "mail") as box:
        smtp = Smtp(host="127.0.0.1", port=box.port, security="none", sender="d@yaoxun.example")
        settings = Settings(smtp=smtp, public_url="https://yaoxun.example")
        desk = Desk(vault=Vault.open(tmp_path), settings=settings, sections=(), sources={})
        fill(engine, desk.vault, count)
        result = close_due(engine, desk.vault, settings, (), {}, now=NOW)
        assert (result.digests, result.notices, result.problems) == (2, count + 1, 0)
        sent = deliver_due(engine, desk.vault, settings, now=lambda: NOW, owner="one")
        assert sent == DeliveryResult(delivered=2)
        mail = box.read(0)
    assert "Bcc" not in mail
    html, text = mail.get_body(("html",)), mail.get_body(("plain",))
    assert html is not None
    assert text is not None
    page = html.get_content()
    assert len(page.encode()) <= 90_100
    assert "<script" not in page
    assert "javascript:" not in page
    assert "\u202e" not in page
    if count > 100:
        shown = page.count('class="item"')
        assert f"另有 {count - shown} 条因篇幅未列出" in page
        assert f"另有 {count - shown} 条因篇幅未列出" in text.get_content()
        assert "https://yaoxun.example/digest/" in page
    with engine.begin() as connection:
        assert {one.notices for one in latest_digests(connection, limit=2)} == {count, 1}


def fill(engine: sa.Engine, vault: Vault, count: int) -> None:
    """Two readers: one whose rule met everything, and one who comes after."""
    with engine.begin() as connection:
        ids = [archive(connection, name, title) for name, title in TITLES.items()]
        ids += [archive(connection, f"n{number}", f"补贴{number}") for number in range(count - len(ids))]
        for reader, found in (("甲", ids), ("乙", ids[:1])):
            who = add_subscriber(connection, reader, now=BEFORE)
            target = check_target("email", {"address": f"reader{len(found)}@office.example"})
            add_place(connection, vault, who, channel="email", target=target, now=BEFORE)
            rule = add_subscription(connection, who.id, "补贴", now=BEFORE).id
            matches = [
                Match(
                    subscription_id=rule,
                    notice_id=notice,
                    rule_revision=1,
                    notice_revision=1,
                    evidence=(),
                    score=1 / (1 + place),
                )
                for place, notice in enumerate(found)
            ]
            write_matches(connection, matches, now=BEFORE)
            queue_matches(connection, matches, now=BEFORE)


def archive(connection: sa.Connection, name: str, title: str) -> int:
    url = LINKS.get(name, f"https://town.example/{name}")
    notice = Notice(key=name, source="town", title=title, text=f"{title[:200]}。", url=url)
    return archive_notice(connection, notice, now=BEFORE).id
