"""The families whose lists are plain HTML: how each usually writes its rows, and where its further pages are."""

from crawler.family import PAGES, Family, Key

SPIDER = "crawler.spiders.static:StaticSpider"

NEXT = Key(
    type=str,
    meaning="address of the further pages: index_{page}.html when the second is index_2.html, index_{page-1}.html when "
    "it is index_1.html; {stem} and {suffix} are those of the list, &page={page} puts a parameter into its address; "
    "or the selector of the link to the next page",
)
SELECTORS = {
    "rows": Key(type=str, meaning="selector of one row of the list", selector=True),
    "title": Key(type=str, meaning="selector of the title in a row", selector=True),
    "link": Key(type=str, meaning="selector of the link in a row", selector=True),
    "date": Key(type=str, meaning="selector of the date in a row", selector=True),
}
KEYS = SELECTORS | {
    "usual": Key(
        type=str, meaning="selectors of rows, the best of which counts; used when `rows` is not given", selector=True
    ),
    "next": NEXT,
    "guess": Key(type=str, meaning="as `next`, for lists that do not say themselves where their further pages are"),
    "pages": PAGES,
}
FROM_TWO = "{stem}_{page}{suffix}"
FROM_ONE = "{stem}_{page-1}{suffix}"

STATIC_FAMILIES = (
    Family(
        name="listing",
        label="Static list pages, read with selectors",
        spider="crawler.spiders.listing:ListingSpider",
        keys=SELECTORS
        | {
            "rows": Key(type=str, meaning="selector of one row of the list", required=True, selector=True),
            "next": NEXT,
            "pages": PAGES,
        },
    ),
    Family(
        name="auto",
        label="Static list pages of any kind: rows and further pages are found by their shape",
        spider="crawler.spiders.static:AutoSpider",
        keys={"next": NEXT, "pages": PAGES},
        defaults={"pages": 3},
    ),
    Family(
        name="trs_wcm",
        label="拓尔思 TRS WCM: static lists, index_1.html is the second page",
        spider=SPIDER,
        keys=KEYS,
        defaults={"guess": FROM_ONE, "pages": 3},
    ),
    Family(
        name="ucap",
        label="开普云 UCAP: static lists, list_2.shtml is the second page",
        spider=SPIDER,
        keys=KEYS,
        defaults={"usual": "ul.infolist li, h4:has(a[title])", "guess": FROM_TWO, "pages": 3},
    ),
    Family(
        name="shanghai",
        label="上海: its own system, some columns by year, some rows straight to a file",
        spider="crawler.spiders.shanghai:ShanghaiSpider",
        keys=KEYS,
        defaults={
            "usual": "ul.tadaty-list li, ul.uli14.nowrapli li, ul.uli16.nowrapli li, ul.nowrapli li, .pageList li, "
            "ul.news-list li, div.secondary-wrap > ul > li, table.r-table tr",
            "guess": FROM_TWO,
            "pages": 3,
        },
    ),
    Family(
        name="lonsun",
        label="龙讯: static columns, with ?pageIndex=2 for the second page",
        spider=SPIDER,
        keys=KEYS,
        defaults={
            "usual": "ul.doc_list li, ul.xxgk_nav_list li, .xxgk_navli ul li, div.navjz > ul > li, "
            "div.listnews > ul > li",
            "guess": "&pageIndex={page}",
            "pages": 3,
        },
    ),
    Family(
        name="changzhou",
        label="常州: tables, with &page=2 for the second page",
        spider=SPIDER,
        keys=KEYS,
        defaults={"usual": "table.box3 tr", "guess": "&page={page}", "pages": 3},
    ),
    Family(
        name="gtapp",
        label="江苏自然资源: nrglIndex.action, with &cpage=2 for the second page",
        spider=SPIDER,
        keys=KEYS,
        defaults={"usual": "tr:has(> td.nlist)", "guess": "&cpage={page}", "pages": 3},
    ),
    Family(
        name="gd_static",
        label="广东: static lists of 南方网, index_2.html is the second page",
        spider=SPIDER,
        keys=KEYS,
        defaults={"usual": ".viewList li", "guess": FROM_TWO, "pages": 3},
    ),
)
