"""A Feishu robot as strict as the real one: signature in the body, cards of schema 2.0, 100 a minute and 5 a second."""

import base64
import hashlib
import hmac
import re
from typing import Any, Unpack

from alerts.demo.receivers.listening import Reply, Request
from alerts.demo.receivers.strict import Clocks, Fault, Strict, as_json, read_object, text_in

PATH = "/open-apis/bot/v2/hook/"
MOST_BYTES, MOST_ELEMENTS = 20 * 1024, 200
AN_HOUR = 3600.0
TEMPLATES = {"blue", "wathet", "turquoise", "green", "yellow", "orange", "red", "carmine", "violet", "purple", "grey"}


class Feishu(Strict):
    """Takes cards and text for one token; `secret` asks for a signature, `keyword` for a word in each message."""

    rates = ((100, 60.0), (5, 1.0))

    def __init__(
        self, token: str = "f" * 36, *, secret: str = "s" * 22, keyword: str = "", **clocks: Unpack[Clocks]
    ) -> None:
        super().__init__(**clocks)
        self.token, self.secret, self.keyword = token, secret, keyword

    @property
    def url(self) -> str:
        """The whole address, as Feishu shows it for a robot."""
        return f"{self.origin}{PATH}{self.token}"

    def judge(self, request: Request) -> tuple[str, Reply]:
        """Look at token, size, signature, form and keyword, in this order."""
        if request.path != PATH + self.token:
            raise Fault(said(19001, "param invalid: incoming webhook access token invalid"))
        if len(request.body) > MOST_BYTES:
            raise Fault(said(9499, "Bad Request: body exceeds 20 KB"))
        message = read_object(request, lambda what: said(9499, f"Bad Request: {what}"))
        if self.secret:
            self._check_signature(message)
        content = _read(message)
        if self.keyword and self.keyword not in content:
            raise Fault(said(19024, "Key Words Not Found"))
        return content, said(0, "success")

    def too_often(self) -> Reply:
        """Answer as documented."""
        return said(11232, "frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]")

    def _check_signature(self, message: dict[str, Any]) -> None:
        moment = text_in(message, "timestamp")
        if not moment.isdigit() or abs(int(moment) - self.wall()) > AN_HOUR:
            raise Fault(said(19021, "sign match fail or timestamp is not within one hour from current time"))
        made = hmac.digest(f"{moment}\n{self.secret}".encode(), b"", hashlib.sha256)
        if not hmac.compare_digest(text_in(message, "sign").encode(), base64.b64encode(made)):
            raise Fault(said(19021, "sign match fail or timestamp is not within one hour from current time"))


def said(code: int, words: str) -> Reply:
    """Return an answer: 200, the code inside."""
    return as_json(200, {"code": code, "msg": words, "data": {}})


def _read(message: dict[str, Any]) -> str:
    kind = message.get("msg_type")
    if kind == "text" and text_in(message, "content", "text").strip():
        return text_in(message, "content", "text")
    if kind != "interactive":
        raise Fault(said(19002, "params error, msg_type need"))
    card = message.get("card")
    if not isinstance(card, dict) or card.get("schema") != "2.0":
        raise Fault(said(19002, "params error, card.schema"))
    title = text_in(card, "header", "title", "content")
    if not title or text_in(card, "header", "template") not in TEMPLATES:
        raise Fault(said(19002, "params error, card.header"))
    elements = card.get("body", {}).get("elements")
    if not isinstance(elements, list) or not 0 < len(elements) <= MOST_ELEMENTS:
        raise Fault(said(19002, "params error, card.body.elements"))
    shown = [_element(one) for one in elements]
    return "\n".join([title, text_in(card, "header", "subtitle", "content"), *shown])


def _element(element: object) -> str:
    content = text_in(element, "content")
    if text_in(element, "tag") != "markdown" or not content.strip():
        raise Fault(said(19002, "params error, an element is no markdown"))
    for tag in ("font", "text_tag", "at"):
        if len(re.findall(f"<{tag}[ >]", content)) != content.count(f"</{tag}>"):
            raise Fault(said(19002, f"params error, <{tag}> is not closed"))
    return content
