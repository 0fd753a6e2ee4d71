"""Slack: messages of Block Kit through an incoming webhook; at most 50 blocks, 3000 characters a section.

https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks — real status codes; taken is 200 with `ok`.
"""

import json
from collections.abc import Mapping, Sequence

from alerts.channels import outbound
from alerts.channels.answers import STATUSES, Meaning, Refusal, Refusals, refused, taken, unreadable
from alerts.channels.base import Envelope, Field, Message, Note, Rate, Receipt
from alerts.channels.chat import Part, Sheet, messages_of, note_of
from alerts.channels.dialect import Dialect, Line, in_units
from alerts.channels.targets import mention, robot_address
from alerts.channels.wording import line
from alerts.model import Digest
from config.settings import Settings

MOST_BLOCKS = 46  # of 50: head, span, coverage and calls are four
MOST_CHARACTERS = 30_000
MOST_PARTS = 10
HEADER = 150
OK = 200

REFUSALS: Refusals = {
    **STATUSES,
    429: Refusal(Meaning.LIMITED, "more than a message a second", wait=30),
    404: Refusal(Meaning.GONE, "the webhook, its channel or its workspace is gone"),
    410: Refusal(Meaning.GONE, "the channel was archived"),
}

# & < > have an escape; what else would format words is replaced by its full-width twin
SIGNS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "*": "＊", "~": "～", "`": "｀", "_": "＿"})
DIALECT = Dialect(
    escape=lambda text: text.translate(SIGNS),
    measure=in_units,
    href=lambda url: url.replace("&", "&amp;"),
    bold="\u200b*{}*\u200b",  # Slack knows a bold word by what stands around it, and Chinese has no spaces
    link="<{url}|{text}>",
    quiet="_{}_",
    badge="*{}*",
    removed="\u200b~{}~\u200b",
    added="\u200b*{}*\u200b",
    column="*{}*",
)

name = "slack"
label = "Slack"
label_zh = "Slack"
rates: tuple[Rate, ...] = (Rate(1, 1),)
paced_by: tuple[str, ...] = ("url",)
fields: tuple[Field, ...] = (
    Field(
        name="url",
        label="Webhook address",
        help="The incoming webhook's whole address: https://hooks.slack.com/services/…",
        label_zh="Webhook 地址",
        help_zh="Incoming Webhook 的完整地址：https://hooks.slack.com/services/…",
        secret=True,
        check=robot_address(r"/services/\w+/\w+/\w+", "https://hooks.slack.com/services/T…/B…/…"),
    ),
    mention(
        r"[UWS][A-Z0-9]{4,20}|channel|here",
        "member or group ids such as U012AB3CD, channel, or here",
        "成员或用户组 ID（如 U012AB3CD）、channel 或 here",
    ),
)


def compose(digest: Digest, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
    """Write the digest as messages of blocks."""
    del settings
    return messages_of(digest, _sheet(target, MOST_PARTS))


def compose_note(note: Note, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
    """Write a note as one message of blocks."""
    del settings
    return [note_of(note, _sheet(target, 1))]


def send(message: Message, target: Mapping[str, str], envelope: Envelope, settings: Settings) -> Receipt:
    """Send one message; one that may have been taken before says so in its header."""
    body = message["body"]
    if envelope.maybe_repeated:
        content = json.loads(body)
        header = content["blocks"][0]["text"]
        header["text"] = line(message["maybe_repeated"] + header["text"], HEADER)
        body = _dump(content)
    answer = outbound.post_json(target.get("url", ""), body, settings)
    if answer.status != OK:
        raise refused(answer, REFUSALS, envelope.now)
    if answer.words != "ok":
        raise unreadable(answer, "ok")
    return taken(answer)


def probe(target: Mapping[str, str], settings: Settings) -> str:
    """Reach Slack; the webhook can only be tried by sending."""
    return outbound.reach(target.get("url", ""), settings)


def _sheet(target: Mapping[str, str], most_parts: int) -> Sheet:
    people = target.get("mention", "").split()

    def frame(part: Part) -> str:
        title = line(f"{part.title} {part.count}", HEADER - 10)
        calls = " ".join(map(_call, people)) if part.calls else ""
        span = [_dump({"type": "context", "elements": [_mrkdwn(part.span)]})] if part.span else []
        ends = [_section(text) for text in (part.tail, calls) if text]
        header = _dump({"type": "header", "text": {"type": "plain_text", "text": title, "emoji": False}})
        blocks = ",".join([header, *span, *part.blocks, *ends])
        return (
            f'{{"text":{_dump(DIALECT.escape(title))},"blocks":[{blocks}],"unfurl_links":false,"unfurl_media":false}}'
        )

    return Sheet(
        dialect=DIALECT,
        most=MOST_CHARACTERS,
        most_parts=most_parts,
        frame=frame,
        block=_block,
        measure=in_units,
        cost=lambda block: max(in_units(block) + 1, MOST_CHARACTERS // MOST_BLOCKS + 1),
    )


def _call(one: str) -> str:
    if one in {"channel", "here"}:
        return f"<!{one}>"
    return f"<!subteam^{one}>" if one.startswith("S") else f"<@{one}>"


def _block(lines: list[Line]) -> str:
    return _section(DIALECT.block(lines))


def _section(text: str) -> str:
    return _dump({"type": "section", "text": _mrkdwn(text)})


def _mrkdwn(text: str) -> dict[str, str]:
    return {"type": "mrkdwn", "text": text}


def _dump(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
