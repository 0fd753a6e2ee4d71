"""What is cleaned away, and what is no notice."""

from dataclasses import replace

import pytest
from scrapy.exceptions import DropItem

from crawler.archive.pages import PageNotice
from crawler.notice import Notice
from crawler.pipelines import Clean, Validate

NOTICE = Notice(key="k", source="s", title="关于事项的通知", text="第一段。\n第二段。", url="http://a.example/1.html")


def item(**changes: str) -> PageNotice:
    return PageNotice(notice=replace(NOTICE, **changes), url=NOTICE.url)  # type: ignore[arg-type]


def test_clean_takes_away_what_nobody_sees() -> None:
    dirty = item(
        title=" 关于\x00事项\n的\u200b通知 ", text="\ufeff  第一段。\r\n\r\n\x01\n　第二段。 ", agency=" 甲  乙 "
    )
    cleaned = Clean().process_item(dirty).notice
    assert (cleaned.title, cleaned.text, cleaned.agency) == ("关于事项 的通知", "第一段。\n第二段。", "甲 乙")


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"title": ""}, "no title"), ({"text": ""}, "no text"), ({"title": "长" * 501}, "its title has 501 characters")],
)
def test_validate_drops_what_is_no_notice(changes: dict[str, str], words: str) -> None:
    with pytest.raises(DropItem, match=words):
        Validate().process_item(item(**changes))


def test_validate_lets_a_notice_pass() -> None:
    assert Validate().process_item(item()) == item()
