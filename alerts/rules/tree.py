"""A rule as a tree of values. `str` prints it in canonical form, which parses back to the same tree."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from alerts.rules.leaves import Dated, Has, Leaf, Sought, State


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


Node: TypeAlias = Leaf | Not | And | Or | Near


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
