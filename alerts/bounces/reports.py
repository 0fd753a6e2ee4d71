"""A mail that came back → what it says of which delivery. Pure: bytes in, a report out."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, Message
from enum import StrEnum

from alerts.channels.return_address import delivery_of

STATUS = re.compile(r"(?<![\d.])([45])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
UNSUBSCRIBE = re.compile(r"^\s*unsubscribe\s+([A-Za-z0-9_-]{16,64})\s*$", re.IGNORECASE)
OUR_KEY = re.compile(r"<((?:digest|note|confirmation)-[A-Za-z0-9-]+)@")
ADDRESSED = ("to", "delivered-to", "x-original-to", "envelope-to")
MOST_WORDS = 300


class Kind(StrEnum):
    """What a mail that came back means."""

    HARD = "hard"  # 5.x.x: this mailbox takes no mail
    SOFT = "soft"  # 4.x.x: not now
    COMPLAINT = "complaint"  # its reader called it spam
    UNSUBSCRIBE = "unsubscribe"  # its reader wants no more
    DELAYED = "delayed"  # still being tried: nothing follows
    OTHER = "other"  # an answering machine, a person: not ours to judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a mail says: of a delivery by its signed return address or by its key, or of a destination by its token."""

    kind: Kind
    status: str = ""
    words: str = ""
    delivery: tuple[int, str] | None = None
    key: str = ""
    token: str = ""


def read_report(raw: bytes) -> Report:
    """Read a mail; whatever is no report of ours is OTHER."""
    mail = email.message_from_bytes(raw, policy=email.policy.compat32)
    wanted = UNSUBSCRIBE.match(str(mail.get("subject", "")))
    if wanted:
        return Report(kind=Kind.UNSUBSCRIBE, token=wanted[1])
    kind, status, words = _verdict(mail)
    return Report(kind=kind, status=status, words=words, delivery=_delivery(mail), key=_key(mail))


def _verdict(mail: Message) -> tuple[Kind, str, str]:
    for part in mail.walk():
        if part.get_content_type() == "message/feedback-report":
            return _complaint(part)
        if part.get_content_type() == "message/delivery-status":
            return _delivery_status(part)
    return _in_words(mail)


def _complaint(part: Message) -> tuple[Kind, str, str]:
    fields = _fields(part)
    sort = fields.get("feedback-type", "abuse").strip().lower()
    return (Kind.OTHER if sort == "not-spam" else Kind.COMPLAINT), "", f"feedback: {sort}"


def _delivery_status(part: Message) -> tuple[Kind, str, str]:
    """Read the worst that a DSN says of a recipient."""
    blocks = part.get_payload()
    fields: dict[str, str] = {}
    for block in blocks if isinstance(blocks, list) else []:
        if not isinstance(block, Message):
            continue
        told = {name.lower(): str(value) for name, value in block.items()}
        if "action" in told:
            fields = told
            if told["action"].strip().lower() == "failed":
                break
    action = fields.get("action", "").strip().lower()
    words = " ".join(fields.get("diagnostic-code", "").split())[:MOST_WORDS]
    found = STATUS.search(fields.get("status", "")) or STATUS.search(words)
    status = found[0] if found else ""
    if action == "delayed":
        return Kind.DELAYED, status, words
    if action != "failed":
        return Kind.OTHER, status, words
    return (Kind.SOFT if status.startswith("4") else Kind.HARD), status, words


def _in_words(mail: Message) -> tuple[Kind, str, str]:
    """Read a bounce that keeps to no form, as some providers write them; only one from a mail system counts."""
    sender = str(mail.get("from", "")).lower()
    answered = str(mail.get("auto-submitted", "")).lower().startswith("auto-replied")
    from_system = (
        "mailer-daemon" in sender or "postmaster" in sender or str(mail.get("return-path", "")).strip() == "<>"
    )
    found = STATUS.search(_text(mail))
    if answered or not from_system or found is None:
        return Kind.OTHER, "", ""
    return (
        (Kind.HARD if found[1] == "5" else Kind.SOFT),
        found[0],
        " ".join(_around(_text(mail), found.start()).split()),
    )


def _around(text: str, place: int) -> str:
    return text[max(place - 60, 0) : place + MOST_WORDS - 60]


def _delivery(mail: Message) -> tuple[int, str] | None:
    """Find the signed return address: where the report was sent to, or what it says of the original."""
    for header in _headers(mail):
        found = delivery_of(header)
        if found:
            return found
    return None


def _headers(mail: Message) -> Iterator[str]:
    for name in ADDRESSED:
        yield from (str(value) for value in mail.get_all(name, []))
    for part in mail.walk():
        yield str(part.get("return-path", ""))
        if part.get_content_type() == "message/feedback-report":
            yield _fields(part).get("original-mail-from", "")


def _key(mail: Message) -> str:
    """Find the id of the original mail, which is random and known to who got it alone."""
    for part in mail.walk():
        place = str(part.get("message-id", "")) if part is not mail else ""
        text = place or (_payload(part) if part.get_content_type() == "text/rfc822-headers" else "")
        found = OUR_KEY.search(text)
        if found:
            return found[1]
    return ""


def _fields(part: Message) -> dict[str, str]:
    payload = part.get_payload()
    block = payload[0] if isinstance(payload, list) and payload else email.message_from_string(_payload(part))
    return {name.lower(): str(value) for name, value in block.items()} if isinstance(block, Message) else {}


def _text(mail: Message) -> str:
    return "\n".join(_payload(part) for part in mail.walk() if part.get_content_maintype() == "text")


def _payload(part: Message) -> str:
    if isinstance(part, EmailMessage) or not part.is_multipart():
        raw = part.get_payload(decode=True)
        return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""
    return ""
