"""中国政府网, 广东's catalogue, and endpoints of no family."""

from datetime import datetime, timedelta, timezone

from tests.families import papers
from tests.families.site import (
    JSON,
    NOT_ALLOWED,
    NOT_FOUND,
    REFUSED,
    Answer,
    Asked,
    Site,
    as_json,
    items,
    page_of,
    shell,
)

CHINA = timezone(timedelta(hours=8))
GOVCN = items(12, "/zhengce/content/{y}{m}/content_{n}.htm")


def _govcn(asked: Asked) -> Answer:
    if asked.path != "/zhengce/zuixin/ZUIXINZHENGCE.json":
        return NOT_FOUND
    fields = [{"TITLE": i.title, "SUB_TITLE": "", "URL": i.path, "DOCRELPUBTIME": str(i.day)} for i in GOVCN]
    old = [{"TITLE": "一份早已归档的旧文件", "SUB_TITLE": "", "URL": "/old.htm", "DOCRELPUBTIME": "2001-01-01"}] * 500
    return Answer(b"\xef\xbb\xbf" + str(as_json([*fields, *old]).body).encode(), JSON)


LIBRARY = items(8, "/zhengce/zhengceku/{y}{m}/content_{n}.htm")


def _library(asked: Asked) -> Answer:
    if asked.path != "/search-gov/data":
        return NOT_FOUND
    if not asked.headers.get("Referer") or asked.query["t"] != "zhengcelibrary":
        return REFUSED
    found = page_of(LIBRARY, int(asked.query["p"]), int(asked.query["n"]))
    fields = [
        {"title": f"<em>{i.title[:2]}</em>{i.title[2:]}", "url": i.path, "pubtimeStr": f"{i.day:%Y.%m.%d}"}
        for i in found
    ]
    kinds = {"gongwen": {"listVO": fields[:1]}, "bumenfile": {"listVO": fields[1:]}, "gongbao": {"listVO": []}}
    return as_json({"code": 200, "searchVO": {"totalCount": 0, "catMap": {**kinds, "otherfile": None}}})


GKMLPT = items(8, "/gkmlpt/content/11/9/post_{n}.html")


def _gkmlpt(asked: Asked) -> Answer:
    if asked.path == "/gkmlpt/index":
        return shell('<script>window._CONFIG={IS_NEW:1,SID:\'2\',TREE:[{"name":"机构职能","id":9,"pid":0}]}</script>')
    if asked.path != "/gkmlpt/api/all/5" or asked.query["sid"] != "2":
        return NOT_FOUND
    found = page_of(GKMLPT, int(asked.query["page"]), 3)
    fields = [
        {
            "id": i.number,
            "title": i.title,
            "url": f"http://{asked.host}{i.path}",
            "display_publish_time": int(datetime(i.day.year, i.day.month, i.day.day, 0, 30, tzinfo=CHINA).timestamp()),
            "created_at": "2020-01-01 00:00:00",
        }
        for i in found
    ]
    return as_json({"articles": fields, "total": 8})


POLICY = items(8, "/policy/detail/{n}")  # nobody asks for these pages: they hold a script and no text


def _policy(asked: Asked) -> Answer:
    if asked.path == "/bs/api/v2/server/policy/info":
        wanted = next(item for item in POLICY if item.path == f"/policy/detail/{asked.query['id']}")
        return as_json({"code": 0, "data": {"content": "", "shortContent": wanted.paragraphs}})
    if asked.path != "/bs/api/v2/server/policy/search":
        return NOT_FOUND
    if asked.method != "POST" or asked.headers.get("X-Site") != "bj":
        return NOT_ALLOWED
    found = page_of(POLICY, asked.json["page"], asked.json["pageSize"])
    fields = [
        {"id": i.path.rpartition("/")[2], "title": i.title, "createdAt": "", "publishDate": str(i.day)} for i in found
    ]
    return as_json({"code": 0, "data": {"list": fields, "pages": 2} if found else None})


SITES = (
    Site(
        host="www.guo.example",
        source='family = "govcn"\nlists = ["http://www.guo.example/zhengce/zuixin/ZUIXINZHENGCE.json"]\nmost = 12',
        answer=_govcn,
        items=GOVCN,
        lists=1,
        paper=papers.GOVCN,
    ),
    Site(
        host="sousuo.guo.example",
        source='family = "govcn_search"\nlists = ["http://sousuo.guo.example/search-gov/data"]\nsize = 3\npages = 9',
        answer=_library,
        items=LIBRARY,
        lists=4,
    ),
    Site(
        host="www.yue.example",
        source='family = "gkmlpt"\nlists = ["http://www.yue.example/gkmlpt/index#5"]\npages = 9',
        answer=_gkmlpt,
        items=GKMLPT,
        lists=1 + 4,
    ),
    Site(
        host="zhengce.jing.example",
        source="""
family = "json"
lists = ["http://zhengce.jing.example/policy/list"]
endpoint = "/bs/api/v2/server/policy/search"
json = { page = "{page}", pageSize = "{size}", enabled = "Y" }
headers = { X-Site = "bj" }
rows = "data.list"
fields = { title = "title", link = "/policy/detail/{id}", date = "createdAt | publishDate" }
detail = "/bs/api/v2/server/policy/info?id={stem}"
content = "data.content | data.shortContent"
size = 3
pages = 9""",
        answer=_policy,
        items=POLICY,
        lists=4 + 8,  # the data of the notices, too
    ),
)
