"""One plain sentence that says what a rule finds, in Chinese or English."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from alerts.rules.days import RANGE, printed
from alerts.rules.errors import Language
from alerts.rules.leaves import Dated, Has, Pattern, Place, Sought, State, Term
from alerts.rules.sayings import SAYINGS, Saying, Sayings
from alerts.rules.tree import And, Near, Node, Not, Or, Rule, walk


def explained(rule: Rule, language: Language = "zh") -> str:
    """Return what a rule finds as a sentence."""
    say = SAYINGS[language]
    return say.sentence.format(clause=_clause(rule.root, say, wanted=True))


def _clause(node: Node, say: Sayings, *, wanted: bool) -> str:  # noqa: PLR0911  one answer for each kind of node
    sign = 0 if wanted else 1
    match node:
        case Term() | Pattern() | Near():
            return _there(say.has[sign], [node], say, say.each)
        case Place():
            return say.place[sign].format(words=node.written)
        case State():
            return say.states[node.name][sign]
        case Has():
            return say.havings[node.name][sign]
        case Dated():
            return say.days[node.field][sign] + _span(node, say)
        case Not():
            return _clause(node.part, say, wanted=not wanted)
        case And():
            clauses = _joined(_merged(node.parts, say, say.each), say.all_of)
        case Or():
            clauses = _joined(_merged(node.parts, say, say.some), say.any_of)
    return clauses if wanted else _denied(node, clauses, say)


def _denied(node: And | Or, clauses: str, say: Sayings) -> str:
    if isinstance(node, Or) and len({_kind(part) for part in node.parts}) == 1:
        if _is_text(node.parts[0]):
            return _there(say.none, node.parts, say, say.neither)
        if isinstance(node.parts[0], Place):
            return say.place[1].format(words=_names(node.parts, say.some))
    return say.other_than.format(clause=say.bracket.format(clause=clauses))


def _merged(parts: Sequence[Node], say: Sayings, between: Saying) -> list[str]:
    """Return a clause for each run of parts that can be said together: words of one field, places."""
    clauses = []
    for kind, run in groupby(parts, _kind):
        together = list(run)
        if kind[0] == "text":
            clauses.append(_there(say.has[0], together, say, between))
        elif kind[0] == "not text" and between == say.each and len(together) > 1:
            clauses.append(_there(say.none, [_inside(part) for part in together], say, say.neither))
        elif kind[0] == "place" and between == say.some:
            clauses.append(say.place[0].format(words=_names(together, between)))
        else:
            clauses += [_nested(part, say, alone=len(parts) == 1) for part in together]
    return clauses


def _nested(part: Node, say: Sayings, *, alone: bool) -> str:
    clause = _clause(part, say, wanted=True)
    mixed = isinstance(part, (And, Or)) and len({_kind(one) for one in part.parts}) > 1
    return say.bracket.format(clause=clause) if mixed and not alone else clause


def _kind(part: Node) -> tuple[str, str]:
    """Tell what can be said together with its like, and of which field."""
    if _is_text(part):
        return "text", _field(part)
    if isinstance(part, Not) and _is_text(part.part):
        return "not text", _field(part.part)
    return ("place", "") if isinstance(part, Place) else (type(part).__name__, "")


def _is_text(part: Node) -> bool:
    return isinstance(part, (Sought, Near))


def _inside(part: Node) -> Node:
    return part.part if isinstance(part, Not) else part


def _field(part: Node) -> str:
    """Return the field of what is looked for; of several fields none."""
    fields = {leaf.field for leaf in walk(part) if isinstance(leaf, Sought)}
    return fields.pop() if len(fields) == 1 else ""


def _there(saying: str, parts: Sequence[Node], say: Sayings, between: Saying) -> str:
    words = _joined([_words(part, say) for part in parts], between)
    return saying.format(words=words, where=say.fields[_field(parts[0])])


def _words(node: Node, say: Sayings) -> str:
    """Return what is looked for in a text."""
    match node:
        case Term():
            return _word(node, say)
        case Pattern():
            return say.pattern.format(word=node.label)
        case Near():
            left, right = _words(node.left, say), _words(node.right, say)
            saying = say.before if node.ordered else say.near
            return saying.format(left=left, right=right, distance=node.distance)
        case And() | Or():
            between = say.each if isinstance(node, And) else say.some
            return say.bracket.format(clause=_joined([_words(part, say) for part in node.parts], between))
        case _:
            raise TypeError(f"{node} is not looked for in a text")


def _word(term: Term, say: Sayings) -> str:
    rows = ((term.whole, say.whole), (term.group, say.group), (term.prefix, say.prefix), (term.count > 1, say.counted))
    word = say.word.format(word=term.written)
    for holds, saying in rows:
        word = saying.format(word=word, count=term.count) if holds else word
    return word


def _span(node: Dated, say: Sayings) -> str:
    first, last = node.days
    if node.moves:
        return _window(node, say)
    written = printed(node.days, ahead=False)
    if written[0].isdigit() and RANGE not in written and first != last:
        return say.spans["within"].format(first=written)
    form = "day" if first == last else "until" if first is None else "from" if last is None else "span"
    return say.spans[form].format(first=first, last=last)


def _window(node: Dated, say: Sayings) -> str:
    ahead = node.field == "deadline"
    nearest, furthest = (abs(day) if isinstance(day, int) else None for day in node.days[:: 1 if ahead else -1])
    if furthest is None:
        return say.spans["later" if ahead else "earlier"].format(count=nearest)
    if nearest == furthest:
        return say.spans["today" if not nearest else "day ahead" if ahead else "day ago"].format(count=nearest)
    return say.spans["ahead" if ahead else "ago"].format(count=furthest + 1)


def _names(parts: Iterable[Node], between: Saying) -> str:
    return _joined([part.written for part in parts if isinstance(part, Place)], between)


def _joined(parts: Sequence[str], between: Saying) -> str:
    """Join parts, the last of them in its own way."""
    *before, last = parts
    return between[1].join((between[0].join(before), last)) if before else last
