"""开普云: static lists that count their pages from 1."""
# ruff: noqa: E501  a row of a list is easier to see on one line

from dataclasses import replace
from datetime import date

from tests.families import papers
from tests.families.pages.frame import site_of
from tests.families.site import Answer, Asked, Site, items, page_of, rows

LISTED = items(16, "/szfgw/zcwj/{y}{m}/0d06a3d5bbbb4a55a0e6e6e8a6a6{n}.shtml", first=date(2025, 1, 4))


ROW = '<li><a href="{path}" title="{title}" target="_blank">{short}</a><span class="time">{day:%m-%d}</span></li>'


def _list(number: int) -> str:
    return f"""<ul class="infolist">{rows(page_of(LISTED, number, 6), ROW)}</ul><div id="page_div"></div>
<script>createPageHTML('page_div',3,{number},'list','shtml',16);</script>"""


CATALOGUE = items(14, "/sfgw/bmwj/{y}{m}/2d06a3d5bbbb4a55a0e6e6e8a6a6{n}.shtml")


LINE = '<tr><td>{at}</td><td><a href="{path}" title="{title}">{short}</a></td><td>示发改〔2026〕{at}号</td><td>{day:%Y.%m.%d}</td></tr>'


def _catalogue(number: int) -> str:
    head = "<tr><th>序号</th><th>标题</th><th>文号</th><th>日期</th></tr>"
    return f"""<table class="xxgk">{head}{rows(page_of(CATALOGUE, number, 6), LINE)}</table>
<script>createPageHTML("page_div",3,{number},"xxgk_list","shtml",14);</script>"""


def _in_gbk(asked: Asked) -> Answer:
    """The page and its headers say UTF-8."""
    pages = {f"/sfgw/zcwj/xxgk_list{end}.shtml": _catalogue(n) for n, end in ((1, ""), (2, "_2"), (3, "_3"))}
    answer = site_of(pages)(asked)
    return replace(answer, body=str(answer.body).encode("gb18030"))


SITES = (
    Site(
        host="static.ucap.example",
        source='family = "ucap"\nlists = ["http://static.ucap.example/szfgw/tz/list.shtml"]\npages = 9',
        answer=site_of({f"/szfgw/tz/list{end}.shtml": _list(n) for n, end in ((1, ""), (2, "_2"), (3, "_3"))}),
        items=LISTED,
        lists=3,
        paper=papers.UCAP,
    ),
    Site(
        host="catalogue.ucap.example",
        name="ucap_catalogue",
        source='family = "ucap"\nlists = ["http://catalogue.ucap.example/sfgw/zcwj/xxgk_list.shtml"]\npages = 9',
        answer=_in_gbk,
        items=CATALOGUE,
        lists=3,
        paper=papers.IN_GBK,
    ),
)
