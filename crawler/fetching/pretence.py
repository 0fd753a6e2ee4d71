"""Recognises pages that come with status 200 and are none: gone, kept from us, broken, behind a login. Pure."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.health import Fault
from crawler.reading.charset import decode

LONGEST = 60_000  # bytes; what is larger has content
LITTLE, SOME = 240, 600  # characters that a reader sees
FEW_LINKS, SOME_LINKS = 4, 15

HIDDEN = re.compile(r"<(script|style|noscript|title)\b.*?(</\1\s*>|\Z)|<!--.*?-->", re.DOTALL | re.IGNORECASE)
TAGS = re.compile(r"<[^>]*>")
TITLE = re.compile(r"<title[^>]*>([^<]*)", re.IGNORECASE)
LINK = re.compile(r"<a\s", re.IGNORECASE)
OFFICIAL = re.compile(rb"<meta\s[^>]*\bname\s*=\s*[\"']?(?:ArticleTitle|PubDate|ColumnName)\b", re.IGNORECASE)
PASSWORD = re.compile(r"<input\b[^>]*\btype\s*=\s*[\"']?password", re.IGNORECASE)

THING = r"(?:页面|网页|内容|信息|文章|资源|栏目|文件|地址)"
GONE = re.compile(
    rf"{THING}(?:可能)?(?:不存在|未找到|找不到|已(?:经)?(?:被)?(?:删除|撤销|下线|移除|过期|失效))"
    rf"|(?:找不到|未找到|无法找到|没有找到)(?:您|你|所|要|访问|请求|查找|浏览|需要|的|该|此)*{THING}"
    rf"|(?:不存在|已删除)的{THING}|404\s*Not\s*Found|(?:错误|error)[：:\s]*404|404\s*(?:错误|页面|error)",
    re.IGNORECASE,
)
MAINTENANCE = re.compile(
    r"(?:系统|网站|站点|服务器|平台|服务)(?:正在|正|进行|升级|例行|停机|处于|中)*(?:维护|升级|改版)|维护(?:中|升级)"
)
KEPT_OUT = re.compile(
    r"(?:访问|操作|请求|点击|刷新)(?:过于|太过|太|过)(?:频繁|快|多)"
    r"|(?:访问|请求|连接|操作|IP(?:地址)?)(?:已|已经|将|被|遭|受|到|了|暂时|系统|服务器|防火墙)*"
    r"(?:拦截|阻断|拒绝|禁止|限制|封禁|封锁|屏蔽|受限)"
    r"|(?:禁止|拒绝|限制|无权|不允许)(?:您|你|的|当前|本次|该)*(?:访问|请求)"
    r"|没有(?:访问)?权限|(?:不在|超出)(?:允许|许可)?(?:的)?访问(?:的)?范围|疑似(?:攻击|恶意|非法)|(?:恶意|非法)(?:访问|请求)"
    r"|(?:人机|滑块|滑动|安全|访问|行为)(?:识别)?验证|(?:拖动|滑动)(?:下方|左侧)?滑块|(?:完成|进行|通过)[^。，]{0,6}验证|请?输入[^。，]{0,6}验证码"
    r"|(?:开启|启用|打开|允许|支持)(?:浏览器)?(?:的)?\s*(?:JavaScript|cookies?)|(?:enable|requires?)\s+(?:JavaScript|cookies?)"
    r"|access\s+(?:is\s+)?(?:denied|forbidden)|403\s+forbidden|checking\s+your\s+browser|just\s+a\s+moment"
    r"|verify\s+(?:that\s+)?you\s+are\s+(?:a\s+)?human|too\s+many\s+requests|防火墙|创宇盾|captcha",
    re.IGNORECASE,
)
OUT_OF_ORDER = re.compile(
    r"(?:域名|证书|空间)(?:已|已经)?(?:过期|到期)|(?:网站|站点|域名)(?:未备案|(?:已|已经|暂时|现)(?:被)?(?:关闭|关停|停用|停止|停运|暂停))"
    r"|(?:数据库|服务器?|后台|系统|程序|内部|运行时?)(?:内部|连接|运行|应用|发生|出现|了|处理|服务)*(?:错误|异常|失败|出错|繁忙)"
    r"|Welcome\s+to\s+(?:nginx|OpenResty|CentOS|Tengine)|(?:Apache2?|IIS)[\w\s]{0,20}(?:default|test|welcome)\s+page"
    r"|(?:SQL|Runtime|NullPointer|IO|Servlet|Template)\w*Exception|Internal\s+Server\s+Error|Bad\s+Gateway"
    r"|Service\s+(?:Temporarily\s+)?Unavailable|Gateway\s+Time-?out|connection\s+timed\s+out",
    re.IGNORECASE,
)
HEADING = re.compile(r"<h[1-3]\b[^>]*>(.*?)</h[1-3]", re.DOTALL | re.IGNORECASE)
PAPER = re.compile(r"关于.{4,}|.{4,}(?:通知|通告|公告|通报|意见|办法|规定|公示|决定|说明|提示|函)(?:$|[_\-—|（(])")
ANCHOR = re.compile(r"<a\s.*?(</a\s*>|\Z)", re.DOTALL | re.IGNORECASE)
LOGIN = re.compile(r"登录|登陆|sign\s?in|log\s?in", re.IGNORECASE)
LOGIN_PATH = re.compile(r"(?:^|/)(?:login|sso|cas|passport|signin)(?:[/.]|$)", re.IGNORECASE)
HOME = re.compile(r"/?(?:index|default|main)?(?:\.s?html?|\.jsp|\.php|\.aspx?|\.do)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pretence:
    """What a page is instead of what was asked for."""

    fault: Fault
    reason: str
    gone: bool = False
    shut: bool = False  # the whole site, and not this page alone


def pretence_of(asked: str, url: str) -> Pretence | None:
    """Judge by where a request has ended.

    >>> pretence_of("http://a.example/art/1.html", "http://a.example/index.html").reason
    'it leads to the home page'
    """
    if asked == url:
        return None
    before, after = urlsplit(asked), urlsplit(url)
    if LOGIN_PATH.search(after.path) and not LOGIN_PATH.search(before.path):
        return Pretence(Fault.BLOCKED, "it leads to a login page")
    if HOME.fullmatch(after.path) and not after.query and not HOME.fullmatch(before.path):
        return Pretence(Fault.BROKEN, "it leads to the home page", gone=True)
    return None


def pretence_in(body: bytes, charset: str = "") -> Pretence | None:
    """Judge by what a page says; content that only speaks of such things is content."""
    if len(body) > LONGEST or not body.strip() or OFFICIAL.search(body):
        return None
    html = decode(body, charset)
    title = _words(next(iter(TITLE.findall(html)), ""))
    shown = HIDDEN.sub(" ", html)
    text = _words(TAGS.sub(" ", shown))
    links = len(LINK.findall(html))
    if len(text) <= SOME and links <= SOME_LINKS and PASSWORD.search(html) and LOGIN.search(title + text):
        return Pretence(Fault.BLOCKED, "it asks for a login")
    said = _words(TAGS.sub(" ", ANCHOR.sub(" ", shown)))  # beside the links of a menu
    if len(text) <= LITTLE and links <= FEW_LINKS and (pretence := _of_the_site(title, text, _headings(shown))):
        return pretence
    found = GONE.search(title) or (GONE.search(said) if len(said) <= LITTLE else None)
    if found or title == "404":
        return Pretence(Fault.BROKEN, f"status 200, but it says {found.group() if found else title}", gone=True)
    return None


def _headings(html: str) -> str:
    return "\n".join(_words(TAGS.sub(" ", heading)) for heading in HEADING.findall(html))


def _of_the_site(title: str, text: str, headings: str) -> Pretence | None:
    """Judge by what a page with next to nothing on it says of its whole site; a short paper may speak of anything."""
    text, paper = f"{title}\n{text}", PAPER.search(title) or PAPER.search(headings)
    if found := MAINTENANCE.search(text):
        return Pretence(Fault.BROKEN, f"the site is being worked on ({found.group()})", shut=not paper)
    if paper:
        return None
    if found := KEPT_OUT.search(text):
        return Pretence(Fault.BLOCKED, f"it keeps us out ({found.group()})", shut=True)
    if found := OUT_OF_ORDER.search(text):
        return Pretence(Fault.BROKEN, f"the site is out of order ({found.group()})", shut=True)
    return None


def _words(text: str) -> str:
    return "".join(text.split()) if not text.isascii() else " ".join(text.split())
