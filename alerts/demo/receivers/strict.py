"""What every strict stand-in shares: one message at a time, its rate counted, and what a person would see of it."""

import json
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict

from alerts.demo.receivers.listening import Listening, Reply, Request

JSON = {"Content-Type": "application/json; charset=utf-8"}


class Clocks(TypedDict, total=False):
    """Where a stand-in takes its time from: seconds that only grow, and the time of day."""

    clock: Callable[[], float]
    wall: Callable[[], float]


class Fault(Exception):
    """What is wrong with a request, as the provider answers it."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.body.decode("utf-8", "replace"))
        self.reply = reply


class Strict(Listening, ABC):
    """Judges each request; `contents` holds what a person would see, `bodies` what came, `refused` what was answered.

    `rates` are (most, seconds): the provider's own, counted over a sliding window by `clock`; `wall` is the time of
    day.
    """

    rates: Sequence[tuple[int, float]] = ()

    def __init__(self, *, clock: Callable[[], float] = time.monotonic, wall: Callable[[], float] = time.time) -> None:
        super().__init__(self._answer)
        self.contents: list[str] = []
        self.bodies: list[bytes] = []
        self.refused: list[str] = []
        self.wall = wall
        self._clock = clock
        self._next: deque[Reply] = deque()
        self._taken: deque[float] = deque()
        self._lock = threading.Lock()

    def answer_next(self, reply: Reply) -> None:
        """Give the next request this answer, whatever it is."""
        self._next.append(reply)

    @abstractmethod
    def judge(self, request: Request) -> tuple[str, Reply]:
        """Return what a person would see and the answer; raise Fault."""

    def too_often(self) -> Reply:
        """Return the answer to one message too many; most providers have words of their own."""
        return as_json(429, {"error": "too many requests"})

    def _answer(self, request: Request) -> Reply:
        with self._lock:
            try:
                content, reply = self._judged(request)
            except Fault as fault:
                self.refused.append(str(fault))
                return fault.reply
            self.contents.append(content)
            self.bodies.append(request.body)
            return reply

    def _judged(self, request: Request) -> tuple[str, Reply]:
        if self._next:
            raise Fault(self._next.popleft())
        judged = self.judge(request)
        self._count()
        return judged

    def _count(self) -> None:
        now = self._clock()
        for most, seconds in self.rates:
            if sum(now - taken < seconds for taken in self._taken) >= most:
                raise Fault(self.too_often())
        self._taken.append(now)
        longest = max((seconds for _, seconds in self.rates), default=0.0)
        while self._taken and now - self._taken[0] >= longest:
            self._taken.popleft()


def as_json(status: int, value: object, headers: Mapping[str, str] | None = None) -> Reply:
    """Return a reply with a JSON body."""
    return Reply(status, json.dumps(value, ensure_ascii=False).encode(), {**JSON, **(headers or {})})


def read_object(request: Request, wrong: Callable[[str], Reply]) -> dict[str, Any]:
    """Return the JSON object in a request; `wrong` makes the answer to anything else."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise Fault(wrong("content-type is not application/json"))
    try:
        value: Any = json.loads(request.body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Fault(wrong("no JSON in UTF-8")) from None
    if not isinstance(value, dict):
        raise Fault(wrong("not an object"))
    return value


def text_in(value: object, *path: str | int) -> str:
    """Return the text at a place in JSON; empty when it is not there or no text."""
    for step in path:
        value = _inside(value, step)
    return value if isinstance(value, str) else ""


def _inside(value: object, step: str | int) -> object:
    if isinstance(value, dict):
        return value.get(step)
    return value[step] if isinstance(value, list) and isinstance(step, int) and step < len(value) else None


def units(text: str) -> int:
    """Return the UTF-16 units of a text."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
