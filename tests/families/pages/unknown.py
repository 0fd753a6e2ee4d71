"""Sites of no known system: what `auto` makes of them, and a source with selectors."""
# ruff: noqa: E501  a row of a list is easier to see on one line

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from tests.families.pages.frame import site_of
from tests.families.site import Site, items, page_of, rows

LATELY = (datetime.now(UTC) - timedelta(days=2)).date()
LISTED = items(11, "/a/{n}.jhtml", first=LATELY)
SHOWN = [replace(item, day=date(2099, 1, 1)) if item.number == 3 else item for item in LISTED]


def _list(number: int) -> str:
    found = "".join(
        f'<div class="item {"even" if item.number % 2 else "odd"}"><span class="d">'
        f"{item.day if item.day.year == 2099 else f'{item.day:%m-%d}'}</span><p><a href='{item.path}'>{item.title}</a></p></div>"
        for item in page_of(tuple(SHOWN), number, 5)
    )
    box = "".join(
        f'<li><a href="/box/{n}.html">热点专题第{n}期专栏报道：基层治理的新办法和新成效</a> 2026-10-0{n}</li>'
        for n in range(1, 4)
    )
    following = f'<a href="/c/tz_{number + 1}.jhtml">下一页</a>' if number < 3 else ""
    return f'<div class="main">{found}</div><ul class="hot">{box}</ul><div class="pg">{following}</div>'


ENDLESS = items(9, "/news/{n}.html")


def _endless(number: int) -> str:
    found = "".join(
        f"<a href='{item.path}'>{item.title}</a> ({item.day.year}年{item.day.month}月{item.day.day}日)<br>"
        for item in ENDLESS
    )
    return f"<div class='c'>{found}</div><a href='/news?page={number + 1}'>下一页</a>"


TOLD = items(9, "/told/{n}.html")


CARD = "<div class='r'><i>{day} 09:00:00{day} 09:00:00</i><h4>{title}</h4><a class='go' href='{path}'>查看</a></div>"


def _told(number: int) -> str:
    return f"<div>{rows(page_of(TOLD, number, 3), CARD)}</div><a href='#'>下一页</a>"


SITES = (
    Site(
        host="www.unknown.example",
        source='family = "auto"\nlists = ["http://www.unknown.example/c/tz.jhtml"]\npages = 9',
        answer=site_of({f"/c/tz{end}.jhtml": _list(n) for n, end in ((1, ""), (2, "_2"), (3, "_3"))}),
        items=tuple(SHOWN),
        lists=3,
    ),
    Site(
        host="endless.unknown.example",
        name="auto_endless",
        source='family = "auto"\nlists = ["http://endless.unknown.example/news"]\npages = 500',
        answer=site_of({"/news": _endless(1)}, beyond=_endless(7)),
        items=ENDLESS,
        lists=2,
    ),
    Site(
        host="www.listing.example",
        source="""
family = "listing"
lists = ["http://www.listing.example/told/index.html"]
rows = "div.r"
title = "h4"
link = "a.go"
date = "i"
next = "index_{page-1}.html"
pages = 9""",
        answer=site_of({f"/told/index{end}.html": _told(n) for n, end in ((1, ""), (2, "_1"), (3, "_2"))}),
        items=TOLD,
        lists=4,
    ),
)
