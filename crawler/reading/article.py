"""An article page: title, text, attachments, and its official facts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.notice import Attachment, Facts
from crawler.reading.attachments import attachments_of, may_be_file
from crawler.reading.below import following
from crawler.reading.body import Body, find_body
from crawler.reading.densest import ELSEWHERE
from crawler.reading.facts import Stated, agency_of, facts_of
from crawler.reading.head import length_of_head
from crawler.reading.hidden import hidden_parts, may_hide
from crawler.reading.markup import stream
from crawler.reading.others import NAMED
from crawler.reading.page import Page, UnreadablePage, open_page
from crawler.reading.shown import files_linked, files_shown, words_shown
from crawler.reading.titles import find_title

__all__ = ["Article", "UnreadablePage", "read_article"]

_LEVELS_ABOVE = 3  # how far above the body its attachments may stand
_OTHERS = re.compile(rf">\s*+[【\[]?(?:{NAMED}|[上下]一[篇条])\s*[】\]：:<]")
_MENU = re.compile(r"<ul[^>]*+>\s*+(?:<li[^>]*+>\s*+<a [^>]*+>[^<:：]{1,12}</a>\s*+</li>\s*+){3,}+</ul>")
_PLACE = "\x1c"  # where the article has been taken out; no page holds it
_TELLING = 60  # characters that hardly begin two elements of a page
_MOST_LINKS_AROUND = 60  # an element with more is the page, not the article's frame
_MOST_BEHIND, _MOST_BESIDE_FILES = 4, 3  # elements after a frame, links in one of them that lead to no file


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What an article page says. The text has one paragraph a line; the cells of a table are parted by a tab."""

    title: str
    text: str
    published: date | None = None
    agency: str = ""
    document_number: str = ""
    attachments: tuple[Attachment, ...] = ()
    facts: Facts = field(default_factory=Facts)


def read_article(body: bytes, url: str, *, charset: str = "", body_selector: str = "") -> Article:
    """Read an article page; raise UnreadablePage with the reason when it has no title or no body."""
    page = open_page(body, url, charset=charset)
    title = find_title(page)
    if not title:
        raise UnreadablePage(
            "no title: the page has no ArticleTitle, no heading, and no <title> besides the site's name"
        )
    found = find_body(page, title, body_selector)
    shown = (files_shown(page) or files_linked(page, title)) if found is None else ()
    if found is None:
        found = _shown_instead(page, title, shown)
    attachments = tuple({file.url: file for file in (*shown, *attachments_of(_links(page, found), page.url))}.values())
    stated = Stated.of(page, title, found, stream(_without_menus(_around(page, found)), fields=True))
    facts = facts_of(stated)
    return Article(
        title=title,
        text="\n".join(found.lines[length_of_head(found.lines, title) :]),
        published=date.fromisoformat(facts.published.value) if facts.published else None,
        agency=agency_of(stated, facts),
        document_number=facts.document_number.value if facts.document_number else "",
        attachments=attachments,
        facts=facts,
    )


def _shown_instead(page: Page, title: str, files: tuple[Attachment, ...]) -> Body:
    """Return the body of an article that is a file or a picture: what it is said to show, else its title."""
    words = words_shown(page, title)
    if words is None and not files:
        raise UnreadablePage("no body: nothing on the page reads like an article")
    return Body(words or [title], "")


def _links(page: Page, body: Body) -> list[LexborNode]:
    """Return the links to files in the body and the frame round it: many templates list attachments below."""
    if body.node is None:
        scope = LexborHTMLParser(body.markup).body if body.markup else page.body
        found = scope.css("a[href]") if scope is not None else []
    else:
        scope, found = _frame(body.node)
    links = _to_files(found)
    if scope is None or not links:
        return _behind(page, scope) if body.node is not None and scope is not None else []
    elsewhere = {link.mem_id for part in scope.css(ELSEWHERE) for link in part.css("a[href]")}
    return [link for link in links if link.mem_id not in elsewhere]


def _to_files(links: list[LexborNode]) -> list[LexborNode]:
    return [link for link in links if may_be_file(link.attrs.get("href") or "")]


def _behind(page: Page, frame: LexborNode) -> list[LexborNode]:
    """Return the links to files in the next elements: a template may put them right into a page full of links."""
    beside = (part.css("a[href]") for part in islice(_next_to(frame), _MOST_BEHIND))
    if not any(_to_files(links) for links in beside if len(links) <= _MOST_LINKS_AROUND):
        return []
    own = following(frame, {part.mem_id for part in page.body.css(ELSEWHERE)})
    for part in islice(own, _MOST_BEHIND):
        links = part.css("a[href]")
        files = _to_files(links)
        if files and len(links) - len(files) <= _MOST_BESIDE_FILES:
            return files
    return []


def _next_to(node: LexborNode) -> Iterator[LexborNode]:
    behind = node.next
    while behind is not None:
        if behind.tag not in ("-text", "_comment"):
            yield behind
        behind = behind.next


def _frame(node: LexborNode) -> tuple[LexborNode, list[LexborNode]]:
    """Return the frame round an element, with the links in it."""
    links = node.css("a[href]")
    most = len(links) + _MOST_LINKS_AROUND
    levels = 0
    while levels < _LEVELS_ABOVE:
        above = node.parent
        if above is None or above.tag == "html" or len(around := above.css("a[href]")) > most:
            break
        node, links = above, around
        levels += node.tag not in ("tr", "tbody")
    return node, links


def _around(page: Page, body: Body) -> str:
    """Return the page without the article's body and what is hidden; this takes both out of the page's tree."""
    at = _place_of(body.markup, page.html)
    before = page.html[:at] if at >= 0 else page.html
    if body.node is None or (at >= 0 and not may_hide(before)):
        after = _own(page.html[at + len(body.markup) :]) if at >= 0 else ""
        if body.node is None or not may_hide(after):
            return before + after
    body.node.replace_with(_PLACE)
    for hidden in hidden_parts(page.body):
        hidden.decompose()
    before, _, after = (page.body.html or "").partition(_PLACE)
    return before + _own(after)


def _without_menus(markup: str) -> str:
    """Leave out the lists that hold nothing but short links: they say nothing of the article and are long."""
    kept, done, at = [], 0, markup.find("<ul")
    while at >= 0:
        if menu := _MENU.match(markup, at):
            kept.append(markup[done:at])
            done = menu.end()
        at = markup.find("<ul", max(done, at + 1))
    return "<ul></ul>".join((*kept, markup[done:]))


def _own(markup: str) -> str:
    """Return what stands below the article up to where others begin: their numbers and days are not its own."""
    others = _OTHERS.search(markup)
    return markup[: others.start()] if others else markup


def _place_of(part: str, whole: str) -> int:
    """Return where a long part of the page begins, -1 when it is no longer there as it was: found by its first tag."""
    if not part:
        return -1
    beginning = part[:_TELLING]
    at = whole.find(beginning)
    while at >= 0 and not whole.startswith(part, at):
        at = whole.find(beginning, at + 1)
    return at
