"""From what a reader typed to a tree, or to the fault that says where and why not."""

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput
from lark.visitors import v_args

from alerts.rules.days import read_days
from alerts.rules.errors import RuleError, fault
from alerts.rules.fields import FIELDS, HAVINGS, STATES, Meeting
from alerts.rules.leaves import Dated, Has, Leaf, Pattern, Place, Sought, State, Term
from alerts.rules.limits import MOST_CHARACTERS, MOST_DISTANCE, bounded, check_limits
from alerts.rules.names import known, needles_of_written, needs_lookup, unknown_field
from alerts.rules.patterns import EmptyPatternError, PatternError, read_pattern
from alerts.rules.syntax import explain
from alerts.rules.tree import Near, Node, Not, Rule, all_of, any_of, near, none_of, rebuilt, walk
from config.vocabulary import Vocabulary, Words
from crawler.folding import fold, is_word

DISTANCE = 15  # what NEAR and BEFORE alone mean
QUOTES = '"＂“”'
EXAMPLES = {"region": "region:江苏", "is": "is:revised", "has": "has:attachment", "published": "published:2020-09"}


def parse(rule: str, words: Words) -> Rule:
    """Read a rule; raise RuleError when it is refused."""
    vocabulary = Vocabulary.of(words)
    try:
        if len(rule) > MOST_CHARACTERS:
            raise fault("too_long", MOST_CHARACTERS, length=len(rule), most=MOST_CHARACTERS)
        root = _read(rule)
        if any(map(needs_lookup, check_limits(root))):
            root = rebuilt(root, lambda leaf: known(leaf, vocabulary))
    except RuleError as error:
        error.rule = rule
        raise
    return Rule(rule, root)


def _read(rule: str) -> Node:
    if not rule.strip():
        raise fault("empty", 0)
    parser = _parser()
    try:
        root: Any = parser.parse(rule)
    except UnexpectedInput as unexpected:
        raise explain(unexpected, rule, parser) from None
    node: Node = root
    return node


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="basic", transformer=_Building(), maybe_placeholders=False)


@v_args(inline=True)
class _Building(Transformer[Token, Node]):
    """Builds the tree from below while the parser reads; one method for each line of the grammar."""

    def word(self, word: Token, count: Token | None = None) -> Term:
        return _term(word, word, count)

    def phrase(self, phrase: Token, count: Token | None = None) -> Term:
        return _term(phrase, phrase[1:-1], count, phrase=True)

    def prefix(self, prefix: Token, count: Token | None = None) -> Term:
        written = prefix[:-1]
        if not is_word((fold(written).text or "*")[-1]):
            raise fault("chinese_prefix", prefix.end_pos - 1, term=written)  # type: ignore[operator]
        return _term(prefix, written, count, prefix=True)

    def whole(self, token: Token, count: Token | None = None) -> Term:
        return _signed(token, count, whole=True)

    def group(self, token: Token, count: Token | None = None) -> Term:
        return _signed(token, count, group=True)

    def pattern(self, token: Token) -> Pattern:
        try:
            source, literals = read_pattern(token[1:-1])
        except EmptyPatternError:
            raise fault("pattern_empty", _start(token)) from None
        except PatternError as error:
            raise fault("pattern", _start(token), reason=error.in_chinese, reason_en=str(error)) from None
        return Pattern(token[1:-1], source, literals, _start(token))

    def scoped(self, name: Token, part: Node) -> Node:
        written = name[:-1]
        field = written if written in FIELDS else fold(written).text
        if field not in FIELDS:
            raise unknown_field(name)
        return rebuilt(part, lambda leaf: _in_field(leaf, field))

    def exclude(self, operator: Token, part: Node) -> Node:
        return bounded(none_of(part, _start(operator)))

    def close(self, *parts: Node | Token) -> Node:
        left: Any = parts[0]
        for operator, right in zip(parts[1::2], parts[2::2], strict=True):
            left = bounded(_brought_near(left, operator, right))  # type: ignore[arg-type]
        joined: Node = left
        return joined

    def both(self, *parts: Node) -> Node:
        return bounded(all_of(parts))

    def either(self, *parts: Node) -> Node:
        return bounded(any_of(parts))


def _term(  # noqa: PLR0913  a term has as many sides
    token: Token,
    written: str,
    count: Token | None,
    *,
    phrase: bool = False,
    prefix: bool = False,
    whole: bool = False,
    group: bool = False,
) -> Term:
    needles = needles_of_written(str(written))
    if not needles:
        raise fault("vanishing", _start(token))
    times = int(count[1:-1]) if count else 1
    if count is not None and times < 1:
        raise fault("count_zero", _start(count))
    return Term(
        str(written),
        needles,
        _start(token),
        phrase=phrase,
        prefix=prefix,
        count=times,
        whole=whole,
        group=group,
    )


def _signed(token: Token, count: Token | None, *, whole: bool = False, group: bool = False) -> Term:
    phrase = token[-1] in QUOTES
    written = token[2:-1] if phrase else token[1:]
    return _term(token, written, count, phrase=phrase, whole=whole, group=group)


def _brought_near(left: Node, operator: Token, right: Node) -> Near:
    for part in (*walk(left), *walk(right)):
        if isinstance(part, Not):
            raise fault("near_not", part.position, operator=operator.type)
        if isinstance(part, (Place, State, Has, Dated)):
            raise fault("near_place", part.position, operator=operator.type, found=str(part))
        if isinstance(part, Term) and part.count > 1:
            raise fault("near_count", part.position, operator=operator.type)
    return near(left, right, _distance(operator), ordered=operator.type == "BEFORE")


def _distance(operator: Token) -> int:
    written = fold(operator).text.partition("/")
    if not written[1]:
        return DISTANCE
    if not written[2].isdecimal() or int(written[2]) > MOST_DISTANCE:
        raise fault("near_distance", _start(operator), operator=str(operator), most=MOST_DISTANCE)
    return int(written[2])


def _in_field(leaf: Leaf, field: str) -> Leaf:
    if not isinstance(leaf, Sought) or leaf.field:
        raise fault("nested_field", leaf.position, outer=field)
    meeting = FIELDS[field].meeting
    if meeting in {Meeting.TEXT, Meeting.FACT}:
        return replace(leaf, field=field)
    is_day = meeting is Meeting.DAYS
    if isinstance(leaf, Pattern) or leaf.prefix or leaf.count > 1 or leaf.group or (leaf.whole and not is_day):
        raise fault("name_form", leaf.position, field=field, example=EXAMPLES.get(field, EXAMPLES["published"]))
    if is_day:
        return _dated(leaf, field)
    return Place(leaf.written, (), leaf.position, leaf.phrase) if meeting is Meeting.PLACE else _stated(leaf, meeting)


def _stated(leaf: Term, meeting: Meeting) -> State | Has:
    written = fold(leaf.written).text
    if meeting is Meeting.STATE:
        state = next((name for name, label in STATES.items() if written in {name, label}), None)
        if state is None:
            raise fault("state", leaf.position, state=leaf.written)
        return State(state, leaf.position)
    having = next((name for name, label in HAVINGS.items() if written in {name, label}), None)
    if having is None:
        raise fault("having", leaf.position, having=leaf.written)
    return Has(having, leaf.position)


def _dated(leaf: Term, field: str) -> Dated:
    written = f"={leaf.written}" if leaf.whole else leaf.written
    days = read_days(written, ahead=field == "deadline")
    if days is None:
        raise fault("days", leaf.position, field=field, written=written)
    if isinstance(days[0], date) and isinstance(days[1], date) and days[0] > days[1]:
        raise fault("days_order", leaf.position, field=field, written=written)
    return Dated(field, *days, leaf.position)


def _start(token: Token) -> int:
    return token.start_pos or 0
