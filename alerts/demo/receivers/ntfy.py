"""An ntfy server as strict as the real one: topic, token, 4096 bytes of message, a message every five seconds."""

import json
from typing import Unpack

from alerts.demo.receivers.listening import Reply, Request
from alerts.demo.receivers.strict import Clocks, Fault, Strict, as_json, text_in

MOST_BYTES, TITLE_BYTES = 4096, 1024


class Ntfy(Strict):
    """Takes notifications for one topic; `token` protects it."""

    rates = ((60, 300.0),)

    def __init__(self, topic: str = "yaoxun-topic", *, token: str = "tk_" + "a" * 29, **clocks: Unpack[Clocks]) -> None:
        super().__init__(**clocks)
        self.topic, self.token = topic, token

    def judge(self, request: Request) -> tuple[str, Reply]:
        """Look at path, token, topic and sizes."""
        try:
            message = json.loads(request.body.decode("utf-8"))
        except (ValueError, RecursionError):
            raise Fault(failed(40024, "invalid request: request body must be valid JSON")) from None
        if request.path != "/" or text_in(message, "topic") != self.topic:
            raise Fault(failed(40009, "invalid request: topic invalid"))
        if self.token and request.headers.get("authorization") != f"Bearer {self.token}":
            raise Fault(failed(40301 if "authorization" not in request.headers else 40101, "unauthorized"))
        title, text = text_in(message, "title"), text_in(message, "message")
        if len(text.encode()) > MOST_BYTES or len(title.encode()) > TITLE_BYTES:
            raise Fault(failed(41301, "entity too large: it would arrive as an attachment"))
        if not text.strip() or message.get("priority") not in range(1, 6):
            raise Fault(failed(40024, "invalid request: message or priority"))
        click = text_in(message, "click")
        if click and not click.startswith(("https://", "http://")):
            raise Fault(failed(40024, "invalid request: click"))
        made = {"id": "hwQ2YpKdmg", "time": 1_795_420_800, "event": "message", "topic": self.topic, "message": text}
        return f"{title}\n{text}", as_json(200, made)

    def too_often(self) -> Reply:
        """Answer as documented."""
        return failed(42901, "limit reached: too many requests")


def failed(code: int, words: str) -> Reply:
    """Return an error: the first three digits of its code are the status."""
    return as_json(code // 100, {"code": code, "http": code // 100, "error": words})
