"""What the index is asked for a rule: never loses a notice that the rule finds. Pure.

A term is the tokens of its needles, in no order, so a longer one may be found where its pairs stand apart: `holds` has
the last word. What has no token, such as a pattern, is everything. An answer is exact when the index alone can tell;
only such a part may be excluded, since what is excluded must surely be found.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from alerts.rules.fields import TEXTS
from alerts.rules.tree import And, Near, Node, Not, Or, Place, Rule, State, Term, walk
from config.regions import Places
from crawler.search.expression import EVERYTHING, Expression, Has, Without, all_of, any_of
from crawler.search.tokens import ANYWHERE, FIELDS, Range, name_token, sought


@dataclass(frozen=True, slots=True)
class Candidates:
    """Which notices may meet a rule; `exact`: these do, and `holds` need not be asked."""

    expression: Expression
    exact: bool


_UNKNOWN = Candidates(EVERYTHING, exact=False)


def candidates_of(rule: Rule, places: Places) -> Candidates:
    """Return what the index is asked for a rule."""
    return node_candidates(rule.root, places)


def node_candidates(node: Node, places: Places) -> Candidates:  # noqa: PLR0911  one answer for each kind of node
    """Return what the index is asked for a part of a rule; of a kind of part unknown here, everything."""
    match node:
        case Term():
            return _of_term(node)
        case Place():
            return _of_place(node, places)
        case State():
            return _named("is", [node.name])
        case Not():
            part = node_candidates(node.part, places)
            return Candidates(Without(part.expression), exact=True) if part.exact else _UNKNOWN
        case And():
            parts = [node_candidates(part, places) for part in node.parts]
            return Candidates(all_of(part.expression for part in parts), all(part.exact for part in parts))
        case Or():
            parts = [node_candidates(part, places) for part in node.parts]
            return Candidates(any_of(part.expression for part in parts), all(part.exact for part in parts))
        case Near():
            sides = [node_candidates(side, places) for side in (node.left, node.right)]
            return Candidates(all_of(side.expression for side in sides), exact=False)
        case _:
            return _UNKNOWN


def _of_term(term: Term) -> Candidates:
    alone = term.field in FIELDS and term.field != ANYWHERE
    if not alone and term.field not in {"", *TEXTS}:
        return _UNKNOWN
    found = [sought(needle, term.field if alone else ANYWHERE, prefix=term.prefix) for needle in term.needles]
    expression = any_of(all_of(map(Has, one.ranges)) for one in found)
    told = term.count == 1 and (alone or not term.field)
    return Candidates(expression, exact=told and all(one.exact for one in found))


def _of_place(place: Place, places: Places) -> Candidates:
    """Return the names under which the index has notices of a place: a group is its members, or stands for itself."""
    members = (member for path in place.paths for member in places.groups.get(path, (path,)))
    groups = (group for group in places.groups if places.within(group, place.paths))
    return _named("region", [*members, *place.paths, *groups])


def _named(field: str, names: Iterable[str]) -> Candidates:
    tokens = (name_token(field, name) for name in dict.fromkeys(names))
    return Candidates(any_of(Has(Range(token, token)) for token in tokens), exact=True)


def stored_suffice(rule: Rule) -> bool:
    """Tell whether the folded texts, places and states that the index keeps are all that the rule asks for."""
    return all(isinstance(node, (Term, Place, State, Not, And, Or, Near)) for node in walk(rule.root))
