"""Pages cut, spoiled and blown up: an article, rows or UnreadablePage, in bounded time, never another error."""

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from config.regions import Places
from crawler.reading.article import read_article
from crawler.reading.bulletin import split_bulletin
from crawler.reading.charset import decode
from crawler.reading.listing import find_rows, select_rows
from crawler.reading.page import UnreadablePage

PAGES = sorted((Path(__file__).parents[1] / "sites").glob("*/page.html"))
URL = "http://www.shili.example/a/"
SEED = 189


def read_all(body: bytes) -> None:
    ways: tuple[Callable[[], object], ...] = (
        lambda: read_article(body, URL),
        lambda: find_rows(body, URL),
        lambda: select_rows(decode(body), URL, rows="li, tr", date="span"),
    )
    for way in ways:
        try:
            way()
        except UnreadablePage as problem:
            assert problem.reason  # noqa: PT017  any other error fails the test


def spoiled(page: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(page))
    other = chance.randrange(len(page))
    ways: tuple[Callable[[], bytes], ...] = (
        lambda: page[:at],
        lambda: page[at:],
        lambda: page[:at] + b"\x00\xff\x80" + page[at:],
        lambda: page[:at] + bytes(chance.randrange(256) for _ in range(9)) + page[at + 9 :],
        lambda: page.replace(b">", b"", at % 7),
        lambda: page.replace(b'"', b"<", at % 9),
        lambda: page[: max(at, other)] + page[min(at, other) :],
        lambda: page.replace(b"</", b"<"),
        lambda: page.replace(b"<p>", b"&#0;&#xD800;&#11;<p>"),
    )
    return chance.choice(ways)()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_spoiled_pages(page: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311  the same mutations every time
    body = page.read_bytes()
    for _ in range(60):
        read_all(spoiled(body, chance))


def zoomed(text: str) -> bytes:
    return f"<meta charset=utf-8><title>关于报送材料的通知</title><div id=zoom>{text}</div>".encode()


HUGE = {
    "deep": b"<title>a title</title>" + b"<div>" * 10_000 + "文字，文字。".encode() * 99,
    "deep lists": b"<ul><li>" * 10_000,
    "links within links": b"<title>a title</title>" + "<div><a href=/x>公告</a>".encode() * 1_900,
    "open fonts": b"".join(b"<font size=%d><p>x" % size for size in range(10_000)),
    "20 MB": b"<title>a title</title><p>" + b"x" * 20_000_000,
    "links": b"<div>" + b"<a href=/x>abcdefgh</a> 2020-01-01" * 50_000,
    "records": b"<record>" * 200_000,
    "comments": b"<title>a title</title>" + b"<!--" * 500_000,
    "one attribute": b'<title>a title</title><p x="' + b"a" * 2_000_000,
    "brackets": b"<title>a title</title>" + b"<" * 2_000_000,
    "labels": b"<title>a title</title>" + "发布日期 来源".encode() * 50_000 + b"<div id=zoom>abcdefghijklmnop</div>",
    "days": zoomed("2026年12月10日前报送，12月11日至12日公示期7天；" * 30_000),
    "days on lines": zoomed("<p>自2026年12月10日起施行。</p><p>示例市财政局</p><p>2026年1月1日</p>" * 10_000),
    "one long day": zoomed("2026年1" + " " * 500_000 + "月 至 至 至 即日起至" * 20_000),
    "offices": zoomed("<p>示例市财政局" + "示例市教育局 " * 100_000 + "</p><p>2026年1月1日</p>"),
    "a far day": zoomed("请于2099年12月31日前报送。公示期999天，自2026年1月1日起。"),
    "strings": b"<title>a title</title><script>" + b"x='<p>" * 200_000 + b'y="<div' * 200_000,
    "boxes of sentences": b"<title>a title</title>" + "<div>文字，文字。".encode() * 1_900,
    "editors": b"<title>a title</title>" + "<div class=TRS_Editor>文字，文字，文字，文字。</div>".encode() * 20_000,
    "numbers": zoomed("<p>示府发〔2026〕</p>" + "号〔" * 100_000),
    "numbers and mail": zoomed("联系电话：0512-" + "1-(" * 100_000 + "a@" * 100_000),
    "cells": b"<title>a title</title><div id=zoom><table><tr>" + "<td>文字，文字。</td>".encode() * 30_000,
}


@pytest.mark.parametrize("name", HUGE)
def test_huge_pages_end(name: str) -> None:
    began = time.process_time()
    read_all(HUGE[name])
    assert time.process_time() - began < 6


def test_spoiled_bulletins(sample: str, places: Places) -> None:
    chance = random.Random(SEED)  # noqa: S311  the same mutations every time
    body = sample.encode()
    for _ in range(150):
        _, notices = split_bulletin(decode(spoiled(body, chance)), places)
        assert notices
