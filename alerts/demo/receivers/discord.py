"""A Discord webhook as strict as the real one: the limits of embeds, mentions that are allowed, 5 in 2 seconds."""

from typing import Any, Unpack

from alerts.demo.receivers.listening import Reply, Request
from alerts.demo.receivers.strict import Clocks, Fault, Strict, as_json, read_object, text_in, units

PATH = "/api/webhooks/"
CONTENT, TITLE, DESCRIPTION, EMBED_TOTAL, MOST_EMBEDS = 2000, 256, 4096, 6000, 10


class Discord(Strict):
    """Takes embeds for one webhook; it answers with the message only when asked to wait."""

    rates = ((5, 2.0), (30, 60.0))

    def __init__(self, key: str = "123456789012345678/" + "t" * 68, **clocks: Unpack[Clocks]) -> None:
        super().__init__(**clocks)
        self.key = key

    @property
    def url(self) -> str:
        """The whole address."""
        return f"{self.origin}{PATH}{self.key}"

    def judge(self, request: Request) -> tuple[str, Reply]:
        """Look at the address, the embeds and who may be called."""
        if request.path != PATH + self.key:
            raise Fault(as_json(404, {"message": "Unknown Webhook", "code": 10015}))
        message = read_object(request, invalid)
        content, embeds = text_in(message, "content"), message.get("embeds", [])
        if not content.strip() and not embeds:
            raise Fault(as_json(400, {"message": "Cannot send an empty message", "code": 50006}))
        if units(content) > CONTENT or not isinstance(embeds, list) or len(embeds) > MOST_EMBEDS:
            raise Fault(invalid("content or embeds"))
        allowed = message.get("allowed_mentions")
        if not isinstance(allowed, dict) or allowed.get("parse") != []:
            raise Fault(invalid("allowed_mentions: here everybody could be called"))
        shown = [_embed(one) for one in embeds]
        if sum(map(units, shown)) > EMBED_TOTAL:
            raise Fault(invalid("embeds exceed 6000 characters"))
        text = "\n".join(part for part in (content, *shown) if part)
        return text, as_json(200, {"id": "1"}) if request.query.get("wait") == "true" else Reply(204)

    def too_often(self) -> Reply:
        """Answer as documented."""
        words = {"message": "You are being rate limited.", "retry_after": 1.337, "global": False}
        return as_json(429, words, {"Retry-After": "2"})


def invalid(what: str) -> Reply:
    """Return the answer to a form that is not taken."""
    return as_json(400, {"message": "Invalid Form Body", "code": 50035, "errors": {"_errors": [what]}})


def _embed(embed: Any) -> str:  # noqa: ANN401  whatever came
    title, description = text_in(embed, "title"), text_in(embed, "description")
    if units(title) > TITLE or units(description) > DESCRIPTION or not description.strip():
        raise Fault(invalid("embeds: title or description"))
    return f"{title}\n{description}"
