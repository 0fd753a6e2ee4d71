"""Where the next page of a list is, as the page itself says it: in the call of a script, or in a link 下一页."""

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from selectolax.lexbor import LexborNode

from crawler.reading.attachments import absolute
from crawler.reading.markup import tidy
from crawler.reading.page import base_of, mended

_CALL = re.compile(r"\bcreatePage(?:HTML)?\s*\(([^()]{5,200})\)", re.IGNORECASE)
_VARIABLE = r"\b{name}\s*=\s*[\"']?(\d+)"
_TOTAL = re.compile(r"\.pagination\s*\(\s*\{[^{}]{0,400}?\b(?:totalPage|pageCount)\s*:\s*[\"']?(\d+)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FIRST_ARGUMENTS = 4  # total, current, name, suffix; UCAP has the element before them and the number of rows behind
_NEXT = re.compile(r"[\[(【<\s]*(?:下一?[页頁]|后一?页|next(?:\s*page)?)[\])】>＞»›\s]*|[>＞]|[»›]", re.IGNORECASE)
_ADDRESSES = ("href", "tagname", "data-url", "data-href", "data-link")
_IN_SCRIPT = re.compile(r"(?:location(?:\.href)?\s*=|open\s*\()\s*[\"']([^\"'<>\s]+)[\"']")
PARAMETERS = frozenset(
    {"page", "pageindex", "pageno", "pagenum", "pagenumber", "cpage", "currpage", "curpage", "currentpage", "paged"}
)
_MOST_LINKS = 5_000


def next_address(html: str, url: str, number: int) -> str | None:
    """Return the address of the page after page `number` of a list; "" when this is the last; None when it is not said.

    >>> next_address('<script>createPageHTML(9, 0, "index", "html")</script>', "http://a.example/b/", 1)
    'http://a.example/b/index_1.html'
    """
    told = _by_call(html, url, number)
    if told is None:
        told = _by_total(html, url, number)
    if told is None:
        told = _by_link(html, url)
    return _by_parameter(url) if told is None else told


def numbered(pattern: str, page: int, url: str = "") -> str:
    """Fill the number of a page into the pattern of its address; `url` is the first page's.

    >>> numbered("index_{page-1}.html", 2)
    'index_1.html'
    >>> numbered("&cpage={page}", 2, "http://a.example/list.action?classID=7")
    'http://a.example/list.action?classID=7&cpage=2'
    """
    stem, suffix = _parts_of(url)
    for name, value in {"page": page, "page-1": page - 1, "stem": stem, "suffix": suffix}.items():
        pattern = pattern.replace(f"{{{name}}}", str(value))
    return _with_parameters(url, pattern[1:]) if pattern.startswith("&") else pattern


def _by_call(html: str, url: str, number: int) -> str | None:
    """Read createPageHTML: TRS counts from 0 (total, current, name, suffix), UCAP from 1 and names an element first."""
    for match in _CALL.finditer(_COMMENT.sub("", html)):
        arguments = [argument.strip() for argument in match[1].split(",")]
        from_one = not _number(arguments[0], html)
        total, current, name, suffix = [*arguments[from_one:], "", "", "", ""][:_FIRST_ARGUMENTS]
        pages, stem, ending = _number(total, html), _word(name), _word(suffix)
        if not pages or not stem or not ending:
            continue
        base = 1 if from_one or (_is_first(url, stem) and _number(current, html) == "1") else _base(url, stem, number)
        following = number + base
        if following > int(pages) - 1 + base:
            return ""
        return urljoin(url, f"{stem}_{following}.{ending}")
    return None


def _base(url: str, stem: str, number: int) -> int:
    """Return from which number a site counts its pages, told by the address of one that is not the first."""
    match = re.search(rf"/{re.escape(stem)}_(\d+)\.\w+$", urlsplit(url).path)
    return 1 if match and int(match[1]) == number and number > 1 else 0


def _is_first(url: str, stem: str) -> bool:
    name = urlsplit(url).path.rpartition("/")[2]
    return not name or name.partition(".")[0] == stem


def _number(argument: str, html: str) -> str:
    """Return the number that an argument is, or that the variable of this name holds; "" when it is none."""
    bare = argument.strip("\"' ")
    if bare.isdecimal():
        return bare
    if bare != argument or not re.fullmatch(r"\w{1,40}", bare):
        return ""
    match = re.search(_VARIABLE.format(name=bare), html)
    return match[1] if match else ""


def _word(argument: str) -> str:
    bare = argument.strip("\"' ").lstrip(".")
    return bare if re.fullmatch(r"[\w-]{1,80}", bare) else ""


def _by_total(html: str, url: str, number: int) -> str | None:
    """Read the number of pages that the script of 上海's sites is given: its second page is index_2.html."""
    match = _TOTAL.search(_COMMENT.sub("", html))
    if match is None:
        return None
    if number >= int(match[1]):
        return ""
    stem, suffix = _parts_of(url)
    stem = re.sub(rf"_{number}$", "", stem) if number > 1 else stem
    return urljoin(url, f"{stem}_{number + 1}{suffix}")


def _by_link(html: str, url: str) -> str | None:
    tree = mended(html)
    base = base_of(tree, html, url)
    for node in tree.css("a, link[rel=next]")[:_MOST_LINKS]:
        if _says_next(node) and (address := _address(node, base)):
            return "" if address == url else address
    return None


def _says_next(node: LexborNode) -> bool:
    if "next" in (node.attributes.get("rel") or "").lower().split():
        return True
    words = tidy(node.text()) or tidy(node.attributes.get("title") or "")
    return len(words) < 2 * len("next page") and _NEXT.fullmatch(words) is not None


def _address(node: LexborNode, url: str) -> str:
    attributes = node.attributes
    for name in _ADDRESSES:
        if address := absolute(url, (attributes.get(name) or "")):
            return address.partition("#")[0]
    script = f"{attributes.get('href') or ''} {attributes.get('onclick') or ''}"
    match = _IN_SCRIPT.search(script)
    return absolute(url, match[1]) if match else ""


def _by_parameter(url: str) -> str | None:
    """Count on in the address itself, when a parameter of it is the number of the page."""
    for name, value in parse_qsl(urlsplit(url).query):
        if name.lower() in PARAMETERS and value.isdecimal():
            return _with_parameters(url, f"{name}={int(value) + 1}")
    return None


def _with_parameters(url: str, given: str) -> str:
    parts, new = urlsplit(url), dict(parse_qsl(given))
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in new]
    return urlunsplit(parts._replace(query=urlencode([*kept, *new.items()]), fragment=""))


def _parts_of(url: str) -> tuple[str, str]:
    """Return the name of a page and its ending: what a folder is called when nobody names it is index.html."""
    stem, dot, suffix = (urlsplit(url).path.rpartition("/")[2] or "index.html").rpartition(".")
    return (stem, dot + suffix) if dot else (suffix, "")
