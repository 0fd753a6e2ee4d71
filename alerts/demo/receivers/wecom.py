"""A WeCom robot as strict as the real one: HTTP 200 always, and an errcode for whatever is wrong."""

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from alerts.demo.receivers.listening import Listening, Reply, Request
from alerts.demo.receivers.strict import text_in

PATH = "/cgi-bin/webhook/send"
LIMITS = {"text": 2048, "markdown": 4096, "markdown_v2": 4096}
A_MINUTE, MOST_IN_A_MINUTE = 60.0, 20

OK = (0, "ok")
BUSY = (-1, "system busy")
BAD_KEY = (93000, "invalid webhook url")
TOO_OFTEN = (45009, "api freq out of limit")
BAD_FORM = (40058, "invalid message: {what}")

ARTICLES, ARTICLE_TITLE, ARTICLE_TEXT = 8, 128, 512
ROWS, JUMPS = 6, 3
CARD = {"title": 26, "desc": 30, "sub_title_text": 112, "keyname": 5, "value": 26, "jump": 13}
"""Characters of a card's parts: what WeCom advises, since it shows no more of them."""
LINKS = ("https://", "http://")


class Robot(Listening):
    """Takes markdown, text, news and cards for one key; `contents` holds what the group would see."""

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
        if not request.headers.get("content-type", "").startswith("application/json"):
            fault = "content-type is not application/json"
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
    if kind in {"news", "template_card"}:
        return (_read_news if kind == "news" else _read_card)(message.get(kind))
    if kind not in LIMITS:
        return "", "msgtype"
    holder = message.get(kind)
    content = holder.get("content") if isinstance(holder, dict) else None
    if not isinstance(content, str) or not content.strip():
        return "", f"{kind}.content is empty"
    if len(content.encode("utf-8", "surrogatepass")) > LIMITS[kind]:
        return "", f"{kind}.content exceeds {LIMITS[kind]} bytes"
    return content, ""


def _read_news(news: Any) -> tuple[str, str]:  # noqa: ANN401  whatever came
    articles = news.get("articles") if isinstance(news, dict) else None
    if not isinstance(articles, list) or not 1 <= len(articles) <= ARTICLES:
        return "", "news.articles: one to eight"
    shown = []
    for article in articles:
        title, text, url = (text_in(article, part) for part in ("title", "description", "url"))
        if not title or len(title.encode()) > ARTICLE_TITLE or len(text.encode()) > ARTICLE_TEXT:
            return "", "news.articles: title or description"
        if not url.startswith(LINKS):
            return "", "news.articles: url"
        shown.append(f"{title}\n{text}\n{url}")
    return "\n\n".join(shown), ""


def _read_card(card: Any) -> tuple[str, str]:  # noqa: ANN401  whatever came
    if fault := _fault_of(card):
        return "", f"template_card.{fault}"
    counts = [f"{text_in(one, 'keyname')}：{text_in(one, 'value')}" for one in card.get("horizontal_content_list", [])]
    jumps = [text_in(one, "title") for one in card.get("jump_list", [])]
    heads = (text_in(card, "main_title", "desc"), text_in(card, "main_title", "title"), text_in(card, "sub_title_text"))
    return "\n".join([*filter(None, heads), *counts, *jumps]), ""


def _fault_of(card: Any) -> str:  # noqa: ANN401  whatever came
    if text_in(card, "card_type") != "text_notice":
        return "card_type"
    if not text_in(card, "main_title", "title") and not text_in(card, "sub_title_text"):
        return "main_title"
    if not text_in(card, "card_action", "url").startswith(LINKS):
        return "card_action"
    rows, jumps = card.get("horizontal_content_list", []), card.get("jump_list", [])
    if len(rows) > ROWS or not all(text_in(one, "keyname") for one in rows):
        return "horizontal_content_list"
    if len(jumps) > JUMPS or not all(text_in(one, "title") and text_in(one, "url").startswith(LINKS) for one in jumps):
        return "jump_list"
    too_long = _too_long(card)
    return f"{too_long} exceeds {CARD[too_long]} characters" if too_long else ""


def _too_long(card: dict[str, Any]) -> str:
    """Name the first part of a card that is longer than is shown; empty when all of it is."""
    shown = [(part, text_in(card, "main_title", part)) for part in ("title", "desc")]
    shown += [("sub_title_text", text_in(card, "sub_title_text"))]
    shown += [
        (part, text_in(one, part)) for one in card.get("horizontal_content_list", []) for part in ("keyname", "value")
    ]
    shown += [("jump", text_in(one, "title")) for one in card.get("jump_list", [])]
    return next((part for part, text in shown if len(text) > CARD[part]), "")
