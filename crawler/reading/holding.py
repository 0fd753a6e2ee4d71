"""Where on a page its title stands: what comes before is menu and banner, what follows may be the article."""

from collections.abc import Callable, Iterator

from selectolax.lexbor import LexborNode

from crawler.reading.hidden import is_hidden

_MORE = 60  # characters beside the title; an element with more is a text that mentions it


def holder_of(body: LexborNode, *titles: str) -> LexborNode | None:
    """Return the smallest element that holds the first of these titles that stands anywhere, and little else.

    It is no link and not hidden.
    """
    return next((node for title in dict.fromkeys(titles) if (node := _holder(body, title))), None)


def _holder(body: LexborNode, title: str) -> LexborNode | None:
    text: Callable[[LexborNode], str] = _plain if title in body.text() else _squeezed
    wanted = title if text is _plain else "".join(title.split())
    fit = (node for node in _holders(body, wanted, text) if not _is_linked(node) and not is_hidden(node))
    near = [node for node in fit if len(_squeezed(node)) <= len(wanted) + _MORE]
    return min(
        near, key=lambda node: len(_squeezed(node)) > len(wanted), default=None
    )  # 首页 > 正文 > title holds it, too


def _holders(node: LexborNode, wanted: str, text: Callable[[LexborNode], str]) -> Iterator[LexborNode]:
    inner = [child for child in node.iter() if wanted in text(child)]
    if not inner and node.tag != "body":
        yield node
    for child in inner:
        yield from _holders(child, wanted, text)


def _plain(node: LexborNode) -> str:
    return node.text()


def _squeezed(node: LexborNode) -> str:
    return "".join(node.text().split())


def _is_linked(node: LexborNode | None) -> bool:
    while node is not None:
        if node.tag == "a":
            return True
        node = node.parent
    return False
