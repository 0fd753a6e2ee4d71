"""Who reads, what they asked for, where and when it reaches them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum


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
