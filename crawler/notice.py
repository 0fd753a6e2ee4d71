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


class Reading(StrEnum):
    """What became of a file that a notice links to."""

    READ = "read"
    SCANNED = "scanned"  # pictures of pages: there is no text to read
    UNSUPPORTED = "unsupported"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    UNFETCHED = "unfetched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that a notice links to; with `pages` once it was fetched and read. A ZIP's member: 附件.zip/表.xlsx."""

    url: str
    name: str
    pages: tuple[str, ...] = ()  # the text of each page or sheet
    reading: Reading | None = None  # empty: not tried
    reason: str = ""
    media_type: str = ""
    size: int = 0
    content_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One official fact as a page states it, and where it was read: meta, index table, title, label, text."""

    value: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A day on which something ends (报名, 申报, 征求意见, 公示期), and where that was read."""

    day: date
    what: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a notice says of itself. Dates are ISO dates; the document number is normalised: 沪府发〔2020〕12号."""

    document_number: Fact | None = None
    index_number: Fact | None = None  # 索引号
    written: Fact | None = None  # 成文日期
    published: Fact | None = None  # 发布日期
    effective: Fact | None = None  # 施行日期
    issuer: Fact | None = None  # 发文机关
    topic: Fact | None = None  # 主题分类
    validity: Fact | None = None  # 有效性
    kind: Fact | None = None  # 通知, 意见, 公告, 办法 …
    contact: Fact | None = None
    deadlines: tuple[Deadline, ...] = ()


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
    facts: Facts = Facts()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedNotice(Notice):
    """A notice with what the archive knows of it. Times are UTC."""

    id: int
    revision: int
    first_seen_at: datetime
    revised_at: datetime | None = None
    withdrawn_at: datetime | None = None
    withdrawals: int = 0  # how often it was withdrawn
    absence: "Absence | None" = None  # the last one that is over
    bulletin_id: int | None = None
    cluster_id: int | None = None  # the first notice of its reposts


@dataclass(frozen=True, slots=True)
class Absence:
    """From when a notice counted as withdrawn until its page was there again."""

    since: datetime
    until: datetime


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
