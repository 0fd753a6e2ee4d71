"""A WeCom robot as strict as the real one: HTTP 200 always, and an errcode for whatever is wrong."""

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from alerts.demo.receivers.listening import Listening, Reply, Request

PATH = "/cgi-bin/webhook/send"
LIMITS = {"text": 2048, "markdown": 4096, "markdown_v2": 4096}
A_MINUTE, MOST_IN_A_MINUTE = 60.0, 20

OK = (0, "ok")
BUSY = (-1, "system busy")
BAD_KEY = (93000, "invalid webhook url")
TOO_OFTEN = (45009, "api freq out of limit")
BAD_FORM = (40058, "invalid message: {what}")


class Robot(Listening):
    """Takes markdown and text for one key; `contents` holds what the group would see."""

    def __init__(
        self, key: str = "11111111-2222-3333-4444-555555555555", *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(self._answer)
        self.key = key
        self.contents: list[str] = []
        self.refused: list[int] = []
        self._next: deque[tuple[int, str]] = deque()
        self._clock = clock
        self._taken: deque[float] = deque()
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """The whole address, as WeCom shows it for a robot."""
        return f"{self.origin}{PATH}?key={self.key}"

    def answer_next(self, errcode: int, errmsg: str) -> None:
        """Refuse the next message with this code."""
        self._next.append((errcode, errmsg))

    def _answer(self, request: Request) -> Reply:
        if request.path != PATH:
            return Reply(404, b"not found")
        with self._lock:
            code, words = self._next.popleft() if self._next else self._judge(request)
            if code:
                self.refused.append(code)
        body = json.dumps({"errcode": code, "errmsg": words}).encode()
        return Reply(200, body, {"Content-Type": "application/json; charset=UTF-8"})

    def _judge(self, request: Request) -> tuple[int, str]:
        if request.query.get("key") != self.key:
            return BAD_KEY
        content, fault = read_content(request.body)
        if fault:
            return BAD_FORM[0], BAD_FORM[1].format(what=fault)
        now = self._clock()
        while self._taken and now - self._taken[0] >= A_MINUTE:
            self._taken.popleft()
        if len(self._taken) >= MOST_IN_A_MINUTE:
            return TOO_OFTEN
        self._taken.append(now)
        self.contents.append(content)
        return OK


def read_content(body: bytes) -> tuple[str, str]:
    """Return (content, what is wrong with the message)."""
    try:
        message: Any = json.loads(body.decode("utf-8"))
    except ValueError:
        return "", "no JSON in UTF-8"
    kind = message.get("msgtype") if isinstance(message, dict) else None
    if kind not in LIMITS:
        return "", "msgtype"
    holder = message.get(kind)
    content = holder.get("content") if isinstance(holder, dict) else None
    if not isinstance(content, str) or not content.strip():
        return "", f"{kind}.content is empty"
    if len(content.encode("utf-8", "surrogatepass")) > LIMITS[kind]:
        return "", f"{kind}.content exceeds {LIMITS[kind]} bytes"
    return content, ""
