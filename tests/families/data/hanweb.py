"""大汉: JPaaS units, the catalogue of JCMS, and the search of a site."""

import json
from html import escape

from tests.families import papers
from tests.families.site import (
    NOT_ALLOWED,
    NOT_FOUND,
    REFUSED,
    Answer,
    Asked,
    Site,
    as_json,
    items,
    page_of,
    rows,
    shell,
)

UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"


def _unit(tag: str, page: str) -> str:
    query = {
        "parseType": "bulidstatic",
        "webId": "3185",
        "tplSetId": "o0YcSample",
        "pageType": "column",
        "tagId": tag,
        "editType": "null",
        "pageId": page,
    }
    return f'<div><script url="{UNIT}" queryData="{escape(str(query), quote=True)}"></script></div>'


JPAAS = items(8, "/col/col1229/art/{y}/art_5c1d8e0f3ab94d6f8a7725d3c9e1{n}.html")
NAVIGATION = '<ul><li><a href="/col/col1/index.html">机构职能介绍与领导信息</a></li></ul>'


def _jpaas(asked: Asked) -> Answer:
    if asked.path == "/col/col1229/index.html":
        return shell(_unit("导航栏目", "1229") + _unit("当前栏目list", "1229") + _unit("当前栏目list", "1229"))
    if asked.path != UNIT or asked.method != "GET":
        return NOT_FOUND
    if asked.headers.get("Referer") != "http://jpaas.zhe.example/col/col1229/index.html":
        return REFUSED
    if asked.query["tagId"] != "当前栏目list" or len(asked.query) != 8:
        return as_json({"success": True, "data": {"html": NAVIGATION}})
    paging = json.loads(asked.query["paramJson"])
    found = page_of(JPAAS, paging["pageNo"], paging["pageSize"])
    form = '<li class="clearfix"><a class="bt-left" title="{title}" href="//jpaas.zhe.example{path}">{title:.16}...</a>'
    html = rows(found, form + '<span class="bt-right">{day}</span></li>')
    total = '<div class="pagination" rows="3" count="999"></div>'
    return as_json({"success": True, "data": {"html": f"<ul>{html}</ul>{total}" if found else ""}})


ABROAD = items(3, "/col/col77/art/{y}/art_99ad8e0f3ab94d6f8a7725d3c9e1{n}.html")


def _abroad(asked: Asked) -> Answer:
    if asked.path == "/col/col77/index.html":
        return shell(_unit("信息列表", "77"))
    if asked.path != UNIT:
        return NOT_FOUND
    html = rows(ABROAD, '<a class="news" href="{path}">{title}</a><span class="time">{day}</span>')
    paging = '<a href="/col/col77/index.html?page=2">下一页</a>'
    return as_json({"success": True, "data": {"html": f"<div>{html}{paging}</div>"}})


XXGK = items(8, "/art/{y}/{m}/{d}/art_3096_{n}.html")


def _xxgk(asked: Asked) -> Answer:
    if asked.path == "/col/col3096/index.html":
        return shell(
            "<script>var jdid='3096';var infotypeId='A0202';var divid='div1234';</script><div id='div1234'></div>"
        )
    if asked.path != "/module/xxgk/search.jsp":
        return NOT_FOUND
    if asked.method != "POST":
        return NOT_ALLOWED
    if asked.form != {"infotypeId": "A0202", "jdid": "3096", "area": "", "divid": "div1234"}:
        return Answer("<table class='xlt_table0'></table>")
    head = "<tr><td>标题</td><td>发文日期</td></tr>"
    form = '<tr><td><a href="{path}" title="{title}">{title:.12}…</a></td><td>{day}</td></tr>'
    found = rows(page_of(XXGK, int(asked.query["currpage"]), 3), form)
    return Answer(f"<table class='xlt_table0'>{head}{found}</table>")


SEARCH = items(8, "/art/{y}/{m}/{d}/art_55_{n}.html")


def _search(asked: Asked) -> Answer:
    if asked.path != "/jsearchfront/interfaces/cateSearch.do":
        return NOT_FOUND
    if asked.method != "POST":
        return NOT_ALLOWED
    form = asked.form
    rightly = (form["websiteid"], form["cateid"], form["tpl"]) == ("330000000000", "372", "1569")
    found = page_of(SEARCH, int(form["p"]), int(form["pg"])) if rightly else ()
    one = '<div><a href="{path}" title="{title}"><em>{title:.4}</em>…</a><p>发布时间：{day} 来源：示例</p></div>'
    return as_json({"total": 900, "result": [rows([item], one) for item in found]} if found else {"total": 900})


RULES = items(8, "/col/col1229063/art/{y}/art_7c1d8e0f3ab94d6f8a7725d3c9e1{n}.html")


def _rules(asked: Asked) -> Answer:
    """杭州: the size of a page is called rows, and the rows stand in a table."""
    if asked.path == "/col/col1229063/index.html":
        return shell(_unit("规章库列表", "1229063"))
    if asked.path != UNIT:
        return NOT_FOUND
    paging = json.loads(asked.query["paramJson"])
    if set(paging) != {"pageNo", "rows"}:
        return as_json({"success": True, "data": {"html": ""}})
    head = "<tr><th>序号</th><th>标题</th><th>公布日期</th></tr>"
    form = '<tr><td>{at}</td><td><a href="{path}" title="{title}">{short}</a></td><td>{day:%Y年%m月%d日}</td></tr>'
    found = rows(page_of(RULES, paging["pageNo"], paging["rows"]), form)
    return as_json({"success": True, "data": {"html": f"<table>{head}{found}</table>" if found else ""}})


SITES = (
    Site(
        host="rules.hang.example",
        name="hanweb_jpaas_rules",
        source="""
family = "hanweb_jpaas"
lists = ["http://rules.hang.example/col/col1229063/index.html"]
size = 3
size_name = "rows"
pages = 9""",
        answer=_rules,
        items=RULES,
        lists=1 + 4,
    ),
    Site(
        host="jpaas.zhe.example",
        source="""
family = "hanweb_jpaas"
lists = ["http://jpaas.zhe.example/col/col1229/index.html"]
size = 3
pages = 9""",
        answer=_jpaas,
        items=JPAAS,
        lists=1 + 4,
        paper=papers.JPAAS,
    ),
    Site(
        host="abroad.zhe.example",
        name="hanweb_jpaas_abroad",
        source="""
family = "hanweb_jpaas"
lists = ["http://abroad.zhe.example/col/col77/index.html"]
size = 3
pages = 9""",
        answer=_abroad,
        items=ABROAD,
        lists=1 + 2,
    ),
    Site(
        host="xxgk.han.example",
        source='family = "hanweb_xxgk"\nlists = ["http://xxgk.han.example/col/col3096/index.html"]\npages = 9',
        answer=_xxgk,
        items=XXGK,
        lists=1 + 4,
    ),
    Site(
        host="search.han.example",
        source="""
family = "hanweb_search"
lists = ["http://search.han.example/jsearchfront/search.do?websiteid=330000000000&tpl=1569&cateid=372"]
size = 3
pages = 9""",
        answer=_search,
        items=SEARCH,
        lists=4,
    ),
)
