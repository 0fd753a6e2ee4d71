"""上海: commented-out copies, rows that are files, columns by year."""
# ruff: noqa: E501  a row of a list is easier to see on one line

from dataclasses import replace
from datetime import date

from tests.families import papers
from tests.families.pages.frame import site_of
from tests.families.site import Site, items, page_of, rows

DETAIL = "/nw12344/{y}{m}{d}/5c1d8e0f3ab94d6f8a7725d3c9e1{n}.html"
FILE = replace(items(1, "/cmsres/5f/5f0a{n}.pdf", first=date(2026, 8, 30))[0], number=50, title="上海市示例规划图集")
LISTED = (FILE, *items(13, DETAIL))
BOX = "".join(
    f'<li><a href="/nw4411/202609{n:02}/aa{n}.html" title="市领导调研第{n}站的要闻">市领导调研</a><span class="time">2026-09-{n:02}</span></li>'
    for n in range(1, 5)
)


def _list(number: int) -> str:
    found = "".join(
        f"""<li><a href="{item.path}" title="{item.title[:6]}&lt;br&gt;{item.title[6:]}">{item.title[:6]}<br>{item.title[6:12]}{"…" * (len(item.title) > 12)}</a><span class="time">{item.day}</span></li>
<!--<li><a href="/nw12344/20250101/old{item.number}.html" title="已经改版的旧行{item.number}">旧行</a><span class="time">2025-01-01</span></li>-->"""
        for item in page_of(LISTED, number, 5)
    )
    return f"""<ul class="news-list">{BOX}</ul><ul class="uli14 nowrapli list-date">{found}</ul><ul class="pagination"></ul>
<script>$(".pagination").pagination({{
  totalPage:3, isShow:true, count:5, prevPageText:"<i></i>上一页", nextPageText:"下一页", callback:function(n){{ }} }});</script>"""


YEARS = items(12, "/hfbf2026/{y}{m}{d}/6c1d8e0f3ab94d6f8a7725d3c9e1{n}.html")


def _years() -> str:
    links = "".join(f'<li><a href="/hfbf{year}/index.html">{year}年</a></li>' for year in range(2019, 2027))
    return f'<ul class="nowrapli">{links}</ul>'


def _year(number: int) -> str:
    found = rows(
        page_of(YEARS, number, 4),
        '<li><a href="{path}" title="{title}">{title}</a><span class="time">{day}</span></li>',
    )
    return f'<ul class="nowrapli">{found}</ul><script>$(".pagination").pagination({{totalPage:3}});</script>'


BUREAU = items(12, "/xwfb/{y}{m}{d}/7c1d8e0f3ab94d6f8a7725d3c9e1{n}.html")


CARD = '<li><a href="{path}"><div><h2>{title}</h2><p>为贯彻落实有关要求，本市将组织开展这项工作，详见正文所列安排。</p></div><span>{day}</span></a></li>'


def _bureau(number: int) -> str:
    return f'<div class="secondary-wrap"><ul>{rows(page_of(BUREAU, number, 4), CARD)}</ul></div>'


SITES = (
    Site(
        host="list.shanghai.example",
        source='family = "shanghai"\nlists = ["http://list.shanghai.example/nw12344/index.html"]\npages = 9',
        answer=site_of({f"/nw12344/index{end}.html": _list(n) for n, end in ((1, ""), (2, "_2"), (3, "_3"))}),
        items=LISTED,
        lists=3,
        paper=papers.SHANGHAI,
    ),
    Site(
        host="years.shanghai.example",
        name="shanghai_years",
        source='family = "shanghai"\nlists = ["http://years.shanghai.example/nw11408/index.html"]\npages = 9',
        answer=site_of(
            {"/nw11408/index.html": _years()}
            | {f"/hfbf2026/index{end}.html": _year(n) for n, end in ((1, ""), (2, "_2"), (3, "_3"))}
        ),
        items=YEARS,
        lists=1 + 3,
    ),
    Site(
        host="bureau.shanghai.example",
        name="shanghai_bureau",
        source='family = "shanghai"\nlists = ["http://bureau.shanghai.example/xwfb/"]\npages = 9',
        answer=site_of(
            {f"/xwfb/{name}": _bureau(n) for n, name in ((1, ""), (2, "index_2.html"), (3, "index_3.html"))}
        ),
        items=BUREAU,
        lists=4,
    ),
)
