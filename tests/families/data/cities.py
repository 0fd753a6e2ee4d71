"""Systems of one province or a few cities: 龙讯, 新点, truecms, 淮安, 无锡."""

import json

from tests.families import papers
from tests.families.site import (
    NOT_ALLOWED,
    NOT_FOUND,
    TEXT,
    Answer,
    Asked,
    Site,
    as_json,
    items,
    page_of,
    rows,
    shell,
)

LONSUN = items(8, "/public/1681/55{n}.html")


def _lonsun(asked: Asked) -> Answer:
    if asked.path == "/public/column/1681":
        return shell(
            "<script>label({labelName:'publicInfoList',siteId:'6781961',file:'/ahxxgk/publicInfoList_new'})</script>"
        )
    if asked.path != "/site/label/8888":
        return NOT_FOUND
    wanted = {"labelName": "publicInfoList", "siteId": "6781961", "organId": "1681", "catId": "6708461"}
    if not wanted.items() <= asked.query.items() or asked.query["file"] != "/ahxxgk/publicInfoList_new":
        return Answer("<div>暂无相关信息</div>")
    found = page_of(LONSUN, int(asked.query["pageIndex"]), int(asked.query["pageSize"]))
    form = '<li><a href="{path}" title="{title}" target="_blank">{title}</a><span class="date">{day}</span></li>'
    spaced = rows(found[:2], form) + '<li class="lm_line">&nbsp;</li>' + rows(found[2:], form)
    script = "<script>Ls.pagination('#page',{pageIndex:1,pageCount:448,total:8})</script>"
    return Answer((f'<ul class="xxgk_nav_list">{spaced}</ul>' if found else "<div>暂无相关信息</div>") + script)


EPOINT = items(8, "/xxgk/003/003006/{y}{m}{d}/0f4ab3f1-0000-4d6f-8a77-25d3c9e1{n}.html")


def _epoint(asked: Asked) -> Answer:
    if asked.path == "/js/webBuilderCommon.js":
        return Answer(
            'var projectName="/EWB-FRONT";\nvar siteInfo={ "siteGuid" : "7eb5f7f1-9041-43ad-8e13-8fcb82ea831a" };', TEXT
        )
    if asked.path == "/dynamic/zwgk/govInfoPub.html":
        return shell('<div id="list"></div><script src="/js/webBuilderCommon.js"></script>')
    if asked.path != "/EWB-FRONT/rest/lightfrontaction/getgovinfolist":
        return NOT_FOUND
    if asked.method != "POST" or not asked.headers.get("Content-Type", "").startswith("application/json"):
        return NOT_ALLOWED
    body = asked.json
    if body["siteGuid"][:8] != "7eb5f7f1" or body["categorynum"] != "003006" or body["pageIndex"].__class__ is not int:
        return as_json({"custom": {"total": 0, "data": []}})
    found = page_of(EPOINT, body["pageIndex"] + 1, body["pageSize"])
    fields = [
        {
            "title": f"{i.title[:8]}...",
            "realtitle": i.title,
            "infourl": "",
            "visiturl": i.path,
            "infodate": f"{i.day:%Y/%m/%d}",
        }
        for i in found
    ]
    custom = {"total": 8, "data": fields}
    return as_json({"custom": json.dumps(custom) if body["pageIndex"] == 1 else custom})


TRUECMS = items(8, "/ntscgj/zcwj/content/0c1d8e0f-3ab9-4d6f-8a77-25d3c9e1{n}.html")
COLUMN = "754f6db5-d294-46d5-b25c-da3a86d102cd"


def _truecms(asked: Asked) -> Answer:
    form = '<li><a href="{path}" title="{title}"><span class="list-text">{title:.14}…</span></a><span>{day}</span></li>'
    if asked.path == "/ntscgj/zcwj/zcwj.html":
        script = (
            "<script>$('#list').jpage({totalRecord:8,perPage:10,groupSize:3,"
            "proxyUrl:'http://truecms.nan.example/TrueCMS/messageController/getMessage.do',"
            f"ajaxParam:{{columnId:'{COLUMN}'}}}});</script>"
        )
        return shell(
            f'<div id="initData" style="display:none"><ul class="list-ul">{rows(TRUECMS[:3], form)}</ul></div>{script}'
        )
    if asked.path != "/TrueCMS/messageController/getMessage.do" or asked.query["columnId"] != COLUMN:
        return NOT_FOUND
    found = TRUECMS[int(asked.query["startrecord"]) - 1 : int(asked.query["endrecord"])]
    records = "".join(f"<record><![CDATA[{rows([item], form)}]]></record>" for item in found)
    store = f"<datastore><totalrecord>8</totalrecord><recordset>{records}</recordset></datastore>"
    return Answer(f"{asked.query['callback']}({json.dumps({'result': store})});", TEXT)


STOPPED = items(3, "/sgaj/zcfg/content/1c1d8e0f-3ab9-4d6f-8a77-25d3c9e1{n}.html")


def _stopped(asked: Asked) -> Answer:
    if asked.path != "/sgaj/zcfg/zcfg.html":
        return NOT_FOUND
    form = '<li><a href="{path}">{title}</a><span>{day}</span></li>'
    script = f"<script>ajaxParam:{{columnId:'{COLUMN}'}},proxyUrl:'/TrueCMS/messageController/getMessage.do'</script>"
    return shell(f'<div id="initData"><ul class="list-ul">{rows(STOPPED, form)}</ul></div>{script}')


HUAIAN = items(8, "/col/17855_136{n}/art/{y}{m}/art_{n}.html")


def _huaian(asked: Asked) -> Answer:
    pages = {"/xxgk/zcfg/list.html": 1, "/xxgk/zcfg/list_2.html": 2, "/xxgk/zcfg/list_3.html": 3}
    if asked.path not in pages:
        return NOT_FOUND
    form = '<li><a href="{path}" title="{title}">{title:.14}</a><div class="lb-time">{day}</div></li>'
    found = rows(page_of(HUAIAN, pages[asked.path], 3), form)
    return shell(f'<div class="lb-lb"><ul>{found}</ul></div><script>nsetpage(1,800,3,"list","html")</script>')


PUBLIC = items(8, "/col/16657_{n}/art/{y}/{n}.html")


def _public(asked: Asked) -> Answer:
    if asked.path == "/cmsweb/zwgk/sj/indexdept.html":
        return shell('<div id="list"></div><script src="/cmsweb/zwgk/js/indexdept.js"></script>')
    if asked.path != "/articleCommonController/lists.do":
        return NOT_FOUND
    if asked.method != "POST":
        return NOT_ALLOWED
    form = asked.form
    rightly = (form["topic"], form["deptid"], form["title"]) == ("240", "2c94", "")
    found = page_of(PUBLIC, int(form["page"]), int(form["pagesize"])) if rightly else ()
    fields = [
        {
            "title": i.title,
            "link": "",
            "domain": f"http://{asked.host}",
            "path": i.path,
            "releaseTime": f"{i.day} 08:00:00",
        }
        if i.number % 2
        else {
            "title": i.title,
            "link": f"http://{asked.host}{i.path}",
            "domain": None,
            "path": "/x",
            "releaseTime": str(i.day),
        }
        for i in found
    ]
    return as_json({"value": {"total": 8, "list": fields}})


WUXI = items(8, "/doc/{y}/{m}/{d}/46{n}.shtml")


def _wuxi(asked: Asked) -> Answer:
    if asked.path == "/zfxxgk/xxgkml/fgwjjjd/index.shtml":
        form = '<li><a href="{path}" title="{title}">{title}</a></li>'
        return shell(
            f'<ul class="pd20 clearfix">{rows(WUXI[:3], form)}</ul>'
            '<script>var p={parent_id:\'6041\', siteId:168, "pageCount":"3"};</script>'
        )
    if asked.path != "/intertidwebapp/fzb/titleCx":
        return NOT_FOUND
    if asked.method != "POST":
        return NOT_ALLOWED
    posted = asked.form
    rightly = (posted["parent_id"], posted["siteId"]) == ("6041", "168")
    found = page_of(WUXI, int(posted["pageIndex"]), 3) if rightly else ()
    fields = [{"title": i.title, "url": i.path, "pubDate": str(i.day)} for i in found]
    return as_json({"list": fields, "pageCount": 1, "totalCount": 1})


TREE = items(8, "/doc/{y}/{m}/{d}/47{n}.shtml")


def _tree(asked: Asked) -> Answer:
    pages = {f"/zfxxgk/gggs/index{tail}.shtml": number for number, tail in ((1, ""), (2, "_2"), (3, "_3"))}
    if asked.path not in pages:
        return NOT_FOUND
    form = '<tr><td><h4><a href="{path}">{title}</a></h4></td><td>{day:%Y年%m月%d日}</td></tr>'
    found = rows(page_of(TREE, pages[asked.path], 3), form)
    return shell(f'<table><tbody id="doclist">{found}</tbody></table><script>var c={{"pageCount":"3"}}</script>')


SITES = (
    Site(
        host="lonsun.wan.example",
        source="""
family = "lonsun_public"
lists = ["http://lonsun.wan.example/public/column/1681?type=4&catId=6708461&action=list"]
size = 3
pages = 9""",
        answer=_lonsun,
        items=LONSUN,
        lists=1 + 4,
        paper=papers.LONSUN,
    ),
    Site(
        host="epoint.xu.example",
        source="""
family = "epoint"
lists = ["http://epoint.xu.example/dynamic/zwgk/govInfoPub.html?categorynum=003006"]
size = 3
pages = 9""",
        answer=_epoint,
        items=EPOINT,
        lists=1 + 4,
    ),
    Site(
        host="truecms.nan.example",
        source='family = "truecms"\nlists = ["http://truecms.nan.example/ntscgj/zcwj/zcwj.html"]\nsize = 3\npages = 9',
        answer=_truecms,
        items=TRUECMS,
        lists=1 + 3,
    ),
    Site(
        host="stopped.lian.example",
        name="truecms_stopped",
        source='family = "truecms"\nlists = ["http://stopped.lian.example/sgaj/zcfg/zcfg.html"]\npages = 9',
        answer=_stopped,
        items=STOPPED,
        lists=1 + 1,
    ),
    Site(
        host="czj.huai.example",
        source='family = "huaian"\nlists = ["http://czj.huai.example/xxgk/zcfg/list.html"]\npages = 9',
        answer=_huaian,
        items=HUAIAN,
        lists=3 + 1,
    ),
    Site(
        host="public.huai.example",
        source="""
family = "huaian_public"
lists = ["http://public.huai.example/cmsweb/zwgk/sj/indexdept.html?orgId=2c94&topic=240"]
size = 3
pages = 9""",
        answer=_public,
        items=PUBLIC,
        lists=4,
    ),
    Site(
        host="cg.wu.example",
        source='family = "wuxi"\nlists = ["http://cg.wu.example/zfxxgk/xxgkml/fgwjjjd/index.shtml"]\npages = 9',
        answer=_wuxi,
        items=WUXI,
        lists=1 + 3,
    ),
    Site(
        host="fao.wu.example",
        name="wuxi_static",
        source='family = "wuxi"\nlists = ["http://fao.wu.example/zfxxgk/gggs/index.shtml"]\npages = 9',
        answer=_tree,
        items=TREE,
        lists=3 + 1,
    ),
)
