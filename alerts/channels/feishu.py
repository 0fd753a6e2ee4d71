"""Feishu or Lark robot 飞书: interactive cards, signed in the body, a request of at most 20 kB.

https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot — `code` in the answer decides, whatever the status.
The robots of Lark differ in their host only. 100 messages a minute and 5 a second; the advice is to avoid the full and
the half hour, so what is due then leaves a few minutes later (see CROWDED).
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from alerts.channels import outbound
from alerts.channels.answers import Meaning, Refusal, Refusals, judged
from alerts.channels.base import Envelope, Field, Message, Note, Rate, Receipt
from alerts.channels.chat import Part, Sheet, messages_of, note_of
from alerts.channels.dialect import Dialect, Line, in_bytes
from alerts.channels.targets import matching, mention, robot_address
from alerts.channels.wording import line
from alerts.model import Digest
from config.settings import Settings

MOST_BYTES = 20_000
ROOM = 400  # for signature, wrapping and the word of a repeat
MOST_ELEMENTS = 180  # of a card, which holds 200
MOST_PARTS = 10

REFUSALS: Refusals = {
    9499: Refusal(Meaning.PERMANENT, "the request is not of the form that the robot takes"),
    11232: Refusal(Meaning.LIMITED, "more than 100 messages in a minute or 5 in a second", wait=60),
    19001: Refusal(Meaning.GONE, "the address is no robot's: it was mistyped, or the robot was removed"),
    19002: Refusal(Meaning.PERMANENT, "the message is not of the form that the robot takes"),
    19021: Refusal(Meaning.GONE, "the signature does not fit the secret, or the clock is wrong by an hour"),
    19022: Refusal(Meaning.GONE, "the robot does not take messages from this address"),
    19024: Refusal(Meaning.GONE, "the robot wants a keyword that the message lacks"),
}

SIGNS = str.maketrans({sign: f"&#{ord(sign)};" for sign in "*[]`<>\\_~&#"})
DIALECT = Dialect(
    escape=lambda text: text.translate(SIGNS),
    measure=in_bytes,
    quiet="<font color='grey'>{}</font>",
    accent="<font color='green'>{}</font>",
    badge="<text_tag color='orange'>{}</text_tag>",
    removed="~~{}~~",
    quote="{}",
)

name = "feishu"
label = "Feishu or Lark robot"
label_zh = "飞书（Lark）群机器人"
rates: tuple[Rate, ...] = (Rate(100, 60), Rate(5, 1))
paced_by: tuple[str, ...] = ("url",)
fields: tuple[Field, ...] = (
    Field(
        name="url",
        label="Webhook address",
        help="The whole address as Feishu (open.feishu.cn) or Lark (open.larksuite.com) shows it for the robot; "
        "what is due at the full or half hour leaves one to five minutes later, as Feishu advises",
        label_zh="Webhook 地址",
        help_zh="飞书（open.feishu.cn）或 Lark（open.larksuite.com）显示的机器人完整地址；"
        "按飞书的建议，整点和半点的消息错后 1 至 5 分钟发出",
        secret=True,
        check=robot_address(r"/open-apis/bot/v2/hook/[A-Za-z0-9_-]+", "https://open.feishu.cn/open-apis/bot/v2/hook/…"),
    ),
    Field(
        name="secret",
        label="Signing secret",
        help="The secret when the robot's security is a signature (签名校验)",
        label_zh="签名密钥",
        help_zh="安全设置为“签名校验”时的密钥",
        secret=True,
        required=False,
        check=matching(r"[A-Za-z0-9_-]{10,100}", "a signing secret", "copy it from the robot's page"),
    ),
    Field(
        name="keyword",
        label="Keyword",
        help="The keyword when the robot's security is one; it then stands in every message",
        label_zh="关键词",
        help_zh="安全设置为“自定义关键词”时的关键词，每条消息都会带上",
        required=False,
        check=matching(r"[^\s*_`<>\[\]\\~&#]{1,10}", "a keyword", "write one of the robot's keywords, such as 要讯"),
    ),
    mention(r"all|ou_[A-Za-z0-9]+|[A-Za-z0-9]{4,64}", "open ids or user ids, or all", "open_id 或 user_id，或 all"),
)


def compose(digest: Digest, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
    """Write the digest as cards."""
    del settings
    return messages_of(digest, _sheet(target, MOST_PARTS), kind="card")


def compose_note(note: Note, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
    """Write a note as one card."""
    del settings
    return [note_of(note, _sheet(target, 1), kind="card")]


def send(message: Message, target: Mapping[str, str], envelope: Envelope, settings: Settings) -> Receipt:
    """Send one card, freshly signed; one that may have been taken before says so in its title."""
    card = message["card"]
    if envelope.maybe_repeated:
        content = json.loads(card)
        title = content["header"]["title"]
        title["content"] = message["maybe_repeated"] + title["content"]
        card = _dump(content)
    signed = "".join(f'"{key}":"{value}",' for key, value in sign(target.get("secret", ""), envelope.now).items())
    body = f'{{{signed}"msg_type":"interactive","card":{card}}}'
    answer = outbound.post_json(target.get("url", ""), body, settings)
    return judged(answer, "code", REFUSALS, envelope.now)


def probe(target: Mapping[str, str], settings: Settings) -> str:
    """Reach the robot's host; its token can only be tried by sending."""
    return outbound.reach(target.get("url", ""), settings)


def sign(secret: str, now: datetime) -> dict[str, str]:
    """Return the moment in seconds, and the HMAC of nothing under a key made of the moment and the secret."""
    if not secret:
        return {}
    moment = str(int(now.timestamp()))
    made = hmac.digest(f"{moment}\n{secret}".encode(), b"", hashlib.sha256)
    return {"timestamp": moment, "sign": base64.b64encode(made).decode("ascii")}


def _sheet(target: Mapping[str, str], most_parts: int) -> Sheet:
    people, keyword = target.get("mention", "").split(), target.get("keyword", "")
    most = MOST_BYTES - ROOM

    def frame(part: Part) -> str:
        calls = "".join(f"<at id={one}></at>" for one in people) if part.calls else ""
        tail = "".join(f",{_element(text)}" for text in (part.tail, keyword, calls) if text)
        span = {"subtitle": {"tag": "plain_text", "content": part.span}} if part.span else {}
        title = {"tag": "plain_text", "content": line(f"{part.title} {part.count}", 100)}
        header = _dump({"title": title, **span, "template": "blue"})
        elements = (",".join(part.blocks) + tail).removeprefix(",")
        return f'{{"schema":"2.0","header":{header},"body":{{"elements":[{elements}]}}}}'

    return Sheet(
        dialect=DIALECT,
        most=most,
        most_parts=most_parts,
        frame=frame,
        block=_block,
        measure=in_bytes,
        cost=lambda block: max(in_bytes(block) + 1, most // MOST_ELEMENTS),
    )


def _block(lines: list[Line]) -> str:
    return _element(DIALECT.block(lines))


def _element(content: str) -> str:
    return _dump({"tag": "markdown", "content": content})


def _dump(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
