"""What the crawler hands on: values without I/O, the contract with alerts/."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Verdict(StrEnum):
    """How a crawl ended."""

    OK = "ok"  # something new or changed was archived
    UNCHANGED = "unchanged"  # the list was read and holds nothing new
    EMPTY = "empty"  # the list was read and has no rows: never a success
    BLOCKED = "blocked"  # the site refuses us: robots, challenge page, 403, 412, 521
    BROKEN = "broken"  # the list, or too many of its notices, could not be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that a notice links to."""

    url: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One published item as it was read.

    `key` identifies it for ever: the canonical URL, or `bulletin:<hash>#<n>` for a part of a bulletin. `regions` are
    paths of config/regions.toml such as 江苏/苏州/昆山, the most telling first; a group (长三角) stands alone.
    """

    key: str
    source: str
    title: str
    text: str
    url: str = ""
    agency: str = ""
    document_number: str = ""
    regions: tuple[str, ...] = ()
    section: str = ""
    published: date | None = None
    attachments: tuple[Attachment, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedNotice(Notice):
    """A notice with what the archive knows of it. Times are UTC."""

    id: int
    revision: int
    first_seen_at: datetime
    revised_at: datetime | None = None
    bulletin_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What a notice said at one time; number 1 is what it said first."""

    notice_id: int
    number: int
    seen_at: datetime
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """An issue that somebody else compiled. `problem` says why it could not be split and is one notice."""

    title: str
    number: int | None
    published: date | None
    publisher: str
    problem: str = ""
