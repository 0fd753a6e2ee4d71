"""Why a source is as it is, in a reader's words: the crawler says it in English, with the address of its list."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

MINUTE = "%Y-%m-%d %H:%M"
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d) UTC")
ENGLISH: tuple[tuple[str, str], ...] = (
    (r"^The list \S+://\S+ could not be read: ", ""),
    (r"^The list \S+://\S+ has no rows\.", "its list has no rows"),
    (r" \((?:Connection was|DNS lookup|Getting \w+://)[^()]*\)", ""),
)
"""What says nothing to whoever sees the source beside it; in both languages."""

CHINESE: tuple[tuple[str, str], ...] = (
    (r"its list has no rows", "列表里没有内容"),
    (r"its list has (\d+) rows, usually (\d+)", r"列表只有 \1 行，通常有 \2 行"),
    (r"its last (\d+) notices have no (.+?), as they used to", r"最近 \1 条通知都读不出\2，以前都有"),
    (
        r"nothing since (\S+): (\d+) working days, usually ([\d.]+)",
        r"\1 以来没有新内容：已有 \2 个工作日，通常隔 \3 个",
    ),
    (r", at most (\d+)$", r"，最多 \1 个"),
    (r"(\d+) notices? could not be read again, such as (\S+): ", r"\1 条通知无法复查，如 \2 ："),
    (r"(\d+) notices? could not be read, such as (\S+): ", r"\1 条通知无法读取，如 \2 ："),
    (r"\S+ is left alone until (\S+ \S+): ", r"\1 之前暂不访问该网站："),
    (r"status 200, but it says (.+)", r"页面内容是“\1”"),
    (r"status 200, and nothing else", "页面是空的"),
    (r"status (\d+) at its robots\.txt.*", r"robots.txt 返回状态码 \1，无从得知它禁止什么"),
    (r"status (\d+)", r"状态码 \1"),
    (r"robots\.txt forbids it", "robots.txt 不许访问"),
    (r"a challenge page of (\w+)", r"\1的验证页面"),
    (r"a short page of script and no content", "页面只有脚本，没有内容"),
    (r"it keeps us out", "网站不让访问"),
    (r"access refused", "拒绝访问"),
    (r"it ask(?:s|ed) us to slow down", "要求降低访问频率"),
    (r"it asks for a login", "要求登录"),
    (r"it leads to a login page", "转到了登录页面"),
    (r"it leads to the home page", "转到了首页"),
    (r"the site is being worked on", "网站维护中"),
    (r"the site is out of order", "网站出了故障"),
    (r"it says (“.*”), and nothing of the notice", r"页面内容是\1，与通知无关"),
    (r"no such host", "找不到该域名"),
    (r"the connection was refused", "连接被拒绝"),
    (r"the connection failed", "连接失败"),
    (r"no answer in time", "等待超时"),
    (r"the download was stopped", "下载被中止"),
    (r"the answer ended too early", "应答不完整"),
    (r"not followed \(max redirections reached\)", "重定向次数过多"),
    (r"not followed", "不再跟随"),
    (r"no list can be seen on the page: .*", "页面上看不出列表：没有五条带日期的同类链接"),
    (r"no body: .*", "页面上找不到正文"),
    (r"no title: .*", "页面上找不到标题"),
    (r"the page (?:is empty|has no body)", "页面是空的"),
    (r"the page holds no record store of JCMS", "页面里没有 JCMS 的数据"),
    (r"the answer is no JSON: ", "应答不是 JSON："),
    (r"the answer has no rows at .*", "应答里没有条目"),
    (r"this is no feed: .*", "这不是订阅源"),
    (r"(?:\S+ stands for )?(\S+?),? (?:which )?is not a public address", r"\1 不是公网地址"),
    (r"Something went wrong in Yaoxun itself: ", "要讯自身出错："),
    (r"The process died during the crawl\.", "抓取进程中途退出"),
    (r"The crawl was stopped before its end \(closespider_timeout\)\.", "抓取超过了一小时，已中止"),
    (r"The crawl was stopped before its end.*", "抓取中途停止"),
    (r"No list was read\.", "没有读到列表"),
    (r"published", "发布日期"),
    (r"agency", "发文机关"),
    (r"document_number", "发文字号"),
    (r"regions", "地区"),
    (r", no ", "、"),
    (r"; ", "；"),
    (r", ", "，"),
    (r" ?\(([^()]*)\)", r"（\1）"),
)
"""The crawler's sentences and what they are in Chinese, piece by piece; the longer ones first."""


def brief(reason: str, zone: ZoneInfo) -> str:
    """Return a reason for whoever sees the source beside it: without the address of its list, by the reader's clock.

    >>> brief("a.example is left alone until 2026-11-29 22:19 UTC: status 429", ZoneInfo("Asia/Shanghai"))
    'a.example is left alone until 2026-11-30 06:19: status 429'
    """
    return by_clock(_replaced(reason, ENGLISH), zone)


def by_clock(reason: str, zone: ZoneInfo) -> str:
    """Return a reason with its moments as they are in a zone."""
    return MOMENT.sub(lambda found: _local(found[1], zone), reason)


def reason_in(language: str, reason: str, zone: ZoneInfo) -> str:
    """Return a reason in a reader's language and by their clock; what nobody has put into Chinese stays English.

    >>> said = "The list http://a.example/ could not be read: status 412, a challenge page of 瑞数"
    >>> reason_in("zh", said, ZoneInfo("Asia/Shanghai"))
    '状态码 412，瑞数的验证页面'
    """
    said = brief(reason, zone)
    return said if language == "en" else _replaced(said, CHINESE)


def _local(moment: str, zone: ZoneInfo) -> str:
    return datetime.strptime(moment, MINUTE).replace(tzinfo=UTC).astimezone(zone).strftime(MINUTE)


def _replaced(reason: str, table: tuple[tuple[str, str], ...]) -> str:
    for pattern, words in table:
        reason = re.sub(pattern, words, reason)
    return reason
