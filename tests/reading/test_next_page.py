"""Where a page says that the next one is."""

import pytest

from crawler.reading.next_page import next_address, numbered

BASE = "http://a.example/zw/"


def script(text: str) -> str:
    return f"<div class=page></div><script>{text}</script>"


CASES = {
    "TRS counts from 0": (script('createPageHTML(9, 0, "index", "html");'), "", 1, "index_1.html"),
    "TRS, in the middle": (script('createPageHTML(9, 1, "index", "html");'), "index_1.html", 2, "index_2.html"),
    "TRS, the last but one": (script('createPageHTML(9, 7, "index", "html");'), "index_7.html", 8, "index_8.html"),
    "TRS, the last": (script('createPageHTML(9, 8, "index", "html");'), "index_8.html", 9, None),
    "TRS, a single page": (script("createPageHTML(1, 0, 'index', 'shtml')"), "", 1, None),
    "TRS with variables": (
        script('var countPage = 5;\nvar cur=0;createPageHTML(countPage,cur,"index_18036","html")'),
        "index_18036.html",
        1,
        "index_18036_1.html",
    ),
    "the function itself is no call": (
        script("function createPageHTML(n, c, name, ext){} createPageHTML(3,0,'list','html')"),
        "list.html",
        1,
        "list_1.html",
    ),
    "as TRS, but from 1": (script('createPageHTML(3,1,"index","html")'), "", 1, "index_2.html"),
    "as TRS, but from 1, the last": (script('createPageHTML(3,3,"index","html")'), "index_3.html", 3, None),
    "UCAP counts from 1": (
        script("createPageHTML('page_div',8,1,'list','shtml',118)"),
        "list.shtml",
        1,
        "list_2.shtml",
    ),
    "UCAP, the last": (script("createPageHTML('page_div',8,8,'list','shtml',118)"), "list_8.shtml", 8, None),
    "上海": (script('$(".pagination").pagination({\n totalPage:3, isShow:true})'), "index.html", 1, "index_2.html"),
    "上海, the second": (script('$(".pagination").pagination({totalPage:3})'), "index_2.html", 2, "index_3.html"),
    "上海, the last": (script('$(".pagination").pagination({totalPage:3})'), "index_3.html", 3, None),
    "a link": ("<a href='?p=3'>下一页&gt;</a>", "list.asp?p=2", 2, "list.asp?p=3"),
    "an arrow": ("<a href='/zw/p2/'> &raquo; </a>", "", 1, "p2/"),
    "rel=next": ("<link rel=next href=tz_2.jhtml>", "tz.jhtml", 1, "tz_2.jhtml"),
    "a link with a script": ("<a onclick=\"location.href='index_2.html'\">下页</a>", "", 1, "index_2.html"),
    "the address in tagname": ("<a href='javascript:;' tagname='/zw/index_2.html'>下一页</a>", "", 1, "index_2.html"),
    "a link to itself": ("<a href='index_5.html#a'>下一页</a>", "index_5.html", 5, None),
    "a parameter": ("<a href='javascript:go()'>下一页</a>", "l.jsp?id=7&pageIndex=2", 2, "l.jsp?id=7&pageIndex=3"),
}


@pytest.mark.parametrize("name", CASES)
def test_next_pages(name: str) -> None:
    html, at, number, expected = CASES[name]
    assert next_address(html, BASE + at, number) == ("" if expected is None else BASE + expected)


@pytest.mark.parametrize(
    "html",
    [
        "<a href='javascript:go(2)'>下一页</a>",
        "<a href='/jd/2.html'>下一页的内容更加精彩请看</a>",
        "<!-- createPageHTML(9, 0, 'index', 'html') --><p>无</p>",
        "<script>createPageHTML(total, cur, 'index', 'html')</script>",
    ],
)
def test_pages_that_do_not_say(html: str) -> None:
    assert next_address(html, BASE, 1) is None


@pytest.mark.parametrize(
    ("pattern", "url", "address"),
    [
        ("index_{page}.html", BASE, "index_3.html"),
        ("{stem}_{page-1}{suffix}", f"{BASE}index_18036.html", "index_18036_2.html"),
        ("{stem}_{page}{suffix}", BASE, "index_3.html"),
        ("&page={page}", f"{BASE}tzgg.php?catname=a&page=1", f"{BASE}tzgg.php?catname=a&page=3"),
        ("a.next", BASE, "a.next"),
    ],
)
def test_patterns(pattern: str, url: str, address: str) -> None:
    assert numbered(pattern, 3, url) == address
