"""What is cleaned away, and what is no notice."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from config.regions import load_places
from config.settings import Settings
from crawler.archive.pages import Page
from crawler.notice import Notice
from crawler.noticing import FetchedPage, checked, read_page
from crawler.reading.listing import Row
from crawler.reading.page import UnreadablePage
from crawler.sources import Source

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


SOURCE = Source(id="s", name="某市 通知公告", family="auto", lists=("http://a.example/",), region="江苏")
PAGE = "<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
PLACES = load_places(Settings().regions)


def read(title: str, text: str, listed: str) -> Notice:
    fetched = FetchedPage(
        source=SOURCE,
        row=Row(title=listed, url="http://a.example/1.html"),
        address="http://a.example/1.html",
        url="http://a.example/1.html",
        body=PAGE.format(title=title, text=text).encode(),
        charset="utf-8",
        page=Page(),
    )
    return read_page(fetched, PLACES, NOW).notice


SOMETHING_ELSE = "窗口正忙着呢，大家先喝口水，待会儿再来看看吧。"
LISTED = "关于公布第三批惠企资金名单的通知"


def test_a_few_words_that_have_nothing_of_the_notice_are_not_it() -> None:
    with pytest.raises(UnreadablePage, match="温馨提示"):
        read("温馨提示", SOMETHING_ELSE, LISTED)


@pytest.mark.parametrize(
    ("title", "text", "listed"),
    [
        ("某市第三批惠企资金公示", SOMETHING_ELSE, LISTED),  # worded otherwise
        ("温馨提示", "惠企资金第三批名单公布在政务大厅一楼，请有关企业前往查看。", LISTED),
        ("温馨提示", SOMETHING_ELSE * 12, LISTED),  # long: a page whose list calls it by another name
        ("温馨提示", SOMETHING_ELSE, "查看详情"),
    ],
)
def test_a_page_that_its_list_calls_otherwise_is_read(title: str, text: str, listed: str) -> None:
    assert read(title, text, listed).title == title
