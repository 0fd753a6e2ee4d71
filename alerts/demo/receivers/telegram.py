"""Telegram's Bot API as strict as the real one: HTML that must be whole, 4096 characters after it, 20 a minute."""

from html.parser import HTMLParser
from typing import Unpack

from alerts.demo.receivers.listening import Reply, Request
from alerts.demo.receivers.strict import Clocks, Fault, Strict, as_json, read_object, text_in, units

MOST_CHARACTERS, MOST_ENTITIES = 4096, 100
TAGS = {"b", "i", "u", "s", "a", "code", "pre", "blockquote"}


class Telegram(Strict):
    """Takes messages of one bot to one chat; `contents` holds the text after its entities."""

    rates = ((20, 60.0), (1, 1.0))

    def __init__(
        self, token: str = "123456:" + "A" * 35, *, chat: str = "-1001234567890", **clocks: Unpack[Clocks]
    ) -> None:
        super().__init__(**clocks)
        self.token, self.chat = token, chat

    def judge(self, request: Request) -> tuple[str, Reply]:
        """Look at token, chat and text."""
        if not request.path.startswith(f"/bot{self.token}/"):
            raise Fault(failed(404, "Not Found"))
        message = read_object(request, lambda what: failed(400, f"Bad Request: {what}"))
        if str(message.get("chat_id")) != self.chat:
            raise Fault(failed(400, "Bad Request: chat not found"))
        text = text_in(message, "text")
        shown = Entities.read(text) if message.get("parse_mode") == "HTML" else text
        if not shown.strip():
            raise Fault(failed(400, "Bad Request: message text is empty"))
        if units(shown) > MOST_CHARACTERS:
            raise Fault(failed(400, "Bad Request: message is too long"))
        return shown, as_json(200, {"ok": True, "result": {"message_id": len(self.contents) + 1}})

    def too_often(self) -> Reply:
        """Answer as documented."""
        return failed(429, "Too Many Requests: retry after 30", retry_after=30)


def failed(status: int, words: str, **parameters: int) -> Reply:
    """Return a failure: its status stands in the body as well."""
    more = {"parameters": parameters} if parameters else {}
    return as_json(status, {"ok": False, "error_code": status, "description": words, **more})


class Entities(HTMLParser):
    """Reads Telegram's HTML: a tag that it does not know, or that is not closed, is an error; more than 100 as well."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text: list[str] = []
        self.entities = 0

    @classmethod
    def read(cls, text: str) -> str:
        """Return the text without its entities; raise Fault."""
        parser = cls()
        parser.feed(text)
        parser.close()
        if parser.open:
            raise Fault(failed(400, f"Bad Request: can't parse entities: <{parser.open[-1]}> is not closed"))
        if parser.entities > MOST_ENTITIES:
            raise Fault(failed(400, "Bad Request: more than 100 entities, the rest would be lost"))
        return "".join(parser.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count an entity."""
        if tag not in TAGS or (tag == "a" and not dict(attrs).get("href")):
            raise Fault(failed(400, f"Bad Request: can't parse entities: unsupported start tag {tag}"))
        self.open.append(tag)
        self.entities += 1

    def handle_endtag(self, tag: str) -> None:
        """Close an entity."""
        if not self.open or self.open.pop() != tag:
            raise Fault(failed(400, f"Bad Request: can't parse entities: unexpected end tag {tag}"))

    def handle_data(self, data: str) -> None:
        """Keep what is shown."""
        self.text.append(data)
