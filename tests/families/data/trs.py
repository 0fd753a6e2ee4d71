"""拓尔思: IGS, SSP and WAS5, searches that serve as lists."""

from datetime import UTC, datetime, time, timedelta, timezone

from tests.families import papers
from tests.families.papers import Item
from tests.families.site import NOT_FOUND, REFUSED, TEXT, Answer, Asked, Site, as_json, items, page_of

CHINA = timezone(timedelta(hours=8))
IGS = items(8, "/xxgk/{y}{m}/t{y}{m}{d}_{n}.html")


def _utc(item: Item) -> str:
    """Half past midnight in China: the day before in UTC."""
    moment = datetime.combine(item.day, time(0, 30), CHINA).astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z" if item.number % 2 else "%Y-%m-%d %H:%M:%S")


def _igs(asked: Asked) -> Answer:
    if asked.path != "/igs/front/search/publish/data/list.html":
        return NOT_FOUND
    if asked.query.get("siteId") != "3" or asked.query.get("filter[CHANNELID]") != "21985":
        return as_json({"rows": [], "page": {"total": 0}})
    found = page_of(IGS, int(asked.query["pageNumber"]), 3)  # pageSize is not heeded
    fields = [{"DOCTITLE": i.title, "DOCPUBURL": f"http://{asked.host}{i.path}", "DOCRELTIME": _utc(i)} for i in found]
    return as_json({"rows": fields, "page": {"total": 3}})


SSP = items(8, "/zwgk/{y}{m}/t{y}{m}{d}_{n}.htm")


def _ssp(asked: Asked) -> Answer:
    if asked.path != "/ssp/search/api/apiSearch":
        return NOT_FOUND
    if not asked.headers.get("Referer", "").startswith(f"http://{asked.host}/"):
        return REFUSED
    found = page_of(SSP, int(asked.query["page"]), int(asked.query["rows"]))
    fields = [
        {"doctitle": f"<em>{i.title[:4]}</em>{i.title[4:]}", "docpuburl": i.path, "pubdate": f"{i.day} 09:30:00"}
        for i in found
    ]
    return as_json({"datas": fields, "total": 8} if found else {"datas": None, "total": 8})


WAS5 = items(8, "/zwgk/{y}{m}/t{y}{m}{d}_{n}.htm")


def _was5(asked: Asked) -> Answer:
    if asked.path != "/was5/web/search" or asked.query.get("channelid") != "290792":
        return NOT_FOUND
    found = page_of(WAS5, int(asked.query["page"]), int(asked.query["prepage"]))
    docs = "".join(
        f'{{"title":"{i.title}","content":"摘要\t换行\n所\\\'述","url":"{i.path}","time":"{i.day:%Y.%m.%d}",}},\n'
        for i in found
    )
    return Answer(f'\r\n\r\n{{"count":"1","docs":[{docs}]}}\n<!-- 0.02s -->', TEXT)


SITES = (
    Site(
        host="igs.trs.example",
        source="""
family = "trs_igs"
lists = ["http://igs.trs.example/igs/front/search/publish/data/list.html"]
query = { siteId = 3, "filter[SITEID]" = 3, "filter[CHANNELID]" = 21985 }
pages = 9""",
        answer=_igs,
        items=IGS,
        lists=4,
        paper=papers.TRS,
    ),
    Site(
        host="ssp.trs.example",
        source="""
family = "trs_ssp"
lists = ["http://ssp.trs.example/ssp/search/api/apiSearch"]
query = { siteId = "40280d11sample", chnlIdList = "26370,5838" }
size = 3
pages = 9""",
        answer=_ssp,
        items=SSP,
        lists=4,
    ),
    Site(
        host="was5.trs.example",
        source="""
family = "trs_was5"
lists = ["http://was5.trs.example/was5/web/search?channelid=290792"]
query = { classsql = "chnlid=5727" }
size = 3
pages = 9""",
        answer=_was5,
        items=WAS5,
        lists=4,
    ),
)
