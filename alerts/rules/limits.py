"""What a readable rule must still keep: its size, and something to look for."""

from alerts.rules.errors import fault
from alerts.rules.leaves import Leaf
from alerts.rules.tree import And, Node, Not, Or, walk

MOST_CHARACTERS = 2000
MOST_TERMS = 200
MOST_LEVELS = 64  # of nodes below each other; brackets round brackets are none
MOST_DISTANCE = 500


def bounded(node: Node) -> Node:
    """Return the node unless it is nested too deeply to be walked through safely."""
    if node.depth > MOST_LEVELS:
        raise fault("too_deep", _leaves(node)[0].position, most=MOST_LEVELS)
    return node


def check_limits(root: Node) -> list[Leaf]:
    """Return the leaves; raise RuleError when there are too many, or nothing that a notice must hold or lie in."""
    leaves = _leaves(root)
    if len(leaves) > MOST_TERMS:
        raise fault("too_many", leaves[MOST_TERMS].position, count=len(leaves), most=MOST_TERMS)
    loose = _loose(root)
    if loose is not None:
        raise fault("only_excludes", loose)
    return leaves


def _leaves(node: Node) -> list[Leaf]:
    return [part for part in walk(node) if isinstance(part, Leaf)]


def _loose(node: Node, *, wanted: bool = True) -> int | None:
    """Return the position of the part that lets a notice through without holding anything; None when all is held."""
    if isinstance(node, Not):
        loose = _loose(node.part, wanted=not wanted)
        return node.position if loose is not None and wanted else loose
    if not isinstance(node, (And, Or)):
        return None if wanted else _leaves(node)[0].position
    loose_parts = (loose for part in node.parts if (loose := _loose(part, wanted=wanted)) is not None)
    if isinstance(node, Or) is wanted:
        return next(loose_parts, None)
    found = list(loose_parts)
    return found[0] if len(found) == len(node.parts) else None
