"""Links that are called as columns of notices are: where to go on for whoever gave the wrong address."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.reading.attachments import absolute
from crawler.reading.markup import tidy
from crawler.reading.page import Page

_CALLED = re.compile(
    r"[\u4e00-\u9fff]{0,8}(?:通知|公告|公示|通报|文件|政策|规章|法规|办法|动态|要闻|新闻|公报|解读|意见征集|征求意见|招标|采购|计划|信息)"
)
_MOST = 8
_MOST_LINKS = 2_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a site: what it is called, and the address of its list."""

    name: str
    url: str


def columns_on(page: Page) -> tuple[Column, ...]:
    """Return the columns that a page of the same site leads to, in its order."""
    host, found = urlsplit(page.url).hostname, {page.url: Column("", "")}
    for node in page.body.css("a[href]")[:_MOST_LINKS]:
        name, address = tidy(node.text()), absolute(page.url, node.attributes.get("href") or "").partition("#")[0]
        if _CALLED.fullmatch(name) and address and urlsplit(address).hostname == host:
            found.setdefault(address, Column(name, address))
        if len(found) > _MOST:
            break
    return tuple(found.values())[1:]
