"""What is cleaned away, and what is no notice."""

from dataclasses import replace

import pytest

from crawler.notice import Notice
from crawler.noticing import checked
from crawler.reading.page import UnreadablePage

NOTICE = Notice(key="k", source="s", title="关于事项的通知", text="第一段。\n第二段。", url="http://a.example/1.html")


def test_what_nobody_sees_is_taken_away() -> None:
    dirty = replace(
        NOTICE,
        title=" 关于\x00事项\n的\u200b通知 ",
        text="\ufeff  第一段。\r\n\r\n\x01\n　第二段。 ",
        agency=" 甲  乙 ",
    )
    cleaned = checked(dirty)
    assert (cleaned.title, cleaned.text, cleaned.agency) == ("关于事项 的通知", "第一段。\n第二段。", "甲 乙")


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"title": ""}, "no title"), ({"text": ""}, "no text"), ({"title": "长" * 501}, "its title has 501 characters")],
)
def test_what_is_no_notice_is_refused(changes: dict[str, str], words: str) -> None:
    with pytest.raises(UnreadablePage, match=words):
        checked(replace(NOTICE, **changes))  # type: ignore[arg-type]


def test_a_notice_passes() -> None:
    assert checked(NOTICE) == NOTICE
