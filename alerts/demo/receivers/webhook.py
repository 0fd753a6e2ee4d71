"""A webhook receiver that believes nothing unsigned, judged by the library of the specification's own authors."""

import json
import ssl
import threading
from collections import deque
from collections.abc import Mapping
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

from alerts.demo.receivers.listening import Listening, Reply, Request

MOST_BYTES = 20_000


class Hook(Listening):
    """Takes each webhook-id once; `events` holds what was taken, by id, `repeats` the ids that came again."""

    def __init__(self, secret: str, *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(self._answer, tls=tls)
        self.events: dict[str, dict[str, Any]] = {}
        self.bodies: dict[str, bytes] = {}
        self.repeats: list[str] = []
        self.refused: list[str] = []
        self._webhook = Webhook(secret)
        self._next: deque[Reply] = deque()
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """Where digests are posted."""
        return f"{self.origin}/yaoxun"

    def answer_next(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        """Give the next request this answer, whatever it is."""
        self._next.append(Reply(status, body, headers or {}))

    def _answer(self, request: Request) -> Reply:
        with self._lock:
            reply = self._next.popleft() if self._next else self._judge(request)
            if reply.status >= 400:  # noqa: PLR2004  the classes of errors
                self.refused.append(reply.body.decode("utf-8", "replace"))
            return reply

    def _judge(self, request: Request) -> Reply:
        if len(request.body) > MOST_BYTES:
            return Reply(413, b"larger than is advised")
        if request.headers.get("content-type") not in {"application/json", "application/cloudevents+json"}:
            return Reply(415, b"not application/json")
        try:
            event = self._webhook.verify(request.body, dict(request.headers))
        except (WebhookVerificationError, json.JSONDecodeError, UnicodeDecodeError) as error:
            return Reply(401, str(error).encode())
        if "cloudevents" in request.headers["content-type"] and not _is_cloudevent(event):
            return Reply(400, b"not a CloudEvent 1.0")
        return self._keep(request.headers["webhook-id"], event, request.body)

    def _keep(self, key: str, event: dict[str, Any], body: bytes) -> Reply:
        known = self.bodies.get(key)
        if known is None:
            self.events[key], self.bodies[key] = event, body
            return Reply(200, b"taken")
        self.repeats.append(key)
        return Reply(200, b"known") if known == body else Reply(409, b"another body under a known webhook-id")


def _is_cloudevent(event: dict[str, Any]) -> bool:
    """Tell whether every attribute that CloudEvents 1.0 requires is there, and names are as it wants them."""
    named = all(name.isascii() and name.isalnum() and name.islower() for name in event)
    required = all(isinstance(event.get(name), str) and event[name] for name in ("id", "source", "type"))
    return named and required and event.get("specversion") == "1.0"
