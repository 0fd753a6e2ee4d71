"""A mail as the bytes that go to the server: headers encoded by the email package, bodies as lines of base64.

What the email package would write the same for one mail after another (sender, subject of a period) is written once; a
mail is then no more than its parts one after another. Lines end with CRLF, and every byte is ASCII.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterable
from email.policy import EmailPolicy
from functools import lru_cache

import numpy as np

POLICY = EmailPolicy(linesep="\r\n", cte_type="7bit")
REMEMBERED = 1_000  # headers
LINE = 76  # characters of base64, by RFC 2045
CRLF = b"\r\n"


def mail_of(headers: Iterable[bytes], text: str, html: str, *, key: str) -> bytes:
    """Return the mail that says one thing as text and as HTML; its `key` makes a boundary that is always the same."""
    boundary = b"=_" + hashlib.sha256(key.encode()).hexdigest()[:40].encode("ascii")
    between = b"--" + boundary + CRLF
    return b"".join(
        (
            *headers,
            b"MIME-Version: 1.0\r\n",
            b'Content-Type: multipart/alternative; boundary="' + boundary + b'"\r\n\r\n',
            between,
            _part(b"plain", text),
            between,
            _part(b"html", html),
            b"--" + boundary + b"--\r\n",
        )
    )


@lru_cache(REMEMBERED)
def header(name: str, value: str) -> bytes:
    """Return a header, folded and encoded where it has to be; raise ValueError for a line break in it."""
    _, parsed = POLICY.header_store_parse(name, value)
    return POLICY.fold_binary(name, parsed)


def verbatim(name: str, *values: str) -> bytes:
    """Return a header whose values stand as they are, one on a line: folding would encode a long link beyond use.

    Raise ValueError for what no header can hold.
    """
    written = f"{name}: {f',{CRLF.decode()} '.join(values)}".encode("ascii")
    if len(written.splitlines()) != max(len(values), 1) or b"\0" in written:
        raise ValueError(f"{name}: a line break stands in {values}")
    return written + CRLF


def _part(kind: bytes, text: str) -> bytes:
    head = b"Content-Type: text/" + kind + b'; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return head + _in_lines(b64encode(_with_crlf(text.encode())))


def _with_crlf(body: bytes) -> bytes:
    """Return a text whose lines all end as a mail's do."""
    body = b"\n".join(body.splitlines()) if b"\r" in body else body.removesuffix(b"\n")
    return body.replace(b"\n", CRLF) + CRLF


def _in_lines(encoded: bytes) -> bytes:
    """Return base64 in lines, each with its end: a mail has a thousand of them, so they are moved as one table."""
    full = len(encoded) // LINE
    lines = np.empty((full, LINE + len(CRLF)), np.uint8)
    lines[:, :LINE] = np.frombuffer(encoded, np.uint8, full * LINE).reshape(full, LINE)
    lines[:, LINE:] = np.frombuffer(CRLF, np.uint8)
    rest = encoded[full * LINE :]
    return lines.tobytes() + (rest + CRLF if rest else b"")
