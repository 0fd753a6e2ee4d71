"""ntfy: a notification on a topic, markdown of at most 4096 bytes, which leads to its best notice.

https://docs.ntfy.sh/publish/#publish-as-json — a longer message would arrive as an attached file. The answer holds the
message that was made, or a five-digit code whose first three are the HTTP status.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from alerts.channels import outbound
from alerts.channels.answers import STATUSES, Meaning, Refusal, Refusals, is_success, refused, taken, unreadable
from alerts.channels.base import Envelope, Field, Message, Note, Rate, Receipt
from alerts.channels.chat import GAP, Part, Sheet, messages_of, note_of
from alerts.channels.dialect import Dialect, Sizes, in_bytes
from alerts.channels.targets import check_address, choice, matching
from alerts.channels.wording import line, within
from alerts.model import Digest
from config.settings import Settings

MOST_BYTES, TITLE_BYTES = 4096, 250
MOST_PARTS = 10
SERVER = "https://ntfy.sh"
PRIORITIES = ("default", "min", "low", "high", "max")
LEVELS = {"min": 1, "low": 2, "default": 3, "high": 4, "max": 5}
A_DAY = 86_400.0

REFUSALS: Refusals = {
    **STATUSES,
    507: Refusal(Meaning.RETRY, "the server has no room"),
    40009: Refusal(Meaning.GONE, "the topic is not one that the server has"),
    40101: Refusal(Meaning.GONE, "the token is wrong, or the topic wants one"),
    40301: Refusal(Meaning.GONE, "the token may not write on this topic"),
    42901: Refusal(Meaning.LIMITED, "too many messages in too short a time", wait=60),
    42908: Refusal(Meaning.LIMITED, "the day's messages are used up", wait=A_DAY),
}

ESCAPED = str.maketrans({sign: f"\\{sign}" for sign in "\\*_~`[]()<>#|"})
DIALECT = Dialect(
    escape=lambda text: text.translate(ESCAPED),
    measure=in_bytes,
    badge="**[{}]**",
    column="### {}",
    sizes=Sizes(link=600),
)

name = "ntfy"
label = "ntfy"
label_zh = "ntfy 推送"
rates: tuple[Rate, ...] = (Rate(12, 60),)
paced_by: tuple[str, ...] = ("server", "topic")
fields: tuple[Field, ...] = (
    Field(
        name="topic",
        label="Topic",
        help="The topic's name; on an open server whoever knows it can read along",
        label_zh="主题",
        help_zh="主题名称；在公开服务器上，知道名称的人都能看到内容",
        secret=True,
        check=matching(r"[-_A-Za-z0-9]{1,64}", "a topic", "write letters, digits, - and _, at most 64"),
    ),
    Field(
        name="server",
        label="Server",
        help=f"The address of a server of your own; else {SERVER}",
        label_zh="服务器",
        help_zh=f"自建服务器的地址；默认 {SERVER}",
        required=False,
        check=check_address,
    ),
    Field(
        name="token",
        label="Access token",
        help="tk_… when the topic is protected",
        label_zh="访问令牌",
        help_zh="主题受保护时的令牌，以 tk_ 开头",
        secret=True,
        required=False,
        check=matching(r"tk_[A-Za-z0-9]{10,64}", "an access token", "copy it from the server's account page: tk_…"),
    ),
    choice(
        "priority",
        PRIORITIES,
        ("Priority", "How loud: min, low, default, high, max", "优先级", "提醒强度：min、low、default、high、max"),
    ),
)


def compose(digest: Digest, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
    """Write the digest as notifications."""
    del settings
    return messages_of(digest, _sheet(target, MOST_PARTS))


def compose_note(note: Note, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
    """Write a note as one notification."""
    del settings
    return [note_of(note, _sheet(target, 1))]


def send(message: Message, target: Mapping[str, str], envelope: Envelope, settings: Settings) -> Receipt:
    """Publish one notification; one that may have been taken before says so in its title."""
    content = {"topic": target.get("topic", ""), **json.loads(message["body"])}
    if envelope.maybe_repeated:
        content["title"] = message["maybe_repeated"] + content["title"]
    headers = {"Authorization": f"Bearer {target['token']}"} if target.get("token") else {}
    body = json.dumps(content, ensure_ascii=False)
    answer = outbound.post_json(_server(target), body, settings, headers)
    said = answer.json if isinstance(answer.json, dict) else {}
    if not is_success(answer):
        raise refused(answer, REFUSALS, envelope.now, code=_code(said))
    if "id" not in said or said.get("event") != "message":
        raise unreadable(answer, "id of the message")
    return taken(answer)


def probe(target: Mapping[str, str], settings: Settings) -> str:
    """Reach the server; the topic can only be tried by sending."""
    return outbound.reach(_server(target), settings)


def _server(target: Mapping[str, str]) -> str:
    return target.get("server", SERVER) if target.get("topic") else ""


def _code(said: Mapping[str, Any]) -> int | str:
    code = said.get("code")
    return code if isinstance(code, int) and code in REFUSALS else ""


def _sheet(target: Mapping[str, str], most_parts: int) -> Sheet:
    level = LEVELS[target.get("priority") or "default"]

    def frame(part: Part) -> str:
        span = DIALECT.escape(part.span)
        content = {
            "title": within(line(f"{part.title} {part.count}", 120), TITLE_BYTES),
            "message": GAP.join(text for text in (span, *part.blocks, part.tail) if text),
            "markdown": True,
            "priority": level,
            "tags": ["newspaper"],
            **({"click": part.link} if part.link else {}),
        }
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"))

    return Sheet(
        dialect=DIALECT,
        most=MOST_BYTES,
        most_parts=most_parts,
        frame=frame,
        block=DIALECT.block,
        measure=lambda body: in_bytes(json.loads(body)["message"]),
        cost=lambda text: in_bytes(text) + len(GAP),
    )
