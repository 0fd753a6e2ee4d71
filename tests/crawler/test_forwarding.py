"""Pages that only lead on to another are told from content, and from challenges."""

import pytest

from crawler.fetching.forwarding import forward_in

URL = "http://www.a.example/xxgk/zcfb/"
PAGE = "<html><head>{head}<title>政策发布</title></head><body{attributes}>{body}</body></html>"


def page(body: str = "", *, head: str = "", attributes: str = "") -> bytes:
    return PAGE.format(body=body, head=head, attributes=attributes).encode()


def script(words: str) -> bytes:
    return page(f'<script type="text/javascript">{words}</script>')


REFRESH = '<meta http-equiv="refresh" content="0; url=a.html">'


@pytest.mark.parametrize(
    ("body", "address"),
    [
        (script("window.location.href='./fzggwl/';"), "http://www.a.example/xxgk/zcfb/fzggwl/"),
        (script("location = '/zcfb/index.html'"), "http://www.a.example/zcfb/index.html"),
        (script('top.location.replace("http://www.b.example/a.html?x=1&amp;y=2")'), "http://www.b.example/a.html?x=1&y=2"),
        (script("function go(){ location.assign('a.html'); } setTimeout(go, 100)"), f"{URL}a.html"),
        (page(attributes=" onload=\"location.href='a.html'\""), f"{URL}a.html"),
        (page(head='<meta http-equiv="refresh" content="0; url=a.html">'), f"{URL}a.html"),
        (page(head="<META content='3;URL=/b/' http-equiv=Refresh>"), "http://www.a.example/b/"),
        (page("正在跳转，请稍候……", head='<meta http-equiv="refresh" content="1;url=//c.example/">'), "http://c.example/"),
    ],
)  # fmt: skip
def test_leads_on(body: bytes, address: str) -> None:
    assert forward_in(body, URL) == address


@pytest.mark.parametrize(
    "body",
    [
        b"",
        page("通知公告"),
        script("location.reload()"),
        script("location.href = location.pathname"),
        script("location.href='/xxgk/zcfb/#top'"),
        script("location.href='/a/' + id"),
        script("document.cookie='__x=1'; location.href='/a/'"),
        script("var $_ts=window['$_ts']; location.href='/a/'"),
        script("if(/Mobile/.test(navigator.userAgent)) location.href='/m/'"),
        script("// location.href='/old/'"),
        script("/* location.href='/old/' */") + b"<!-- <script>location.href='/old/'</script> -->",
        script("location.href='javascript:void(0)'"),
        script("var rows=[];" * 99 + "function login(){location.href='/login'}"),
        page("<a onclick=\"location.href='index_2.html'\">下页</a>"),
        page(head='<meta http-equiv="refresh" content="600;url=a.html">'),
        page(head='<meta http-equiv="refresh" content="5">'),
        page("现将有关事项通知如下，请各单位认真遵照执行，并于月底前报送落实情况。" * 2, head=REFRESH),
    ],
)  # fmt: skip
def test_is_content_or_none_of_our_business(body: bytes) -> None:
    assert forward_in(body, URL) == ""
