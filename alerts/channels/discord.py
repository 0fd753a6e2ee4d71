"""Discord: one embed through a webhook, its text at most 4096 characters; nobody is called but whom the target names.

https://discord.com/developers/docs/resources/webhook — `?wait=true` makes it answer with the message that it made.
"""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from alerts.channels import outbound
from alerts.channels.answers import STATUSES, Meaning, Refusal, Refusals, is_success, refused, taken, unreadable
from alerts.channels.base import Envelope, Field, Message, Note, Rate, Receipt
from alerts.channels.chat import GAP, Part, Sheet, messages_of, note_of
from alerts.channels.dialect import Dialect, Sizes, in_units
from alerts.channels.targets import matching, mention, robot_address
from alerts.channels.wording import line
from alerts.model import Digest
from config.settings import Settings

MOST_CHARACTERS = 4096  # of an embed's description
MOST_PARTS = 10
NO_CONTENT = 204
TITLE = 200  # of 256
BLUE = 0x1F6FEB

REFUSALS: Refusals = {
    **STATUSES,
    429: Refusal(Meaning.LIMITED, "too many messages in too short a time", wait=5),
    10003: Refusal(Meaning.GONE, "the channel was deleted"),
    10015: Refusal(Meaning.GONE, "the webhook was deleted"),
    50006: Refusal(Meaning.PERMANENT, "the message is empty"),
    50027: Refusal(Meaning.GONE, "the webhook's token is wrong"),
    50035: Refusal(Meaning.PERMANENT, "the message is not of the form or length that is taken"),
}

ESCAPED = str.maketrans({sign: f"\\{sign}" for sign in "\\*_~`|[]()<>#@"})
DIALECT = Dialect(
    escape=lambda text: text.translate(ESCAPED),
    measure=in_units,
    removed="~~{}~~",
    badge="**[{}]**",
    column="### {}",
    sizes=Sizes(facts=300, rules=300, also=150, coverage=400),
)

name = "discord"
label = "Discord"
label_zh = "Discord"
rates: tuple[Rate, ...] = (Rate(5, 2), Rate(30, 60))
paced_by: tuple[str, ...] = ("url",)
fields: tuple[Field, ...] = (
    Field(
        name="url",
        label="Webhook address",
        help="The whole address of the channel's webhook: https://discord.com/api/webhooks/…",
        label_zh="Webhook 地址",
        help_zh="频道 Webhook 的完整地址：https://discord.com/api/webhooks/…",
        secret=True,
        check=robot_address(r"/api(/v\d+)?/webhooks/\d+/[\w-]+", "https://discord.com/api/webhooks/…/…"),
    ),
    Field(
        name="thread",
        label="Thread",
        help="The id of a thread in the channel, when messages go there",
        label_zh="子区",
        help_zh="消息发到频道的某个子区时，填其 ID",
        required=False,
        check=matching(r"\d{5,25}", "a thread's id", "write its number"),
    ),
    mention(r"&?\d{5,25}", "member ids, or role ids with & before them", "成员 ID，或带 & 的身份组 ID"),
)


def compose(digest: Digest, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
    """Write the digest as embeds."""
    del settings
    return messages_of(digest, _sheet(target, MOST_PARTS))


def compose_note(note: Note, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
    """Write a note as one embed."""
    del settings
    return [note_of(note, _sheet(target, 1))]


def send(message: Message, target: Mapping[str, str], envelope: Envelope, settings: Settings) -> Receipt:
    """Send one embed; one that may have been taken before says so in the line above it."""
    body = message["body"]
    if envelope.maybe_repeated:
        content = json.loads(body)
        content["content"] = f"{message['maybe_repeated']} {content['content']}".strip()
        body = _dump(content)
    thread = {"thread_id": target["thread"]} if target.get("thread") else {}
    address = target.get("url", "")
    query = f"?{urlencode({'wait': 'true', **thread})}" if address else ""
    answer = outbound.post_json(address + query, body, settings)
    said = answer.json if isinstance(answer.json, dict) else {}
    if not is_success(answer):
        raise refused(answer, REFUSALS, envelope.now, code=_code(said), wait=_wait(said))
    if answer.status == NO_CONTENT:  # as it says without the wait that we ask for
        return taken(answer)
    if "id" not in said:
        raise unreadable(answer, "id of the message")
    return taken(answer)


def probe(target: Mapping[str, str], settings: Settings) -> str:
    """Reach Discord; the webhook can only be tried by sending."""
    return outbound.reach(target.get("url", ""), settings)


def _code(said: Mapping[str, Any]) -> int | str:
    code = said.get("code")
    return code if isinstance(code, int) and code in REFUSALS else ""


def _wait(said: Mapping[str, Any]) -> float | None:
    wait = said.get("retry_after")
    if not isinstance(wait, int | float) or not math.isfinite(wait):
        return None
    return min(max(float(math.ceil(wait)), 0.0), outbound.LONGEST_WAIT)


def _sheet(target: Mapping[str, str], most_parts: int) -> Sheet:
    people = target.get("mention", "").split()

    def frame(part: Part) -> str:
        called = people if part.calls else []
        span = DIALECT.escape(part.span)
        embed = {
            "title": line(f"{part.title} {part.count}", TITLE),
            "description": GAP.join(text for text in (span, *part.blocks, part.tail) if text),
            "color": BLUE,
        }
        users = [one for one in called if not one.startswith("&")]
        roles = [one[1:] for one in called if one.startswith("&")]
        allowed = {"parse": [], "users": users, "roles": roles}
        content = " ".join(f"<@{one}>" for one in called)
        return _dump({"content": content, "embeds": [embed], "allowed_mentions": allowed})

    def measure(body: str) -> int:
        return in_units(json.loads(body)["embeds"][0]["description"])

    return Sheet(
        dialect=DIALECT,
        most=MOST_CHARACTERS,
        most_parts=most_parts,
        frame=frame,
        block=DIALECT.block,
        measure=measure,
        cost=lambda text: in_units(text) + len(GAP),
    )


def _dump(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
