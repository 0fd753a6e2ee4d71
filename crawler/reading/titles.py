"""The title of an article: as the site states it, as it stands on the page, or <title> without the site's name."""

import re

from crawler.reading.headline import blocks_of, is_office, over_the_day, repeated_in
from crawler.reading.hidden import is_hidden
from crawler.reading.kinds import kind_in_title
from crawler.reading.markup import EDGE, PIECE, stream, tidy
from crawler.reading.page import Page

_STATED = ("articletitle", "ucaptitle", "article:title")
_NAMED = """
#ivs_title .con-title .article-title .article_title .articleTitle #articleTitle .wenzhang-title .wzbt .xl_title
.news-title .news_title .newstitle .detail-title .detail_title .content-title .content_title .arti_title .arti-title
.info-title .bt-title .title-article .rich_media_title
""".split()  # noqa: SIM905  a table of words reads better than a list of strings
_HEADINGS = "h1, h2, h3"
_PARTING = re.compile(
    r"\s*(?:[_|｜»＞>]|--+|(?<!\d)[—–]+|[—–]{2,}|[—–](?!\d)|\s[-·]\s|(?<=[\u4e00-\u9fff”》）)])-(?=[\u4e00-\u9fff]))\s*"
)
_SURE_PARTING = re.compile(r"\s*(?:_+|[|｜»])\s*")
_OF_SITE = re.compile(
    r"(?:网|网站|公报|政务|在线|资讯|门户|平台|频道|首页|政府|委员会|办公室|管理局|中心|厅|局|委|委办|公开|公告栏?|动态|要闻|新闻"
    r"|\.(?:cn|com|org|net))$"
)
_OF_NO_SITE = re.compile(r"关于|\d")  # ends like a name (公报, 要闻) and is none
_COLUMN = re.compile(
    r"[\u4e00-\u9fff]{2,14}(?:人民政府|门户网站|政府网站?|政务网|官网|官方网站|信息网|政务公开网)"
    r"|通知|公告|公示|(?:通知|公告|公示|政策|信息|工作|政务|新闻|要闻|文件|内容|文章|详细|法定|规范性|政府|部门|最新){1,3}"
    r"(?:公告|公示|通知|文件|解读|公开|动态|信息|中心|资讯|详情|内容|正文|页面?|列表|目录)|正文|详情页?|首页|无标题(?:文档)?"
)
_INNER_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,100}>|&nbsp;")
_BLANK_IN_DATE = re.compile(r"(?<=\d) (?=[年月日号期])|(?<=[年月第]) (?=\d)")
_DATE_BEHIND = re.compile(
    r"\s*(?:[(（\[]\s*20\d\d\s*[-年/.]\s*\d\d?\s*[-月/.]\s*\d\d?\s*日?\s*[)）\]]|20\d\d-\d\d-\d\d(?:\s\d\d?:\d\d(?::\d\d)?)?)$"
)
_SHORTEST = 4
_BEGINNING = 3  # characters of a heading that tell whether it is worth to be read
_LONGEST = 200


def find_title(page: Page) -> str:
    """Return the title, or nothing when the page has none."""
    stated = _stated(page)
    if stated and not _names_no_article(stated, page):
        return _whole(page, stated)
    whole = _page_title(page)
    shared = _clean(page.metas.get("og:title", ""))
    found = _repeated(page, whole) or _longer(page, whole) or _named(page)
    found = found or repeated_in(whole, page) or _only_heading(page, whole) or _without_site(whole, page) or shared
    if found == whole and _OF_SITE.search(found) and len(shared) > len(found):
        return shared
    if _names_no_article(found, page) or _is_linked(found, page):
        return _headline(page, found) or _over_the_day(page, found) or found or _column(page, stated)
    return found


def _stated(page: Page) -> str:
    """Return the title in the page's meta tags; a <br> in it is a blank only where <title> has one."""
    for name in _STATED:
        if title := _clean(page.metas.get(name, "")):
            return _as_spelled_in(_page_title(page), title) if "<" in page.metas[name] else title
    return ""


def _over_the_day(page: Page, site: str) -> str:
    """Return the line over the one that dates the page, all of its heading when it is a part of one."""
    line = over_the_day((block for block in blocks_of(page) if not _COLUMN.fullmatch(block)), site)
    return next((text for text in _texts(page, _HEADINGS) if line in text), line) if line else ""


def _is_linked(title: str, page: Page) -> bool:
    """Tell whether what <title> says stands on the page, and only in a link, as columns do: 首页 > 部门动态."""
    markup = page.html
    return f">{title}</a>" in markup and markup.count(f">{title}<") == markup.count(f">{title}</a>")


def _names_no_article(title: str, page: Page) -> bool:
    """Tell whether a title is the name of a column or of the whole site, as templates put it on all their pages."""
    squeezed = _squeezed(title)
    if not title:
        return True
    named = {_squeezed(page.metas.get(name, "")) for name in ("sitename", "columnname")}
    return squeezed in named or _COLUMN.fullmatch(squeezed) is not None or is_office(squeezed)


def _headline(page: Page, besides: str) -> str:
    """Return the first heading that can only be a notice's: it names a kind of document, or begins 关于."""
    shown = _texts(page, f"{_elements(page)}, {_HEADINGS}, [class*=title], [class*=Title]")
    return next(
        (
            text
            for text in shown
            if text != besides
            and ("关于" in text or kind_in_title(text) not in ("", text))
            and not _names_no_article(text, page)
        ),
        "",
    )


def _whole(page: Page, stated: str) -> str:
    """Return the heading that a title cut short (…) begins, else the title."""
    if not stated.endswith(("…", "...")):
        return stated
    beginning = stated.rstrip("….")
    named = _texts(page, f"{_elements(page)}, {_HEADINGS}")
    longer = (text for texts in (named, blocks_of(page)) for text in texts if text.startswith(beginning))
    return next((text for text in longer if text != stated and len(text) <= _LONGEST), stated)


def _page_title(page: Page) -> str:
    node = page.tree.css_first("head > title") or page.tree.css_first("title")
    return _clean(node.text(separator=" ")) if node is not None else ""


def _repeated(page: Page, whole: str) -> str:
    """Return the heading or title element that <title> repeats."""
    squeezed = _squeezed(whole)
    headings = [*_texts(page, _elements(page)), *_texts(page, _HEADINGS, begun_in=squeezed)]
    shown = [bare for text in headings for bare in (text, _without_date(text))]
    repeated = [text for text in shown if len(text) >= _SHORTEST and _is_stated(_squeezed(text), squeezed)]
    return _as_spelled_in(whole, max(repeated, key=len)) if repeated else ""


def _longer(page: Page, whole: str) -> str:
    """Return the heading that ends with all of <title>, which is then but a kind of notice: 中标候选人公示."""
    if len(whole) < _SHORTEST:
        return ""
    nodes = (node for node in page.tree.css(_HEADINGS) if node.text().rstrip().endswith(whole))
    return next((_clean(node.text()) for node in nodes), "")


def _named(page: Page) -> str:
    """Return what an element says whose name tells that it is for titles."""
    return next(iter(_texts(page, _elements(page), seen=True)), "")


def _only_heading(page: Page, whole: str) -> str:
    """Return the first heading, when there is but one and it isn't the site's."""
    first = _texts(page, "h1", seen=True)
    return first[0] if len(first) == 1 and (len(first[0]) > _SHORTEST or whole.startswith(first[0])) else ""


def _column(page: Page, stated: str) -> str:
    """Return a stated title that is but 公示, when nothing on the page says more."""
    return "" if _squeezed(stated) == _squeezed(page.metas.get("sitename", "")) or is_office(stated) else stated


def _without_date(text: str) -> str:
    return _DATE_BEHIND.sub("", text) if "20" in text else text


def _is_stated(heading: str, whole: str) -> bool:
    """Tell whether <title> begins with a heading, or holds it where the site's own name would not stand."""
    return whole.startswith(heading) or (
        heading in whole and (not _OF_SITE.search(heading) or _OF_NO_SITE.search(heading) is not None)
    )


def _as_spelled_in(whole: str, heading: str) -> str:
    """Return the heading with the blanks it has in <title>, where no line break has put any."""
    squeezed = _squeezed(heading)
    at = _squeezed(whole).find(squeezed)
    if heading in whole or at < 0:
        return heading
    places = [place for place, character in enumerate(whole) if not character.isspace()]
    return min(heading, whole[places[at] : places[at + len(squeezed) - 1] + 1], key=len)


def _texts(page: Page, selector: str, *, begun_in: str | None = None, seen: bool = False) -> list[str]:
    """Return what elements say; with `begun_in` only of those whose first characters stand there."""
    nodes = page.tree.css(selector)
    if seen:
        nodes = [node for node in nodes if not is_hidden(node)]
    if begun_in is not None:
        nodes = [node for node in nodes if _squeezed(_clean(node.text()))[:_BEGINNING] in begun_in]
    texts = (_clean(_on_one_line(stream(node.html or "").replace(PIECE, ""))) for node in nodes)
    return [text for text in texts if 1 < len(text) <= _LONGEST]


def _elements(page: Page) -> str:
    """Return the selector of the elements for titles that the page may have."""
    return ", ".join(["ucaptitle", *(selector for selector in _NAMED if selector[1:] in page.names)])


def _on_one_line(text: str) -> str:
    """Join the lines of a heading: without a blank where only the last one ends as titles do (…的通知)."""
    lines = [line for line in map(str.strip, EDGE.split(text)) if line]
    is_one = len(lines) > 1 and kind_in_title(lines[-1]) and not any(map(kind_in_title, lines[:-1]))
    return ("" if is_one else " ").join(lines)


def _without_site(whole: str, page: Page) -> str:
    """Cut the names of site and column off the end (or the front) of <title>."""
    *others, last = whole.split() or [""]
    if others and all(_OF_SITE.search(part) or _COLUMN.fullmatch(part) for part in others) and f">{last}<" in page.html:
        whole = last  # the site and the column stand before it, parted by blanks only
    site = {_squeezed(page.metas.get(name, "")) for name in ("sitename", "columnname")} - {""}
    surely = [part for part in _SURE_PARTING.split(whole) if part]
    while len(surely) > 1 and _COLUMN.fullmatch(_squeezed(surely[0])):
        surely.pop(0)
        whole = whole[whole.index(surely[0]) :]
    if len(surely) > 1 and len(surely[0]) > 2 * _SHORTEST:
        whole = surely[0]
    parts = [part for part in _PARTING.split(whole) if part]
    while len(parts) > 1 and (
        _squeezed(parts[-1]) in site or _OF_SITE.search(parts[-1]) or len(parts[-1]) <= _SHORTEST
    ):
        parts.pop()
    while len(parts) > 1 and (_squeezed(parts[0]) in site or _OF_SITE.search(parts[0])):
        parts.pop(0)
    if not parts or _squeezed(parts[0]) in site:
        return ""
    kept = max(parts, key=len)
    return whole[whole.find(parts[0]) : whole.rfind(parts[-1]) + len(parts[-1])] if kept == parts[0] else kept


def _clean(text: str) -> str:
    """Return a title without the tags that some systems put into it, and 2007 年 without its blank."""
    plain = tidy(_INNER_TAG.sub(" ", text))
    return _BLANK_IN_DATE.sub("", plain)


def _squeezed(text: str) -> str:
    return "".join(text.split())
