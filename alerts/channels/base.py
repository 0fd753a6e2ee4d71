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

    `check` returns the value as it is stored, or raises Unfit; `agrees` raises it where the value does not go with the
    rest of the target. `make` gives the value when none was given; a field that is `hidden` is never asked for; one
    with `choices` takes nothing else.
    """

    name: str
    label: str
    help: str
    label_zh: str = ""
    help_zh: str = ""
    secret: bool = False
    required: bool = True
    hidden: bool = False
    check: Callable[[str], str] = str.strip
    agrees: Callable[[Mapping[str, str]], None] | None = None
    make: Callable[[], str] | None = None
    choices: tuple[str, ...] = ()

    def told(self, language: str) -> tuple[str, str]:
        """Return label and help in a language; English where nothing is translated."""
        chinese = language == "zh" and self.help_zh
        return (self.label_zh or self.label, self.help_zh) if chinese else (self.label, self.help)


@dataclass(frozen=True, slots=True)
class Rate:
    """At most so many messages in any span of so many seconds, as the provider counts them.

    It is kept by a bucket: half of it may leave at once, the other half flows in over the span, so that no span ever
    sees more than the whole.
    """

    most: int
    seconds: float

    @property
    def burst(self) -> int:
        """How many may leave at once after a pause."""
        return max(self.most // 2, 1)

    @property
    def interval(self) -> float:
        """Seconds until one more may leave."""
        return self.seconds / max(self.most - self.burst, 1)


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
    """The receiver took the message: its code and words, and how many bytes went out.

    `handed_over` tells that another program took it on, whose word is all there is: nobody knows whether it arrived.
    """

    code: str
    answer: str
    bytes: int
    status: int | None = None  # of HTTP
    handed_over: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A short message that is no digest, such as what became of the sources: all of it in one language."""

    title: str
    lines: Sequence[str]
    language: str = "zh"


class ChannelError(Exception):
    """The receiver did not take the message. `permanent` decides the retry.

    ChannelError
    ├── permanent=True    another attempt would end the same way: too long, refused by its form
    │   └── gone=True     so would every other message: the key is wrong, the robot was removed, 410
    └── permanent=False   worth another attempt; `retry_after` seconds when the receiver said when
        ├── limited=True  too many in too short a time: everything else for this target waits as well
        └── unknown=True  the message left and no answer came: it may have been taken
    """

    def __init__(  # noqa: PLR0913  an error carries everything that its attempt records
        self,
        answer: str,
        *,
        code: str = "",
        permanent: bool = False,
        gone: bool = False,
        limited: bool = False,
        unknown: bool = False,
        retry_after: float | None = None,
        sent: int = 0,
        status: int | None = None,
    ) -> None:
        super().__init__(answer)
        self.answer = answer
        self.code = code
        self.permanent = permanent or gone
        self.gone = gone
        self.limited = limited
        self.unknown = unknown
        self.retry_after = retry_after
        self.bytes = sent
        self.status = status


class Channel(Protocol):
    """One way to reach a reader. One module each, one line in CHANNELS.

    `rates` are what its receivers allow; targets that agree in the fields of `paced_by` share them.
    """

    name: str
    label: str
    label_zh: str
    fields: tuple[Field, ...]
    rates: tuple[Rate, ...]
    paced_by: tuple[str, ...]

    def compose(self, digest: Digest, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
        """Write the digest as one or more messages, cut at item borders by the channel's own unit."""
        ...

    def compose_note(self, note: Note, target: Mapping[str, str], settings: Settings) -> Sequence[Message]:
        """Write a note."""
        ...

    def send(self, message: Message, target: Mapping[str, str], envelope: Envelope, settings: Settings) -> Receipt:
        """Send one message; raise ChannelError when it was not taken."""
        ...

    def probe(self, target: Mapping[str, str], settings: Settings) -> str:
        """Look whether the receiver can be reached, sending nothing; return what was seen or raise ChannelError."""
        ...
