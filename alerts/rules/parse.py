"""From what a reader typed to a tree, or to the fault that says where and why not."""

from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from lark import Lark, Token, Transformer, UnexpectedInput
from lark.visitors import v_args

from alerts.rules.errors import RuleError, fault
from alerts.rules.fields import FIELDS, STATES, Meeting
from alerts.rules.limits import MOST_CHARACTERS, MOST_DISTANCE, bounded, check_limits
from alerts.rules.syntax import explain
from alerts.rules.tree import (
    Leaf,
    Near,
    Node,
    Not,
    Place,
    Rule,
    State,
    Term,
    all_of,
    any_of,
    near,
    none_of,
    rebuilt,
    walk,
)
from alerts.rules.warn import warnings_of
from config.regions import Places
from config.vocabulary import Vocabulary, Words
from crawler.folding import fold, is_word

DISTANCE = 15  # what NEAR and BEFORE alone mean
NOT_YET = {
    "WHOLE_WORD": ("=词", "整词匹配", "whole word"),
    "SYNONYM": ("~词", "同义词组", "synonyms"),
    "REGEX": ("/…/", "正则表达式", "regular expression"),
}


def parse(rule: str, words: Words) -> Rule:
    """Read a rule; raise RuleError when it is refused."""
    vocabulary = Vocabulary.of(words)
    try:
        if len(rule) > MOST_CHARACTERS:
            raise fault("too_long", MOST_CHARACTERS, length=len(rule), most=MOST_CHARACTERS)
        root = rebuilt(_read(rule), lambda leaf: _located(leaf, vocabulary.places))
        check_limits(root)
    except RuleError as error:
        error.rule = rule
        raise
    return Rule(rule, root, warnings_of(root))


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

    def not_yet(self, token: Token) -> NoReturn:
        form, meaning, meaning_en = NOT_YET[token.type]
        raise fault("not_yet", _start(token), form=form, meaning=meaning, meaning_en=meaning_en)

    def scoped(self, name: Token, part: Node) -> Node:
        field = fold(name[:-1]).text
        if field not in FIELDS:
            raise _unknown_field(name)
        meeting, label = FIELDS[field].meeting, FIELDS[field].label
        if meeting is Meeting.LATER:
            raise fault("not_yet", _start(name), form=f"{field}:", meaning=label, meaning_en="a condition on a fact")
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


def _term(token: Token, written: str, count: Token | None, *, phrase: bool = False, prefix: bool = False) -> Term:
    folded = fold(written).text
    if not folded:
        raise fault("vanishing", _start(token))
    times = int(count[1:-1]) if count else 1
    if count is not None and times < 1:
        raise fault("count_zero", _start(count))
    return Term(str(written), _needles(folded), _start(token), phrase=phrase, prefix=prefix, count=times)


def _needles(folded: str) -> tuple[str, ...]:
    """Return the ways a term may stand in folded text: as it is, closed up (a phrase), letter-spaced (A I, 5 G)."""
    closed = folded.replace(" ", "")
    spaced = "".join(
        first + " " if is_word(first) and is_word(second) and not (first.isdigit() and second.isdigit()) else first
        for first, second in zip(closed, f"{closed[1:]},", strict=True)
    )
    return tuple(dict.fromkeys((folded, closed, spaced)))


def _brought_near(left: Node, operator: Token, right: Node) -> Near:
    for part in (*walk(left), *walk(right)):
        if isinstance(part, Not):
            raise fault("near_not", part.position, operator=operator.type)
        if isinstance(part, (Place, State)):
            raise fault("near_place", part.position, operator=operator.type)
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
    if isinstance(leaf, (Place, State)) or leaf.field:
        raise fault("nested_field", leaf.position, outer=field)
    if FIELDS[field].meeting is Meeting.STATE:
        return _state(leaf)
    if FIELDS[field].meeting is Meeting.PLACE:
        if leaf.prefix or leaf.count > 1:
            raise fault("region_form", leaf.position)
        return Place(leaf.written, (), leaf.position, leaf.phrase)
    return Term(leaf.written, leaf.needles, leaf.position, field, leaf.phrase, leaf.prefix, leaf.count)


def _state(leaf: Term) -> State:
    written = fold(leaf.written).text
    name = next((name for name, label in STATES.items() if written in {name, label}), None)
    if name is None or leaf.prefix or leaf.count > 1:
        raise fault("state", leaf.position, state=leaf.written)
    return State(name, leaf.position)


def _located(leaf: Leaf, places: Places) -> Leaf:
    if not isinstance(leaf, Place):
        return leaf
    found = places.find(leaf.written) or places.find(fold(leaf.written).text)
    if found:
        return Place(leaf.written, found, leaf.position, leaf.phrase)
    nearest = places.nearest(leaf.written)
    raise fault(
        "region",
        leaf.position,
        region=leaf.written,
        nearest=f"您要找的是“{nearest}”吗？" if nearest else "请写省、市、区县的名称，例如：region:江苏",
        nearest_en=f"Did you mean {nearest}?" if nearest else "Name a province, city or district, such as region:江苏",
    )


def _unknown_field(name: Token) -> RuleError:
    written = name[:-1]
    labels = {field.label: field.name for field in FIELDS.values()}
    known: Sequence[str] = [*FIELDS, *labels]
    nearest = next(iter(get_close_matches(fold(written).text, known, n=1, cutoff=0.5)), "")
    nearest = labels.get(nearest, nearest)
    every = [field.name for field in FIELDS.values() if field.meeting is not Meeting.LATER]
    return fault(
        "field",
        _start(name),
        field=written,
        nearest=f"您要找的是“{nearest}:”吗？" if nearest else f"可用的字段是 {'、'.join(every)}。",
        nearest_en=f"Did you mean {nearest}:? " if nearest else f"The fields are {', '.join(every)}. ",
    )


def _start(token: Token) -> int:
    return token.start_pos or 0
