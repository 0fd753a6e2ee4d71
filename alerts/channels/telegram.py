"""Telegram: HTML through a bot, at most 4096 characters and 100 entities a message.

https://core.telegram.org/bots/api#sendmessage — `ok` in the answer decides; characters are counted after the entities.
"""

import html
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from alerts.channels import outbound
from alerts.channels.answers import STATUSES, Meaning, Refusal, Refusals, refused, taken, unreadable
from alerts.channels.base import Envelope, Field, Message, Note, Rate, Receipt
from alerts.channels.chat import GAP, Part, Sheet, as_text, messages_of, note_of
from alerts.channels.dialect import Dialect, in_units
from alerts.channels.targets import check_address, matching, mention
from alerts.model import Digest
from config.settings import Settings

MOST_CHARACTERS, MOST_ENTITIES = 4096, 100
ROOM = 60  # for the line of a repeat
MOST_PARTS = 10  # half of what a group takes in a minute
SERVER = "https://api.telegram.org"
TAG = re.compile(r"<(/?)[^>]*>")

REFUSALS: Refusals = {
    **STATUSES,
    400: Refusal(Meaning.PERMANENT, "the message is not of the form or length that is taken"),
    403: Refusal(Meaning.GONE, "the bot was removed from the chat, or blocked"),
    404: Refusal(Meaning.GONE, "the bot's token is wrong"),
    409: Refusal(Meaning.RETRY, "another program uses the bot"),
    429: Refusal(Meaning.LIMITED, "more than 20 messages in a minute", wait=30),
    "chat not found": Refusal(Meaning.GONE, "the chat is unknown, or the bot is not in it"),
    "upgraded to a supergroup": Refusal(Meaning.GONE, "the group became a supergroup: take its new id for chat"),
    "message thread not found": Refusal(Meaning.GONE, "the topic was deleted"),
    "not enough rights": Refusal(Meaning.GONE, "the bot may not write in the chat"),
}


def in_entities(text: str) -> int:
    """Return the size of HTML as Telegram counts it, its entities so dear that a hundred of them fill a message."""
    entities = sum(not closing for closing in TAG.findall(text))
    units = in_units(html.unescape(TAG.sub("", text)))
    return max(units, -(-entities * MOST_CHARACTERS // MOST_ENTITIES))


DIALECT = Dialect(
    escape=lambda text: html.escape(text, quote=False),
    measure=in_entities,
    href=html.escape,
    bold="<b>{}</b>",
    link='<a href="{url}">{text}</a>',
    quiet="<i>{}</i>",
    badge="<b>[{}]</b>",
    removed="<s>{}</s>",
    added="<u>{}</u>",
    quote="{}",
    column="<b>{}</b>",
)

name = "telegram"
label = "Telegram"
label_zh = "Telegram"
rates: tuple[Rate, ...] = (Rate(20, 60), Rate(1, 1))
paced_by: tuple[str, ...] = ("token", "chat")
fields: tuple[Field, ...] = (
    Field(
        name="token",
        label="Bot token",
        help="The bot's token as BotFather gave it, such as 123456:ABC…",
        label_zh="机器人 token",
        help_zh="BotFather 给出的 token，如 123456:ABC…",
        secret=True,
        check=matching(r"\d{3,20}:[\w-]{20,80}", "a bot's token", "copy it from BotFather: 123456:ABC…"),
    ),
    Field(
        name="chat",
        label="Chat",
        help="The chat's number, such as -1001234567890, or a public channel's @name",
        label_zh="会话",
        help_zh="会话的数字 ID（如 -1001234567890），或公开频道的 @名称",
        check=matching(r"-?\d{3,20}|@\w{4,40}", "a chat", "write its number or a channel's @name"),
    ),
    Field(
        name="topic",
        label="Topic",
        help="The number of a topic in a group that has topics",
        label_zh="话题",
        help_zh="群组启用话题时，话题的数字 ID",
        required=False,
        check=matching(r"\d{1,12}", "a topic's number", "write digits"),
    ),
    Field(
        name="server",
        label="Server",
        help=f"The address of a Bot API server of your own; else {SERVER}",
        label_zh="服务器",
        help_zh=f"自建 Bot API 服务器的地址；默认 {SERVER}",
        required=False,
        check=check_address,
    ),
    mention(r"@\w{4,40}", "user names such as @zhangsan", "用户名，如 @zhangsan"),
)


def compose(digest: Digest, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
    """Write the digest as HTML messages."""
    del settings
    return messages_of(digest, _sheet(target, MOST_PARTS), kind="html")


def compose_note(note: Note, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
    """Write a note as one HTML message."""
    del settings
    return [note_of(note, _sheet(target, 1), kind="html")]


def send(message: Message, target: Mapping[str, str], envelope: Envelope, settings: Settings) -> Receipt:
    """Send one message; one that may have been taken before says so in its first line."""
    text = f"{message['maybe_repeated']}\n{message['html']}" if envelope.maybe_repeated else message["html"]
    content: dict[str, Any] = {
        "chat_id": target.get("chat", ""),
        "text": text,
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    if target.get("topic"):
        content["message_thread_id"] = int(target["topic"])
    answer = outbound.post_json(_address(target, "sendMessage"), json.dumps(content, ensure_ascii=False), settings)
    said = answer.json if isinstance(answer.json, dict) else {}
    if said.get("ok") is True and answer.status == 200:  # noqa: PLR2004  as its documentation has it
        return taken(answer)
    if said.get("ok") is False or answer.status >= 300:  # noqa: PLR2004  beyond success
        raise refused(answer, REFUSALS, envelope.now, code=_code(said), wait=_wait(said))
    raise unreadable(answer, "ok")


def probe(target: Mapping[str, str], settings: Settings) -> str:
    """Reach the server; token and chat can only be tried by sending."""
    return outbound.reach(_address(target, ""), settings)


def _address(target: Mapping[str, str], method: str) -> str:
    token = target.get("token", "")
    return f"{target.get('server', SERVER).rstrip('/')}/bot{token}/{method}" if token else ""


def _code(said: Mapping[str, Any]) -> int | str:
    """Return the words that say more than the number, else the number."""
    description = str(said.get("description", ""))
    telling = next((words for words in REFUSALS if isinstance(words, str) and words in description), "")
    number = said.get("error_code")
    return telling or (number if isinstance(number, int) else "")


def _wait(said: Mapping[str, Any]) -> float | None:
    parameters = said.get("parameters")
    wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return min(max(float(wait), 0.0), outbound.LONGEST_WAIT) if isinstance(wait, int) else None


def _sheet(target: Mapping[str, str], most_parts: int) -> Sheet:
    people = target.get("mention", "").replace(" ", ", ")

    def frame(part: Part) -> str:
        return as_text(part, DIALECT) + (f"{GAP}{people}" if people and part.calls else "")

    return Sheet(
        dialect=DIALECT,
        most=MOST_CHARACTERS - ROOM,
        most_parts=most_parts,
        frame=frame,
        block=_block,
        measure=in_entities,
        cost=lambda text: in_entities(text) + len(GAP),
    )


def _block(lines: list[Any]) -> str:
    """Write a column's name, or an item: its title, and the rest as one quote."""
    first, rest = lines[0], lines[1:]
    if first.kind not in {"title", "column"}:
        first, rest = None, lines
    quote = "<blockquote>" + "\n".join(one.text for one in rest) + "</blockquote>" if rest else ""
    return "\n".join(text for text in (first.text if first else "", quote) if text)
