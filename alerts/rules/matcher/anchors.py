"""Chooses by what a rule is found: anchors, of which one must stand in a notice, and a guard that must beside it."""

import math
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from typing import TypeAlias

from alerts.rules.leaves import Has, Leaf, Pattern, Place, State, Term
from alerts.rules.matcher.frequency import SCOPE as SCOPE_SHARE
from alerts.rules.matcher.layout import WHOLE_LEFT, WHOLE_RIGHT
from alerts.rules.matcher.literals import Literals, LiteralStore
from alerts.rules.tree import And, Near, Node, Not, Or

NOWHERE = -1  # the anchor of a rule that has none
ALWAYS = math.inf  # the share of notices about which a rule without an anchor is asked

Anchor: TypeAlias = tuple[int, int, bool]
"""What a notice must hold, or lie in, before a rule is asked: literal or NOWHERE, scope or NOWHERE, in the title."""
ANY: Anchor = (NOWHERE, NOWHERE, False)


class Anchors:
    """Chooses among the literals of a store; `scope_of` numbers places and states."""

    def __init__(self, literals: LiteralStore, scope_of: Callable[[Place | State | Has], int]) -> None:
        self._literals = literals
        self._scope = scope_of

    def of_term(self, term: Term) -> Literals:
        """Return the literals of a term."""
        return self._literals.of(term.needles, WHOLE_LEFT if term.prefix else WHOLE_LEFT | WHOLE_RIGHT)

    def of_piece(self, literal: str) -> Literals:
        """Return the literal that a pattern holds: any characters may stand beside it."""
        return self._literals.of((literal,), 0)

    def leading(self, parts: Sequence[Node]) -> tuple[Node, list[Anchor]]:
        """Return the rarest part and its anchors."""
        if len(parts) == 1:
            return parts[0], self._anchors(parts[0])[1]
        least, leading, anchors = ALWAYS, parts[0], [ANY]
        for part in parts:
            share, found = self._anchors(part)
            if share < least:
                least, leading, anchors = share, part, found
        return leading, anchors

    def guard(self, parts: Sequence[Node], anchors: Sequence[Anchor]) -> int:
        """Return the literal with the rarest bigram that must occur beside the anchor; NOWHERE for none."""
        least, guard = ALWAYS, NOWHERE
        taken = {literal for literal, _, _ in anchors}
        for part in parts:
            for term in (part,) if isinstance(part, Term) else _needed(part):
                first, many, share = self.of_term(term)
                if many == 1 and share < least and first not in taken and self._literals.paired(first):
                    least, guard = share, first
        return guard

    def _anchors(self, node: Node, wanted: bool = True) -> tuple[float, list[Anchor]]:  # noqa: FBT001, FBT002  hot
        """Return the cheapest anchors of which at least one must hold when the node does (or, not wanted, does not)."""
        if isinstance(node, Term):
            return self._of_literals(self.of_term(node), title=node.field == "title") if wanted else (ALWAYS, [ANY])
        if isinstance(node, Not):
            return self._anchors(node.part, not wanted)
        if isinstance(node, (And, Or)):
            return (self._one if isinstance(node, And) is wanted else self._every)(node.parts, wanted)
        if not wanted:
            return ALWAYS, [ANY]
        return self._one((node.left, node.right), wanted=True) if isinstance(node, Near) else self._leaf_anchors(node)

    def _leaf_anchors(self, leaf: Leaf) -> tuple[float, list[Anchor]]:
        if isinstance(leaf, (Place, State, Has)):
            return SCOPE_SHARE, [(NOWHERE, self._scope(leaf), False)]
        if isinstance(leaf, Pattern) and leaf.literals:
            rarest = min(map(self.of_piece, leaf.literals), key=lambda one: one[2])
            return self._of_literals(rarest, title=leaf.field == "title")
        return ALWAYS, [ANY]

    def _of_literals(self, literals: Literals, *, title: bool) -> tuple[float, list[Anchor]]:
        first, many, share = literals
        return share, [(literal, NOWHERE, title) for literal in range(first, first + many)]

    def _one(self, parts: Sequence[Node], wanted: bool) -> tuple[float, list[Anchor]]:  # noqa: FBT001  hot
        return min((self._anchors(part, wanted) for part in parts), key=itemgetter(0))

    def _every(self, parts: Sequence[Node], wanted: bool) -> tuple[float, list[Anchor]]:  # noqa: FBT001  hot
        found = [self._anchors(part, wanted) for part in parts]
        total = sum(share for share, _ in found)
        if total == ALWAYS:
            return ALWAYS, [ANY]
        return total, list(dict.fromkeys(anchor for _, anchors in found for anchor in anchors))


def _needed(node: Node) -> Iterator[Term]:
    """Yield terms without which the node cannot hold."""
    if isinstance(node, Term):
        yield node
    elif isinstance(node, And):
        for part in node.parts:
            yield from _needed(part)
    elif isinstance(node, Near):
        yield from _needed(node.left)
        yield from _needed(node.right)
