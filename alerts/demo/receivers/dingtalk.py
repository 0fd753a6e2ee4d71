"""A DingTalk robot as strict as the real one: signature in milliseconds, keyword, 20 a minute or silence for ten."""

import base64
import binascii
import hashlib
import hmac
from typing import Unpack

from alerts.demo.receivers.listening import Reply, Request
from alerts.demo.receivers.strict import Clocks, Fault, Strict, as_json, read_object, text_in

PATH = "/robot/send"
MOST_BYTES = 20_000
AN_HOUR = 3600.0
THROTTLE = 600.0


class DingTalk(Strict):
    """Takes markdown and text for one token; `secret` asks for a signature, `keyword` for a word in each message."""

    rates = ((20, 60.0),)

    def __init__(
        self, token: str = "d" * 64, *, secret: str = "SEC" + "s" * 40, keyword: str = "", **clocks: Unpack[Clocks]
    ) -> None:
        super().__init__(**clocks)
        self.token, self.secret, self.keyword = token, secret, keyword
        self._shut_until = float("-inf")

    @property
    def url(self) -> str:
        """The whole address, as DingTalk shows it for a robot."""
        return f"{self.origin}{PATH}?access_token={self.token}"

    def judge(self, request: Request) -> tuple[str, Reply]:
        """Look at token, throttle, signature, form and keyword, in this order."""
        if request.path != PATH or request.query.get("access_token") != self.token:
            raise Fault(said(300001, "token is not exist"))
        if self._clock() < self._shut_until:
            raise Fault(self.too_often())
        if self.secret:
            self._check_signature(request)
        content = _read(request)
        if self.keyword and self.keyword not in content:
            raise Fault(said(310000, "keywords not in content"))
        return content, said(0, "ok")

    def too_often(self) -> Reply:
        """Shut the robot for ten minutes."""
        if self._clock() >= self._shut_until:
            self._shut_until = self._clock() + THROTTLE
        return said(130101, "send too fast, exceed 20 times per minute")

    def _check_signature(self, request: Request) -> None:
        moment = request.query.get("timestamp", "")
        if not moment.isdigit() or abs(int(moment) / 1000 - self.wall()) > AN_HOUR:
            raise Fault(said(310000, "invalid timestamp"))
        made = hmac.digest(self.secret.encode(), f"{moment}\n{self.secret}".encode(), hashlib.sha256)
        try:
            given = base64.b64decode(request.query.get("sign", ""), validate=True)
        except binascii.Error:
            given = b""
        if not hmac.compare_digest(given, made):
            raise Fault(said(310000, "sign not match"))


def said(code: int, words: str) -> Reply:
    """Return an answer: always 200, the code inside."""
    return as_json(200, {"errcode": code, "errmsg": words})


def _read(request: Request) -> str:
    if len(request.body) > MOST_BYTES:
        raise Fault(said(40035, "msg is too long"))
    message = read_object(request, lambda what: said(43004 if "type" in what else 40035, what))
    kind = message.get("msgtype")
    if kind not in {"text", "markdown"}:
        raise Fault(said(400105, "unsupported msgtype"))
    title, text = text_in(message, kind, "title"), text_in(message, kind, "text" if kind == "markdown" else "content")
    if not text.strip() or (kind == "markdown" and not title.strip()):
        raise Fault(said(40035, "missing parameter: title or text"))
    at = message.get("at", {})
    mobiles = at.get("atMobiles", []) if isinstance(at, dict) else None
    if not isinstance(mobiles, list) or not all(isinstance(one, str) and f"@{one}" in text for one in mobiles):
        raise Fault(said(40035, "at.atMobiles are not in the text"))
    return text
