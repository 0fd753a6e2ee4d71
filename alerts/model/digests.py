"""What one destination gets for one period."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from alerts.model.matches import Span


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


Event = Literal["new", "revised", "withdrawn", "back"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestItem:
    """One notice in a digest, with every rule that found it.

    `event` tells why it is there: it is new to the reader, or what they know of it was revised or withdrawn, or
    what was withdrawn is back; `changes` are excerpts of the lines that were changed since the reader got it.
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
    event: Event = "new"
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
