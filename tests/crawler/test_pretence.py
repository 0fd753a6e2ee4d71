"""Pages with status 200 that are none: told from content that only speaks of such things."""

import pytest

from crawler.fetching.pretence import pretence_in, pretence_of
from crawler.health import Fault

PAGE = "<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def page(body: str = "", title: str = "", head: str = "") -> bytes:
    return PAGE.format(title=title, body=body, head=head).encode()


@pytest.mark.parametrize(
    ("body", "fault", "words", "gone"),
    [
        (page("<h1>您访问的页面不存在</h1><a href='/'>返回首页</a>"), Fault.BROKEN, "页面不存在", True),
        (page("抱歉，您要查看的信息已被删除或者正在审核"), Fault.BROKEN, "信息已被删除", True),
        (page("对不起，找不到您要访问的页面"), Fault.BROKEN, "找不到您要访问的页面", True),
        (page("<p>导航</p>" * 200, title="404 Not Found"), Fault.BROKEN, "404 Not Found", True),
        (page("", title="404"), Fault.BROKEN, "404", True),
        (page("系统维护中，请稍后再访问"), Fault.BROKEN, "系统维护", False),
        (page("<p>尊敬的用户：网站正在升级改造</p>", title="系统升级维护"), Fault.BROKEN, "系统升级", False),
        (page("用户登录<form><input type='text'><input type=password></form>"), Fault.BLOCKED, "login", False),
        (page("您访问的页面不存在").decode().encode("gb18030"), Fault.BROKEN, "页面不存在", True),
    ],
)
def test_is_none(body: bytes, fault: Fault, words: str, gone: bool) -> None:  # noqa: FBT001  a column of the table
    found = pretence_in(body)
    assert found is not None
    assert (found.fault, found.gone) == (fault, gone)
    assert words in found.reason


TEXT = "<p>现将有关事项通知如下，请各单位结合实际认真贯彻执行，并于月底前将落实情况报送主管部门。</p>" * 8


@pytest.mark.parametrize(
    "body",
    [
        b"",
        page("", title="通知公告"),
        page(TEXT + "<p>网站正在维护期间，页面不存在的，请登录后再试。</p>", title="关于系统维护的通知"),
        page("系统维护", title="关于系统维护的公告", head='<meta name="ArticleTitle" content="关于系统维护的公告">'),
        page("系统维护" + "<a href='1.html'>关于系统维护的公告</a>" * 5),
        page("登录<input type='password'>" + "<a href='1.html'>通知</a>" * 16),
        page("第404号公告", title="2026年第404号公告"),
        b"\x00\xff" * 100,
    ],
)
def test_is_content(body: bytes) -> None:
    assert pretence_in(body) is None


@pytest.mark.parametrize(
    ("asked", "url", "words"),
    [
        ("http://a.example/art/1.html", "http://a.example/", "home page"),
        ("http://a.example/art/1.html", "https://www.b.example/index.shtml", "home page"),
        ("http://a.example/art/1.html", "http://a.example/sso/login.do?to=1", "login page"),
        ("http://a.example/art/1.html", "http://a.example/cas/login", "login page"),
    ],
)
def test_where_a_redirect_leads(asked: str, url: str, words: str) -> None:
    found = pretence_of(asked, url)
    assert found is not None
    assert words in found.reason


@pytest.mark.parametrize(
    ("asked", "url"),
    [
        ("http://a.example/art/1.html", "http://a.example/art/1.html"),
        ("http://a.example/art/1.html", "https://a.example/art/2026/1.html"),
        ("http://a.example/", "https://a.example/index.html"),
        ("http://a.example/art/1.html", "http://a.example/?id=1"),
        ("http://a.example/login/1.html", "http://a.example/login/2.html"),
        ("http://a.example/col/1", "http://a.example/col/index.html"),
    ],
)
def test_other_redirects_are_followed(asked: str, url: str) -> None:
    assert pretence_of(asked, url) is None
