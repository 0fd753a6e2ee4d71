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
        (
            page("<a href='1'>栏目</a>" * 20 + "抱歉，您访问的页面不存在，5秒后返回首页"),
            Fault.BROKEN,
            "页面不存在",
            True,
        ),
        (page("请完成安全验证后继续访问", title="安全验证"), Fault.BLOCKED, "安全验证", False),
        (page("<p>请拖动滑块完成验证</p>您的IP：1.2.3.4", title="访问验证"), Fault.BLOCKED, "访问验证", False),
        (
            page("您访问的URL可能有安全威胁，您的访问被阻断。请求ID是: 7b3f", title="405"),
            Fault.BLOCKED,
            "访问被阻断",
            False,
        ),
        (page("<h1>您的请求疑似攻击行为！</h1>事件编号：123456"), Fault.BLOCKED, "疑似攻击", False),
        (page("您的访问过于频繁，请稍后再试！", title="提示信息"), Fault.BLOCKED, "访问过于频繁", False),
        (page("对不起，您的IP地址不在允许访问的范围内"), Fault.BLOCKED, "不在允许访问的范围", False),
        (page("Checking your browser before accessing", title="Just a moment..."), Fault.BLOCKED, "moment", False),
        (page("请开启JavaScript并刷新该页"), Fault.BLOCKED, "JavaScript", False),
        (page("<h2>数据库连接失败</h2>", title="Error"), Fault.BROKEN, "数据库连接失败", False),
        (page("<h1>Welcome to nginx!</h1>"), Fault.BROKEN, "Welcome to nginx", False),
        (page("该网站暂时无法访问。", title="域名已过期"), Fault.BROKEN, "域名已过期", False),
    ],
)
def test_is_none(body: bytes, fault: Fault, words: str, gone: bool) -> None:  # noqa: FBT001  a column of the table
    found = pretence_in(body)
    assert found is not None
    assert (found.fault, found.gone) == (fault, gone)
    assert words in found.reason


@pytest.mark.parametrize(
    ("title", "shut"),
    [("系统维护", True), ("", True), ("关于网站系统升级维护的公告", False), ("系统维护的通知_某市", False)],
)
def test_a_paper_about_such_things_says_nothing_of_the_whole_site(title: str, *, shut: bool) -> None:
    found = pretence_in(page("<p>因系统升级，本网站将暂停服务，敬请谅解。</p><p>系统维护中</p>", title=title))
    assert found is not None
    assert found.shut is shut


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
        page(TEXT + "<p>访问过于频繁的，系统将限制访问，并要求输入验证码。</p>", title="关于限制频繁访问的公告"),
        page("<p>验证码</p>" + "<a href='1.html'>关于禁止访问有关网站的通知</a>" * 5),
        page(
            "<p>为保障交通安全，对下列道路实行限制通行。请各单位遵照执行，并做好验收。</p>", title="关于道路限行的通告"
        ),
        page("<p>请不要访问非法网站，谨防诈骗。</p>", title="关于防范非法访问的提示"),
        page("<h1>关于域名已过期网站清理的通报</h1><p>部分网站域名已过期，现予通报。</p>", title="示例市人民政府"),
        page("<p>登录系统须完成实名验证。</p>", title="示例市企业登记办法_示例市人民政府"),
        page("<a href='1'>关于信息已删除的说明</a>" * 9 + TEXT, title="通知公告"),
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
