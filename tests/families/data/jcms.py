"""大汉 JCMS: rows in scripts, paging through dataproxy.jsp; its older, its encrypted and its locked kinds."""

from html import escape

from tests.families import papers
from tests.families.site import NOT_FOUND, XML, Answer, Asked, Site, items, page_of, rows, shell

EMPTY_REPLY = "<datastore><recordset></recordset>".ljust(42) + "</datastore>"  # 54 bytes


OLD = items(8, "/art/{y}/{m}/{d}/art_1324_{n}.html")


def _store(found: str, nextgroup: str = "") -> str:
    group = f'<nextgroup><![CDATA[<a href="{nextgroup}"></a>]]></nextgroup>' if nextgroup else ""
    return f"<datastore>{group}<totalrecord>8</totalrecord><recordset>{found}</recordset></datastore>"


RECORD = '<record><![CDATA[<tr><td><a href="{path}" title="{title}">{title}</a><b>{day}</b></td></tr>]]></record>'
GROUP = "/module/jpage/dataproxy.jsp?page=1&appid=1&webid=3&path=/&columnid=7f3a9c&unitid=e01b55&permissiontype=0"


def _old(asked: Asked) -> Answer:
    """Encrypted ids: only the address of the next group leads on, by GET; one of two has the script of a POST, too."""
    if asked.path == "/col/col1324/index.html":
        store = _store(rows(OLD[:3], RECORD), GROUP)
        script = JCMS_SCRIPT.format(unit="e01b55", total=8).replace("/web/", "/") if "encrypted" in asked.host else ""
        return shell(f'<div id="55"><script type="text/xml">{store}</script></div>{script}')
    if asked.path != "/module/jpage/dataproxy.jsp":
        return NOT_FOUND
    if asked.method != "GET" or asked.query["unitid"] != "e01b55":
        return Answer(EMPTY_REPLY, XML)
    found = page_of(OLD, int(asked.query["page"]), 3)
    return Answer(_store(rows(found, RECORD)) if found else EMPTY_REPLY, XML)


JCMS = items(8, "/col/col284/art/{y}/art_284_{n}.html")
JCMS_PAGE = "http://jcms.su.example/col/col284/index.html"
JCMS_FORM = {
    "col": "1",
    "appid": "1",
    "webid": "3",
    "path": "/",
    "columnid": "284",
    "sourceContentType": "1",
    "unitid": "423656",
    "webname": "示例省人民政府 门户",
    "permissiontype": "0",
}
JCMS_SCRIPT = """<script>var param_{unit}={{col:1,appid:'1',webid:3,path:'/',columnid:284,sourceContentType:1,
unitid:'{unit}',webname:'示例省人民政府 门户',permissiontype:0}};
$('#{unit}').jpage({{totalRecord:{total},groupSize:1,perPage:3,proxyUrl:'/module/web/jpage/dataproxy.jsp'}});</script>"""
LINE = """<record><![CDATA[<li><a title="{title}" href="{path}">{short}</a><span class="bt-list-time">{day:%Y-%m-}
\t{day:%d}</span></li>]]></record>"""
BOX = '<record><![CDATA[<li><a href="/zt/index.html">专题专栏</a><span>2026-09-09</span></li>]]></record>'


def _jcms(asked: Asked) -> Answer:
    """江苏: a box of another list, the list for desks, and the same for telephones; POST as its script sends it."""
    if asked.url == JCMS_PAGE:
        desk, phone = (
            f'<div id="{unit}"><script type="text/xml">{_store(rows(JCMS[:3], LINE))}</script></div>'
            + JCMS_SCRIPT.format(unit=unit, total=8)
            for unit in ("423656", "423657")
        )
        box = f'<div><script type="text/xml">{_store(BOX)}</script></div>' + JCMS_SCRIPT.format(unit="9", total=1)
        return shell(box + desk + phone)
    if asked.path != "/module/web/jpage/dataproxy.jsp":
        return NOT_FOUND
    headers = asked.headers
    as_script = headers.get("X-Requested-With") == "XMLHttpRequest" and headers.get("Referer") == JCMS_PAGE
    if asked.method != "POST" or not as_script or asked.form != JCMS_FORM:
        return Answer(EMPTY_REPLY, XML)
    found = JCMS[int(asked.query["startrecord"]) - 1 : int(asked.query["endrecord"])]
    return Answer(_store(rows(found, LINE)), XML)


MORE = items(8, "/art/{y}/{m}/{d}/art_1229_{n}.html")
BARE = '<record><![CDATA[<a title="{title}" href="{path}" target="_blank">{short}</a><b>{day}</b>]]></record>'


def _more(asked: Asked) -> Answer:
    """Older sites of 浙江: the script's text is encoded once more, and a record is a link with a day behind it."""
    if asked.path == "/col/col1229/index.html":
        script = JCMS_SCRIPT.format(unit="55", total=8).replace("web/jpage/dataproxy", "jpage/morecolumndataproxy")
        return shell(
            f'<div id="55"><script type="text/xml">{escape(_store(rows(MORE[:3], BARE)))}</script></div>{script}'
        )
    if asked.path != "/module/jpage/morecolumndataproxy.jsp":
        return NOT_FOUND
    if asked.method != "POST" or asked.form["unitid"] != "55":
        return Answer(EMPTY_REPLY, XML)
    found = MORE[int(asked.query["startrecord"]) - 1 : int(asked.query["endrecord"])]
    return Answer(_store(rows(found, BARE)), XML)


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
        host="jcms.su.example",
        source=f'family = "hanweb_jcms"\nlists = ["{JCMS_PAGE}"]\npages = 9',
        answer=_jcms,
        items=JCMS,
        lists=1 + 2,
        paper=papers.JCMS,
    ),
    Site(
        host="more.zhe.example",
        name="hanweb_jcms_more",
        source='family = "hanweb_jcms"\nlists = ["http://more.zhe.example/col/col1229/index.html"]\npages = 9',
        answer=_more,
        items=MORE,
        lists=1 + 2,
    ),
    Site(
        host="old.han.example",
        name="hanweb_jcms_old",
        source='family = "hanweb_jcms"\nlists = ["http://old.han.example/col/col1324/index.html"]\npages = 9',
        answer=_old,
        items=OLD,
        lists=1 + 3,
    ),
    Site(
        host="encrypted.han.example",
        name="hanweb_jcms_encrypted",
        source='family = "hanweb_jcms"\nlists = ["http://encrypted.han.example/col/col1324/index.html"]\npages = 9',
        answer=_old,
        items=OLD,
        lists=1 + 1 + 3,
    ),
    Site(
        host="locked.han.example",
        name="hanweb_jcms_locked",
        source='family = "hanweb_jcms"\nlists = ["http://locked.han.example/col/col900/index.html"]\npages = 9',
        answer=_locked,
        items=LOCKED,
        lists=1 + 2,
    ),
)
