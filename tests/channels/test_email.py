"""The mail: what its headers and parts say, and what each answer of a mail server means."""

import re
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from alerts.channels import email
from alerts.channels.base import ChannelError
from alerts.channels.edition import edition, entry_of, ranking
from alerts.channels.phrases import phrases
from alerts.demo.receivers.mailbox import Mailbox
from alerts.model import RuleTag
from config.settings import Settings, Smtp
from tests.channels.conftest import make_digest, make_item, marked, sample_digest
from tests.channels.mailing import ENVELOPE, NOW, TARGET, built, raw, send, settings_for


def test_the_headers_are_those_of_a_wanted_digest(tmp_path: Path) -> None:
    with Mailbox(tmp_path) as box:
        sender = "要讯 <digest@yaoxun.example>"
        send(settings_for(box.port, sender=sender, reply_to="desk@yaoxun.example"))
        mail = box.read()
    assert mail["From"] == sender
    assert mail["To"] == "reader@office.example"
    assert mail["Reply-To"] == "desk@yaoxun.example"
    assert mail["Subject"] == "要讯 2026-11-23 · 3 条"
    assert mail["Date"].datetime == NOW
    assert mail["Message-ID"] == "<digest-7-1@yaoxun.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"] == "Yaoxun digests <digests.yaoxun.example>"
    assert mail["List-Unsubscribe"].split() == [
        f"<https://yaoxun.example/unsubscribe/{'T' * 24}>,",
        f"<mailto:desk@yaoxun.example?subject=unsubscribe%20{'T' * 24}>",
    ]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["MIME-Version"] == "1.0"
    assert mail.get_content_type() == "multipart/alternative"


def test_without_a_public_address_the_reader_unsubscribes_by_mail() -> None:
    mail = built(Settings(smtp=Smtp(sender="digest@yaoxun.example")))
    link = f"mailto:digest@yaoxun.example?subject=unsubscribe%20{'T' * 24}"
    assert mail["List-Unsubscribe"] == f"<{link}>"
    assert "List-Unsubscribe-Post" not in mail
    assert f"退订：{link}\n" in next(part.get_content() for part in mail.iter_parts()).replace("\r\n", "\n")


def test_a_public_address_without_tls_gives_no_one_click_link() -> None:
    mail = built(Settings(public_url="http://localhost:8000"))
    assert "http:" not in mail["List-Unsubscribe"]
    assert "List-Unsubscribe-Post" not in mail


def test_long_ids_and_links_stand_unfolded_and_unencoded() -> None:
    settings = Settings(public_url=f"https://{'long-name.' * 12}example", smtp=Smtp(sender=f"a@{'b.' * 50}example"))
    mail = raw(settings, key="k" * 100)
    head = mail.partition(b"\r\n\r\n")[0]
    assert re.search(rb"^Message-ID: <k{100}@(b\.)+example>\r$", head, re.MULTILINE)
    assert re.search(rb"^List-Unsubscribe: <https://[^\s>]+/unsubscribe/T+>,\r\n <mailto:\S+>\r$", head, re.MULTILINE)
    assert mail.isascii()
    assert max(map(len, mail.split(b"\r\n"))) < 998


def test_the_bytes_are_what_the_email_package_reads_back() -> None:
    settings = Settings(smtp=Smtp(sender='"要讯, 办公室" <d@yaoxun.example>', reply_to="desk@yaoxun.example"))
    [message] = email.compose(sample_digest(), TARGET, settings)
    mail = built(settings)
    text, html = mail.iter_parts()
    assert isinstance(text, EmailMessage)
    assert isinstance(html, EmailMessage)
    assert text.get_content().replace("\r\n", "\n") == message["text"]
    assert html.get_content().replace("\r\n", "\n").rstrip("\n") == message["html"].rstrip("\n")
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert not [part.defects for part in mail.walk() if part.defects]
    assert not [name for name in mail if mail[name].defects]
    assert str(mail["From"].addresses[0]) == '"要讯, 办公室" <d@yaoxun.example>'
    assert raw(settings).isascii()
    assert raw(settings).replace(b"\r\n", b"").count(b"\n") == raw(settings).replace(b"\r\n", b"").count(b"\r") == 0
    assert max(map(len, raw(settings).split(b"\r\n"))) <= 100


@pytest.mark.parametrize("field", ["one_click", "mailto"])
def test_what_would_break_a_header_is_refused_for_good(field: str) -> None:
    [message] = email.compose(sample_digest(), TARGET, Settings())
    evil = {**message, field: "https://a.example\r\nBcc: all@office.example"}
    with pytest.raises(ChannelError, match="line break") as caught:
        email.build(evil, TARGET["address"], ENVELOPE, Settings())
    assert caught.value.permanent


@pytest.mark.parametrize(
    ("key", "made"),
    [
        ("digest-7-1", "<digest-7-1@a.example>"),
        ("<d.7.1@yaoxun>", "<d.7.1@yaoxun>"),
        ("d 7\r\nBcc: x", "<d-7--Bcc--x@a.example>"),
    ],
)
def test_the_key_is_the_message_id(key: str, made: str) -> None:
    assert email.message_id(key, "a.example") == made


def test_line_breaks_in_any_field_add_no_header() -> None:
    evil = "要讯\r\nBcc: all@office.example"
    digest = make_digest(("栏", (make_item(title=marked(evil)),)), period=evil, subscriber=evil, destination=evil)
    mail = built(Settings(), digest)
    assert "Bcc" not in mail
    assert "\r\nBcc" not in raw(Settings(), digest).decode().partition("\r\n\r\n")[0]
    assert mail["Subject"].startswith("要讯 要讯 Bcc: all@office.example")


def test_the_text_says_as_much_as_the_page() -> None:
    [message] = email.compose(sample_digest(), TARGET, Settings())
    page = LexborHTMLParser(message["html"]).body
    assert page is not None
    seen = re.sub(r"\s", "", page.text())
    text = re.sub(r"[\s*]", "", message["text"])
    for item in sample_digest().items:
        said = [item.title.text, item.snippet.text, item.agency, item.document_number, item.origin, item.rules[0].note]
        for words in [*said, "2026-11-20", "2026-11-2218:05", "江苏/苏州", "附件1"]:
            assert re.sub(r"\s", "", words) in seen
            assert re.sub(r"\s", "", words) in text
        assert item.url in message["text"]
        assert f'href="{item.url}"' in message["html"]
    for words in ["本期检查来源12个", "市生态环境部门公告（页面要求验证）", "自2026-11-2218:05", "科创聚焦", "退订"]:
        assert words in seen
        assert words in text


def test_a_rule_stands_after_the_readers_own_note_on_it() -> None:
    rules = (
        RuleTag(subscription_id=1, rule="(补贴 OR 奖励) -招聘", note="惠企资金"),
        RuleTag(subscription_id=2, rule="充电桩"),
    )
    [message] = email.compose(make_digest(("栏", (make_item(rules=rules),))), TARGET, Settings())
    page = LexborHTMLParser(message["html"])
    assert [node.text() for node in page.css(".rule")] == ["惠企资金 · (补贴 OR 奖励) -招聘", "充电桩"]
    assert "命中：惠企资金 · (补贴 OR 奖励) -招聘 | 充电桩\n" in message["text"]


def test_a_digest_closed_by_hand_is_dated_to_the_minute() -> None:
    digest = make_digest(("栏", (make_item(),)), period="2026-11-23 12:38:32")
    [message] = email.compose(digest, TARGET, Settings())
    assert message["subject"] == "要讯 2026-11-23 12:38 · 1 条"
    assert LexborHTMLParser(message["html"]).css(".period")[0].text() == "2026-11-23 12:38"
    assert message["text"].startswith("要讯 2026-11-23 12:38\n2026-11-22 08:00 至 2026-11-23 08:00\n\n")


def test_a_span_of_less_than_a_minute_is_not_told() -> None:
    moment = datetime(2026, 11, 23, 4, 38, 32, tzinfo=UTC)
    [message] = email.compose(make_digest(since=moment, until=moment), TARGET, Settings())
    assert not LexborHTMLParser(message["html"]).css(".when")
    assert " 至 " not in message["html"]
    assert message["text"].startswith("要讯 2026-11-23\n\n本期")


def test_hits_are_highlighted_where_they_are() -> None:
    [message] = email.compose(sample_digest(1), TARGET, Settings())
    page = LexborHTMLParser(message["html"])
    assert [node.text() for node in page.css(".title .hit")] == ["新能源汽车", "补贴"]
    assert [node.text() for node in page.css(".snippet .hit")] == ["新能源汽车", "补贴"]
    assert "关于延续实施*新能源汽车*购置*补贴*有关事项" in message["text"]


def test_styles_are_inlined_and_the_rules_for_phones_and_dark_screens_stay() -> None:
    [message] = email.compose(sample_digest(1), TARGET, Settings())
    html = message["html"]
    assert "@media (prefers-color-scheme: dark)" in html
    assert "max-width: 520px" in html
    assert re.search(r'class="link"[^>]* style="color:#0b4f9e', html)
    assert "<script" not in html
    assert "<img" not in html
    assert not re.search(r"\b(src|@import|url\()", html)


def test_nothing_in_a_notice_becomes_markup() -> None:
    evil = '</td><script>alert(1)</script><a href="javascript:x">{{ 7*7 }}{% raw %}'
    item = make_item(title=marked(evil), snippet=marked(evil), agency=evil, origin=evil, url="javascript:alert(1)")
    [message] = email.compose(make_digest((evil, (item,)), subscriber=evil), TARGET, Settings())
    page = LexborHTMLParser(message["html"])
    assert not page.css("script")
    assert not [node for node in page.css("a") if "javascript" in (node.attributes["href"] or "")]
    assert "{{ 7*7 }}" in page.css(".title")[0].text()
    assert not page.css(".title a")


def test_a_digest_too_long_for_a_mail_keeps_every_column_and_counts_the_rest() -> None:
    columns = [(f"第{name}栏", tuple(make_item(number) for number in range(1, 1001))) for name in "一二三四五"]
    [message] = email.compose(make_digest(*columns), TARGET, Settings())
    page = LexborHTMLParser(message["html"])
    shown = len(page.css(".title"))
    assert 80_000 < len(message["html"].encode()) <= 90_000
    assert 40 < shown < 100
    assert [node.text(deep=False) for node in page.css(".column-name")] == [name for name, _ in columns]
    assert f"另有 {5000 - shown} 条因篇幅未列出" in message["html"]
    assert f"另有 {5000 - shown} 条因篇幅未列出" in message["text"]
    left = [int(number) for number in re.findall(r"本栏另有 (\d+) 条", message["text"])]
    assert sum(left) == 5000 - shown
    assert max(left) - min(left) <= 1


def test_an_edition_shows_exactly_what_was_kept() -> None:
    digest = make_digest(("一", tuple(make_item(number) for number in range(1, 6))), ("二", (make_item(9),)))
    items = [digest.sections[section].items[place] for section, place in ranking(digest)[:3]]
    entries = [entry_of(item, digest.timezone, phrases("zh")) for item in items]
    shown = edition(digest, dict(zip(ranking(digest), entries, strict=False)), phrases("zh"), unsubscribe="")
    assert [len(column.entries) for column in shown.columns] == [2, 1]
    assert [column.left_out for column in shown.columns] == [3, 0]
    assert shown.left_out == 3
