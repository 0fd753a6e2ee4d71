"""Recognises pages that come with status 200 and are none: gone, under maintenance, behind a login. Pure."""

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
LOGIN = re.compile(r"登录|登陆|sign\s?in|log\s?in", re.IGNORECASE)
LOGIN_PATH = re.compile(r"(?:^|/)(?:login|sso|cas|passport|signin)(?:[/.]|$)", re.IGNORECASE)
HOME = re.compile(r"/?(?:index|default|main)?(?:\.s?html?|\.jsp|\.php|\.aspx?|\.do)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pretence:
    """What a page is instead of what was asked for."""

    fault: Fault
    reason: str
    gone: bool = False


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
    text = _words(TAGS.sub(" ", HIDDEN.sub(" ", html)))
    links = len(LINK.findall(html))
    if len(text) <= SOME and links <= SOME_LINKS and PASSWORD.search(html) and LOGIN.search(title + text):
        return Pretence(Fault.BLOCKED, "it asks for a login")
    bare = len(text) <= LITTLE and links <= FEW_LINKS
    if bare and (found := MAINTENANCE.search(title + text)):
        return Pretence(Fault.BROKEN, f"the site is being worked on ({found.group()})")
    found = GONE.search(title) or (GONE.search(text) if bare else None)
    if found or title == "404":
        return Pretence(Fault.BROKEN, f"status 200, but it says {found.group() if found else title}", gone=True)
    return None


def _words(text: str) -> str:
    return "".join(text.split()) if not text.isascii() else " ".join(text.split())
