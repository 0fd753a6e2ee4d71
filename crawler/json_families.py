"""The families whose lists come as data, JSON, JSONP, XML or a piece of HTML: the systems that are found everywhere."""

from crawler.family import PAGES, Family, Key
from crawler.json_keys import KEYS, PAGED, SPIDER
from crawler.regional_families import REGIONAL_FAMILIES

JSON_FAMILIES = (
    Family(
        name="json",
        label="Any endpoint that answers with JSON, JSONP or HTML in JSON",
        spider=SPIDER,
        keys=KEYS,
        defaults=PAGED | {"fields": {"title": "title", "link": "url | link", "date": "date"}},
    ),
    Family(
        name="hanweb_jcms",
        label="大汉 JCMS: rows in script CDATA, paging through dataproxy.jsp",
        spider="crawler.spiders.hanweb_jcms:HanwebJcmsSpider",
        keys={"pages": PAGES},
        defaults={"pages": 3},
    ),
    Family(
        name="hanweb_xxgk",
        label="大汉 JCMS: catalogue of disclosed documents, through /module/xxgk/search.jsp",
        spider=SPIDER,
        keys=KEYS,
        defaults=PAGED
        | {
            "endpoint": "/module/xxgk/search.jsp",
            "query": {
                "texttype": "",
                "fbtime": "",
                "vc_all": "",
                "vc_filenumber": "",
                "vc_title": "",
                "vc_number": "",
                "currpage": "{page}",
                "sortfield": ",createdatetime:0",
            },
            "form": {"infotypeId": "{number:}", "jdid": "{jdid}", "area": "{vc_xxgkarea:}", "divid": "{divid:}"},
            "find": {
                "number": r"""\binfotypeId\W{1,5}(\w+)""",
                "jdid": r"""\bjdid\W{1,5}(\d+)|name="WebId" content="(\d+)""",
                "vc_xxgkarea": r"""tree\.jsp\?area=([^&"']+)""",
                "divid": r"""\b(div\d{3,})""",
            },
            "html": ".",
            "row": ".xlt_table0 tr, tr, li",
        },
    ),
    Family(
        name="hanweb_search",
        label="大汉 jsearchfront: the search of a site as a list, through cateSearch.do",
        spider=SPIDER,
        keys=KEYS,
        defaults=PAGED
        | {
            "endpoint": "/jsearchfront/interfaces/cateSearch.do",
            "form": {
                "websiteid": "{websiteid}",
                "q": "{q:}",
                "p": "{page}",
                "pg": "{size}",
                "cateid": "{cateid}",
                "tpl": "{tpl:}",
                "begin": "",
                "end": "",
                "sortType": 1,
            },
            "html": "result",
            "row": "li",
        },
    ),
    Family(
        name="hanweb_jpaas",
        label="大汉 JPaaS: units of a page, through build/unit",
        spider="crawler.spiders.hanweb_jpaas:HanwebJpaasSpider",
        keys={
            "tag": Key(type=str, meaning="tagId of the unit that holds the list, when the page has several"),
            "row": KEYS["row"],
            "size": KEYS["size"],
            "size_name": Key(type=str, meaning="what the size of a page is called", choices=("pageSize", "rows")),
            "pages": PAGES,
        },
        defaults={"html": "data.html", "row": "li, tr, dl", "size": 15, "size_name": "pageSize", "pages": 3},
    ),
    Family(
        name="trs_igs",
        label="拓尔思 TRS IGS: search as a list",
        spider=SPIDER,
        keys=KEYS,
        defaults=PAGED
        | {
            "endpoint": "/igs/front/search/publish/data/list.html",
            "query": {
                "index": "wzqsearch-v20190124",
                "type": "infomation",
                "pageSize": "{size}",
                "orderProperty": "DOCRELTIME",
                "orderDirection": "desc",
                "pageIndex": "{page}",
                "pageNumber": "{page}",
            },
            "rows": "rows",
            "fields": {"title": "DOCTITLE", "link": "DOCPUBURL", "date": "DOCRELTIME"},
            "zone": "UTC",
        },
    ),
    Family(
        name="trs_ssp",
        label="拓尔思 TRS SSP: search as a list",
        spider=SPIDER,
        keys=KEYS,
        defaults=PAGED
        | {
            "endpoint": "/ssp/search/api/apiSearch",
            "query": {
                "apiName": "zcwjk",
                "searchFiled": "doctitle",
                "isChange": 1,
                "fullKey": "N",
                "sortFiled": "-pubdate",
                "page": "{page}",
                "rows": "{size}",
            },
            "rows": "datas",
            "fields": {"title": "doctitle | title", "link": "docpuburl | url", "date": "pubdate | docreltime"},
            "size": 15,
        },
    ),
    Family(
        name="trs_was5",
        label="拓尔思 TRS WAS5: search as a list, in text that is nearly JSON",
        spider=SPIDER,
        keys=KEYS,
        defaults=PAGED
        | {
            "endpoint": "/was5/web/search",
            "query": {
                "templet": "docs.jsp",
                "sortfield": "-docorderpri,-docreltime",
                "prepage": "{size}",
                "page": "{page}",
            },
            "rows": "docs | datas",
            "fields": {
                "title": "title | doctitle",
                "link": "url | chnldocurl | docpuburl",
                "date": "time | docreltime | pubdate",
            },
            "size": 15,
        },
    ),
    Family(
        name="ucap_info",
        label="开普云 UCAP: getInfoCommon",
        spider=SPIDER,
        keys=KEYS,
        defaults=PAGED
        | {
            "endpoint": "/szinf/info/getInfoCommon/",
            "query": {"pagesize": "{size}", "currpage": "{page}", "channelid": "{channelid}"},
            "find": {"channelid": r"""(?i)channel_?id\W{1,5}([0-9a-f]{32})"""},
            "rows": "infolist",
            "fields": {"title": "title", "link": "link | url", "date": "pubtime"},
            "size": 15,
        },
    ),
    Family(
        name="ucap_policy",
        label="开普云 UCAP: loadData, the documents of a catalogue",
        spider=SPIDER,
        keys=KEYS,
        defaults=PAGED
        | {
            "endpoint": "/szinf/xxgk/interfacesWebZcwj/loadData",
            "query": {"pageSize": "{size}"},
            "form": {"pageIndex": "{page}", "channel_id": "{channel_id}"},
            "find": {"channel_id": r"""(?i)channel_?id\W{1,5}([0-9a-f]{32})"""},
            "rows": "data.list",
            "fields": {"title": "TITLE", "link": "URL", "date": "PUBLISHED_TIME_FORMAT | C_FWRQ_FORMAT"},
            "size": 15,
        },
    ),
    Family(
        name="ucap_search",
        label="开普云 UCAP: appsearch of a district (wjapi, wzapi, xcapi)",
        spider=SPIDER,
        keys=KEYS,
        defaults=PAGED
        | {
            "method": "POST",
            "query": {"currentPage": "{page}", "pageSize": "{size}"},
            "rows": "data.list",
            "fields": {"title": "title", "link": "url", "date": "published_time"},
        },
    ),
    *REGIONAL_FAMILIES,
)
"""A new one is declared; it has a class of its own only where the way of asking differs."""
