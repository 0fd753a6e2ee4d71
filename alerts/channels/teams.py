"""Microsoft Teams: an Adaptive Card through the address of a workflow, which is the secret; at most about 28 kB.

https://learn.microsoft.com/connectors/teams/ — a workflow answers 202 before it has posted; the old connectors, which
are retired, answered 200 with the failure in words.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from alerts.channels import outbound
from alerts.channels.answers import STATUSES, Meaning, Refusal, Refusals, is_success, refused, taken
from alerts.channels.base import Envelope, Field, Message, Note, Rate, Receipt, Unfit
from alerts.channels.chat import Part, Sheet, messages_of, note_of
from alerts.channels.dialect import Dialect, Line, in_bytes
from alerts.channels.targets import check_address
from alerts.channels.wording import line
from alerts.model import Digest
from config.settings import Settings

MOST_BYTES = 26_000  # of about 28 kB, which count what Teams itself adds
ROOM = 200
MOST_PARTS = 6
LONGEST_NAME = 64
FAILED = re.compile(r"delivery failed|returned HTTP error", re.IGNORECASE)
INNER_STATUS = re.compile(r"HTTP error (\d{3})")

REFUSALS: Refusals = {
    **STATUSES,
    401: Refusal(Meaning.GONE, "the address is not whole, or its signature was renewed"),
    404: Refusal(Meaning.GONE, "the workflow is gone: its owner has left or deleted it"),
    # an orphaned workflow answers 4xx, and nobody says which: what no other message could mend is for its owner
    405: Refusal(Meaning.GONE, "the workflow takes no messages: it begins with another trigger"),
    409: Refusal(Meaning.RETRY, "the workflow is being changed, or is busy with another message"),
    412: Refusal(Meaning.GONE, "the workflow is switched off, or has lost its owner"),
    422: Refusal(Meaning.PERMANENT, "the card is not of the form that the workflow takes"),
    429: Refusal(Meaning.LIMITED, "more than the workflow takes", wait=60),
}

SIGNS = str.maketrans("*[]`<>\\_~", "＊［］｀＜＞＼＿～")  # the markdown of cards has no escape that every client knows
DIALECT = Dialect(
    escape=lambda text: text.translate(SIGNS),
    measure=in_bytes,
    badge="**【{}】**",
    quote="{}",
    column="{}",
    newline="\n\n",
)

name = "teams"
label = "Microsoft Teams"
label_zh = "Microsoft Teams"
rates: tuple[Rate, ...] = (Rate(4, 1), Rate(60, 60))
paced_by: tuple[str, ...] = ("url",)


def check_url(value: str) -> str:
    """Return the workflow's address; refuse those of the retired connectors."""
    value = check_address(value)
    split = urlsplit(value)
    advice = "make a workflow “When a Teams webhook request is received” and copy its whole address, …&sig=… included"
    if "webhook.office.com" in (split.hostname or "") or "/IncomingWebhook/" in split.path:
        raise Unfit("this is a connector, and those are retired", advice)
    if "/workflows/" not in split.path or "sig=" not in split.query:
        raise Unfit("this is no workflow's address", advice)
    return value


def check_people(value: str) -> str:
    """Return whom to call, as Name <sign-in name>; several are separated by semicolons."""
    people = _people(value)
    if not people and value.strip():
        raise Unfit("nobody is named like that", "write 张三 <zhangsan@office.example>; several with ; between them")
    return "; ".join(f"{shown} <{known}>" for shown, known in people)


fields: tuple[Field, ...] = (
    Field(
        name="url",
        label="Workflow address",
        help="The whole address of a workflow “When a Teams webhook request is received”",
        label_zh="工作流地址",
        help_zh="“收到 Teams webhook 请求时”工作流的完整地址",
        secret=True,
        check=check_url,
    ),
    Field(
        name="mention",
        label="Call",
        help="Whom the first message of a digest calls: Name <sign-in name>, several with ; between them",
        label_zh="提醒",
        help_zh="每期第一条消息提醒谁：姓名 <登录名>，多人以 ; 分隔",
        required=False,
        check=check_people,
    ),
)


def compose(digest: Digest, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
    """Write the digest as cards."""
    del settings
    return messages_of(digest, _sheet(target, MOST_PARTS))


def compose_note(note: Note, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
    """Write a note as one card."""
    del settings
    return [note_of(note, _sheet(target, 1))]


def send(message: Message, target: Mapping[str, str], envelope: Envelope, settings: Settings) -> Receipt:
    """Send one card; one that may have been taken before says so in its title."""
    body = message["body"]
    if envelope.maybe_repeated:
        content = json.loads(body)
        title = content["attachments"][0]["content"]["body"][0]
        title["text"] = message["maybe_repeated"] + title["text"]
        body = _dump(content)
    answer = outbound.post_json(target.get("url", ""), body, settings)
    if not is_success(answer):
        raise refused(answer, REFUSALS, envelope.now)
    if FAILED.search(answer.words):
        status = INNER_STATUS.search(answer.words)
        raise refused(answer, REFUSALS, envelope.now, code=int(status[1]) if status else 0, named="HTTP error")
    return taken(answer)


def probe(target: Mapping[str, str], settings: Settings) -> str:
    """Reach the workflow's host; the workflow can only be tried by sending."""
    return outbound.reach(target.get("url", ""), settings)


def _people(value: str) -> list[tuple[str, str]]:
    pattern = re.compile(r"\s*([^<>;\"&]{1,64}?)\s*<([^\s<>;\"&]{3,128})>\s*")
    found = [pattern.fullmatch(one) for one in value.split(";") if one.strip()]
    return [(one[1], one[2]) for one in found if one] if all(found) else []


def _sheet(target: Mapping[str, str], most_parts: int) -> Sheet:
    people = _people(target.get("mention", ""))

    def frame(part: Part) -> str:
        called = people if part.calls else []
        head = [_text(DIALECT.fit(f"{part.title} {part.count}", 300), size="large", weight="bolder")]
        head += [_text(part.span, size="small", isSubtle=True)] if part.span else []
        ends = [_text(part.tail, size="small", isSubtle=True, separator=True)] if part.tail else []
        ends += [_text(" ".join(f"<at>{shown}</at>" for shown, _ in called))] if called else []
        teams: dict[str, Any] = {"width": "Full", "entities": [_entity(*one) for one in called]}
        blocks = ",".join([*head, *part.blocks, *ends])
        card = f'{{"type":"AdaptiveCard","version":"1.4","body":[{blocks}],"msteams":{_dump(teams)}}}'
        kind = "application/vnd.microsoft.card.adaptive"
        return f'{{"type":"message","attachments":[{{"contentType":"{kind}","contentUrl":null,"content":{card}}}]}}'

    return Sheet(
        dialect=DIALECT,
        most=MOST_BYTES - ROOM,
        most_parts=most_parts,
        frame=frame,
        block=_block,
        measure=in_bytes,
        cost=lambda block: in_bytes(block) + 1,
    )


def _block(lines: list[Line]) -> str:
    """Write a column's name, or an item: title and text, then its facts small and grey."""
    if lines[0].kind == "column":
        return _text(lines[0].text, weight="bolder", size="medium", separator=True)
    shown = [one for one in lines if one.kind in {"title", "text"}]
    facts = [one for one in lines if one.kind not in {"title", "text"}]
    told = [_text(DIALECT.block(shown))]
    told += [_text(DIALECT.block(facts), size="small", isSubtle=True, spacing="none")] if facts else []
    return ",".join(told)


def _text(text: str, **look: str | bool) -> str:
    return _dump({"type": "TextBlock", "text": text, "wrap": True, **look})


def _entity(shown: str, known: str) -> dict[str, Any]:
    mentioned = {"id": known, "name": line(shown, LONGEST_NAME)}
    return {"type": "mention", "text": f"<at>{shown}</at>", "mentioned": mentioned}


def _dump(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
