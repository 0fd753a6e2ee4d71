"""What the index is asked for a rule: never loses a notice that the rule finds. Pure.

A term is the tokens of its needles, in no order, so a longer one may be found where its pairs stand apart: `holds` has
the last word. What has no token, such as a pattern, is everything. An answer is exact when the index alone can tell;
only such a part may be excluded, since what is excluded must surely be found.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from alerts.rules.days import in_days
from alerts.rules.leaves import Dated, Has, Leaf, Pattern, Place, State, Term
from alerts.rules.tree import And, Near, Node, Not, Or, Rule, parts_of
from alerts.rules.tree import all_of as joined
from config.regions import Places
from crawler.search.expression import EVERYTHING, Expression, Within, Without, all_of, any_of, narrows
from crawler.search.expression import Has as In
from crawler.search.tokens import ANYWHERE, FIELDS, Range, name_token, sought

EPOCH = date(1970, 1, 1)
DAY = 86_400_000_000  # in µs
AHEAD = DAY // 3  # a day begins eight hours earlier in China


@dataclass(frozen=True, slots=True)
class Candidates:
    """Which notices may meet a rule, and what `holds` must still be asked of them; nothing: they do meet it."""

    expression: Expression
    rest: Node | None

    @property
    def exact(self) -> bool:
        """Tell whether the index alone can tell."""
        return self.rest is None

    @property
    def unaided(self) -> bool:
        """Tell whether every notice must be asked, since there is nothing to look up."""
        return not self.exact and not narrows(self.expression)


def candidates_of(rule: Rule, places: Places, *, today: date | None = None) -> Candidates:
    """Return what the index is asked for a rule."""
    return _Asking(places, today).of(rule.root)


@dataclass(frozen=True, slots=True)
class _Asking:
    places: Places
    today: date | None

    def of(self, node: Node) -> Candidates:
        """Return what the index is asked for a part of a rule; of a kind of part unknown here, everything."""
        if isinstance(node, Not):
            part = self.of(node.part)
            return Candidates(Without(part.expression), None) if part.exact else Candidates(EVERYTHING, node)
        if isinstance(node, (And, Or, Near)):
            parts = [self.of(part) for part in parts_of(node)]
            join = any_of if isinstance(node, Or) else all_of
            return Candidates(join(part.expression for part in parts), _rest(node, parts))
        return self._of_leaf(node)

    def _of_leaf(self, leaf: Leaf) -> Candidates:
        match leaf:
            case Term():
                return _of_term(leaf)
            case Pattern():
                return _of_pattern(leaf)
            case Place():
                return _of_place(leaf, self.places)
            case State():
                return _named("is", [leaf.name])
            case Has():
                return _named("has", [leaf.name])
            case Dated():
                return _of_days(leaf, self.today)


def _rest(node: And | Or | Near, parts: Sequence[Candidates]) -> Node | None:
    """Of parts that must all hold only those are asked again that the index cannot tell."""
    rests = [part.rest for part in parts if part.rest is not None]
    if isinstance(node, Near) or (isinstance(node, Or) and rests):
        return node
    return joined(rests) if rests else None


def _of_term(term: Term) -> Candidates:
    found = [sought(needle, _asked_alone(term.field), prefix=term.prefix) for needle in term.needles]
    expression = any_of(all_of(map(In, one.ranges)) for one in found)
    told = term.count == 1 and not term.whole and (not term.field or term.field in FIELDS)
    return Candidates(expression, None if told and all(one.exact for one in found) else term)


def _of_pattern(pattern: Pattern) -> Candidates:
    found = (sought(literal, _asked_alone(pattern.field), inside=True) for literal in pattern.literals)
    return Candidates(all_of(In(part) for one in found for part in one.ranges), pattern)


def _asked_alone(field: str) -> str:
    return field if field in FIELDS else ANYWHERE


def _of_days(dated: Dated, today: date | None) -> Candidates:
    if dated.field == "deadline":  # one of several days: that there is any is all that the index can tell
        return Candidates(_named("has", ["deadline"]).expression, dated)
    first, last = in_days(dated.days, today)
    start, end = (None if day in {date.min, date.max} else (day - EPOCH).days for day in (first, last))
    if dated.field == "published":
        return Candidates(Within("published", start, end), None)
    if dated.field != "seen":
        return Candidates(EVERYTHING, dated)
    from_moment = None if start is None else start * DAY - AHEAD
    to_moment = None if end is None else (end + 1) * DAY - AHEAD - 1
    return Candidates(Within("seen", from_moment, to_moment), None)


def _of_place(place: Place, places: Places) -> Candidates:
    """Return the names under which the index has notices of a place: a group is its members, or stands for itself."""
    members = (member for path in place.paths for member in places.groups.get(path, (path,)))
    groups = (group for group in places.groups if places.within(group, place.paths))
    return _named("region", [*members, *place.paths, *groups])


def _named(field: str, names: Iterable[str]) -> Candidates:
    tokens = (name_token(field, name) for name in dict.fromkeys(names))
    return Candidates(any_of(In(Range(token, token)) for token in tokens), None)
