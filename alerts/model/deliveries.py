"""Messages on their way, and every attempt at them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"  # due at next_attempt_at: not yet tried, or to be tried again
    SENDING = "sending"  # leased; with an expired lease its outcome is unknown
    DELIVERED = "delivered"
    HELD = "held"  # it may have been taken, and its destination wants no repeats
    DEAD = "dead"  # given up: permanent failure, or every attempt used


class DeliveryKind(StrEnum):
    """What a delivery carries."""

    DIGEST = "digest"
    NOTE = "note"
    CONFIRMATION = "confirmation"  # asks a reader whether they want mails here


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message, part n of m, on its way. `key` is the same on every attempt."""

    id: int
    digest_id: int | None  # empty: a note
    destination_id: int
    part: int
    parts: int
    key: str
    message: Mapping[str, str] = field(repr=False)
    state: DeliveryState
    attempts: int
    next_attempt_at: datetime
    answer: str = ""
    delivered_at: datetime | None = None
    kind: DeliveryKind = DeliveryKind.DIGEST


class AttemptResult(StrEnum):
    """How an attempt ended."""

    DELIVERED = "delivered"
    HANDED_OVER = "handed over"  # to another program, whose word is all there is
    RETRY = "retry"  # not taken, worth another attempt
    LIMITED = "limited"  # not taken: too many in too short a time
    PERMANENT = "permanent"  # not taken, and never will be
    UNKNOWN = "unknown"  # interrupted, or no answer came: it may have been taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try of a delivery, with the receiver's code and words; without a result it is under way."""

    number: int
    started_at: datetime
    finished_at: datetime | None = None
    result: AttemptResult | None = None
    code: str = ""
    answer: str = ""
    bytes: int = 0
    duration_ms: int = 0
