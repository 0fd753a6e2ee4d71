"""DingTalk robot 钉钉: signed markdown of at most 20,000 bytes; in keyword mode every part holds the keyword.

https://open.dingtalk.com/document/orgapp/custom-robot-access — the robot answers HTTP 200 even when it refuses;
`errcode` decides. More than 20 messages in a minute shut it for ten.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import quote_plus

from alerts.channels import outbound
from alerts.channels.answers import Meaning, Refusal, Refusals, judged
from alerts.channels.base import Envelope, Field, Message, Note, Rate, Receipt
from alerts.channels.chat import Part, Sheet, as_text, messages_of, note_of
from alerts.channels.dialect import Dialect, in_bytes
from alerts.channels.targets import matching, mention, robot_address
from alerts.channels.wording import line
from alerts.model import Digest
from config.settings import Settings

MOST_BYTES = 20_000
ROOM = 200  # for the line of a repeat
MOST_PARTS = 10  # half of what a robot may send in a minute
THROTTLED = 600.0

REFUSALS: Refusals = {
    -1: Refusal(Meaning.RETRY, "the service is busy"),
    40035: Refusal(Meaning.PERMANENT, "the message is no JSON of the form that the robot takes"),
    43004: Refusal(Meaning.PERMANENT, "the message is not declared as JSON"),
    130101: Refusal(Meaning.LIMITED, "more than 20 messages in a minute, so none is taken for ten", wait=THROTTLED),
    300001: Refusal(Meaning.GONE, "the access_token is unknown"),
    310000: Refusal(
        Meaning.GONE, "the signature, the keyword or the sender's address is not as the robot's page has it"
    ),
    400013: Refusal(Meaning.GONE, "the group was dissolved"),
    400101: Refusal(Meaning.GONE, "the access_token is unknown"),
    400102: Refusal(Meaning.GONE, "the robot was stopped"),
    400105: Refusal(Meaning.PERMANENT, "the robot knows no such kind of message"),
    400106: Refusal(Meaning.GONE, "the robot was removed"),
    410100: Refusal(Meaning.LIMITED, "too many messages in too short a time", wait=THROTTLED),
    430101: Refusal(Meaning.PERMANENT, "a link in the message is held unsafe"),
    430102: Refusal(Meaning.PERMANENT, "words in the message are held unfit"),
    430104: Refusal(Meaning.PERMANENT, "the message is held unfit"),
}

# No escape is documented, so the signs are replaced by their full-width twins; @ calls only whom `at` names.
SIGNS = str.maketrans("*[]`<>\\_~", "＊［］｀＜＞＼＿～")
DIALECT = Dialect(
    escape=lambda text: text.translate(SIGNS),
    measure=in_bytes,
    quiet='<font color="#888888">{}</font>',
    badge='<font color="#d46b08">{}</font>',
    accent='<font color="#389e0d">{}</font>',
    removed='<font color="#888888">［-{}-］</font>',
    column="#### {}",
    newline="  \n",
)

name = "dingtalk"
label = "DingTalk robot"
label_zh = "钉钉群机器人"
rates: tuple[Rate, ...] = (Rate(20, 60),)
paced_by: tuple[str, ...] = ("url",)
fields: tuple[Field, ...] = (
    Field(
        name="url",
        label="Webhook address",
        help="The whole address as DingTalk shows it for the robot, access_token=… included",
        label_zh="Webhook 地址",
        help_zh="钉钉显示的机器人完整地址，包括 access_token=…",
        secret=True,
        check=robot_address(
            r"/robot/send\?access_token=[A-Za-z0-9_-]+", "https://oapi.dingtalk.com/robot/send?access_token=…"
        ),
    ),
    Field(
        name="secret",
        label="Signing secret",
        help="SEC… when the robot's security is a signature (加签)",
        label_zh="加签密钥",
        help_zh="安全设置为“加签”时的密钥，以 SEC 开头",
        secret=True,
        required=False,
        check=matching(r"SEC[A-Za-z0-9]{10,100}", "a signing secret", "copy it from the robot's page: SEC…"),
    ),
    Field(
        name="keyword",
        label="Keyword",
        help="The keyword when the robot's security is one; it then stands in every message",
        label_zh="关键词",
        help_zh="安全设置为“自定义关键词”时的关键词，每条消息都会带上",
        required=False,
        check=matching(r"[^\s*_`<>\[\]\\~]{1,10}", "a keyword", "write one of the robot's keywords, such as 要讯"),
    ),
    mention(r"\+?\d{6,16}|all", "mobile numbers, or all", "手机号，或 all 表示所有人"),
)


def compose(digest: Digest, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
    """Write the digest as markdown messages."""
    del settings
    return messages_of(digest, _sheet(target, MOST_PARTS))


def compose_note(note: Note, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
    """Write a note as one markdown message."""
    del settings
    return [note_of(note, _sheet(target, 1))]


def send(message: Message, target: Mapping[str, str], envelope: Envelope, settings: Settings) -> Receipt:
    """Send one message, freshly signed; one that may have been taken before says so in its first line."""
    body = message["body"]
    if envelope.maybe_repeated:
        content = json.loads(body)
        content["markdown"]["text"] = f"{message['maybe_repeated']}\n\n{content['markdown']['text']}"
        body = json.dumps(content, ensure_ascii=False)
    signed = sign(target["secret"], envelope.now) if target.get("secret") else ""
    answer = outbound.post_json(target.get("url", "") + signed, body, settings)
    return judged(answer, "errcode", REFUSALS, envelope.now)


def probe(target: Mapping[str, str], settings: Settings) -> str:
    """Reach the robot's host; its token can only be tried by sending."""
    return outbound.reach(target.get("url", ""), settings)


def sign(secret: str, now: datetime) -> str:
    """Return what is added to the address: the moment in milliseconds, and the HMAC of it and the secret."""
    moment = str(int(now.timestamp() * 1000))
    made = hmac.digest(secret.encode(), f"{moment}\n{secret}".encode(), hashlib.sha256)
    return f"&timestamp={moment}&sign={quote_plus(base64.b64encode(made))}"


def _sheet(target: Mapping[str, str], most_parts: int) -> Sheet:
    people, keyword = target.get("mention", "").split(), target.get("keyword", "")

    def frame(part: Part) -> str:
        text = as_text(part, DIALECT)
        called = people if part.calls else []
        ends = [" ".join(f"@{one}" for one in called if one != "all"), "" if keyword in text else keyword]
        content = {
            "msgtype": "markdown",
            "markdown": {
                "title": line(f"{part.title} {part.count}", 60),
                "text": "\n\n".join([text, *(end for end in ends if end)]),
            },
            "at": {"atMobiles": [one for one in called if one != "all"], "isAtAll": "all" in called},
        }
        return json.dumps(content, ensure_ascii=False)

    return Sheet(
        dialect=DIALECT,
        most=MOST_BYTES - ROOM,
        most_parts=most_parts,
        frame=frame,
        block=DIALECT.block,
        measure=in_bytes,
        cost=lambda text: in_bytes(json.dumps(text, ensure_ascii=False)) + 2,  # its quotes stand for the gap
    )
