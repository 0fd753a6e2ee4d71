"""What a channel is: the fields of its target, how it writes a digest, how it sends a message."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from alerts.model import Digest
from config.settings import Settings

Message = Mapping[str, str]
"""What a channel sends, as it is stored: the same on every attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a target: form, help, validation and documentation come from here.

    `check` returns the value as it is stored, or raises Unfit. `make` gives the value when none was given; a field that
    is `hidden` is never asked for.
    """

    name: str
    label: str
    help: str
    secret: bool = False
    required: bool = True
    hidden: bool = False
    check: Callable[[str], str] = str.strip
    make: Callable[[], str] | None = None


class Unfit(ValueError):
    """A value that a field cannot have: what is wrong with it, and what to write instead."""

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What is fresh on an attempt: everything else is in the message."""

    key: str  # Message-ID, webhook-id: the same on every attempt
    now: datetime
    delivery: int = 0  # its row: what a return address names
    maybe_repeated: bool = False  # an earlier attempt ended without an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The receiver took the message: its code and words, and how many bytes went out."""

    code: str
    answer: str
    bytes: int


class ChannelError(Exception):
    """The receiver did not take the message. `permanent` decides the retry.

    ChannelError
    ├── permanent=True    another attempt would end the same way: bad key, unknown mailbox, too long
    └── permanent=False   worth another attempt; `retry_after` seconds when the receiver said when
        └── unknown=True  the message left and no answer came: it may have been taken
    """

    def __init__(  # noqa: PLR0913  an error carries everything that its attempt records
        self,
        answer: str,
        *,
        code: str = "",
        permanent: bool = False,
        unknown: bool = False,
        retry_after: float | None = None,
        sent: int = 0,
    ) -> None:
        super().__init__(answer)
        self.answer = answer
        self.code = code
        self.permanent = permanent
        self.unknown = unknown
        self.retry_after = retry_after
        self.bytes = sent


class Channel(Protocol):
    """One way to reach a reader. One module each, one line in CHANNELS."""

    name: str
    label: str
    fields: tuple[Field, ...]

    def compose(self, digest: Digest, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
        """Write the digest as one or more messages, cut at item borders by the channel's own unit."""
        ...

    def compose_note(
        self, title: str, lines: Sequence[str], target: Mapping[str, str], settings: Settings
    ) -> Sequence[Message]:
        """Write a short note that is no digest, such as what became of the sources."""
        ...

    def send(self, message: Message, target: Mapping[str, str], envelope: Envelope, settings: Settings) -> Receipt:
        """Send one message; raise ChannelError when it was not taken."""
        ...

    def probe(self, target: Mapping[str, str], settings: Settings) -> str:
        """Look whether the receiver can be reached, sending nothing; return what was seen or raise ChannelError."""
        ...
