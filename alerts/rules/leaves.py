"""The leaves of a rule: what is asked of a notice, each by itself. `str` prints one in canonical form."""

import dataclasses
from dataclasses import dataclass, field
from typing import TypeAlias

from alerts.rules.days import Day, Days, printed


@dataclass(frozen=True, slots=True)
class Term:
    """Characters that a field holds, at least `count` times; without a field any of title, body, attachment."""

    written: str  # as in the rule, without signs, quotes, star and count
    needles: tuple[str, ...] = field(compare=False, repr=False)  # what is looked for in folded text: any of them
    position: int = field(default=0, compare=False)
    field: str = ""
    phrase: bool = False
    prefix: bool = False
    count: int = 1
    whole: bool = False  # as a word of its own: 京东集团, not 北京东路
    group: bool = False  # or any other word of its group in synonyms.toml

    depth = 0

    @property
    def label(self) -> str:
        """The term as evidence shows it."""
        return f"{self._sign}{self.written}{'*' if self.prefix else ''}"

    @property
    def _sign(self) -> str:
        return "=" if self.whole else "~" if self.group else ""

    def __str__(self) -> str:
        quote = ("“", "”") if '"' in self.written else ('"', '"')
        text = self._sign + self.written.join(quote) if self.phrase else self.label
        count = f"{{{self.count}}}" if self.count > 1 else ""
        return f"{self.field}:{text}{count}" if self.field else text + count


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression that RE2 finds in a field; without a field in any of title, body, attachment."""

    written: str  # as in the rule, without the slashes
    source: str = field(compare=False, repr=False)  # the same for folded text, as RE2 reads it
    literals: tuple[str, ...] = field(default=(), compare=False, repr=False)  # folded text without one is no match
    position: int = field(default=0, compare=False)
    field: str = ""

    depth = 0

    @property
    def label(self) -> str:
        """The pattern as evidence shows it."""
        return f"/{self.written}/"

    def __str__(self) -> str:
        return f"{self.field}:{self.label}" if self.field else self.label


@dataclass(frozen=True, slots=True)
class Place:
    """The notice concerns the place or one below it; `paths` are those that bear the name."""

    written: str
    paths: tuple[str, ...]
    position: int = field(default=0, compare=False)
    phrase: bool = False
    around: tuple[str, ...] = field(default=(), compare=False, repr=False)  # the same, of a group its members

    depth = 0

    def __str__(self) -> str:
        return f'region:"{self.written}"' if self.phrase else f"region:{self.written}"


@dataclass(frozen=True, slots=True)
class State:
    """The notice is in the state: its words were changed, or it was taken back."""

    name: str
    position: int = field(default=0, compare=False)

    depth = 0

    def __str__(self) -> str:
        return f"is:{self.name}"


@dataclass(frozen=True, slots=True)
class Has:
    """The notice comes with an attachment, or names a deadline."""

    name: str
    position: int = field(default=0, compare=False)

    depth = 0

    def __str__(self) -> str:
        return f"has:{self.name}"


@dataclass(frozen=True, slots=True)
class Dated:
    """A day of the notice lies between two others, both included, of which one may be missing.

    Bounds are dates, or whole numbers: days from today, those before it negative. Then the answer changes as time
    passes.
    """

    field: str  # published, deadline or seen
    first: Day | None
    last: Day | None
    position: int = dataclasses.field(default=0, compare=False)  # `field` is taken above

    depth = 0

    @property
    def moves(self) -> bool:
        """Tell whether the answer depends on what day it is."""
        return isinstance(self.first, int) or isinstance(self.last, int)

    @property
    def days(self) -> Days:
        """Return both bounds."""
        return self.first, self.last

    def __str__(self) -> str:
        return f"{self.field}:{printed(self.days, ahead=self.field == 'deadline')}"


Leaf: TypeAlias = Term | Pattern | Place | State | Has | Dated
Sought: TypeAlias = Term | Pattern
"""What is looked for in text, and has a place there."""
