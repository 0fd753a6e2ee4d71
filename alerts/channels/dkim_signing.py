"""Signs mails (RFC 6376) with the operator's key, List-Unsubscribe-Post included, as RFC 8058 wants."""

from functools import lru_cache
from pathlib import Path

import dkim

from alerts.channels.base import ChannelError
from config.settings import Smtp

SIGNED = (
    "From To Reply-To Subject Date Message-ID MIME-Version Content-Type Auto-Submitted List-Id List-Unsubscribe "
    "List-Unsubscribe-Post"
)


def signed(mail: bytes, domain: str, smtp: Smtp) -> bytes:
    """Return the mail with a DKIM-Signature before it; as it is when no key is set. Its lines end with CRLF.

    Raise ChannelError for a key that cannot be used: an operator can set it right, so the mail waits.
    """
    if not smtp.dkim_key:
        return mail
    if not smtp.dkim_selector:
        raise ChannelError("YAOXUN_SMTP_DKIM_KEY is set without YAOXUN_SMTP_DKIM_SELECTOR", code="setting")
    try:
        signature = dkim.sign(
            mail,
            smtp.dkim_selector.encode("ascii"),
            (smtp.dkim_domain or domain).encode("ascii"),
            _key(smtp.dkim_key),
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[name.encode("ascii") for name in SIGNED.lower().split() if _has(mail, name)],
        )
    except (OSError, dkim.DKIMException, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ChannelError(f"YAOXUN_SMTP_DKIM_KEY {smtp.dkim_key} cannot sign: {reason}", code="setting") from error
    return bytes(signature) + mail


@lru_cache(maxsize=8)
def _key(path: str) -> bytes:
    return Path(path).read_bytes()


def _has(mail: bytes, name: str) -> bool:
    head = mail.partition(b"\r\n\r\n")[0].lower()
    return f"\r\n{name}:".encode("ascii") in b"\r\n" + head
