"""开普云: what the pages of UCAP sites ask for."""

from datetime import datetime, timedelta, timezone

from tests.families import papers
from tests.families.site import NOT_ALLOWED, NOT_FOUND, Answer, Asked, Site, as_json, items, page_of, shell

CHANNEL = "5057aeff00000000aaaabbbb87728da4"
CHINA = timezone(timedelta(hours=8))
INFO = items(8, "/gusu/szyw/{y}{m}/0d06a3d5bbbb4a55a0e6e6e8a6a6{n}.shtml")


def _info(asked: Asked) -> Answer:
    if asked.path == "/gusu/szyw/nav_list.shtml":
        return shell(f"<div id='page_div'></div><script>var channelId = '{CHANNEL}'; loadList(1);</script>")
    if asked.path != "/szinf/info/getInfoCommon/":
        return NOT_FOUND
    number = min(int(asked.query["currpage"]), 3)
    found = page_of(INFO, number, int(asked.query["pagesize"])) if asked.query["channelid"] == CHANNEL else ()
    fields = [{"title": i.title, "link": i.path.lstrip("/"), "pubtime": f"{i.day} 23:50:00"} for i in found]
    fields = [{**one, "link": f"../../{one['link']}"} for one in fields]
    return as_json({"infolist": fields, "count": 8, "totalpage": 99})


POLICY = items(8, "/gusu/zcwj/{y}{m}/1d06a3d5bbbb4a55a0e6e6e8a6a6{n}.shtml")


def _policy(asked: Asked) -> Answer:
    if asked.path != "/szinf/xxgk/interfacesWebZcwj/loadData":
        return NOT_FOUND
    if asked.method != "POST":
        return NOT_ALLOWED
    found = page_of(POLICY, int(asked.form["pageIndex"]), int(asked.query["pageSize"]))
    fields = [
        {"TITLE": i.title, "URL": i.path, "PUBLISHED_TIME_FORMAT": f"{i.day}", "C_FWRQ_FORMAT": "2025-01-01"}
        for i in found
    ]
    rightly = asked.form["channel_id"] == CHANNEL and "#" not in asked.url
    return as_json({"data": {"allRow": 8, "totalPage": 1, "list": fields if rightly else []}})


SEARCH = items(8, "/zgwj/zcwj/{y}{m}/{n}.shtml")


def _search(asked: Asked) -> Answer:
    if asked.path != "/appsearch/wjapi/list":
        return NOT_FOUND
    if asked.method != "POST":
        return NOT_ALLOWED
    found = page_of(SEARCH, int(asked.query["currentPage"]), int(asked.query["pageSize"]))
    fields = [
        {
            "title": i.title,
            "url": i.path,
            "published_time": int(datetime(i.day.year, i.day.month, i.day.day, 1, tzinfo=CHINA).timestamp() * 1000),
        }
        for i in found
    ]
    return as_json({"code": 200, "data": {"totalPage": 3, "list": fields} if found else {}})


SITES = (
    Site(
        host="info.ucap.example",
        source="""
family = "ucap_info"
lists = ["http://info.ucap.example/gusu/szyw/nav_list.shtml"]
size = 3
pages = 9""",
        answer=_info,
        items=INFO,
        lists=1 + 4,
    ),
    Site(
        host="policy.ucap.example",
        source=f"""
family = "ucap_policy"
lists = ["http://policy.ucap.example/szinf/xxgk/interfacesWebZcwj/loadData?pageSize=15#channel_id={CHANNEL}"]
size = 3
pages = 9""",
        answer=_policy,
        items=POLICY,
        lists=4,
        paper=papers.UCAP,
    ),
    Site(
        host="search.ucap.example",
        source="""
family = "ucap_search"
lists = ["http://search.ucap.example/zgwj/zcwj/wjxxgkml_zcwj.shtml"]
endpoint = "/appsearch/wjapi/list"
query = { deptid = "6d76797b00004714a9a3c8849cbf5d32" }
size = 3
pages = 9""",
        answer=_search,
        items=SEARCH,
        lists=4,
    ),
)
