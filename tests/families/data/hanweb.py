"""大汉: JPaaS units, the catalogue of JCMS, and its older and its encrypted paging."""

import json
from html import escape

from tests.families.site import (
    NOT_ALLOWED,
    NOT_FOUND,
    REFUSED,
    XML,
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
EMPTY_REPLY = "<datastore><recordset></recordset>".ljust(42) + "</datastore>"  # 54 bytes


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


OLD = items(8, "/art/{y}/{m}/{d}/art_1324_{n}.html")


def _store(found: str, nextgroup: str = "") -> str:
    group = f'<nextgroup><![CDATA[<a href="{nextgroup}"></a>]]></nextgroup>' if nextgroup else ""
    return f"<datastore>{group}<totalrecord>8</totalrecord><recordset>{found}</recordset></datastore>"


RECORD = '<record><![CDATA[<tr><td><a href="{path}" title="{title}">{title}</a><b>{day}</b></td></tr>]]></record>'
GROUP = "/module/jpage/dataproxy.jsp?page=1&appid=1&webid=3&path=/&columnid=7f3a9c&unitid=e01b55&permissiontype=0"


def _old(asked: Asked) -> Answer:
    """Encrypted ids and no jpage in the script: only the address of the next group leads on, and only by GET."""
    if asked.path == "/col/col1324/index.html":
        store = _store(rows(OLD[:3], RECORD), GROUP)
        return shell(f'<div id="55"><script type="text/xml">{store}</script></div>')
    if asked.path != "/module/jpage/dataproxy.jsp":
        return NOT_FOUND
    if asked.method != "GET" or asked.query["unitid"] != "e01b55":
        return Answer(EMPTY_REPLY, XML)
    found = page_of(OLD, int(asked.query["page"]), 3)
    return Answer(_store(rows(found, RECORD)) if found else EMPTY_REPLY, XML)


LOCKED = items(3, "/art/{y}/{m}/{d}/art_900_{n}.html")


def _locked(asked: Asked) -> Answer:
    """A site that answers every request for further records with the empty 54 bytes."""
    if asked.path == "/col/col900/index.html":
        store = _store(rows(LOCKED, RECORD), GROUP)
        script = (
            "<script>var param_1={col:1,appid:'1',webid:3,path:'/',columnid:'ab12',unitid:'cd34'};"
            "$('#1').jpage({totalRecord:300,groupSize:3,perPage:1,proxyUrl:'/module/web/jpage/dataproxy.jsp'});</script>"
        )
        return shell(f'<div id="1"><script type="text/xml">{store}</script></div>{script}')
    return Answer(EMPTY_REPLY, XML)


SITES = (
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
        traps=(
            "several units, the list among them, and once more for telephones",
            "queryData in single quotes",
            "links without a scheme",
            "titles cut short, whole in their attribute",
            "403 without the list as Referer",
            "empty html beyond the end",
            "a count that lies",
        ),
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
        traps=("pageNo ignored: always the first page", "rows of a link and a day, held by nothing"),
    ),
    Site(
        host="xxgk.han.example",
        source='family = "hanweb_xxgk"\nlists = ["http://xxgk.han.example/col/col3096/index.html"]\npages = 9',
        answer=_xxgk,
        items=XXGK,
        lists=1 + 4,
        traps=("GET refused", "a form that must be complete", "a header row", "beyond the end only the header row"),
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
        traps=(
            "each row a text of HTML",
            "titles marked and cut short",
            "no result beyond the end",
            "a total that lies",
        ),
    ),
    Site(
        host="old.han.example",
        name="hanweb_jcms_old",
        source='family = "hanweb_jcms"\nlists = ["http://old.han.example/col/col1324/index.html"]\npages = 9',
        answer=_old,
        items=OLD,
        lists=1 + 3,
        traps=(
            "the older path",
            "encrypted ids, known only to nextgroup",
            "POST answered with 54 bytes",
            "54 bytes at the end",
        ),
    ),
    Site(
        host="locked.han.example",
        name="hanweb_jcms_locked",
        source='family = "hanweb_jcms"\nlists = ["http://locked.han.example/col/col900/index.html"]\npages = 9',
        answer=_locked,
        items=LOCKED,
        lists=1 + 2,
        traps=("54 bytes to POST and to GET: only the first page can be had", "a total that lies"),
    ),
)
