"""What a receiver's answer means for a delivery: each channel has a table of codes, this reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from alerts.channels.base import ChannelError, Receipt
from alerts.channels.outbound import Answer


class Meaning(StrEnum):
    """What becomes of a message that was not taken."""

    RETRY = "retry"
    LIMITED = "rate limited"
    PERMANENT = "permanent"
    GONE = "disables"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row of a table: what a code means, why, and how many seconds to wait when the receiver does not say."""

    meaning: Meaning
    why: str
    wait: float | None = None


Refusals = Mapping[int | str, Refusal]

UNLISTED = Refusal(Meaning.RETRY, "a code that is not in the table")
UNLISTED_STATUS = Refusal(Meaning.RETRY, "")
MOVED = Refusal(Meaning.RETRY, "a redirect, which is never followed: use the final address")
STATUSES: Refusals = {
    400: Refusal(Meaning.PERMANENT, "the message is not of a form that is taken"),
    401: Refusal(Meaning.GONE, "the key is wrong"),
    403: Refusal(Meaning.GONE, "the key is wrong, or sending is forbidden"),
    404: Refusal(Meaning.GONE, "nobody listens at this address: it is wrong, or was removed"),
    410: Refusal(Meaning.GONE, "the receiver wants nothing more"),
    413: Refusal(Meaning.PERMANENT, "the message is too long"),
    429: Refusal(Meaning.LIMITED, "too many messages in too short a time"),
}
"""What HTTP's own codes mean where a provider says nothing else; a code that is not here is worth another attempt."""

GATEWAY: Refusals = {429: STATUSES[429]}
"""What a status means where the provider itself only ever says 200."""


def is_success(answer: Answer) -> bool:
    """Tell whether the status is of the class of success."""
    return 200 <= answer.status < 300  # noqa: PLR2004  the class of success


def taken(answer: Answer, code: int | str = "") -> Receipt:
    """Say that the message was taken."""
    return Receipt(
        code=str(code if code != "" else answer.status), answer=answer.words, bytes=answer.bytes, status=answer.status
    )


def refused(  # noqa: PLR0913  what the receiver said, and how to read it
    answer: Answer,
    refusals: Refusals,
    now: datetime,
    *,
    code: int | str = "",
    named: str = "code",
    wait: float | None = None,
) -> ChannelError:
    """Return the error that a code in the body, or the HTTP status, means; `wait` is what the body says of waiting."""
    known: int | str = code if code != "" else answer.status
    redirect = code == "" and 300 <= answer.status < 400  # noqa: PLR2004  the class of redirects
    refusal = MOVED if redirect else refusals.get(known, UNLISTED if code != "" else UNLISTED_STATUS)
    told = f"{named} {code}" if code != "" else f"HTTP {answer.status}"
    asked = wait if wait is not None else answer.retry_after(now)
    return ChannelError(
        f"{', '.join(part for part in (told, refusal.why) if part)}: {answer.words}",
        code=str(known),
        permanent=refusal.meaning is Meaning.PERMANENT,
        gone=refusal.meaning is Meaning.GONE,
        limited=refusal.meaning is Meaning.LIMITED,
        retry_after=asked if asked is not None else refusal.wait,
        sent=answer.bytes,
        status=answer.status,
    )


def unreadable(answer: Answer, lacks: str) -> ChannelError:
    """Return the error of an answer that does not say whether the message was taken."""
    words = f"the answer holds no {lacks}: {answer.words}"
    return ChannelError(words, code=str(answer.status), unknown=True, sent=answer.bytes, status=answer.status)


def number_in(answer: Answer, field: str) -> int | None:
    """Return the whole number in a field of the body; None when there is none."""
    said = answer.json
    number = said.get(field) if isinstance(said, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def judged(answer: Answer, field: str, refusals: Refusals, now: datetime) -> Receipt:
    """Return the receipt of a robot that answers HTTP 200 whatever it does and means the number in this field.

    Another status comes from something before the robot, unless a code that the robot has stands in the body.
    """
    code = number_in(answer, field)
    if answer.status != 200 and code not in refusals:  # noqa: PLR2004  the robot's own status
        raise refused(answer, GATEWAY, now)
    if code is None:
        raise unreadable(answer, field)
    if code == 0:
        return taken(answer, 0)
    least = refusals.get(code, UNLISTED).wait  # a proxy's Retry-After is shorter than the robot's own ban
    wait = None if least is None else max(least, answer.retry_after(now) or 0)
    raise refused(answer, refusals, now, code=code, named=field, wait=wait)
