"""Lists of other articles that a template puts into the element of the article: 相关阅读 with links below it."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from crawler.reading.attachments import may_be_file

NAMED = (
    r"(?:相关(?:文件|文档|文章|链接|阅读|新闻|报道|信息|内容|资讯|推荐|解读|政策|稿件)|延伸阅读"
    r"|推荐(?:阅读|新闻|文章|信息)|热[点门](?:推荐|新闻|文章|信息|专题))"
)
COMMENTS = r"(?:网友|用户|最新|热门|精彩|全部|发表|我要)评论"
_END = r"\s*+[】\]：:]*+\s*+"
_NAMED = re.compile(rf"\s*+[【\[]?{NAMED}{_END}")
_IN_MARKUP = re.compile(f"{NAMED}{_END}<")
_BEGINS = re.compile(
    rf"\s*+[【\[]?(?:[上下]一[篇条]|友情链接|{COMMENTS}|(?:{NAMED}|相关|推荐|热[点门])[ \t]*+(?:[】\]：:\n]|$))"
)  # 推荐名单 and 相关部门要… are text
_SIGNS = ("相关", "阅读", "推荐", "热点", "热门")  # one of which stands in each name
_ELEMENTS = "div, section, ul, dl, p, table, h2, h3, h4, h5"
_NO_TITLE = re.compile(r"[\d\s/.:：年月日()（）\[\]·|-]+")  # days and what parts the links
_LINKED = 0.8  # of what stands below the name


def may_hold_others(markup: str) -> bool:
    """Tell whether it is worth to look for lists of other articles."""
    return any(sign in markup for sign in _SIGNS) and _IN_MARKUP.search(markup) is not None


def begins_others(node: LexborNode) -> bool:
    """Tell whether an element begins by saying that other articles, or comments, follow."""
    return _BEGINS.match(node.text(separator="\n")) is not None


def others_in(node: LexborNode) -> list[LexborNode]:
    """Return the outermost elements below this one that name other articles and hold hardly more than links to them."""
    found: list[LexborNode] = []
    taken: set[int] = set()
    for part in node.css(_ELEMENTS):
        if part.mem_id in taken or part.mem_id == node.mem_id:
            continue
        for other in _list_of(part):
            found.append(other)
            taken |= {inner.mem_id for inner in other.css("*")}
    return found


def _list_of(part: LexborNode) -> Iterator[LexborNode]:
    """Yield an element that is such a list with its name, or a name and the list behind it."""
    name = _NAMED.match(part.text())
    if name is None:
        return
    if part.text()[name.end() :].strip():
        if _is_linked(part, part.text()[name.end() :]):
            yield part
        return
    behind = part.next
    while behind is not None and behind.tag == "-text" and not behind.text(strip=True):
        behind = behind.next
    if behind is not None and behind.tag in ("ul", "ol", "dl", "div") and _is_linked(behind, behind.text()):
        yield from (part, behind)


def _is_linked(part: LexborNode, text: str) -> bool:
    """Tell whether hardly any of the words stand in no link, and no link leads to a file: 相关文件 are its own."""
    links = part.css("a[href]")
    words = len(_NO_TITLE.sub("", text))
    linked = sum(len(_NO_TITLE.sub("", link.text())) for link in links)
    return (
        bool(links)
        and linked >= _LINKED * words
        and not any(may_be_file(link.attrs.get("href") or "") for link in links)
    )
