"""Generic webhook, signed by Standard Webhooks 1.0 (https://www.standardwebhooks.com): POST of one JSON object.

    {"type": "digest.closed", "timestamp": when the period ended,
     "data": {"digest": {"id", "subscriber", "destination", "period", "since", "until", "timezone", "language",
                         "notices", "periods", "late", "link", "part", "parts"},
              "sections": [{"name", "items": [{"notice_id", "title": MARKED, "snippet": MARKED, "url", "origin",
                           "agency", "document_number", "regions", "published", "first_seen_at", "attachments",
                           "found_in": [{"attachment", "page"}],
                           "event": "new" | "revised" | "withdrawn" | "back", "changes": [[{"text", "part"}]],
                           "changes_total",
                           "also_at": [{"origin", "url"}],
                           "deadline", "score", "rules": [RULE], "rules_total", "shortened"}]}],
              "ending": [{"notice_id", "title", "url", "day", "what"}],
              "asked": [RULE with "found", "capped"],
              "coverage": {"checked", "failed_total", "stale_total",
                           "failed": [SOURCE], "stale": [SOURCE]}}}

What is no digest, such as the state of the sources, comes as {"type": "note", "data": {"title", "lines": [text],
"lines_total"}}.

RULE is {"subscription_id", "rule", "note"}, MARKED {"text", "spans": [[start, end], …]} in Unicode code points, SOURCE
{"id", "name", "reason", "since"}. `ending` names the deadlines that are near, the soonest first, and `asked` the rules
with how many notices each found and its cap left out. Times are ISO 8601 in UTC. A body stays under 20 kB: a longer
digest comes as several parts, each a message with its own webhook-id; `shortened` tells that an item was cut to fit.
`found_in` names the first pages of attachments in which something was found; of a file with but one it is null.

With `form` = cloudevents the body is a CloudEvent 1.0 in JSON: `id` is the webhook-id, `type` begins with `yaoxun.`,
and `data` is what stands under data above. It is signed in the same way.

Any 2xx is success, 410 ends the destination; everything else is retried, as the specification has it: a receiver that
is being repaired answers 400 or 404 for an hour and 200 afterwards. Redirects are never followed.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from alerts.channels import outbound
from alerts.channels.answers import Meaning, Refusal, Refusals, is_success, refused, taken
from alerts.channels.base import ChannelError, Envelope, Field, Message, Note, Rate, Receipt, Unfit
from alerts.channels.payload import write_note, write_payloads
from alerts.channels.targets import check_address, choice
from alerts.model import Digest
from config.settings import Settings

PREFIX = "whsec_"
SHORTEST_KEY, LONGEST_KEY = 24, 64
MOST_BYTES = 20_000
CLOUD_BYTES = 2_400  # what a CloudEvent says beside its data: a long address of our own, an id
STANDARD, CLOUDEVENTS = "standard", "cloudevents"

REFUSALS: Refusals = {
    410: Refusal(Meaning.GONE, ""),
    429: Refusal(Meaning.LIMITED, ""),
    502: Refusal(Meaning.LIMITED, ""),
    504: Refusal(Meaning.LIMITED, ""),
}


def check_secret(value: str) -> str:
    """Return the signing secret; while it is being changed, several may stand here, separated by spaces."""
    advice = f"leave it out to have one made, or write {PREFIX} and base64 of {SHORTEST_KEY} to {LONGEST_KEY} bytes"
    given = value.split()
    if not given:
        raise Unfit("the secret is empty", advice)
    for secret in given:
        if not secret.startswith(PREFIX):
            raise Unfit(f"the secret does not begin with {PREFIX}", advice)
        try:
            size = len(_key(secret))
        except (binascii.Error, ValueError) as error:
            raise Unfit("the secret is not base64", advice) from error
        if not SHORTEST_KEY <= size <= LONGEST_KEY:
            raise Unfit(f"the secret holds {size} bytes", advice)
    return " ".join(given)


def fresh_secret() -> str:
    """Make a signing secret."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode("ascii")


name = "webhook"
label = "Webhook"
label_zh = "Webhook"
rates: tuple[Rate, ...] = ()  # a receiver of one's own says 429 when it is too much
paced_by: tuple[str, ...] = ("url",)
fields: tuple[Field, ...] = (
    Field(
        name="url",
        label="Address",
        help="Where digests are posted, such as https://hooks.office.example/yaoxun",
        label_zh="地址",
        help_zh="消息 POST 到的地址，如 https://hooks.office.example/yaoxun",
        secret=True,
        check=check_address,
    ),
    Field(
        name="secret",
        label="Signing secret",
        help=f"{PREFIX}… as the receiver knows it; leave it out to have one made; two, with a space, while it changes",
        label_zh="签名密钥",
        help_zh=f"接收方所知的 {PREFIX}…；留空则自动生成；更换期间可写新旧两个，以空格分隔",
        secret=True,
        required=False,
        check=check_secret,
        make=fresh_secret,
    ),
    choice(
        "form",
        (STANDARD, CLOUDEVENTS),
        ("Form", "standard, or cloudevents: CloudEvents 1.0", "形式", "standard，或 cloudevents（CloudEvents 1.0）"),
    ),
)


def compose(digest: Digest, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
    """Write the digest as one or more bodies."""
    bodies = write_payloads(digest, most_bytes=MOST_BYTES - CLOUD_BYTES)
    return [_formed(body, target, settings) for body in bodies]


def compose_note(note: Note, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
    """Write a note as one body: {"type": "note", "data": {"title", "lines"}}, its lines cut to fit."""
    return [_formed(write_note(note, most_bytes=MOST_BYTES - CLOUD_BYTES), target, settings)]


def send(message: Message, target: Mapping[str, str], envelope: Envelope, settings: Settings) -> Receipt:
    """Post one body under its lasting id, freshly dated and signed."""
    content = _content(message, envelope.key)
    try:
        secret = check_secret(target.get("secret", ""))
    except Unfit as error:
        raise ChannelError(f"not sent: {error.message}", code="secret", gone=True) from error
    kind = "application/cloudevents+json" if "cloudevent" in message else "application/json"
    headers = {"Content-Type": kind, **sign(content, envelope.key, envelope.now, secret)}
    answer = outbound.post(target.get("url", ""), content=content, headers=headers, settings=settings)
    if is_success(answer):
        return taken(answer)
    raise refused(answer, REFUSALS, envelope.now)


def probe(target: Mapping[str, str], settings: Settings) -> str:
    """Reach the receiver's host and look at its certificate."""
    return outbound.reach(target.get("url", ""), settings)


def sign(content: bytes, key: str, now: datetime, secret: str) -> dict[str, str]:
    """Return the three headers of Standard Webhooks, with one signature for each secret."""
    timestamp = str(int(now.timestamp()))
    signed = b".".join((key.encode(), timestamp.encode(), content))
    signatures = (hmac.digest(_key(one), signed, hashlib.sha256) for one in secret.split())
    return {
        "webhook-id": key,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{base64.b64encode(made).decode('ascii')}" for made in signatures),
    }


def _formed(body: str, target: Mapping[str, str], settings: Settings) -> Message:
    """Return the body as it is, or what a CloudEvent says beside its data and its id, which is the delivery's key."""
    if target.get("form") != CLOUDEVENTS:
        return {"body": body}
    event = json.loads(body)
    about = event["data"].get("digest", {})
    attributes = {
        "specversion": "1.0",
        "type": f"yaoxun.{event['type']}",
        "source": settings.public_url or "urn:yaoxun",
        **({"time": event["timestamp"]} if "timestamp" in event else {}),
        **({"subject": f"digest/{about['id']}/part/{about['part']}"} if about else {}),
        "datacontenttype": "application/json",
    }
    return {"body": _dump(event["data"]), "cloudevent": _dump(attributes)}


def _content(message: Message, key: str) -> bytes:
    if "cloudevent" not in message:
        return message["body"].encode()
    attributes = message["cloudevent"].removesuffix("}")
    return f'{attributes},"id":{_dump(key)},"data":{message["body"]}}}'.encode()


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _key(secret: str) -> bytes:
    encoded = secret.removeprefix(PREFIX)
    return base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
