"""A notice whose text is a file in a viewer, or a picture: there is no text to read, yet the notice is one."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote, urlsplit

from crawler.notice import Attachment
from crawler.reading.attachments import absolute, attachments_of, is_file_name
from crawler.reading.below import shown_below
from crawler.reading.body import CONTAINER_NAMES
from crawler.reading.markup import tidy
from crawler.reading.page import Page

_LARGEST = 1_000_000  # characters of a page in which viewers are looked for
_MOST = 20
_VIEWER = re.compile(
    r"<(?:iframe|embed|object|canvas|div)\b[^>]{0,500}?\s(?:src|data|data-src|data-url|pdfurl|pdfsrc)\s*=\s*[\"']?([^\"'\s>]{3,500})",
    re.IGNORECASE,
)
_ICON = re.compile(r"icon|logo|print|share|qr|ewm|\.gif$|^data:", re.IGNORECASE)
_MOST_OTHERS = 3  # links beside those to the files of a notice: 打印, 关闭
_SAID = 6  # characters: a shorter description of a picture says nothing


def files_shown(page: Page) -> tuple[Attachment, ...]:
    """Return the files that a viewer on the page shows (<iframe src="viewer.html?file=/a.pdf">)."""
    found: dict[str, Attachment] = {}
    for match in _VIEWER.finditer(page.source, 0, _LARGEST):
        for address in _files_of(match[1].replace("&amp;", "&")):
            whole = absolute(page.url, address)
            found.setdefault(whole, Attachment(url=whole, name=unquote(whole.rpartition("/")[2])))
        if len(found) == _MOST:
            break
    return tuple(found.values())


def files_linked(page: Page, title: str) -> tuple[Attachment, ...]:
    """Return the files to which the links below the title lead, where hardly another link stands."""
    links = shown_below(page, title, "a[href]")
    files = attachments_of(links, page.url)
    return files if len(links) - len(files) <= _MOST_OTHERS else ()


def words_shown(page: Page, title: str) -> list[str] | None:
    """Return what pictures or films in the place of the article are said to show; None when there is none."""
    named = ", ".join(
        f"#{name} {tag}, .{name} {tag}" for tag in ("img", "video") for name in CONTAINER_NAMES if name in page.names
    )
    pictures = (page.tree.css(named) if named else []) or [
        node
        for node in shown_below(page, title, "img[src], video")
        if not _ICON.search(node.attributes.get("src") or "")
    ]
    words = (tidy(node.attributes.get("alt") or node.attributes.get("title") or "") for node in pictures)
    told = [word for word in words if len(word) >= _SAID and not is_file_name(word)]
    return list(dict.fromkeys(told)) if pictures else None


def _files_of(address: str) -> Iterator[str]:
    try:
        parts = urlsplit(address)
    except ValueError:
        return
    inner = [value for _, value in parse_qsl(parts.query) if is_file_name(value)]
    yield from inner or ([address] if is_file_name(parts.path) else [])
