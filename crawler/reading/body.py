"""Where on a page the article stands: known containers first, then the densest block, then trafilatura."""

import re
from dataclasses import dataclass

import trafilatura
from selectolax.lexbor import LexborNode

from crawler.reading.markup import is_junk, lines, tidy
from crawler.reading.page import Page, select

_KNOWN = """
#zoom #zoomcon #Zoom .zoom #ivs_content #UCAP-CONTENT ucapcontent .bt-content .main-txt .j-fontContent
.TRS_Editor .TRS_UEDITOR .trs_editor_view .trs_paper_default #mainText #wenzhang-content .wenzhang-content
.wenzhang .xxgk_wenzhang .wzcon .con_main .newscontnet .newscontent .pages_content .GovInfoContent
.article-content .article_content .articleContent #articleContent #article-content #article_content
.news-content .news_content .newsContent #newsContent #news_content .detail-content .detail_content
.content-detail .content_detail .xxgk-content .xxgk_content #xxgk_content .xl_content .artical_content
.wp_articlecontent #vsb_content .v_news_content .ewb-article-content .article-con .article_con .art_con
.text_content .content_text .con_text .txt_con .txtcon .news_txt #js_content #artibody #rwb_zw
.rich_media_content .entry-content .post-content
"""  # what the systems of government sites call the container of an article, the surest first
_CONTAINERS = tuple((selector, selector.lstrip("#.")) for selector in _KNOWN.split())  # with the word to look for first
_MARKS = (
    ("<!--<$[信息内容]>begin-->", "<!--<$[信息内容]>end-->"),
    ('<meta name="ContentStart">', '<meta name="ContentEnd">'),
    ("<!--ContentStart-->", "<!--ContentEnd-->"),
)
_ENOUGH = 12  # characters: a container with fewer is a frame that a script would have filled
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_TOLD_SHARE = 0.4  # of a text must be sentences: a page of links is no article
_ENOUGH_DENSE = 40
_SENTENCE = re.compile("[。，；！？]")
_DENSE_BLOCKS = "div, td, article, section, main, ul, ol, body"
_MOST_BLOCKS = 3_000
_PARAGRAPHS = frozenset({"-text", "p", "span", "font", "strong", "b", "center", "h4", "h5"})
_LEAVES = frozenset({"div", "section", "li", "ul", "ol", "blockquote", "pre"})
_NOT_IN_LEAVES = "div, p, table, section, a[href]"
_FEWEST_LEAVES = 3
_LARGEST_FOR_TRAFILATURA = 1_000_000
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # libxml2 refuses them


@dataclass(frozen=True, slots=True)
class Body:
    """The lines of an article, its markup within the page, and its element when it has one."""

    lines: list[str]
    markup: str
    node: LexborNode | None = None


def find_body(page: Page, selector: str = "") -> Body | None:
    """Return the article's body; None when the page has nothing that reads like one."""
    ways = (_known, _marked, _densest, _by_trafilatura, _shortest)
    found = (body for way in ways if (body := way(page)))
    return _chosen(page, selector) or next(found, None)


def _chosen(page: Page, selector: str) -> Body | None:
    """Return what the source's own selector finds: several parts are one body."""
    parts = [body for node in select(page.tree, selector) if (body := _body_of(node))] if selector else []
    if not parts:
        return None
    return Body([line for part in parts for line in part.lines], "".join(part.markup for part in parts), parts[0].node)


def _known(page: Page) -> Body | None:
    for selector, word in _CONTAINERS:
        if word in page.html:
            for node in page.tree.css(selector):
                if body := _body_of(node):
                    return body
    return None


def _body_of(node: LexborNode) -> Body | None:
    markup = node.html or ""
    hidden = hidden_parts(node)
    if hidden:
        for part in hidden:
            part.decompose()
        markup = node.html or ""
    text = lines(markup)
    return Body(text, markup, node) if sum(map(len, text)) >= _ENOUGH else None


def hidden_parts(node: LexborNode) -> list[LexborNode]:
    """Return the outermost elements below this one that no reader sees."""
    return [
        part
        for part in node.css("[style*=none]")
        if part.mem_id != node.mem_id and _HIDDEN.search(part.attributes.get("style") or "")
    ]


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


def _densest(page: Page) -> Body | None:
    """Return the element whose own paragraphs hold the most running text, if it is clearly an article."""
    best = _most_told(page)
    return _body_of(best) if best is not None and _running_text(best) >= _ENOUGH_DENSE else None


def _shortest(page: Page) -> Body | None:
    """Return the same of a very short article: at least one whole sentence, which no footer has."""
    best = _most_told(page)
    body = _body_of(best) if best is not None and _running_text(best) >= _ENOUGH else None
    return body if body and any("。" in line for line in body.lines) else None


def _most_told(page: Page) -> LexborNode | None:
    return max(page.tree.css(_DENSE_BLOCKS)[:_MOST_BLOCKS], key=_running_text, default=None)


def _running_text(node: LexborNode) -> int:
    """Count the characters of sentences in this element and its paragraphs, not in the blocks below.

    Three blocks with sentences and nothing inside are paragraphs too: some editors write <div> for <p>.
    """
    own, leaves = 0, []
    for child in node.iter(include_text=True):
        if child.tag in _PARAGRAPHS:
            text = child.text()
            own += len(text) if _SENTENCE.search(text) else 0
        elif child.tag in _LEAVES and child.css_first(_NOT_IN_LEAVES) is None:
            text = child.text()
            leaves += [len(text)] if _SENTENCE.search(text) else []
    return own + (sum(leaves) if len(leaves) >= _FEWEST_LEAVES else 0)


def _by_trafilatura(page: Page) -> Body | None:
    if len(page.html) > _LARGEST_FOR_TRAFILATURA:
        return None
    markup = _FORBIDDEN.sub("", f"<html>{page.html}</html>")
    text = trafilatura.extract(markup, include_tables=True, include_comments=False)
    found = [line.strip(" |") for line in (text or "").splitlines()]
    kept = [line for line in found if line and not is_junk(line)]
    links = {tidy(link.text()) for link in page.body.css("a")}
    told = sum(len(line) for line in kept if line not in links and _SENTENCE.search(line))
    return Body(kept, "") if told > max(_ENOUGH, _TOLD_SHARE * sum(map(len, kept))) else None
