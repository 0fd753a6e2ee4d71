"""龙讯, 常州, 江苏自然资源, 广东: lists that count their pages in the address, and never say that they end."""
# ruff: noqa: E501  a row of a list is easier to see on one line

from tests.families import papers
from tests.families.pages.frame import site_of, spaced
from tests.families.site import Site, cut, items, page_of

COLUMN = items(14, "/tzgg/{n}.html")


def _column(number: int) -> str:
    rows = [
        f'<li><a href="{item.path}" title="{item.title}" class="left">{cut(item)}</a><span class="right date">{item.day}</span></li>'
        for item in page_of(COLUMN, number, 7)
    ]
    return f"""<div class="listright"><ul class="doc_list list-6794811">{spaced(rows, 5)}</ul></div>
<div class="pagination"><a href="javascript:void(0)" paged="{number + 1}" class="default_pgNext">下一页</a></div>"""


LINKED = items(12, "/public/21711/{n}.html")


def _linked(number: int) -> str:
    rows = [
        f'<li><a href="http://linked.lonsun.example{item.path}" title="{item.title}">{cut(item)}</a><span class="date">{item.day:%Y/%m/%d}</span></li>'
        for item in page_of(LINKED, number, 4)
    ]
    there = f'<a href="/zwgk/index{number + 1}.html?x=1#p">下一页 &gt;</a>' if number < 3 else "<a>下一页 &gt;</a>"
    return f'<ul class="xxgk_nav_list">{spaced(rows)}</ul><p><a href="/zwgk/index1.html">首页</a>{there}</p>'


TABLE = items(13, "/gi_news/73417779{n}")


def _table(number: int) -> str:
    rows = "".join(
        f'<tr><td>{at}</td><td><a href="{item.path}" title="{item.title}">{cut(item)}</a></td><td>常示发〔2026〕{at}号</td><td>{item.day:%y-%m-%d}</td></tr>'
        for at, item in enumerate(page_of(TABLE, number, 5), 1)
    )
    return f"<table class='box3'><tr><th>序号</th><th>名称</th><th>文号</th><th>日期</th></tr>{rows}</table>"


NATURAL = items(12, "/gtapp/messageinfo/2c9082b5{n}.htm")


def _natural(number: int) -> str:
    rows = "".join(
        f"""<tr><td width="5"><img src="/dot.gif"></td><td class="nlist"><a href="{item.path.removeprefix("/gtapp/")}">{item.title}</a></td>
<td>[{item.day}]</td></tr><tr><td colspan="3" height="1" bgcolor="#ccc"></td></tr>"""
        for item in page_of(NATURAL, number, 5)
    )
    return f"<table><tr><td><table width='100%'>{rows}</table></td></tr><tr><td>共3页 <a href='javascript:toPage()'>下页</a></td></tr></table>"


GUANGDONG = items(12, "/zwgk/wjk/content/post_455{n}.html")


def _guangdong(number: int) -> str:
    rows = "".join(
        f'<li><span class="til"><a href="{item.path}" title="{item.title}">{cut(item)}</a></span><span class="wh">粤示〔2026〕{item.number}号</span>'
        f'<span class="time">{item.day.year}年{item.day.month}月{item.day.day}日</span></li>'
        for item in page_of(GUANGDONG, number, 4)
    )
    following = (
        f'<a class="next" href="index_{number + 1}.html">下一页</a>'
        if number < 3
        else '<a class="next" href="index_3.html">下一页</a>'
    )
    return f'<div class="viewList"><ul>{rows}</ul></div><div class="page">{following}</div>'


NRGL = "/gtapp/nrglIndex.action?classID=2c9082b55a1b4d4f"

SITES = (
    Site(
        host="column.lonsun.example",
        source='family = "lonsun"\nlists = ["http://column.lonsun.example/content/column/6794811"]\npages = 9',
        answer=site_of(
            {"/content/column/6794811": _column(1), "/content/column/6794811?pageIndex=2": _column(2)},
            beyond=_column(2),
        ),
        items=COLUMN,
        lists=3,
        paper=papers.LONSUN,
    ),
    Site(
        host="linked.lonsun.example",
        name="lonsun_linked",
        source='family = "lonsun"\nlists = ["http://linked.lonsun.example/zwgk/index.html"]\npages = 9',
        answer=site_of(
            {"/zwgk/index.html": _linked(1), "/zwgk/index2.html?x=1": _linked(2), "/zwgk/index3.html?x=1": _linked(3)},
            beyond=_linked(3),
        ),
        items=LINKED,
        lists=4,
    ),
    Site(
        host="www.changzhou.example",
        source='family = "changzhou"\nlists = ["http://www.changzhou.example/gova/tzgg.php?catname=fgw_02_10"]\npages = 9',
        answer=site_of(
            {
                "/gova/tzgg.php?catname=fgw_02_10": _table(1),
                "/gova/tzgg.php?catname=fgw_02_10&page=2": _table(2),
            },
            beyond=_table(3),
        ),
        items=TABLE,
        lists=4,
    ),
    Site(
        host="zrzy.gtapp.example",
        source=f'family = "gtapp"\nlists = ["http://zrzy.gtapp.example{NRGL}"]\npages = 9',
        answer=site_of(
            {NRGL: _natural(1), f"{NRGL}&cpage=2": _natural(2), f"{NRGL}&cpage=3": _natural(3)}, beyond=_natural(4)
        ),
        items=NATURAL,
        lists=4,
    ),
    Site(
        host="www.guangdong.example",
        source='family = "gd_static"\nlists = ["http://www.guangdong.example/zwgk/wjk/index.html"]\npages = 9',
        answer=site_of({f"/zwgk/wjk/index{end}.html": _guangdong(n) for n, end in ((1, ""), (2, "_2"), (3, "_3"))}),
        items=GUANGDONG,
        lists=3,
    ),
)
