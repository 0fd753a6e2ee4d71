"""A mail as the bytes that go to the server: headers encoded by the email package, bodies as lines of base64.

What the email package would write the same for one mail after another (sender, subject of a period) is written once; a
mail is then no more than its parts one after another. Lines end with CRLF, and every byte is ASCII.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterable
from email.policy import EmailPolicy
from functools import lru_cache

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
    encoded = b64encode(CRLF.join(text.encode().splitlines()) + CRLF)
    lines = [encoded[start : start + LINE] for start in range(0, len(encoded), LINE)]
    head = b"Content-Type: text/" + kind + b'; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return head + CRLF.join(lines) + CRLF
