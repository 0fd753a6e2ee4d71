"""A Mattermost incoming webhook as strict as the real one: 16,383 characters, `ok` or an error with an id."""

from typing import Unpack

from alerts.demo.receivers.listening import Reply, Request
from alerts.demo.receivers.strict import Clocks, Fault, Strict, as_json, read_object, text_in, units

PATH = "/hooks/"
MOST_CHARACTERS = 16_383


class Mattermost(Strict):
    """Takes text for one webhook."""

    rates = ((10, 1.0),)

    def __init__(self, key: str = "k" * 26, **clocks: Unpack[Clocks]) -> None:
        super().__init__(**clocks)
        self.key = key

    @property
    def url(self) -> str:
        """The whole address."""
        return f"{self.origin}{PATH}{self.key}"

    def judge(self, request: Request) -> tuple[str, Reply]:
        """Look at the address and the text."""
        if request.path != PATH + self.key:
            raise Fault(failed(400, "web.incoming_webhook.invalid.app_error", "Invalid webhook."))
        message = read_object(request, lambda what: failed(400, "web.incoming_webhook.parse.app_error", what))
        text = text_in(message, "text")
        if not text.strip():
            raise Fault(failed(400, "web.incoming_webhook.text.app_error", "No text specified."))
        if units(text) > MOST_CHARACTERS:
            raise Fault(failed(400, "web.incoming_webhook.text.length.app_error", "Maximum text length is 16383."))
        return text, Reply(200, b"ok", {"Content-Type": "text/plain"})

    def too_often(self) -> Reply:
        """Answer as documented: how many it takes, how many are left, and in how many seconds it takes one again."""
        [(most, seconds)] = self.rates
        told = {"X-RateLimit-Limit": str(most), "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": f"{seconds:.0f}"}
        return Reply(429, b"limit exceeded", told)


def failed(status: int, key: str, words: str) -> Reply:
    """Return an error in the server's form."""
    return as_json(status, {"id": key, "message": words, "status_code": status})
