"""A rule without one of its leaves: what that leaf does to it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from alerts.rules.leaves import Leaf
from alerts.rules.tree import And, Near, Node, Not, Or, Rule, all_of, any_of, none_of, parts_of


@dataclass(frozen=True, slots=True)
class Tried:
    """A leaf of a rule. `choice`: one of several of which any will do; `widens`: without it the rule finds more."""

    leaf: Leaf
    choice: bool = False
    widens: bool = True


def leaves_of(rule: Rule) -> Iterator[Tried]:
    """Yield the leaves in the order of the rule."""
    yield from _leaves(rule.root, turned=False)


def _leaves(node: Node, *, turned: bool, choice: bool = False, widens: bool = True) -> Iterator[Tried]:
    """Go down; `turned` says whether an odd number of NOTs stands above the node."""
    if isinstance(node, Not):
        yield from _leaves(node.part, turned=not turned, choice=choice, widens=widens)
    elif isinstance(node, (And, Or, Near)):
        any_will_do = isinstance(node, Or)
        for part in parts_of(node):
            yield from _leaves(part, turned=turned, choice=choice or any_will_do, widens=any_will_do is turned)
    else:
        yield Tried(node, choice, widens)


def without(rule: Rule, leaf: Leaf) -> Rule | None:
    """Return the rule without a leaf of its tree (that very one); None when nothing is left."""
    root = _without(rule.root, leaf)
    return replace(rule, root=root) if root is not None else None


def but_not(rule: Rule, other: Rule) -> Rule:
    """Return what finds all that the one finds and the other does not."""
    return replace(rule, root=all_of((rule.root, none_of(other.root, 0))))


def _without(node: Node, leaf: Leaf) -> Node | None:
    if node is leaf:
        return None
    if not isinstance(node, (And, Or, Near, Not)):
        return node
    kept = [part for one in parts_of(node) if (part := _without(one, leaf)) is not None]
    if isinstance(node, Near) and len(kept) > 1:
        return replace(node, left=kept[0], right=kept[1])
    if not kept:
        return None
    if isinstance(node, Not):
        return none_of(kept[0], node.position)
    return any_of(kept) if isinstance(node, Or) else all_of(kept)
