"""What a chat says beside the notices: what ends soon, what was asked, where all of it stands."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from alerts.channels import CHANNELS, chat
from alerts.channels.base import Note
from alerts.model import Asked, Ending, RuleTag
from config.settings import Settings
from tests.channels.conftest import make_digest, make_item

CHATS = ("wecom", "dingtalk", "feishu", "slack", "teams", "discord", "telegram", "mattermost", "ntfy", "apprise")


ASKED = (
    Asked(rule=RuleTag(subscription_id=1, rule="补贴", note="惠企资金"), found=1, capped=3),
    Asked(rule=RuleTag(subscription_id=2, rule="采购")),
)


WHOLE = "https://yaoxun.example/digests/7/abc"


def ending(number: int, title: str = "申报通知") -> Ending:
    day = date(2026, 11, 23 + number)
    return Ending(notice_id=number, title=f"{title}{number}", url=f"https://a.example/{number}", day=day, what="申报")


def told(name: str, **changes: Any) -> list[str]:  # noqa: ANN401  any field of a digest
    """Return the words of each message: JSON is read first, for what it escapes is there all the same."""
    digest = make_digest(("政策举措", (make_item(1),)), **changes)
    said = (next(iter(one.values())) for one in CHANNELS[name].compose(digest, {}, Settings()))
    return [json.dumps(json.loads(text), ensure_ascii=False) if text.startswith("{") else text for text in said]


@pytest.mark.parametrize("name", CHATS)
def test_a_chat_says_what_ends_soon_what_was_asked_and_where_all_of_it_stands(name: str) -> None:
    soon = (ending(0), ending(2))
    [text] = told(name, ending=soon, asked=ASKED, link=WHOLE, late=True, periods=3)
    heading, first, second = text.index("即将截止"), text.index("申报通知0"), text.index("申报通知2")
    assert heading < first < second < text.index("新能源汽车购置补贴")
    assert "2026-11-23" in text[heading:first]
    assert "今天" in text[heading:first]
    assert "还有 2 天" in text[first:second]
    assert "惠企资金 · 补贴：1 条（另有 3 条超出每期上限，未列出）；采购：0 条" in text.replace("\\", "")
    assert "查看全部" in text
    assert "yaoxun.example/digests/7/abc" in text
    assert "本期合并了 3 期" in text
    assert "中断" not in text  # it may as well have been paused
    assert "检查来源 12 个" in text


@pytest.mark.parametrize("name", CHATS)
def test_a_chat_speaks_the_language_of_its_reader(name: str) -> None:
    item = make_item(1, agency="A", origin="B", regions=())
    digest = make_digest(("Policy", (item,)), language="en", asked=ASKED, link=WHOLE, ending=(ending(1),), late=True)
    note = Note("Yaoxun: 2 sources changed", ["one", "two"] * 400, "en")
    for message in (
        *CHANNELS[name].compose(digest, {}, Settings()),
        *CHANNELS[name].compose_note(note, {}, Settings()),
    ):
        said = "".join(message.values())
        assert not [phrase for phrase in ("要讯", "另有", "可能重复", "截止", "本期", "来源", "命中") if phrase in said]


@pytest.mark.parametrize("name", CHATS)
def test_so_much_ends_soon_that_some_of_it_is_left_out_and_no_notice(name: str) -> None:
    texts = told(name, ending=tuple(ending(day % 7, "很长的题目" * 9) for day in range(12)), asked=ASKED * 30)
    assert "新能源汽车购置补贴" in "".join(texts)
    assert "等 60 条规则" in "".join(texts)
    assert len(texts) <= 2


def test_an_ending_that_finds_no_room_leaves_no_empty_heading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "ENDING_LINK", 3000)
    long = replace(ending(1), url="https://a.example/" + "x" * 1900)
    [text] = told("wecom", ending=(long,))
    assert "即将截止" not in text
    assert "新能源汽车购置补贴" in text
