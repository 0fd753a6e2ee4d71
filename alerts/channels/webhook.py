"""Generic webhook, signed by Standard Webhooks 1.0 (https://www.standardwebhooks.com): POST of one JSON object.

    {"type": "digest.closed", "timestamp": when the period ended,
     "data": {"digest": {"id", "subscriber", "destination", "period", "since", "until", "timezone", "language",
                         "notices", "part", "parts"},
              "sections": [{"name", "items": [{"notice_id", "title": MARKED, "snippet": MARKED, "url", "origin",
                           "agency", "document_number", "regions", "published", "first_seen_at", "attachments",
                           "found_in": [{"attachment", "page"}],
                           "event": "new" | "revised" | "withdrawn", "changes": [[{"text", "part"}]], "changes_total",
                           "also_at": [{"origin", "url"}],
                           "score", "rules": [{"subscription_id", "rule", "note"}], "rules_total", "shortened"}]}],
              "coverage": {"checked", "failed_total", "stale_total",
                           "failed": [SOURCE], "stale": [SOURCE]}}}

What is no digest, such as the state of the sources, comes as {"type": "note", "data": {"title", "lines": [text],
"lines_total"}}.

MARKED is {"text", "spans": [[start, end], …]} in Unicode code points, SOURCE {"id", "name", "reason", "since"}. Times
are ISO 8601 in UTC. A body stays under 20 kB: a longer digest comes as several parts, each a message with its own
webhook-id; `shortened` tells that an item was cut to fit. `found_in` names the first pages of attachments in
which something was found; the page of a file that has but one is null.

Any 2xx is success, 410 ends the destination; everything else is retried, as the specification has it: a receiver that
is being repaired answers 400 or 404 for an hour and 200 afterwards. Redirects are never followed.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from alerts.channels import outbound
from alerts.channels.base import ChannelError, Envelope, Field, Message, Receipt, Unfit
from alerts.channels.guard import parse_url
from alerts.channels.payload import write_note, write_payloads
from alerts.model import Digest
from config.settings import Settings

PREFIX = "whsec_"
SHORTEST_KEY, LONGEST_KEY = 24, 64
MOST_BYTES = 20_000
GONE = 410


def check_url(value: str) -> str:
    """Return the receiver's address; whether it may be reached is decided when it is."""
    value = value.strip()
    try:
        parse_url(value)
    except ValueError as error:
        raise Unfit(str(error), "write the whole address, such as https://hooks.office.example/yaoxun") from error
    return value


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
fields: tuple[Field, ...] = (
    Field(
        name="url",
        label="Address",
        help="Where digests are posted, such as https://hooks.office.example/yaoxun",
        secret=True,
        check=check_url,
    ),
    Field(
        name="secret",
        label="Signing secret",
        help=f"{PREFIX}… as the receiver knows it; leave it out to have one made",
        secret=True,
        required=False,
        check=check_secret,
        make=fresh_secret,
    ),
)


def compose(digest: Digest, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
    """Write the digest as one or more bodies."""
    del target, settings
    return [{"body": body} for body in write_payloads(digest, most_bytes=MOST_BYTES)]


def compose_note(title: str, lines: Sequence[str], target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
    """Write a note as one body: {"type": "note", "data": {"title", "lines"}}, its lines cut to fit."""
    del target, settings
    return [{"body": write_note(title, lines, most_bytes=MOST_BYTES)}]


def send(message: Message, target: Mapping[str, str], envelope: Envelope, settings: Settings) -> Receipt:
    """Post one body under its lasting id, freshly dated and signed."""
    content = message["body"].encode()
    try:
        secret = check_secret(target.get("secret", ""))
    except Unfit as error:
        raise ChannelError(f"not sent: {error.message}", code="secret", permanent=True) from error
    headers = {"Content-Type": "application/json", **sign(content, envelope.key, envelope.now, secret)}
    answer = outbound.post(target.get("url", ""), content=content, headers=headers, settings=settings)
    code = str(answer.status)
    if 200 <= answer.status < 300:  # noqa: PLR2004  the class of success
        return Receipt(code=code, answer=answer.words, bytes=answer.bytes)
    redirect = ", a redirect, which is never followed: use the final address" if 300 <= answer.status < 400 else ""  # noqa: PLR2004  the class of redirects
    raise ChannelError(
        f"HTTP {code}{redirect}: {answer.words}",
        code=code,
        permanent=answer.status == GONE,
        retry_after=answer.retry_after(envelope.now),
        sent=answer.bytes,
    )


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


def _key(secret: str) -> bytes:
    encoded = secret.removeprefix(PREFIX)
    return base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
