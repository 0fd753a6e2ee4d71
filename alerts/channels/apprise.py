"""The long tail through Apprise (an extra: yaoxun[apprise]): plain text to services that have no channel of their own.

https://github.com/caronc/apprise — only services whose address Apprise itself knows, so that no target leads inside.
Its own retries and redirects are off. Its word is all there is: a message is `handed over`, not known to have arrived.
"""

import importlib
import logging
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from alerts.channels import outbound
from alerts.channels.answers import STATUSES, Meaning
from alerts.channels.base import ChannelError, Envelope, Field, Message, Note, Rate, Receipt, Unfit
from alerts.channels.chat import Part, Sheet, as_text, messages_of, note_of, text_sheet
from alerts.channels.dialect import Dialect, Sizes, in_units
from alerts.channels.wording import line
from alerts.model import Digest
from config.settings import Settings

SERVICES: Mapping[str, str] = {
    "pover": "Pushover",
    "schan": "Server酱",
    "pushplus": "PushPlus",
    "wxpusher": "WxPusher",
    "pushme": "PushMe",
    "pbul": "Pushbullet",
    "prowl": "Prowl",
    "spush": "SimplePush",
    "gchat": "Google Chat",
    "wxteams": "Webex",
    "line": "LINE",
}
MOST_CHARACTERS, FEWEST_CHARACTERS = 4000, 1000
ROOM = 120  # for a title that the service puts into the text, and the line of a repeat
MOST_PARTS = 6
MISSING = "install it: pip install 'yaoxun[apprise]'"
STATUS = re.compile(r"error=(\d{3})\b")

DIALECT = Dialect(
    escape=str,
    measure=in_units,
    href=str,
    bold="{}",
    link="{text}\n   {url}",
    badge="【{}】",
    added="［+{}+］",
    quote="   {}",
    column="【{}】",
    sizes=Sizes(title=60, snippet=60, link=300, facts=100, rules=60, also=50, head=60, column=50, coverage=150),
)

name = "apprise"
label = "Apprise (other services)"
label_zh = "Apprise（其他服务）"
rates: tuple[Rate, ...] = (Rate(20, 60),)
paced_by: tuple[str, ...] = ("url",)


def check_url(value: str) -> str:
    """Return an address as Apprise writes it, of one of the chosen services."""
    value = value.strip()
    scheme = value.partition("://")[0].lower()
    if scheme not in SERVICES:
        known = ", ".join(f"{one}:// ({service})" for one, service in SERVICES.items())
        raise Unfit(f"{line(scheme, 20)!r} is none of the chosen services", f"write one of {known}")
    try:
        service = _service(value)
    except ImportError as error:
        raise Unfit("Apprise is not installed", MISSING) from error
    if not service:
        raise Unfit(f"Apprise cannot read this address of {SERVICES[scheme]}", "see its page on this service")
    return value


fields: tuple[Field, ...] = (
    Field(
        name="url",
        label="Apprise address",
        help=f"As Apprise writes it, such as pover://USER@TOKEN; one of {', '.join(SERVICES)}",
        label_zh="Apprise 地址",
        help_zh=f"按 Apprise 的写法，如 pover://USER@TOKEN；支持 {'、'.join(SERVICES)}",
        secret=True,
        check=check_url,
    ),
)


def compose(digest: Digest, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
    """Write the digest as plain text, cut to what the service takes."""
    del settings
    return messages_of(digest, _sheet(target, MOST_PARTS), kind="text")


def compose_note(note: Note, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
    """Write a note as plain text."""
    del settings
    return [note_of(note, _sheet(target, 1), kind="text")]


def send(message: Message, target: Mapping[str, str], envelope: Envelope, settings: Settings) -> Receipt:
    """Hand one message over to Apprise, once; its log says why when it was not taken."""
    service = _opened(target)
    service.socket_connect_timeout = service.socket_read_timeout = settings.delivery.timeout
    text = f"{message['maybe_repeated']}\n{message['text']}" if envelope.maybe_repeated else message["text"]
    title, _, body = text.partition("\n")
    size = len(text.encode())
    with _overheard() as said:
        taken = service.notify(body=body.strip() or title, title=title, body_format="text")
    if taken:
        return Receipt(
            code="handed over", answer=f"Apprise handed it to {_named(target)}", bytes=size, handed_over=True
        )
    raise _not_taken(said, target, size)


def probe(target: Mapping[str, str], settings: Settings) -> str:
    """Reach the service's host; the target can only be tried by sending."""
    split = urlsplit(str(_opened(target).notify_url))
    return outbound.reach(f"{split.scheme}://{split.netloc}/", settings)


def _sheet(target: Mapping[str, str], most_parts: int) -> Sheet:
    try:
        service = _service(target.get("url", ""))
    except ImportError:
        service = None
    most = min(int(service.body_maxlen), MOST_CHARACTERS) if service else FEWEST_CHARACTERS

    def frame(part: Part) -> str:
        return as_text(part, DIALECT)

    return text_sheet(DIALECT, most=most - ROOM, most_parts=most_parts, frame=frame)


def _service(url: str) -> Any:  # noqa: ANN401  a plugin of Apprise, which has no common type worth naming
    """Return Apprise's plugin for an address, its retries and redirects off; None when it cannot read it."""
    library = importlib.import_module("apprise")
    asset = library.AppriseAsset(async_mode=False, secure_logging=True, storage_mode="memory", default_service_retry=0)
    with _overheard():
        service = library.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    if not service:
        return None
    service.retry = 0
    service.redirects = False
    service.verify_certificate = True
    service.request_rate_per_sec = 0  # the pace is kept in the database
    return service


def _opened(target: Mapping[str, str]) -> Any:  # noqa: ANN401  as above
    url = target.get("url", "")
    try:
        service = _service(url) if url.partition("://")[0].lower() in SERVICES else None
    except ImportError as error:
        # an operator can install it, so the delivery waits
        raise ChannelError(f"not sent: Apprise is not installed; {MISSING}", code="apprise") from error
    if not service:
        raise ChannelError("not sent: Apprise cannot read the address", code="apprise", permanent=True)
    return service


def _named(target: Mapping[str, str]) -> str:
    return SERVICES[target.get("url", "").partition("://")[0].lower()]


def _not_taken(said: Sequence[str], target: Mapping[str, str], size: int) -> ChannelError:
    """Return the error that Apprise's words mean: the status stands in them when there was an answer."""
    words = line(" ".join(said), 300)
    status = next((int(found) for found in STATUS.findall(words)), None)
    if status is None and "onnection" in words:
        return ChannelError(f"{_named(target)} cannot be reached: {words}", code="connect")
    meaning = STATUSES[status].meaning if status and status in STATUSES else Meaning.RETRY
    return ChannelError(
        f"Apprise could not hand it to {_named(target)}: {words}",
        code=str(status or "apprise"),
        permanent=meaning is Meaning.PERMANENT,
        gone=meaning is Meaning.GONE,
        limited=meaning is Meaning.LIMITED,
        retry_after=60.0 if meaning is Meaning.LIMITED else None,
        sent=size,
        status=status,
    )


@contextmanager
def _overheard() -> Iterator[list[str]]:
    """Collect what Apprise logs in this thread, and keep it out of our own log."""
    said: list[str] = []
    mine = threading.get_ident()

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.thread == mine and record.levelno >= logging.WARNING:
                said.append(record.getMessage())

    logger, ear = logging.getLogger("apprise"), Ear()
    logger.propagate = False
    logger.addHandler(ear)
    try:
        yield said
    finally:
        logger.removeHandler(ear)
