"""A rule as a tree of values. `str` prints it in canonical form, which parses back to the same tree."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

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


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Node"
    position: int = field(default=0, compare=False)

    @property
    def depth(self) -> int:
        """How many nodes stand below each other."""
        return self.part.depth + 1

    def __str__(self) -> str:
        return f"-{_bracketed(self.part, (And, Or, Near))}"


@dataclass(frozen=True, slots=True)
class And:
    """Every part holds."""

    parts: tuple["Node", ...]
    depth: int = field(default=0, compare=False, repr=False)

    def __str__(self) -> str:
        return " ".join(_bracketed(part, (Or,)) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    """One part holds, or more."""

    parts: tuple["Node", ...]
    depth: int = field(default=0, compare=False, repr=False)

    def __str__(self) -> str:
        return " OR ".join(str(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Near:
    """Both sides stand in one field, at most `distance` folded characters between them; ordered: left side first."""

    left: "Node"
    right: "Node"
    distance: int
    ordered: bool = False
    depth: int = field(default=0, compare=False, repr=False)

    def __str__(self) -> str:
        operator = "BEFORE" if self.ordered else "NEAR"
        left, right = _bracketed(self.left, (And, Or)), _bracketed(self.right, (And, Or, Near))
        return f"{left} {operator}/{self.distance} {right}"


Leaf: TypeAlias = Term | Pattern | Place | State | Has | Dated
Node: TypeAlias = Leaf | Not | And | Or | Near
Sought: TypeAlias = Term | Pattern
"""What is looked for in text, and has a place there."""


@dataclass(frozen=True, slots=True)
class Warned:
    """Something in a rule that is probably not meant so; the rule still works as it stands."""

    position: int
    zh: str
    en: str
    kind: str = "spelling"  # or never, idle, places, short

    def said(self, language: str) -> str:
        """Return the warning in a language."""
        return self.zh if language == "zh" else self.en

    def as_dict(self, language: str) -> dict[str, Any]:
        """Return what --json prints."""
        return {"position": self.position, "kind": self.kind, "message": self.said(language)}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it was written and as it was understood."""

    text: str
    root: Node

    def __str__(self) -> str:
        return str(self.root)

    @property
    def states(self) -> frozenset[str]:
        """Return the states that the rule asks about: only then does it meet what happens to a notice later."""
        return frozenset(node.name for node in walk(self.root) if isinstance(node, State))

    @property
    def reads_attachments(self) -> bool:
        """Tell whether the answer may depend on what stands in attachments."""
        about_them = (isinstance(node, Has) and node.name == "attachment" for node in walk(self.root))
        return any(about_them) or any(
            node.field in {"", "attachment"} for node in walk(self.root) if isinstance(node, Sought)
        )

    @property
    def windows(self) -> tuple[Dated, ...]:
        """Return what is asked of days counted from today: with these the answer changes as time passes."""
        return tuple(node for node in walk(self.root) if isinstance(node, Dated) and node.moves)


def all_of(parts: Iterable[Node]) -> Node:
    """Join parts that must all hold; what is all of something already is taken apart."""
    flat = tuple(_flat(parts, And))
    return flat[0] if len(flat) == 1 else And(flat, _above(flat))


def any_of(parts: Iterable[Node]) -> Node:
    """Join parts of which one must hold; what is a choice already is taken apart."""
    flat = tuple(_flat(parts, Or))
    return flat[0] if len(flat) == 1 else Or(flat, _above(flat))


def none_of(part: Node, position: int) -> Node:
    """Turn a part round; turned twice it is itself."""
    return part.part if isinstance(part, Not) else Not(part, position)


def near(left: Node, right: Node, distance: int, *, ordered: bool) -> Near:
    """Bring two parts together."""
    return Near(left, right, distance, ordered, _above((left, right)))


def parts_of(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below one."""
    if isinstance(node, (And, Or)):
        return node.parts
    if isinstance(node, Near):
        return node.left, node.right
    return (node.part,) if isinstance(node, Not) else ()


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all below it, in the order of the rule."""
    yield node
    for part in parts_of(node):
        yield from walk(part)


def rebuilt(node: Node, change: Callable[[Leaf], Leaf]) -> Node:
    """Return the same tree with other leaves."""
    if isinstance(node, (And, Or)):
        return type(node)(tuple(rebuilt(part, change) for part in node.parts), node.depth)
    if isinstance(node, Near):
        return replace(node, left=rebuilt(node.left, change), right=rebuilt(node.right, change))
    if isinstance(node, Not):
        return Not(rebuilt(node.part, change), node.position)
    return change(node)


def _flat(parts: Iterable[Node], kind: type[And | Or]) -> Iterator[Node]:
    for part in parts:
        if isinstance(part, kind):
            yield from part.parts
        else:
            yield part


def _above(parts: Iterable[Node]) -> int:
    return 1 + max(part.depth for part in parts)


def _bracketed(node: Node, kinds: tuple[type[Node], ...]) -> str:
    return f"({node})" if isinstance(node, kinds) else str(node)
