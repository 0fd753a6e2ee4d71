"""The keys of sources whose lists come as data, and the spider that reads them."""

from crawler.family import PAGES, Key

SPIDER = "crawler.spiders.json_list:JsonListSpider"

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
    "detail": Key(
        type=str,
        meaning="address of the data of a notice, where its page is made by a script; {stem} is the last part of the "
        "page's address, and its parameters have their names",
    ),
    "content": Key(type=str, meaning="path of the HTML of a notice in these data"),
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
