"""Where bounces come in: a Maildir folder, or a folder of an IMAP server. What was taken is marked as seen, no more."""

import imaplib
import mailbox
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from alerts.channels.trust import fault_in_words, tls_context

PATIENCE = 30.0
PORTS = {"imap": 143, "imaps": 993}


class BoxError(Exception):
    """A mailbox cannot be opened or read; the message says what to do."""


class Box(Protocol):
    """Mails that nobody has seen yet."""

    def unseen(self) -> Iterator[tuple[str, bytes]]:
        """Yield the name and the bytes of each mail."""
        ...

    def mark(self, name: str) -> None:
        """Mark a mail as seen."""
        ...


@contextmanager
def open_box(where: str, password: str = "") -> Iterator[Box]:
    """Open /folder/of/a/Maildir or imaps://user@host/INBOX; raise BoxError."""
    if "://" not in where:
        yield _open_maildir(Path(where))
        return
    try:
        with _connected(where, password) as connection:
            yield Imap(connection)
    except imaplib.IMAP4.error as error:
        raise BoxError(f"{_shown(where)} refuses: {error}") from error
    except OSError as error:
        raise BoxError(f"{_shown(where)} cannot be reached: {fault_in_words(error) or 'time limit'}") from error


class Maildir:
    """A Maildir folder."""

    def __init__(self, box: mailbox.Maildir) -> None:
        self._box = box

    def unseen(self) -> Iterator[tuple[str, bytes]]:
        """Yield what bears no S flag."""
        for name in sorted(self._box.keys()):
            if "S" not in self._box.get_message(name).get_flags():
                yield name, self._box.get_bytes(name)

    def mark(self, name: str) -> None:
        """Move a mail to cur, with the flag."""
        message = self._box.get_message(name)
        message.set_subdir("cur")
        message.add_flag("S")
        self._box[name] = message


class Imap:
    """A folder of an IMAP server."""

    def __init__(self, connection: imaplib.IMAP4) -> None:
        self._connection = connection

    def unseen(self) -> Iterator[tuple[str, bytes]]:
        """Yield what was not seen, without marking it."""
        _, found = self._connection.uid("SEARCH", "UNSEEN")
        for name in (found[0] or b"").decode("ascii").split():
            _, parts = self._connection.uid("FETCH", name, "(BODY.PEEK[])")
            for part in parts:
                if isinstance(part, tuple):
                    yield name, part[1]

    def mark(self, name: str) -> None:
        """Set the flag."""
        self._connection.uid("STORE", name, "+FLAGS", "(\\Seen)")


def _open_maildir(path: Path) -> Maildir:
    if not all((path / name).is_dir() for name in ("new", "cur", "tmp")):
        raise BoxError(f"{path} is no Maildir: it needs the folders new, cur and tmp")
    return Maildir(mailbox.Maildir(path, create=False))


@contextmanager
def _connected(where: str, password: str) -> Iterator[imaplib.IMAP4]:
    url = urlsplit(where)
    if url.scheme not in PORTS or not url.hostname or not url.username:
        raise BoxError(f"{_shown(where)}: write imaps://user@host/INBOX, or the folder of a Maildir")
    connection = _dialled(url.scheme, url.hostname, url.port or PORTS[url.scheme])
    try:
        connection.login(unquote(url.username), password)
        status, words = connection.select(unquote(url.path.strip("/")) or "INBOX")
        if status != "OK":
            raise BoxError(f"{_shown(where)}: this folder cannot be opened: {words[0]!r}")
        yield connection
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            connection.logout()


def _dialled(scheme: str, host: str, port: int) -> imaplib.IMAP4:
    """Connect by TLS; imap:// begins plainly and goes on by STARTTLS where the server has it."""
    if scheme == "imaps":
        return imaplib.IMAP4_SSL(host, port, ssl_context=tls_context(), timeout=PATIENCE)
    connection = imaplib.IMAP4(host, port, timeout=PATIENCE)
    if "STARTTLS" in connection.capabilities:
        context: ssl.SSLContext = tls_context()
        connection.starttls(context)
    return connection


def _shown(where: str) -> str:
    """Return the address without a password that somebody wrote into it."""
    url = urlsplit(where)
    return f"{url.scheme}://{url.username or ''}@{url.hostname or ''}{url.path}"
