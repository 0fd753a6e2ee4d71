"""The values of alerts/: who reads, what met them, what is on its way. Frozen, no I/O; times are UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Literal

Span = tuple[int, int]
"""[start, end) in characters of the original text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One term of a rule that is true: as written, where, and which characters of the original it covers.

    Of an attachment it names the file and, from 1, the page whose text the spans count in; without a page, in its name.
    """

    term: str
    field: str
    spans: tuple[Span, ...]
    attachment: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A reader."""

    id: int
    name: str
    language: str = "zh"
    operator: bool = False  # is told of the state of sources
    paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One rule of a reader. `problem` says why it no longer reads; without `places` it goes to every destination."""

    id: int
    subscriber_id: int
    rule: str
    note: str = ""
    revision: int = 1
    paused: bool = False
    problem: str = ""
    created_at: datetime
    expires_at: datetime | None = None
    most: int | None = None  # notices of it in one digest
    places: tuple[int, ...] | None = None  # the destinations that it goes to

    def is_over(self, now: datetime) -> bool:
        """Tell whether the rule has expired: it is not matched any more, although its row stays as it is."""
        return self.expires_at is not None and self.expires_at <= now


class Cadence(StrEnum):
    """How often a destination gets what was found."""

    AT_ONCE = "at_once"
    HOURLY = "hourly"
    DAILY = "daily"  # at a time
    WEEKLY = "weekly"  # at a time on a weekday
    WORKDAYS = "workdays"  # at a time on every working day, as the State Council has set them


class Grouping(StrEnum):
    """What the items of a digest stand under."""

    SECTION = "section"
    REGION = "region"
    RULE = "rule"


class WhenUnknown(StrEnum):
    """What becomes of a chat message of which nobody knows whether it was taken."""

    RESEND = "resend"  # again, marked as a possible repeat
    HOLD = "hold"  # kept until somebody says: yaoxun deliveries replay


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Local hours in which nothing is sent; they may reach past midnight."""

    since: time
    until: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """When a destination wants its digests, by its own clock."""

    cadence: Cadence = Cadence.DAILY
    at: time = time(8, 0)
    weekday: int = 0  # 0 is Monday
    timezone: str = "Asia/Shanghai"
    quiet: Quiet | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where a reader is reached. `target` holds the fields that the channel declares, secrets included."""

    id: int
    subscriber_id: int
    name: str
    channel: str
    target: Mapping[str, str] = field(repr=False)
    rhythm: Rhythm = Rhythm()
    tell_empty: bool = False  # also when nothing was found
    grouping: Grouping = Grouping.SECTION
    when_unknown: WhenUnknown = WhenUnknown.RESEND
    confirmed: bool = True  # the reader said yes to it
    resting_until: datetime | None = None  # mails came back for now
    paused: bool = False
    problem: str = ""
    created_at: datetime

    @property
    def timezone(self) -> str:
        """The zone of its clock."""
        return self.rhythm.timezone


NEW = "new"
REVISED = "revised"  # in a match with the number of the revision: revised:2
WITHDRAWN = "withdrawn"
"""What happened to a notice that a subscription met."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A subscription met a notice: when it was new, when it was revised (`revised:2`), or when it was withdrawn."""

    subscription_id: int
    notice_id: int
    rule_revision: int
    notice_revision: int
    evidence: tuple[Hit, ...]
    score: float
    event: str = NEW


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTag:
    """A rule that found an item, with the reader's own note on it."""

    subscription_id: int
    rule: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """Text and the spans to highlight in it, sorted and apart."""

    text: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePage:
    """A page of an attachment in which something was found; a file of one page has no number."""

    attachment: str
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedText:
    """A piece of a line that changed: what both wordings say, what was taken out, what was put in."""

    text: str
    part: Literal["kept", "removed", "added"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Another site on which the same notice stands."""

    origin: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestItem:
    """One notice in a digest, with every rule that found it.

    `event` tells why it is there: it is new to the reader, or what they know of it was revised or withdrawn; `changes`
    are excerpts of the lines that were changed since the reader got it.
    """

    notice_id: int
    title: Marked
    snippet: Marked
    rules: tuple[RuleTag, ...]
    score: float
    url: str = ""
    origin: str = ""  # the source's name, or the bulletin's title and number
    agency: str = ""
    document_number: str = ""
    regions: tuple[str, ...] = ()
    published: date | None = None
    first_seen_at: datetime
    attachments: int = 0
    found_in: tuple[FilePage, ...] = ()  # what the text of attachments holds
    event: Literal["new", "revised", "withdrawn"] = "new"
    changes: tuple[tuple[ChangedText, ...], ...] = ()
    changes_total: int = 0
    also_at: tuple[Elsewhere, ...] = ()
    deadline: date | None = None
    deadline_of: str = ""  # 报名, 申报, 征求意见 …


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Something that ends soon: the notice that says so, which may have been sent before."""

    notice_id: int
    title: str
    url: str
    day: date
    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A rule that the digest was made by: how many notices it found, and how many its cap left out."""

    rule: RuleTag
    found: int = 0
    capped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSection:
    """The items of one column (region, rule), best first."""

    name: str
    items: tuple[DigestItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """A source that the coverage line names: failed in the period, or stale since a time."""

    id: str
    name: str
    reason: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What was looked at in the period: how many sources were checked, which failed, which are stale."""

    checked: int
    failed: tuple[SourceState, ...] = ()
    stale: tuple[SourceState, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What one destination gets for one period."""

    id: int
    subscriber: str
    destination: str
    period: str
    since: datetime
    until: datetime
    timezone: str
    language: str
    sections: tuple[DigestSection, ...]
    coverage: Coverage
    periods: int = 1  # that it covers; more than one after a standstill
    late: bool = False
    ending: tuple[Ending, ...] = ()  # soonest first
    asked: tuple[Asked, ...] = ()
    link: str = ""  # where all of it stands

    @property
    def items(self) -> tuple[DigestItem, ...]:
        """Return every item, in the order of the sections."""
        return tuple(item for section in self.sections for item in section.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDigest:
    """A period that was closed for a destination; without a digest nothing was found and nothing is sent."""

    id: int
    destination_id: int
    period: str
    since: datetime
    until: datetime
    closed_at: datetime
    notices: int
    digest: Digest | None = None


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
