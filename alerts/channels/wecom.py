"""WeCom robot 企业微信: markdown messages of at most 4096 UTF-8 bytes, cut at item borders.

https://developer.work.weixin.qq.com/document/path/99110 — the robot answers HTTP 200 even when it refuses; `errcode`
decides. A code that is not in REFUSALS is retried: nothing proves that another attempt would end the same way, and the
attempts are counted.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from alerts.channels import outbound
from alerts.channels.base import ChannelError, Envelope, Field, Message, Receipt, Unfit
from alerts.channels.chat import write_note, write_parts
from alerts.channels.guard import parse_url
from alerts.model import Digest
from config.settings import Settings

MOST_BYTES = 4096
ROOM_FOR_REPEATED = 40  # the line that an interrupted attempt adds
MOST_PARTS = 10  # half of what a robot may send in a minute


@dataclass(frozen=True, slots=True)
class Refusal:
    """What an errcode means for the delivery."""

    permanent: bool
    advice: str
    retry_after: float | None = None


REFUSALS: Mapping[int, Refusal] = {
    -1: Refusal(permanent=False, advice="the service is busy"),
    45009: Refusal(permanent=False, advice="more than 20 messages in a minute", retry_after=60),
    40058: Refusal(permanent=True, advice="the message is not of the form or length that the robot takes"),
    93000: Refusal(permanent=True, advice="the key is wrong, or the robot was removed from its group"),
}


def check_url(value: str) -> str:
    """Return the robot's address; it is the secret, so it must be whole."""
    value = value.strip()
    advice = (
        "copy the whole address from the robot's page in WeCom: https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…"
    )
    try:
        parsed = parse_url(value)
    except ValueError as error:
        raise Unfit(str(error), advice) from error
    keys = parse_qs(urlsplit(str(parsed)).query).get("key", [])
    if len(keys) != 1 or not re.fullmatch(r"[A-Za-z0-9_-]+", keys[0]):
        raise Unfit("the address has no key=…", advice)
    return value


name = "wecom"
label = "WeCom robot"
fields: tuple[Field, ...] = (
    Field(
        name="url",
        label="Webhook address",
        help="The whole address as WeCom shows it for the robot, key=… included",
        secret=True,
        check=check_url,
    ),
)


def compose(digest: Digest, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
    """Write the digest as markdown messages that the robot takes."""
    del target, settings
    return write_parts(digest, most_bytes=MOST_BYTES - ROOM_FOR_REPEATED, most_parts=MOST_PARTS)


def compose_note(title: str, lines: Sequence[str], target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
    """Write a note as one markdown message."""
    del target, settings
    return [write_note(title, lines, most_bytes=MOST_BYTES - ROOM_FOR_REPEATED)]


def send(message: Message, target: Mapping[str, str], envelope: Envelope, settings: Settings) -> Receipt:
    """Send one message; one that may have been taken before says so in its first line."""
    text = message["markdown"]
    if envelope.maybe_repeated:
        text = f"{message['maybe_repeated']}\n{text}"
    content = json.dumps({"msgtype": "markdown", "markdown": {"content": text}}, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json"}
    answer = outbound.post(target.get("url", ""), content=content, headers=headers, settings=settings)
    if answer.status != 200:  # noqa: PLR2004  the only status that the robot itself gives
        said = f"HTTP {answer.status}: {answer.words}"
        wait = answer.retry_after(envelope.now)
        raise ChannelError(said, code=str(answer.status), retry_after=wait, sent=answer.bytes)
    return _judge(answer)


def probe(target: Mapping[str, str], settings: Settings) -> str:
    """Reach the robot's host; its key can only be tried by sending."""
    return outbound.reach(target.get("url", ""), settings)


def _judge(answer: outbound.Answer) -> Receipt:
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        said = None
    code = said.get("errcode") if isinstance(said, dict) else None
    if not isinstance(code, int) or isinstance(code, bool):
        words = f"the answer holds no errcode: {answer.words}"
        raise ChannelError(words, code="200", unknown=True, sent=answer.bytes)
    if code == 0:
        return Receipt(code="0", answer=answer.words, bytes=answer.bytes)
    refusal = REFUSALS.get(code, Refusal(permanent=False, advice="a code that is not in the table"))
    raise ChannelError(
        f"errcode {code}, {refusal.advice}: {answer.words}",
        code=str(code),
        permanent=refusal.permanent,
        retry_after=refusal.retry_after,
        sent=answer.bytes,
    )
