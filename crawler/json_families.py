"""The families whose lists come as data: JSON, JSONP, XML or a piece of HTML asked for by the page's script."""

from crawler.family import PAGES, Family, Key

SPIDER = "crawler.spiders.json_list:JsonListSpider"
TABLE = dict[str, str | int]

KEYS = {
    "endpoint": Key(
        type=str,
        meaning="address of the data, when it is not that of the list; {page}, {size}, {offset}, {start}, {end} and "
        "names out of the list's address or of `find` ({name:value} where it may be missing) may stand in it, "
        "as in query, form, json and headers",
    ),
    "method": Key(type=str, meaning="how the data are asked for", choices=("GET", "POST")),
    "query": Key(type=dict, meaning="parameters in the address of the data"),
    "form": Key(type=dict, meaning="parameters in a form that is posted"),
    "json": Key(type=dict, meaning="parameters in a JSON body that is posted"),
    "headers": Key(type=dict, meaning="headers beyond Referer and X-Requested-With, which are always sent"),
    "rows": Key(type=str, meaning="path of the rows in the reply: data.list, catMap.*.listVO; none: the reply itself"),
    "html": Key(type=str, meaning="path of the HTML in the reply that holds the rows; * is every text of the reply"),
    "row": Key(type=str, meaning="selector of one row in that HTML", selector=True),
    "fields": Key(
        type=dict,
        meaning="paths of title, link and date in a row: url | link takes the first that is there, and "
        "/detail/{id}.html is filled from the row",
        names=("title", "link", "date"),
    ),
    "zone": Key(type=str, meaning="the zone of times that name none", choices=("UTC",)),
    "find": Key(type=dict, meaning="names, and patterns that find their values on the list page", pattern=True),
    "find_at": Key(type=str, meaning="address of the page where they are found, when it is not the list page"),
    "initial": Key(type=str, meaning="selector of the first rows on the list page; data follow them", selector=True),
    "next": Key(type=str, meaning="address of the further pages when the list page does not say all of `find`"),
    "first": Key(type=int, meaning="number of the first page", least=0),
    "size": Key(type=int, meaning="how many rows are asked for at once"),
    "most": Key(type=int, meaning="how many rows of one reply are read at most"),
    "pages": PAGES,
}
PAGED = {"first": 1, "size": 20, "pages": 3}

JSON_FAMILIES = (
    Family(
        name="json",
        label="Any endpoint that answers with JSON, JSONP or HTML in JSON",
        spider=SPIDER,
        keys=KEYS,
        defaults={"fields": {"title": "title", "link": "url | link", "date": "date"}, "first": 1, "size": 20},
    ),
    Family(
        name="hanweb_jcms",
        label="大汉 JCMS: rows in script CDATA, paging through dataproxy.jsp",
        spider="crawler.spiders.hanweb_jcms:HanwebJcmsSpider",
        keys={"pages": PAGES},
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
            "form": {"infotypeId": "{infotypeId:}", "jdid": "{jdid}", "area": "{area:}", "divid": "{divid:}"},
            "find": {
                "infotypeId": r"""\binfotypeId\W{1,5}(\w+)""",
                "jdid": r"""\bjdid\W{1,5}(\w+)""",
                "area": r"""\barea\W{1,5}(\w+)""",
                "divid": r"""\bdivid\W{1,5}(\w+)""",
            },
            "html": ".",
            "row": ".xlt_table0 tr, tr, li",
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
        name="lonsun_public",
        label="龙讯: catalogue of disclosed documents, through label/8888",
        spider=SPIDER,
        keys=KEYS,
        defaults=PAGED
        | {
            "endpoint": "/site/label/8888",
            "query": {
                "labelName": "publicInfoList",
                "siteId": "{siteId}",
                "organId": "{organId}",
                "catId": "{catId:}",
                "type": 4,
                "action": "list",
                "pageSize": "{size}",
                "pageIndex": "{page}",
                "isDate": "true",
                "dateFormat": "yyyy-MM-dd",
                "length": 50,
                "sortType": 1,
                "file": "{file:/xxgk/publicInfoList_newest2022}",
            },
            "find": {
                "siteId": r"""siteId\W{1,5}(\d+)""",
                "organId": r"""/public/column/(\d+)|organId\W{1,5}(\d+)""",
                "catId": r"""catId\W{1,5}(\d+)""",
                "file": r"""(/[\w/-]*publicInfoList[\w-]*)""",
            },
            "html": ".",
            "row": "li, .xxgk_navli",
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
    Family(
        name="epoint",
        label="新点 Epoint EWB: getgovinfolist",
        spider=SPIDER,
        keys=KEYS,
        defaults=PAGED
        | {
            "endpoint": "/EWB-FRONT/rest/lightfrontaction/getgovinfolist",
            "json": {
                "deptcode": "",
                "categorynum": "{categorynum}",
                "pageIndex": "{page}",
                "pageSize": "{size}",
                "siteGuid": "{siteGuid}",
            },
            "find": {"siteGuid": r"""siteGuid\W{1,5}([\w-]+)"""},
            "find_at": "/js/webBuilderCommon.js",
            "rows": "custom.data",
            "fields": {
                "title": "realtitle | title",
                "link": "infourl | visiturl | linkurl",
                "date": "infodate | handsdate",
            },
            "first": 0,
        },
    ),
    Family(
        name="gkmlpt",
        label="广东 gkmlpt: catalogue of disclosed documents",
        spider=SPIDER,
        keys=KEYS,
        defaults=PAGED
        | {
            "endpoint": "/gkmlpt/api/all/{column}",
            "query": {"page": "{page}", "sid": "{sid}"},
            "find": {
                "sid": r"""\bSID['"]?\s*:\s*['"]?(\d+)""",
                "column": r"""index#(\d+)|\bTREE['"]?\s*:\s*\[\s*\{[^{}]*?\bid['"]?\s*:\s*['"]?(\d+)""",
            },
            "rows": "articles",
            "fields": {
                "title": "title",
                "link": "url",
                "date": "display_publish_time | first_publish_time | created_at",
            },
            "size": 100,
        },
    ),
    Family(
        name="govcn",
        label="中国政府网: a whole list in one static file",
        spider=SPIDER,
        keys=KEYS,
        defaults={
            "fields": {"title": "TITLE | title", "link": "URL | url", "date": "DOCRELPUBTIME | pubtime"},
            "most": 100,
        },
    ),
    Family(
        name="govcn_search",
        label="中国政府网: search of the policy library",
        spider=SPIDER,
        keys=KEYS,
        defaults=PAGED
        | {
            "query": {
                "t": "zhengcelibrary",
                "q": "",
                "timetype": "timeqb",
                "searchfield": "title",
                "sort": "pubtime",
                "sortType": 1,
                "type": "gwyzcwjk",
                "p": "{page}",
                "n": "{size}",
            },
            "rows": "searchVO.catMap.*.listVO",
            "fields": {"title": "title", "link": "url | sourcelink", "date": "pubtimeStr | pubtime"},
        },
    ),
    Family(
        name="truecms",
        label="truecms: first rows in #initData, further ones through getMessage.do",
        spider=SPIDER,
        keys=KEYS,
        defaults={
            "initial": "#initData li",
            "endpoint": "{proxy}",
            "query": {
                "startrecord": "{start}",
                "endrecord": "{end}",
                "perpage": 10,
                "contentTemplate": "",
                "columnId": "{columnId}",
                "callback": "read",
            },
            "find": {
                "columnId": r"""\bcolumnId\W{1,5}([\w-]+)""",
                "proxy": r"""(/\w+/messageController/getMessage\.do)""",
            },
            "html": "result",
            "first": 1,
            "size": 30,
            "pages": 3,
        },
    ),
    Family(
        name="huaian",
        label="淮安 cmsweb: static lists, index_2.html after index.html",
        spider=SPIDER,
        keys=KEYS,
        defaults={
            "initial": "div.lb-lb li, div.list-lb li, div.list-r li, div.lb_zw li, div.lbwz, td.nlist",
            "next": "{stem}_{page}{suffix}",
            "first": 1,
            "pages": 3,
        },
    ),
    Family(
        name="huaian_public",
        label="淮安 cmsweb: catalogue of disclosed documents, through lists.do",
        spider=SPIDER,
        keys=KEYS,
        defaults=PAGED
        | {
            "endpoint": "/articleCommonController/lists.do",
            "form": {
                "page": "{page}",
                "pagesize": "{size}",
                "topic": "{topic}",
                "title": "",
                "docNo": "",
                "orgname": "",
                "summary": "",
                "key": "",
                "deptid": "{orgId:}",
                "rdeptid": "{rdeptid:}",
            },
            "rows": "value.list",
            "fields": {"title": "title", "link": "link | {domain}{path} | path", "date": "releaseTime"},
        },
    ),
    Family(
        name="wuxi",
        label="无锡 intertid: static lists, and further rows through titleCx where the page names its column",
        spider=SPIDER,
        keys=KEYS,
        defaults={
            "initial": "ul.pd20.clearfix li, #doclist tr",
            "endpoint": "/intertidwebapp/fzb/titleCx",
            "form": {
                "parent_id": "{parent_id}",
                "KeyWord": "",
                "siteId": "{siteId}",
                "pageIndex": "{page}",
                "pageSize": "{size}",
            },
            "find": {
                "parent_id": r"""\bparent_id['"]?\s*[:=]\s*['"]?(\d+)""",
                "siteId": r"""\bsiteId['"]?\s*[:=]\s*['"]?(\d+)""",
            },
            "rows": "list",
            "fields": {"title": "title", "link": "url", "date": "pubDate"},
            "next": "{stem}_{page}{suffix}",
            "first": 1,
            "size": 20,
            "pages": 3,
        },
    ),
)
"""Further ones are declared here as they are met; a class of its own only where the way of asking differs."""
