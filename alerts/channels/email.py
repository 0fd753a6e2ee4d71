"""Email: one digest, one mail to one mailbox, as text and HTML.

Headers by RFC 5322, 2369 (List-Unsubscribe), 2919 (List-Id), 3834 (Auto-Submitted) and 8058 (one click).
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from urllib.parse import quote, urlsplit

from alerts.channels.base import ChannelError, Envelope, Field, Message, Note, Rate, Receipt, Unfit
from alerts.channels.dkim_signing import signed
from alerts.channels.mail import write_mail, write_note, write_question
from alerts.channels.mime import header, mail_of, verbatim
from alerts.channels.return_address import return_address
from alerts.channels.smtp import greet, transmit
from alerts.channels.wording import line
from alerts.model import Digest
from config.settings import Settings

LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(xn--[a-z0-9-]+|[a-z]{2,63})")
LONGEST_LOCAL, LONGEST = 64, 254
EXAMPLE = "write one plain address, such as reader@office.example"


def check_address(value: str) -> str:
    """Return a mailbox address, its domain in ASCII; refuse lists, names, line breaks and what no server would take."""
    value = value.strip()
    if re.search(r"[\s,;<>\x00-\x1f\x7f]", value):
        raise Unfit("this is not one plain address", EXAMPLE)
    local, at, domain = value.rpartition("@")
    if not at or not local:
        raise Unfit("a mail address has the form name@domain", EXAMPLE)
    try:
        domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise Unfit(f"no such domain can exist: {domain!r}", EXAMPLE) from error
    if not DOMAIN.fullmatch(domain):
        raise Unfit(f"no such domain can exist: {domain!r}", EXAMPLE)
    if not LOCAL_PART.fullmatch(local) or len(local) > LONGEST_LOCAL or len(local) + len(domain) >= LONGEST:
        raise Unfit(f"no mailbox can be called {line(local, 80)!r}", EXAMPLE)
    return f"{local}@{domain}"


def check_token(value: str) -> str:
    """Return the token of the unsubscribe link."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,64}", value):
        raise Unfit("the token has a form that this program does not make", "leave it out: one is made")
    return value


name = "email"
label = "Email"
label_zh = "邮件"
rates: tuple[Rate, ...] = ()
paced_by: tuple[str, ...] = ("address",)
fields: tuple[Field, ...] = (
    Field(
        name="address",
        label="Mail address",
        help="The one mailbox that the digest goes to, such as reader@office.example",
        label_zh="邮箱地址",
        help_zh="接收邮件的一个邮箱，如 reader@office.example",
        check=check_address,
    ),
    Field(
        name="token",
        label="Unsubscribe token",
        help="Stands in the unsubscribe link of every mail; made by this program",
        secret=True,
        required=False,
        hidden=True,
        check=check_token,
        make=lambda: secrets.token_urlsafe(18),
    ),
)


def compose(digest: Digest, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
    """Write the digest as one mail: subject, html, text, and its unsubscribe addresses."""
    by_mail, by_web = _unsubscribe_addresses(target, settings)
    return [{**write_mail(digest, unsubscribe=by_web or by_mail), "mailto": by_mail, "one_click": by_web}]


def compose_note(note: Note, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
    """Write a note as one mail."""
    by_mail, by_web = _unsubscribe_addresses(target, settings)
    return [{**write_note(note), "mailto": by_mail, "one_click": by_web}]


def compose_question(  # noqa: PLR0913, PLR0917  a question has a reader, a place and an answer
    link: str, subscriber: str, destination: str, language: str, target: Mapping[str, str], settings: Settings
) -> Message:
    """Write the mail that asks a reader whether they want digests here."""
    by_mail, by_web = _unsubscribe_addresses(target, settings)
    return {**write_question(link, subscriber, destination, language), "mailto": by_mail, "one_click": by_web}


def send(message: Message, target: Mapping[str, str], envelope: Envelope, settings: Settings) -> Receipt:
    """Hand the mail to the configured server."""
    try:
        address = check_address(target.get("address", ""))
    except Unfit as error:
        raise ChannelError(f"not sent: {error.message}", code="address", permanent=True) from error
    origin = sender(settings)
    mail = signed(build(message, address, envelope, settings), origin.domain, settings.smtp)
    returned = _return_address(target, envelope, settings) or origin.addr_spec
    return transmit(mail, returned, address, settings.smtp)


def probe(target: Mapping[str, str], settings: Settings) -> str:
    """Connect, secure and log in as a mail would, without sending one."""
    del target
    sender(settings)
    return greet(settings.smtp)


def _return_address(target: Mapping[str, str], envelope: Envelope, settings: Settings) -> str:
    """Return where a bounce of this mail goes; empty when no mailbox takes them."""
    if not settings.smtp.bounce_address:
        return ""
    bounces = _address(settings.smtp.bounce_address, "YAOXUN_SMTP_BOUNCE_ADDRESS").addr_spec
    token = target.get("token", "")
    return return_address(bounces, envelope.delivery, token) if token and envelope.delivery else bounces


def build(message: Message, address: str, envelope: Envelope, settings: Settings) -> bytes:
    """Make the mail, its lines ending with CRLF: every byte but the date is the same on each attempt.

    Raise ChannelError where something would break a header.
    """
    origin = sender(settings)
    links = [f"<{link}>" for link in (message.get("one_click", ""), message.get("mailto", "")) if link]
    try:
        headers = [
            header("From", str(origin)),
            verbatim("To", address),
            header("Subject", line(message["subject"], 200)),
            verbatim("Date", format_datetime(envelope.now)),
            verbatim("Message-ID", message_id(envelope.key, origin.domain)),
            verbatim("Auto-Submitted", "auto-generated"),
            header("List-Id", f"Yaoxun digests <digests.{origin.domain}>"),
            verbatim("List-Unsubscribe", *links),
        ]
    except ValueError as error:
        raise ChannelError(f"not sent: {error}", code="header", permanent=True) from error
    if settings.smtp.reply_to:
        headers.append(header("Reply-To", str(_address(settings.smtp.reply_to, "YAOXUN_SMTP_REPLY_TO"))))
    if message.get("one_click"):
        headers.append(verbatim("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return mail_of(headers, message["text"], message["html"], key=envelope.key)


def message_id(key: str, domain: str) -> str:
    """Return the delivery's key in the form of a Message-ID."""
    bare = re.sub(r"[^A-Za-z0-9.@_=+-]", "-", key.strip("<>"))
    return f"<{bare}>" if "@" in bare else f"<{bare}@{domain}>"


def sender(settings: Settings) -> Address:
    """Return the configured sender."""
    return _address(settings.smtp.sender, "YAOXUN_SMTP_SENDER")


@lru_cache(8)
def _address(configured: str, setting: str) -> Address:
    display, address = parseaddr(configured)
    try:
        return Address(line(display, 80), addr_spec=address)
    except (ValueError, IndexError, HeaderParseError) as error:
        # an operator can set it right, so the delivery waits
        raise ChannelError(f"{setting} is no mail address: {configured!r}", code="setting") from error


def _unsubscribe_addresses(target: Mapping[str, str], settings: Settings) -> tuple[str, str]:
    """Return the mailto and, under a public https address, the one-click link."""
    token = quote(target.get("token", ""), safe="")
    mailbox = _address(settings.smtp.reply_to, "YAOXUN_SMTP_REPLY_TO") if settings.smtp.reply_to else sender(settings)
    by_mail = f"mailto:{quote(mailbox.addr_spec, safe='@')}?subject={quote(f'unsubscribe {token}'.strip())}"
    public = settings.public_url.rstrip("/")
    by_web = f"{public}/unsubscribe/{token}" if token and urlsplit(public).scheme == "https" else ""
    return by_mail, by_web
