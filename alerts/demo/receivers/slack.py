"""A Slack incoming webhook as strict as the real one: Block Kit's limits, a message a second, words instead of JSON."""

import re
from typing import Any, Unpack

from alerts.demo.receivers.listening import Reply, Request
from alerts.demo.receivers.strict import Clocks, Fault, Strict, read_object, text_in

PATH = "/services/"
MOST_BLOCKS, SECTION, HEADER, CONTEXT = 50, 3000, 150, 10
LOOSE = re.compile(r"&(?!amp;|lt;|gt;)|<(?!(https?://[^|<>]+(\|[^<>]*)?|[@#!][^<>]+)>)")


class Slack(Strict):
    """Takes blocks for one webhook; `contents` holds the text of its blocks."""

    rates = ((1, 1.0),)

    def __init__(self, key: str = "T00000000/B00000000/" + "x" * 24, **clocks: Unpack[Clocks]) -> None:
        super().__init__(**clocks)
        self.key = key

    @property
    def url(self) -> str:
        """The whole address."""
        return f"{self.origin}{PATH}{self.key}"

    def judge(self, request: Request) -> tuple[str, Reply]:
        """Look at the address and at every block."""
        if request.path != PATH + self.key:
            raise Fault(Reply(404, b"no_service"))
        message = read_object(request, lambda _what: Reply(400, b"invalid_payload"))
        blocks = message.get("blocks")
        if not text_in(message, "text").strip() and not blocks:
            raise Fault(Reply(400, b"no_text"))
        if not isinstance(blocks, list) or len(blocks) > MOST_BLOCKS:
            raise Fault(Reply(400, b"invalid_blocks"))
        return "\n".join(_block(one) for one in blocks), Reply(200, b"ok", {"Content-Type": "text/html"})

    def too_often(self) -> Reply:
        """Answer as documented."""
        return Reply(429, b"rate_limited", {"Retry-After": "30"})


def _block(block: Any) -> str:  # noqa: ANN401  whatever came
    kind = text_in(block, "type")
    if kind == "header":
        return _checked(text_in(block, "text", "text"), HEADER, kind=text_in(block, "text", "type"), plain=True)
    if kind == "section":
        return _checked(text_in(block, "text", "text"), SECTION, kind=text_in(block, "text", "type"))
    elements = block.get("elements") if isinstance(block, dict) and kind == "context" else None
    if not isinstance(elements, list) or not 0 < len(elements) <= CONTEXT:
        raise Fault(Reply(400, b"invalid_blocks"))
    return " ".join(_checked(text_in(one, "text"), SECTION, kind=text_in(one, "type")) for one in elements)


def _checked(text: str, most: int, *, kind: str, plain: bool = False) -> str:
    if not text.strip() or len(text) > most or kind != ("plain_text" if plain else "mrkdwn"):
        raise Fault(Reply(400, b"invalid_blocks"))
    if not plain and LOOSE.search(text):
        raise Fault(Reply(400, b"invalid_blocks_format"))
    return text
