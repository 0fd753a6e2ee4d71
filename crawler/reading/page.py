"""A page mended by lexbor, with its meta tags; pages that would take for ever are refused here."""

import re
from dataclasses import dataclass
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from crawler.reading.charset import decode

LARGEST = 10 * 1024 * 1024  # bytes; a page of text is far below, with pictures inside it
_MANY_TAGS = 10_000
_DEEPEST = 2_000  # lexbor's time grows with the square of the depth
_MOST_OPEN_FORMATS = 1_000  # and its memory with that of the formats left open: each is opened again in every paragraph

_INVISIBLE = ["script", "style", "noscript", "template", "iframe", "object", "svg", "select", "textarea", "canvas"]
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_NAMED = re.compile(r' (?:id|class)="([^"]*)"')
_FORMATS = frozenset({"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"})
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "wbr"})
_CLOSED_BY_THE_NEXT = frozenset({"p", "li", "dd", "dt", "td", "th", "tr", "option", "html", "head", "body"})
_UNCOUNTED = _VOID | _CLOSED_BY_THE_NEXT


class UnreadablePage(Exception):
    """A page that gives no article or list; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Page:
    """A mended page. `url` is what its links start from; `metas` has lower-case names; `source` is as it came."""

    url: str
    source: str
    tree: LexborHTMLParser
    metas: dict[str, str]
    body: LexborNode
    html: str  # the mended <body>, without what no reader sees
    names: frozenset[str]  # the ids and classes in it: what isn't there need not be looked for


class SelectorError(ValueError):
    """A CSS selector that is none."""


def select(node: LexborHTMLParser | LexborNode, selector: str) -> list[LexborNode]:
    """Return the elements that a selector of a source chooses."""
    try:
        return node.css(selector)
    except SelectolaxError as error:
        raise SelectorError(f"{selector!r} is no CSS selector: {error}") from error


def mended(source: str) -> LexborHTMLParser:
    """Return the tree of a page's text; raise UnreadablePage when it is nested beyond reason."""
    refuse_deep(source)
    return LexborHTMLParser(source)


def open_page(body: bytes, url: str, *, charset: str = "") -> Page:
    """Decode and mend a page; raise UnreadablePage when it is empty, too large or nested beyond reason."""
    source = clean_source(body, charset=charset)
    tree = mended(source)
    base = base_of(tree, source, url)
    metas = _metas(tree)
    tree.strip_tags(_INVISIBLE)
    root = tree.body
    if root is None:
        raise UnreadablePage("the page has no body")
    markup = root.html or ""
    return Page(base, source, tree, metas, root, markup, frozenset(" ".join(_NAMED.findall(markup)).split()))


def base_of(tree: LexborHTMLParser, source: str, url: str) -> str:
    """Return what the links of a page start from: the address in its <base href>, else its own."""
    if "<base" not in source and "<BASE" not in source:
        return url
    node = tree.css_first("base[href]")
    try:
        return urljoin(url, (node.attributes.get("href") or "").strip()) if node is not None else url
    except ValueError:  # [ without ] in the host
        return url


def clean_source(body: bytes, *, charset: str = "") -> str:
    """Return the page's text; refuse what cannot be read in time."""
    if len(body) > LARGEST:
        raise UnreadablePage(
            f"the page has {len(body) // (1024 * 1024)} MB; at most {LARGEST // (1024 * 1024)} are read"
        )
    source = decode(body, charset)
    if not source.strip():
        raise UnreadablePage("the page is empty")
    return source


def refuse_deep(source: str) -> None:
    """Raise UnreadablePage when the elements of a page lie deeper in each other than any real page's."""
    tags = source.count("<")
    if tags < _MOST_OPEN_FORMATS or (tags < _MANY_TAGS and source.count("</") * 4 >= tags):
        return
    if too_deep(source):
        raise UnreadablePage("the elements of the page are nested too deeply to be read")


def too_deep(source: str) -> bool:
    """Tell whether elements lie deeper in each other than any real page's."""
    depth = formats = 0
    for match in _TAG.finditer(source):
        name = match[2].lower()
        if name in _UNCOUNTED:
            continue
        step = -1 if match[1] else 1
        depth = max(0, depth + step)
        if name in _FORMATS:
            formats = max(0, formats + step)
        if depth > _DEEPEST or formats > _MOST_OPEN_FORMATS:
            return True
    return False


def _metas(tree: LexborHTMLParser) -> dict[str, str]:
    """Return name (or property, itemprop) → content; of several with one name the first that says something."""
    metas: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        name = (
            (attributes.get("name") or attributes.get("property") or attributes.get("itemprop") or "").strip().lower()
        )
        content = " ".join((attributes.get("content") or "").split())
        if name and content:
            metas.setdefault(name, content)
    return metas
