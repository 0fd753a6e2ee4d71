"""Where on a page the article stands: known containers first, then the densest block, then trafilatura."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.reading.below import following, markup_of, text_below
from crawler.reading.densest import ELSEWHERE, Dense, densest, told
from crawler.reading.head import said_once
from crawler.reading.hidden import hidden_parts, is_hidden, may_hide
from crawler.reading.markup import is_junk, lines, tidy
from crawler.reading.others import may_hold_others, others_in
from crawler.reading.page import Page, select, too_deep

_KNOWN = """
#zoom #zoomcon #Zoom .zoom #ivs_content #UCAP-CONTENT ucapcontent .bt-content .main-txt .j-fontContent
.TRS_Editor .TRS_UEDITOR .trs_editor_view .trs_paper_default #mainText #wenzhang-content .wenzhang-content
.wenzhang .xxgk_wenzhang .wzcon .con_main .newscontnet .newscontent .pages_content .GovInfoContent
#artibody #js_content #rwb_zw
.article-content .article_content .articleContent #articleContent #article-content #article_content
.news-content .news_content .newsContent #newsContent #news_content .detail-content .detail_content
.content-detail .content_detail .xxgk-content .xxgk_content #xxgk_content .xl_content .artical_content
.wp_articlecontent #vsb_content .v_news_content .ewb-article-content .article-con .article_con .art_con
.text_content .content_text .con_text .txt_con .txtcon .news_txt
.rich_media_content .entry-content .post-content
"""  # what the systems of government sites call the container of an article, the surest first
_CONTAINERS = tuple((selector, selector.lstrip("#.")) for selector in _KNOWN.split())  # with its name in Page.names
CONTAINER_NAMES = tuple(name for selector, name in _CONTAINERS if selector[0] in "#.")
_OWN_ELEMENT = "ucapcontent"
_MARKS = (
    ("<!--<$[信息内容]>begin-->", "<!--<$[信息内容]>end-->"),
    ('<meta name="ContentStart">', '<meta name="ContentEnd">'),
    ("<!--ContentStart-->", "<!--ContentEnd-->"),
)
_WRITTEN = re.compile(
    r"[=:]\s*(?P<quote>[\"'`])(?P<markup>\s*(?:<|\\u003c|\\x3c)(?:p|div|span|table|section|article)(?:(?!(?P=quote))[^\\]|\\.){40,}?)(?P=quote)",
    re.IGNORECASE | re.DOTALL,
)
_KEPT = re.compile(
    r"<textarea\b[^>]*>(?P<markup>\s*(?:<|&lt;)(?:p|div|article|section|table)\b.*?)</textarea>",
    re.IGNORECASE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\(?:[ux]([0-9a-fA-F]{4}|[0-9a-fA-F]{2})|(.))", re.DOTALL)
_PLAIN = {"n": "\n", "t": " ", "r": " "}
_ENOUGH = 12  # characters: a container with fewer is a frame that a script would have filled
_TOLD_SHARE = 0.4  # of a text must be sentences: a page of links is no article
_ENOUGH_TITLE = 6  # characters: the name of a column is shorter
_DATA_SHARE = 0.9  # of a table of data stands in no link; lists of links are tables, too
_MOST_OF_IT = 0.9  # of the marks of an element stand behind its title
_ENOUGH_MARKS = 5  # of sentences: a text with fewer may be a footer
_SENTENCE = re.compile("[。，；！？]")
_LARGEST_FOR_TRAFILATURA = 1_000_000
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # libxml2 refuses them


@dataclass(frozen=True, slots=True)
class Body:
    """The lines of an article, its markup within the page, and its element when it has one."""

    lines: list[str]
    markup: str
    node: LexborNode | None = None


def find_body(page: Page, title: str, selector: str = "") -> Body | None:
    """Return the article's body; None when the page has nothing that reads like one."""
    ways = (
        _known,
        _marked,
        partial(_running, title=title),
        _by_trafilatura,
        _table,
        _scripted,
        partial(_below, title=title),
    )
    found = (body for way in ways if (body := way(page)))
    if chosen := _chosen(page, selector):
        return chosen
    body = next(found, None)
    return replace(body, lines=said_once(body.lines, title)) if body else None


def _chosen(page: Page, selector: str) -> Body | None:
    """Return what the source's own selector finds: several parts are one body."""
    return _joined(select(page.tree, selector)) if selector else None


def _joined(nodes: Iterable[LexborNode]) -> Body | None:
    parts = [body for node in nodes if (body := _body_of(node))]
    if len(parts) <= 1:
        return parts[0] if parts else None
    return Body([line for part in parts for line in part.lines], "".join(part.markup for part in parts), parts[0].node)


def _known(page: Page) -> Body | None:
    for selector, name in _CONTAINERS:
        if name in page.names or (name == _OWN_ELEMENT and f"<{name}" in page.html):
            seen = [node for node in page.tree.css(selector) if not is_hidden(node)]
            for node in seen:
                if body := _body_of(node):
                    beside = _neighbours(node, seen)
                    return (_joined(beside) if len(beside) > 1 else body) or body
    return None


def _neighbours(node: LexborNode, others: list[LexborNode]) -> list[LexborNode]:
    """Return the containers of the same name that stand side by side: a long article may be cut into several."""
    if len(others) == 1 or node.parent is None:
        return [node]
    beside = node.parent.mem_id
    return [other for other in others if other.parent is not None and other.parent.mem_id == beside]


def _body_of(node: LexborNode) -> Body | None:
    markup = node.html or ""
    left_out = [
        *(hidden_parts(node) if may_hide(markup) else ()),
        *(others_in(node) if may_hold_others(markup) else ()),
    ]
    if left_out:
        for part in left_out:
            part.decompose()
        markup = node.html or ""
    text = lines(markup)
    return Body(text, markup, node) if sum(map(len, text)) >= _ENOUGH else None


def _marked(page: Page) -> Body | None:
    """Return what stands between the marks that a template puts round its content."""
    for begin, end in _MARKS:
        start = page.html.find(begin)
        stop = page.html.find(end, start)
        if 0 <= start < stop:
            markup = page.html[start + len(begin) : stop]
            text = lines(markup)
            if sum(map(len, text)) >= _ENOUGH:
                return Body(text, markup)
    return None


def _running(page: Page, title: str) -> Body | None:
    """Return the element that has the page's running text; if that is short, at least one whole sentence."""
    found = densest(page.body, title)
    body = (_behind(found) or _without_frame(found.node)) if found.marks else None
    return body if body and (found.marks >= _ENOUGH_MARKS or any("。" in line for line in body.lines)) else None


def _behind(found: Dense) -> Body | None:
    """Return what follows the title where one element holds both with menu and footer."""
    behind = list(following(found.title, found.elsewhere)) if found.title is not None else []
    if not behind or sum(map(told, behind)) < _MOST_OF_IT * found.marks:
        return None
    text = [line for node in behind for line in lines(node.html or "")]
    return Body(text, markup_of(behind), behind[0]) if sum(map(len, text)) >= _ENOUGH else None


def _without_frame(node: LexborNode) -> Body | None:
    """Return what an element says without the menus and footers in it."""
    for part in node.css(ELSEWHERE):
        if part.mem_id != node.mem_id:
            part.decompose()
    return _body_of(node)


def _table(page: Page) -> Body | None:
    """Return the largest table of a page that says it is an article: a paper may be nothing else."""
    stated = "articletitle" in page.metas
    if not stated and not _shows_its_title(page):
        return None
    tables = [node for node in page.tree.css("table") if len(node.css("table")) == 1 and len(node.css("tr")) > 1]
    best = max(tables, key=_unlinked, default=None)
    if best is None or (not stated and _unlinked(best) < _DATA_SHARE * len(best.text())):
        return None
    return _body_of(best)


def _shows_its_title(page: Page) -> bool:
    """Tell whether a heading says what <title> says: a list has the name of its column there, and other pages none."""
    title = page.tree.css_first("title")
    words = title.text().strip() if title is not None else ""
    shown = (node.text().strip() for node in page.tree.css("h1, h2, h3"))
    return any(len(heading) > _ENOUGH_TITLE and words.startswith(heading) for heading in shown)


def _unlinked(node: LexborNode) -> int:
    """Count the characters of an element that stand in no link."""
    return len(node.text()) - sum(len(link.text()) for link in node.css("a"))


def _scripted(page: Page) -> Body | None:
    """Return the longest text that a script holds as a string, or a <textarea>, and would write into the page."""
    source = page.source[:_LARGEST_FOR_TRAFILATURA]
    strings = (match["markup"] for match in _WRITTEN.finditer(source))
    longest = max(strings, key=len, default="")
    plain = _ESCAPED.sub(lambda match: chr(int(match[1], 16)) if match[1] else _PLAIN.get(match[2], match[2]), longest)
    kept = max((html.unescape(match["markup"]) for match in _KEPT.finditer(source)), key=len, default="")
    markup = max(plain, kept, key=len)
    tree = LexborHTMLParser(markup) if markup and not too_deep(markup) else None
    text = lines(tree.body.html or "") if tree and tree.body else []
    return Body(text, "") if any("。" in line for line in text) else None


def _below(page: Page, title: str) -> Body | None:
    """Return what stands below the title, be it a list of names or a line."""
    found = text_below(page, title)
    if found is None:
        return None
    return Body(found.lines, markup_of(found.nodes), found.nodes[0])


def _by_trafilatura(page: Page) -> Body | None:
    markup = _FORBIDDEN.sub("", page.body.html or "")  # without the lists of other articles that densest took out
    if len(markup) > _LARGEST_FOR_TRAFILATURA:
        return None
    import trafilatura  # noqa: PLC0415  it takes long to load, and is asked last

    text = trafilatura.extract(f"<html>{markup}</html>", include_tables=True, include_comments=False)
    found = [line.strip(" |") for line in (text or "").splitlines()]
    kept = [line for line in found if line and not is_junk(line)]
    links = {tidy(link.text()) for link in page.body.css("a")}
    told = sum(len(line) for line in kept if line not in links and _SENTENCE.search(line))
    return Body(kept, "") if told > max(_ENOUGH, _TOLD_SHARE * sum(map(len, kept))) else None
