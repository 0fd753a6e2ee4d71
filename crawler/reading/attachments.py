"""The files that a notice links to, with the names that readers see."""

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from selectolax.lexbor import LexborNode

from crawler.notice import Attachment
from crawler.reading.markup import tidy

_KINDS = "pdf|docx?|wps|xlsx?|et|csv|pptx?|dps|zip|rar|7z|ofd|ceb|txt|rtf|tif|tiff"
_FILE = re.compile(rf"\.(?:{_KINDS})\s*$", re.IGNORECASE)
_DOWNLOAD = re.compile(r"downfile|/download|attachdown|attach(?:ment)?s?/|fileName=", re.IGNORECASE)
_SAYS_NOTHING = re.compile(
    r"(?:点击|文件|附件|立即|全文)?(?:下载|查看|打开|浏览)(?:全文|附件|原文|文件)?(?:pdf|word)?(?:版|文档)?",
    re.IGNORECASE,
)
_CALLED = re.compile(r"附件|附表|附录|申请表|申报表|汇总表")
_NUMBERED = re.compile(r"附件\s*[\d一二三四五六七八九十]*\s*[：:.、]?")
_MAY_BE_FILE = re.compile(rf"\.(?:{_KINDS})(?![a-z])|%2e|{_DOWNLOAD.pattern.lower()}")  # of lower case
_MOST = 200


def attachments_of(links: Iterable[LexborNode], url: str) -> tuple[Attachment, ...]:
    """Return the files among the links, in the page's order, each address once."""
    found: dict[str, Attachment] = {}
    for link in links:
        attributes = link.attributes
        address = absolute(url, attributes.get("href") or "")
        if not address or address in found:
            continue
        text = tidy(link.text(separator=" "))
        named = [tidy(attributes.get(key) or "") for key in ("download", "title")]
        if _is_file(address, [text, *named]):
            found[address] = Attachment(url=address, name=_name(address, text, named))
        if len(found) == _MOST:
            break
    return tuple(found.values())


def may_be_file(href: str) -> bool:
    """Tell whether it is worth to look whether an address is one of a file: most of a page's links lead elsewhere."""
    return _MAY_BE_FILE.search(href.lower()) is not None


def absolute(base: str, href: str) -> str:
    """Return the address that a link leads to, or nothing when it leads to no page."""
    href = href.strip()
    if not href or href.startswith("#"):
        return ""
    try:
        address = urljoin(base, href)
        scheme = urlsplit(address).scheme
    except ValueError:  # [ without ] in the host
        return ""
    return address if scheme in ("http", "https", "") else ""


def is_file_name(name: str) -> bool:
    """Tell whether a name or path ends as those of files do: 名单.xls."""
    return _FILE.search(unquote(name)) is not None


def is_named_by_address(name: str, url: str) -> bool:
    """Tell whether all that is known of a file's name is 下载, or the end of its address."""
    bare = unquote(urlsplit(url).path.rsplit("/", 1)[-1])
    says_nothing = _SAYS_NOTHING.fullmatch(name) or _NUMBERED.fullmatch(name)
    return not is_file_name(name) and (name == bare or says_nothing is not None)


def _is_file(address: str, names: Iterable[str]) -> bool:
    parts = urlsplit(address)
    if _FILE.search(unquote(parts.path)):
        return True
    if any(_FILE.search(value) for _, value in parse_qsl(parts.query)):
        return True
    if _DOWNLOAD.search(address) is None:
        return False
    return any(_FILE.search(name) or _CALLED.match(name) or _SAYS_NOTHING.fullmatch(name) for name in names)


def _name(address: str, text: str, named: list[str]) -> str:
    """Return the link's words, or, when they only say 下载, what the link or the address calls the file."""
    if text and not _SAYS_NOTHING.fullmatch(text):
        return text
    parts = urlsplit(address)
    in_query = [value for _, value in parse_qsl(parts.query) if _FILE.search(value)]
    fallback = unquote(parts.path.rsplit("/", 1)[-1])
    return next((name for name in (*named, *in_query) if name and not _SAYS_NOTHING.fullmatch(name)), fallback or text)
