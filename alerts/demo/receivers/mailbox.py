"""A mail server on loopback that keeps what it takes as .eml files: STARTTLS, TLS, login and refusals as configured."""

import asyncio
import email
import email.policy
import re
import ssl
import threading
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

MOST_BYTES = 1_000_000
LONGEST_LINE = 998  # RFC 5321, without CRLF


class Mailbox:
    """Serves while it is entered. `refuse` names the answer that a recipient gets, `at_data` the one to any mail."""

    def __init__(  # noqa: PLR0913  each is something that real servers differ in
        self,
        folder: Path,
        *,
        security: Literal["none", "starttls", "tls"] = "none",
        tls: ssl.SSLContext | None = None,
        user: str = "",
        password: str = "",
        refuse: Mapping[str, str] | None = None,
        at_data: str = "",
    ) -> None:
        self.messages: list[Path] = []
        self.repeats: list[str] = []
        self.senders: list[str] = []  # return addresses, in the order of the mails
        self.connections = 0
        self.port = 0
        self._folder = folder
        self._security = security
        self._tls = tls
        self._login = (user.encode(), password.encode())
        self._refuse = {} if refuse is None else refuse
        self._at_data = at_data
        self._known: set[str] = set()
        self._arrival = threading.Condition()
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    def read(self, number: int = -1) -> EmailMessage:
        """Return a mail as it arrived, the last one by default."""
        return email.message_from_bytes(self.messages[number].read_bytes(), policy=email.policy.default)

    def wait(self, count: int, timeout: float) -> bool:
        """Wait until so many mails have come; tell whether they have within the timeout (seconds)."""
        with self._arrival:
            return self._arrival.wait_for(lambda: len(self.messages) >= count, timeout)

    async def handle_MAIL(  # noqa: N802  aiosmtpd calls hooks by the verb
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Want a login where there is one."""
        del server
        if self._login[0] and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802  as above
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take one recipient a mail, unless told to refuse this one."""
        del server, session, options
        if address in self._refuse:
            return self._refuse[address]
        if envelope.rcpt_tos:
            return "452 4.5.3 one recipient a mail"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  as above
        """Keep the mail, if it keeps to the rules of the wire."""
        del server, session
        content = envelope.original_content or b""
        fault = self._at_data or _fault(content)
        if fault:
            return fault
        self.senders.append(str(envelope.mail_from))
        self._keep(content, envelope.rcpt_tos[0])
        return "250 2.0.0 kept"

    def _keep(self, content: bytes, recipient: str) -> None:
        safe = re.sub(r"[^A-Za-z0-9@._+-]", "-", recipient)
        path = self._folder / f"{len(list(self._folder.glob('*.eml'))) + 1:04}-{safe}.eml"
        path.write_bytes(content)
        with self._arrival:
            self.messages.append(path)
            self._arrival.notify_all()
        key = str(self.read()["Message-ID"])
        if key in self._known:
            self.repeats.append(key)
        self._known.add(key)

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        del server, session, envelope, mechanism
        known = isinstance(data, LoginPassword) and (data.login, data.password) == self._login
        return AuthResult(success=known, handled=False)

    def _smtp(self) -> SMTP:
        self.connections += 1
        return SMTP(
            self,
            loop=self._loop,
            hostname="mailbox.example",
            ident="mailbox",
            data_size_limit=MOST_BYTES,
            tls_context=self._tls if self._security == "starttls" else None,
            require_starttls=self._security == "starttls",
            auth_require_tls=self._security == "starttls",  # it knows of no other TLS
            authenticator=self._authenticate if self._login[0] else None,
        )

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._over = asyncio.Event()
        context = self._tls if self._security == "tls" else None
        server = await self._loop.create_server(self._smtp, "127.0.0.1", 0, ssl=context)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._over.wait()
        server.close()


def _fault(content: bytes) -> str:
    lines = content.split(b"\r\n")
    if any(len(line) > LONGEST_LINE for line in lines):
        return "554 5.6.0 a line is too long"
    if any(b"\n" in line or b"\r" in line for line in lines):
        return "554 5.6.0 a bare line break"
    if not content.isascii():
        return "554 5.6.1 bytes above 127 without 8BITMIME"
    return ""
