"""One conversation with the mail server, step by step, so that every refusal is known for what it is.

The server's answer decides: to the recipient or the message 5xx is permanent and 4xx worth another attempt. Whatever
the operator can set right (login, security, sender, no connection) is never permanent: the mail waits.
"""

import smtplib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import chain
from typing import TypeAlias

from alerts.channels.base import ChannelError, Receipt
from alerts.channels.trust import fault_in_words, tls_context
from config.settings import Smtp

OK, CLOSING, TOO_LARGE = 250, 421, 552
DONE, GO_ON = 2, 3  # classes of answers
LOGIN_WANTED = {530, 534, 535, 538}
MOST_WORDS = 300
GOODBYE = 3.0

Answer: TypeAlias = tuple[int, bytes]
Ask: TypeAlias = Callable[[smtplib.SMTP], Iterator[Answer]]
"""Asks a server something and returns its answers as they come."""


class Line:
    """A connection that is kept for the next mail."""

    def __init__(self, server: smtplib.SMTP) -> None:
        self.server = server
        self.mails = 0


class Lines(threading.local):
    """The connections that this thread keeps open, by server; None outside of kept_open."""

    kept: dict[Smtp, Line] | None = None


_lines = Lines()


@contextmanager
def kept_open() -> Iterator[None]:
    """Let the mails that this thread sends inside the block share connections."""
    if _lines.kept is not None:
        yield
        return
    _lines.kept = {}
    try:
        yield
    finally:
        kept, _lines.kept = _lines.kept, None
        for smtp, line in kept.items():
            _hang_up(line.server, smtp)


def transmit(content: bytes, sender: str, recipient: str, smtp: Smtp) -> Receipt:
    """Send one finished mail, whose lines end with CRLF, to one recipient, over the connection that is open if one is.

    Nothing is said between two mails: what a mail set, its end has unset (RFC 5321, 4.1.1.4).
    """
    with _connected(smtp, partial(_offer, sender=sender, recipient=recipient, size=len(content))) as (server, answers):
        _accepted(next(answers), "sender", waits=True)
        _accepted(next(answers), "recipient")
        _accepted(next(answers), "mail", kind=GO_ON)
        code, words = _hand_over(server, content, smtp)
        _accepted((code, words), "mail")
        return Receipt(code=str(code), answer=_words(words), bytes=len(content))


def greet(smtp: Smtp) -> str:
    """Connect, secure, log in and say NOOP; return what was seen."""
    with _connected(smtp, lambda server: iter([server.noop()])) as (_, answers):
        code, words = next(answers)
        if code != OK:
            raise ChannelError(f"{smtp.host} answers {code} {_words(words)}", code=str(code))
    secured = {"starttls": "secured by STARTTLS", "tls": "secured by TLS", "none": "not secured"}[smtp.security]
    login = f"login as {smtp.user} accepted" if smtp.user else "no login"
    return f"{smtp.host}:{smtp.port} answers, {secured}, {login}"


def _offer(server: smtplib.SMTP, *, sender: str, recipient: str, size: int) -> Iterator[Answer]:
    """Yield the answers to MAIL, RCPT and DATA; a server that takes them together (RFC 2920) gets them at once."""
    how_much = f" size={size}" if server.has_extn("size") else ""
    commands = (f"MAIL FROM:<{sender}>{how_much}", f"RCPT TO:<{recipient}>", "DATA")
    if not server.has_extn("pipelining"):
        yield from map(server.docmd, commands)
        return
    server.send("".join(f"{command}\r\n" for command in commands))
    for _ in commands:
        yield server.getreply()


@contextmanager
def _connected(smtp: Smtp, ask: Ask) -> Iterator[tuple[smtplib.SMTP, Iterator[Answer]]]:
    """Yield a connection and its answers to the first question; one on which anything went wrong is not kept."""
    if not smtp.host:
        raise ChannelError("no mail server is configured: set YAOXUN_SMTP_HOST", code="setting")
    with _explained(smtp):
        line, answers = _kept(smtp, ask) or _new(smtp, ask)
        well = False
        try:
            yield line.server, answers
            line.mails += 1
            well = True
        finally:
            if well and _lines.kept is not None and line.mails < smtp.mails_per_connection:
                _lines.kept[smtp] = line
            else:
                _hang_up(line.server, smtp)


def _kept(smtp: Smtp, ask: Ask) -> tuple[Line, Iterator[Answer]] | None:
    """Return the open connection with its answers; one that the server has ended meanwhile is let go."""
    line = _lines.kept.pop(smtp, None) if _lines.kept is not None else None
    if line is None:
        return None
    try:
        answers = ask(line.server)
        first = next(answers)
        if first[0] != CLOSING:
            return line, chain([first], answers)
    except (smtplib.SMTPException, OSError):
        pass  # no mail was sent yet: a new one is opened
    _hang_up(line.server, smtp)
    return None


def _new(smtp: Smtp, ask: Ask) -> tuple[Line, Iterator[Answer]]:
    line = Line(_opened(smtp))
    return line, ask(line.server)


def _hang_up(server: smtplib.SMTP, smtp: Smtp) -> None:
    """Say goodbye; the outcome is known by now, so how the server takes it changes nothing."""
    with suppress(smtplib.SMTPException, OSError):
        if server.sock:
            server.sock.settimeout(min(smtp.timeout, GOODBYE))
        server.quit()
    server.close()


def _opened(smtp: Smtp) -> smtplib.SMTP:
    if smtp.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=smtp.timeout, context=tls_context())
    else:
        server = smtplib.SMTP(smtp.host, smtp.port, timeout=smtp.timeout)
    try:
        server.ehlo_or_helo_if_needed()
        if smtp.security == "starttls":
            server.starttls(context=tls_context())
            server.ehlo_or_helo_if_needed()
        if smtp.user:
            server.login(smtp.user, smtp.password.get_secret_value())
    except BaseException:
        server.close()
        raise
    return server


def _accepted(answer: Answer, what: str, *, waits: bool = False, kind: int = DONE) -> None:
    code, words = answer
    if code // 100 == kind:
        return
    ours = code in LOGIN_WANTED or (waits and code != TOO_LARGE)
    raise ChannelError(
        f"{what} refused: {code} {_words(words)}",
        code=str(code),
        permanent=code >= 500 and not ours,  # noqa: PLR2004  the class of permanent answers
    )


def _hand_over(server: smtplib.SMTP, content: bytes, smtp: Smtp) -> Answer:
    try:
        server.send(content.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        return server.getreply()
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        said = f"{smtp.host} took the mail and never said whether it keeps it: {error or 'time limit'}"
        raise ChannelError(said, code="broken", unknown=True, sent=len(content)) from error


@contextmanager
def _explained(smtp: Smtp) -> Iterator[None]:
    """Turn what smtplib raises into a ChannelError in the server's words; none of these is permanent."""
    where = f"{smtp.host}:{smtp.port}"
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        said = f"{where} refuses the login as {smtp.user}: {error.smtp_code} {_words(error.smtp_error)}"
        raise ChannelError(said, code=str(error.smtp_code)) from error
    except smtplib.SMTPResponseException as error:
        said = f"{where} answers {error.smtp_code} {_words(error.smtp_error)}"
        raise ChannelError(said, code=str(error.smtp_code)) from error
    except smtplib.SMTPException as error:
        raise ChannelError(f"{where}: {error}", code="smtp") from error
    except UnicodeError as error:
        raise ChannelError("login and password of the mail server must be ASCII", code="setting") from error
    except OSError as error:
        reason = fault_in_words(error) or "no answer within the time limit"
        raise ChannelError(f"{where} cannot be reached: {reason}", code="connect") from error


def _words(words: bytes | str) -> str:
    return " ".join(_bytes(words).decode("utf-8", "replace").split())[:MOST_WORDS]


def _bytes(words: bytes | str) -> bytes:
    return words if isinstance(words, bytes) else words.encode()
