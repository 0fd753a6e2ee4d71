"""One sample to one destination, once: what is shown is what came back, with everything secret hidden."""

import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from alerts.channels import CHANNELS
from alerts.channels.base import ChannelError, Envelope, Message, Receipt
from alerts.channels.sample import sample_digest
from alerts.lanes import turn
from alerts.model import AttemptResult, Destination, Subscriber
from config.settings import Settings

SHORTEST_SECRET = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How one message of the sample fared. `status` is of HTTP; `retry_after` counts seconds."""

    part: int
    parts: int
    result: AttemptResult
    code: str
    answer: str
    status: int | None = None
    bytes: int = 0
    duration_ms: int = 0
    retry_after: float | None = None


def try_destination(
    engine: sa.Engine, settings: Settings, destination: Destination, subscriber: Subscriber, *, now: datetime
) -> Iterator[Trial]:
    """Send the sample's messages in turn, the last one that which is not taken; nothing is tried again."""
    channel = CHANNELS[destination.channel]
    messages = channel.compose(sample_digest(destination, subscriber, now=now), destination.target, settings)
    key = f"test-{secrets.token_hex(12)}"
    for part, message in enumerate(messages, 1):
        with engine.begin() as connection:
            later = turn(connection, destination.channel, destination.target, now=now)
        if later is not None:
            words = (
                f"not sent: this target has had as many messages as it takes; its turn comes at {later:%H:%M:%S} UTC"
            )
            yield Trial(part=part, parts=len(messages), result=AttemptResult.LIMITED, code="pace", answer=words)
            return
        trial = _send(message, destination, Envelope(key=f"{key}-{part}", now=now), settings, (part, len(messages)))
        yield trial
        if trial.result not in {AttemptResult.DELIVERED, AttemptResult.HANDED_OVER}:
            return


def redacted(text: str, channel: str, target: Mapping[str, str]) -> str:
    """Return the text without any secret of the target."""
    hidden = [target.get(field.name, "") for field in CHANNELS[channel].fields if field.secret]
    for secret in sorted((piece for value in hidden for piece in (value, *value.split())), key=len, reverse=True):
        if len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, "…")
    return text


def _send(
    message: Message, destination: Destination, envelope: Envelope, settings: Settings, place: tuple[int, int]
) -> Trial:
    began = time.monotonic()
    try:
        came: Receipt | ChannelError = CHANNELS[destination.channel].send(
            message, destination.target, envelope, settings
        )
    except ChannelError as error:
        came = error
    return Trial(
        part=place[0],
        parts=place[1],
        result=_result(came),
        code=came.code,
        answer=redacted(came.answer, destination.channel, destination.target),
        status=came.status,
        bytes=came.bytes,
        duration_ms=round((time.monotonic() - began) * 1000),
        retry_after=came.retry_after if isinstance(came, ChannelError) else None,
    )


def _result(came: Receipt | ChannelError) -> AttemptResult:
    if isinstance(came, Receipt):
        return AttemptResult.HANDED_OVER if came.handed_over else AttemptResult.DELIVERED
    if came.permanent:
        return AttemptResult.PERMANENT
    if came.limited:
        return AttemptResult.LIMITED
    return AttemptResult.UNKNOWN if came.unknown else AttemptResult.RETRY
