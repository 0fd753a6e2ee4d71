"""What stands before every page: headers that keep it from being framed, cached or scripted, and small bodies only."""

import asyncio
from collections.abc import Mapping
from typing import ClassVar

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alerts.console.pages import STYLE_HASH, fault_page


class SafeHeaders:
    """Adds the same headers to every answer; a page may bring a policy of its own."""

    headers: ClassVar[Mapping[str, str]] = {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src '{STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",  # the address holds the token
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex",
    }

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the headers to what comes back."""

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_safely)


class BodyLimit:
    """Takes in a request's body before anything acts on it; one too large or too slow is refused."""

    def __init__(self, app: ASGIApp, *, most_bytes: int, patience: float) -> None:
        self._app = app
        self._most_bytes = most_bytes
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on once it is whole."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._patience):
                body = await self._read(scope, receive)
        except TimeoutError:
            await fault_page(408, {"Connection": "close"})(scope, receive, send)
            return
        if body is None:
            await fault_page(413, {"Connection": "close"})(scope, receive, send)
            return
        waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive_read() -> Message:
            return waiting.pop() if waiting else await receive()

        await self._app(scope, receive_read, send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        """Return the body; None when it is larger than it may be."""
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdecimal() and int(announced) > self._most_bytes:
            return None
        body = b""
        while len(body) <= self._most_bytes:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body", False):  # also when the reader has gone
                return body if len(body) <= self._most_bytes else None
        return None
