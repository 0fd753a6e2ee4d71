"""The answers of the ledger: of each rule of a reader, and of each of their destinations."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from alerts.model import Attempt, Delivery, Destination, Hit, Subscriber, Subscription
from crawler.notice import ArchivedNotice


class RuleAnswer(StrEnum):
    """What a rule of the reader says of the notice."""

    MATCHED = "matched"
    NOT_YET = "not_yet"  # the notice waits to be held against the rules
    DOES_NOT_HOLD = "does_not_hold"
    ADDED_LATER = "added_later"  # the rule came after the notice
    PAUSED = "paused"
    READER_PAUSED = "reader_paused"
    EXPIRED = "expired"
    UNREADABLE = "unreadable"
    DID_NOT_HOLD_THEN = "did_not_hold_then"  # it holds now, and did not when the notice was matched


class PlaceAnswer(StrEnum):
    """What became of it on the way to a destination of the reader."""

    NOTHING_TO_SEND = "nothing_to_send"  # no rule matched
    NOT_SENT_HERE = "not_sent_here"  # the rules that matched go elsewhere
    ADDED_LATER = "added_later"  # the destination came after the match
    ANNOUNCED_AS = "announced_as"  # another page of the same notice stood for it
    NOT_PUT_DOWN = "not_put_down"  # its rule went elsewhere when it matched
    WAITS = "waits"  # for the end of the period
    UNCONFIRMED = "unconfirmed"  # the reader has not said yes to this mailbox
    PLACE_PAUSED = "place_paused"
    READER_PAUSED = "reader_paused"
    CAPPED = "capped"  # its rule shows only its best
    NO_NEWS = "no_news"  # it was withdrawn and is there again
    RESTS = "rests"  # mails come back for now
    ON_ITS_WAY = "on_its_way"
    DELIVERED = "delivered"
    HELD = "held"  # it may have been taken, and no repeats are wanted
    DEAD = "dead"
    UNSENT = "unsent"  # the digest left no message


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleEntry:
    """One rule: its answer in a word and in a sentence, and of a match when and by what."""

    subscription: Subscription
    answer: RuleAnswer
    words: str
    matched_at: datetime | None = None
    event: str = ""
    evidence: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message, with every attempt."""

    delivery: Delivery
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceEntry:
    """One destination, and one entry for each digest that held the notice."""

    destination: Destination
    answer: PlaceAnswer
    words: str
    digest_id: int | None = None
    period: str | None = None
    sent: tuple[Sent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The whole answer."""

    notice: ArchivedNotice
    subscriber: Subscriber
    rules: tuple[RuleEntry, ...]
    places: tuple[PlaceEntry, ...]
