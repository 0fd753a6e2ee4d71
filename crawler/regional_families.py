"""The families whose lists come as data: systems of one province or a few cities, and of the State Council."""

from crawler.family import Family
from crawler.json_keys import KEYS, PAGED, SPIDER

REGIONAL_FAMILIES = (
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
        name="epoint",
        label="新点 Epoint EWB: getgovinfolist",
        spider=SPIDER,
        keys=KEYS,
        defaults=PAGED
        | {
            "endpoint": "{projectName:/EWB-FRONT}/rest/lightfrontaction/getgovinfolist",
            "json": {
                "deptcode": "{deptcode:}",
                "categorynum": "{categorynum}",
                "pageIndex": "{page}",
                "pageSize": "{size}",
                "siteGuid": "{siteGuid}",
            },
            "find": {
                "siteGuid": r"""siteGuid\W{1,5}([\w-]+)""",
                "projectName": r"""projectName\W{1,5}(/[\w-]+)""",
            },
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
        label="中国政府网 and others: a whole list in one static file of data",
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
