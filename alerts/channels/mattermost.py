"""Mattermost: markdown through an incoming webhook, at most 16,383 characters.

https://developers.mattermost.com/integrate/webhooks/incoming/ — taken is 200 with `ok`.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from alerts.channels import outbound
from alerts.channels.answers import STATUSES, Meaning, Refusal, Refusals, refused, taken, unreadable
from alerts.channels.base import Envelope, Field, Message, Note, Rate, Receipt
from alerts.channels.chat import GAP, Part, Sheet, as_text, messages_of, note_of, text_sheet
from alerts.channels.dialect import Dialect, in_units
from alerts.channels.outbound import Answer
from alerts.channels.targets import mention, robot_address
from alerts.model import Digest
from config.settings import Settings

MOST_CHARACTERS = 16_383
ROOM = 60  # for the line of a repeat
MOST_PARTS = 6
OK = 200
EPOCHS = 1e9  # a number of seconds beyond this counts from 1970

REFUSALS: Refusals = {
    **STATUSES,
    400: Refusal(Meaning.PERMANENT, "the webhook is unknown, or the message not of the form or length that is taken"),
    403: Refusal(Meaning.GONE, "webhooks are switched off, or may not write in this channel"),
    404: Refusal(Meaning.GONE, "the channel is gone"),
    429: Refusal(Meaning.LIMITED, "more than the server takes in a second", wait=5),
    501: Refusal(Meaning.GONE, "incoming webhooks are switched off on this server"),
}

# a zero-width space behind @ keeps names in notices from calling anybody
ESCAPED = str.maketrans({**{sign: f"\\{sign}" for sign in "\\*_~`[]()<>#|"}, "@": "@\u200b"})
DIALECT = Dialect(
    escape=lambda text: text.translate(ESCAPED),
    measure=in_units,
    removed="~~{}~~",
    badge="`{}`",
    quiet="{}",
    column="#### {}",
)

name = "mattermost"
label = "Mattermost"
label_zh = "Mattermost"
rates: tuple[Rate, ...] = (Rate(10, 1),)
paced_by: tuple[str, ...] = ("url",)
fields: tuple[Field, ...] = (
    Field(
        name="url",
        label="Webhook address",
        help="The incoming webhook's whole address: https://chat.office.example/hooks/…",
        label_zh="Webhook 地址",
        help_zh="传入 Webhook 的完整地址：https://chat.office.example/hooks/…",
        secret=True,
        check=robot_address(r"(/[\w.-]+)*/hooks/[a-z0-9]+", "https://chat.office.example/hooks/…"),
    ),
    mention(r"@[a-z0-9._-]{2,64}", "user names such as @zhangsan, or @channel", "用户名（如 @zhangsan），或 @channel"),
)


def compose(digest: Digest, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
    """Write the digest as markdown messages."""
    del settings
    return messages_of(digest, _sheet(target, MOST_PARTS), kind="markdown")


def compose_note(note: Note, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
    """Write a note as one markdown message."""
    del settings
    return [note_of(note, _sheet(target, 1), kind="markdown")]


def send(message: Message, target: Mapping[str, str], envelope: Envelope, settings: Settings) -> Receipt:
    """Send one message; one that may have been taken before says so in its first line."""
    text = message["markdown"]
    if envelope.maybe_repeated:
        text = f"{message['maybe_repeated']}\n{text}"
    answer = outbound.post_json(target.get("url", ""), json.dumps({"text": text}, ensure_ascii=False), settings)
    if answer.status != OK:
        raise refused(answer, REFUSALS, envelope.now, wait=_until_reset(answer, envelope.now))
    if answer.words != "ok":
        raise unreadable(answer, "ok")
    return taken(answer)


def probe(target: Mapping[str, str], settings: Settings) -> str:
    """Reach the server; the webhook can only be tried by sending."""
    return outbound.reach(target.get("url", ""), settings)


def _until_reset(answer: Answer, now: datetime) -> float | None:
    """Return the seconds until the server takes messages again.

    Its own header says so; where it comes through a proxy, Retry-After. Some versions mean a moment by it.
    """
    given = answer.headers.get("x-ratelimit-reset", "").strip()
    if not (given.isascii() and given.isdigit()) or "retry-after" in answer.headers:
        return None
    seconds = float(given) if float(given) < EPOCHS else float(given) - now.timestamp()
    return min(max(seconds, 1.0), outbound.LONGEST_WAIT)


def _sheet(target: Mapping[str, str], most_parts: int) -> Sheet:
    people = target.get("mention", "")

    def frame(part: Part) -> str:
        return as_text(part, DIALECT) + (f"{GAP}{people}" if people and part.calls else "")

    return text_sheet(DIALECT, most=MOST_CHARACTERS - ROOM, most_parts=most_parts, frame=frame)
