"""开普云: static lists that count their pages from 1."""
# ruff: noqa: E501  a row of a list is easier to see on one line

from tests.families.pages.frame import cut, site_of
from tests.families.site import Site, items, page_of

LISTED = items(16, "/szfgw/zcwj/{y}{m}/0d06a3d5bbbb4a55a0e6e6e8a6a6{n}.shtml")


def _list(number: int) -> str:
    rows = "".join(
        f'<li><a href="{item.path}" title="{item.title}" target="_blank">{cut(item)}</a><span class="time">{item.day:%m-%d}</span></li>'
        for item in page_of(LISTED, number, 6)
    )
    return f"""<ul class="infolist">{rows}</ul><div id="page_div"></div>
<script>createPageHTML('page_div',3,{number},'list','shtml',16);</script>"""


CATALOGUE = items(14, "/sfgw/bmwj/{y}{m}/2d06a3d5bbbb4a55a0e6e6e8a6a6{n}.shtml")


def _catalogue(number: int) -> str:
    rows = "".join(
        f'<tr><td>{item.number + 1}</td><td><a href="{item.path}" title="{item.title}">{cut(item)}</a></td>'
        f"<td>示发改〔2026〕{item.number + 1}号</td><td>{item.day:%Y.%m.%d}</td></tr>"
        for item in page_of(CATALOGUE, number, 6)
    )
    return f"""<table class="xxgk"><tr><th>序号</th><th>标题</th><th>文号</th><th>日期</th></tr>{rows}</table>
<script>createPageHTML("page_div",3,{number},"xxgk_list","shtml",14);</script>"""


SITES = (
    Site(
        host="static.ucap.example",
        source='family = "ucap"\nlists = ["http://static.ucap.example/szfgw/tz/list.shtml"]\npages = 9',
        answer=site_of({f"/szfgw/tz/list{end}.shtml": _list(n) for n, end in ((1, ""), (2, "_2"), (3, "_3"))}),
        items=LISTED,
        lists=3,
        traps=("the second page is list_2.shtml", "dates without a year: it stands in the address", "titles cut short"),
    ),
    Site(
        host="catalogue.ucap.example",
        name="ucap_catalogue",
        source='family = "ucap"\nlists = ["http://catalogue.ucap.example/sfgw/zcwj/xxgk_list.shtml"]\npages = 9',
        answer=site_of(
            {f"/sfgw/zcwj/xxgk_list{end}.shtml": _catalogue(n) for n, end in ((1, ""), (2, "_2"), (3, "_3"))}
        ),
        items=CATALOGUE,
        lists=3,
        traps=("a table in none of the usual forms", "dates with dots", "numbers of documents beside the titles"),
    ),
)
