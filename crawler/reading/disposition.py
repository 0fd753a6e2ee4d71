"""What a site calls a file that it sends: the name in Content-Disposition, in any of the ways it is written."""

import re
from collections.abc import Iterable
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from urllib.parse import unquote_to_bytes

EXTENDED = re.compile(rb"filename\*\s*=\s*\"?([\w-]*)'[^']*'([^;\"\s]+)", re.IGNORECASE)  # RFC 5987
PLAIN = re.compile(rb"filename\s*=\s*(?:\"([^\"]*)\"|([^;]+))", re.IGNORECASE)
ESCAPED = re.compile(rb"%[0-9A-Fa-f]{2}")
FOLDER = re.compile(r"[\\/]")
USUAL = ("utf-8", "gb18030")


def file_name(header: bytes) -> str:
    """Return the name of the file, without folders; "" when there is none.

    Beside what the standard knows, sites send the bare bytes of GBK or UTF-8, escape them, or write them as mail does.

    >>> file_name(b"attachment; filename*=UTF-8''%E9%99%84%E4%BB%B6.docx")
    '附件.docx'
    """
    extended, plain = EXTENDED.search(header), PLAIN.search(header)
    if extended:
        name = _text(unquote_to_bytes(extended[2]), [extended[1].decode("ascii", "replace"), *USUAL])
    elif plain:
        name = _plain((plain[1] or plain[2] or b"").strip())
    else:
        name = ""
    return FOLDER.split(name)[-1].strip()


def _plain(raw: bytes) -> str:
    if raw.startswith(b"=?"):
        return _mail_words(raw.decode("ascii", "replace"))
    return _text(unquote_to_bytes(raw) if ESCAPED.search(raw) else raw, USUAL)


def _mail_words(words: str) -> str:
    try:
        return str(make_header(decode_header(words)))
    except (HeaderParseError, LookupError, ValueError):
        return ""


def _text(raw: bytes, charsets: Iterable[str]) -> str:
    """Return the bytes in the first charset that can hold them."""
    for charset in charsets:
        try:
            return raw.decode(charset)
        except (LookupError, UnicodeDecodeError):
            continue
    return raw.decode("utf-8", "replace")
