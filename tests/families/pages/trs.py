"""拓尔思: static lists that count their pages from 0."""
# ruff: noqa: E501  a row of a list is easier to see on one line

from dataclasses import replace
from datetime import date

from tests.families import papers
from tests.families.pages.frame import frame, site_of, spaced
from tests.families.papers import Item
from tests.families.site import NOT_FOUND, Answer, Asked, Site, cut, items, page_of, rows

PINNED = Item(99, "关于公布示例市重大行政决策事项目录的通知", date(2024, 1, 5), "/zwgk/tz/202401/t20240105_99.html")
OTHERS = items(16, "/zwgk/tz/{y}{m}/t{y}{m}{d}_{n}.html")
SAME = [replace(item, title="关于做好防汛工作的通知") if item.number in {2, 8} else item for item in OTHERS]
LISTED = (PINNED, *SAME)


def _list(number: int) -> str:
    shown = [PINNED, *page_of(tuple(SAME), number, 7)]
    lines = [
        f'<li><a href=".{item.path.removeprefix("/zwgk/tz")}" title="{item.title}">{cut(item)}</a><span>{item.day}</span></li>'
        for item in shown
    ]
    old = '<!-- <li><a href="./202608/t20260801_1.html" title="旧的一条已经撤下的通知">旧的一条</a><span>2026-08-01</span></li> -->'
    return f"""<div class="gl"><ul class="list_con">{spaced(lines)}{old}</ul></div>
<script>function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){{ if (_nPageCount > 1) document.write(1); }}
//WCM置标
createPageHTML(3, {number - 1}, "index", "html");</script>"""


CATALOGUE = items(9, "/njsfz/njsfz/{y}{m}/t{y}{m}{d}_{n}.html")


PAPER = """<li><a href="../../..{path}" title="{title}">{short}</a>
<div class="index"><table class="t1"><tr><td>索引号</td><td>0143{at}/2026</td><td>文　　号</td><td>示政发〔2026〕{at}号</td></tr>
<tr><td>发布日期</td><td>{day}</td></tr></table>
<p>相关解读：<a href="/jd/{at}_1.html">对这份文件的第一份政策解读</a> <a href="/jd/{at}_2.html">对这份文件的第二份政策解读</a></p></div></li>"""


def _catalogue(number: int) -> str:
    return f"""<ul class="ml">{rows(page_of(CATALOGUE, number, 4), PAPER)}</ul><script>
var countPage = 3; var currentPage = {number - 1};
createPageHTML(countPage, currentPage, "index_18036", "html");</script>"""


SHORT = items(3, "/gfxwj/gz/{y}{m}/t{y}{m}{d}_{n}.html")


def _short() -> str:
    found = rows(SHORT, '<dd><a href="{path}">{title}</a></dd>')
    return f"<div class='box'><dl>{found}</dl></div>"


def _short_or_gone(asked: Asked) -> Answer:
    return frame(_short()) if asked.path == "/gfxwj/gz/index.html" else replace(NOT_FOUND, status=200)


SITES = (
    Site(
        host="static.trs.example",
        source='family = "trs_wcm"\nlists = ["http://static.trs.example/zwgk/tz/"]',
        answer=site_of({"/zwgk/tz/": _list(1), "/zwgk/tz/index_1.html": _list(2), "/zwgk/tz/index_2.html": _list(3)}),
        items=LISTED,
        lists=3,
        paper=papers.TRS,
    ),
    Site(
        host="catalogue.trs.example",
        name="trs_catalogue",
        source='family = "trs_wcm"\nlists = ["http://catalogue.trs.example/njsfz/214/224/index_18036.html"]\npages = 9',
        answer=site_of(
            {
                "/njsfz/214/224/index_18036.html": _catalogue(1),
                "/njsfz/214/224/index_18036_1.html": _catalogue(2),
                "/njsfz/214/224/index_18036_2.html": _catalogue(3),
            }
        ),
        items=CATALOGUE,
        lists=3,
    ),
    Site(
        host="short.trs.example",
        name="trs_short",
        source='family = "trs_wcm"\nlists = ["http://short.trs.example/gfxwj/gz/index.html"]',
        answer=_short_or_gone,
        items=SHORT,
        lists=2,
    ),
)
