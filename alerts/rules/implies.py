"""Whether one part of a rule holds wherever another does: by its form alone, no notice looked at."""

from datetime import date

from alerts.rules.fields import TEXTS
from alerts.rules.leaves import Dated, Has, Leaf, Place, Term
from alerts.rules.reference import occurrences
from alerts.rules.tree import And, Near, Node, Not, Or
from crawler.folding import is_word


def implies(first: Node, second: Node) -> bool:  # noqa: PLR0911  one answer for each kind of node
    """Tell whether every notice that meets the first meets the second too; False when that is not plain to see."""
    if first == second:
        return True
    if isinstance(first, Or):
        return all(implies(part, second) for part in first.parts)
    if isinstance(second, And):
        return all(implies(first, part) for part in second.parts)
    if isinstance(second, Or) and any(implies(first, part) for part in second.parts):
        return True
    if isinstance(first, And):
        return any(implies(part, second) for part in first.parts)
    if isinstance(first, Not) or isinstance(second, Not):
        return isinstance(first, Not) and isinstance(second, Not) and implies(second.part, first.part)
    return _plain(first, second)


def excludes(first: Node, second: Node) -> bool:
    """Tell whether no notice meets both."""
    for one, other in ((first, second), (second, first)):
        if isinstance(other, Not) and implies(one, other.part):
            return True
        if isinstance(one, Or):
            return all(excludes(part, other) for part in one.parts)
        if isinstance(one, And):
            return any(excludes(part, other) for part in one.parts)
    return isinstance(first, Dated) and isinstance(second, Dated) and _apart(first, second)


def apart(first: Place, second: Place) -> bool:
    """Tell whether neither place lies in the other."""
    return not _lies_in(first, second) and not _lies_in(second, first)


def _plain(first: Node, second: Node) -> bool:  # noqa: PLR0911  the same
    """Compare what is no AND, OR or NOT."""
    match first, second:
        case Near(), Near():
            return _nearer(first, second)
        case Near(), _:
            return implies(first.left, second) or implies(first.right, second)
        case Term(), Term():
            return _holds_it(first, second)
        case Place(), Place():
            return _lies_in(first, second)
        case Dated(), Dated():
            return first.field == second.field and _within(first, second)
        case Dated(field="deadline"), Has(name="deadline"):
            return True
        case _:
            return False


def _nearer(first: Near, second: Near) -> bool:
    same = (first.left, first.right) == (second.left, second.right)
    turned = (first.left, first.right) == (second.right, second.left) and not second.ordered
    order = first.ordered or not second.ordered
    return (same or turned) and order and first.distance <= second.distance


def _holds_it(first: Term, second: Term) -> bool:
    """Tell whether a term, wherever it stands, holds the other: 购置补贴 holds 补贴, and ~补贴 is there with 补贴."""
    if second.field != first.field and (second.field or first.field not in TEXTS):
        return False
    if second.count > first.count or (second.count > 1 and first.needles != second.needles):
        return False
    if second.whole:
        return first.whole and first.needles == second.needles
    return all(_stands_in(needle, first, second) for needle in first.needles)


def _stands_in(needle: str, first: Term, second: Term) -> bool:
    found = occurrences(needle, second)
    open_end = first.prefix and not second.prefix
    return any(not (open_end and end == len(needle) and is_word(needle[-1])) for _start, end in found)


def _lies_in(first: Place, second: Place) -> bool:
    return all(any(path == top or path.startswith(f"{top}/") for top in second.around) for path in first.around)


def _within(first: Dated, second: Dated) -> bool:
    """Tell whether the days of the first all lie between those of the second."""
    bounds = (*first.days, *second.days)
    if not _comparable(*bounds):
        return False
    early = second.first is None or (first.first is not None and first.first >= second.first)  # type: ignore[operator]
    late = second.last is None or (first.last is not None and first.last <= second.last)  # type: ignore[operator]
    return early and late


def _apart(first: Dated, second: Dated) -> bool:
    """Tell whether two spans share no day; a notice may have several deadlines, so these never contradict."""
    if first.field != second.field or first.field == "deadline" or not _comparable(*first.days, *second.days):
        return False
    return any(
        one.last is not None and other.first is not None and one.last < other.first  # type: ignore[operator]
        for one, other in ((first, second), (second, first))
    )


def _comparable(*days: date | int | None) -> bool:
    """Tell whether all are dates, or all are counted from today."""
    return len({isinstance(day, int) for day in days if day is not None}) <= 1


def where(node: Node) -> int:
    """Return the position of a part: of its first leaf, or of the sign before it."""
    if isinstance(node, (And, Or)):
        return min(where(part) for part in node.parts)
    if isinstance(node, Near):
        return min(where(node.left), where(node.right))
    return min(node.position, where(node.part)) if isinstance(node, Not) else _position(node)


def _position(leaf: Leaf) -> int:
    return leaf.position
