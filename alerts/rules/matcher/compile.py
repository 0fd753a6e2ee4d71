"""From the tree of a rule to instructions, and to the anchors of which one must stand in a notice that it finds."""

from array import array
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from alerts.rules.fields import TEXTS
from alerts.rules.matcher.frequency import SCOPE as SCOPE_SHARE
from alerts.rules.matcher.frequency import Frequencies
from alerts.rules.matcher.layout import (
    AND,
    END,
    FIELD_BITS,
    FIELD_ORDER,
    GUARDED,
    HASH,
    IN_TEXTS,
    LITERAL,
    NEAR,
    NOT,
    OR,
    POSTING,
    SCOPE,
    SEVERAL,
    SKIP_NO,
    SKIP_YES,
    SURE,
    TERM,
    TITLE,
    UNKNOWN,
    WHOLE_LEFT,
    WHOLE_RIGHT,
    WIDTH,
    WORD,
    Ints,
    Longs,
    marked,
)
from alerts.rules.tree import And, Dated, Has, Leaf, Near, Node, Not, Or, Pattern, Place, Rule, State, Term
from crawler.folding import is_word

Scope: TypeAlias = tuple[str, ...]
"""The paths of a place, or what a notice is or has: is:revised."""

FIELDS = {"": (1 << len(TEXTS)) - 1, **{name: 1 << number for number, name in enumerate(FIELD_ORDER)}}
MOST_PAIRS = 400  # of terms of one NEAR; beyond, the reference path decides
NOWHERE = -1  # the anchor of a rule that has none
SOMETIMES = 2.0  # above every share: a rule is asked about each notice


class Literals(NamedTuple):
    """The literals of one term: they stand beside each other."""

    first: int
    many: int
    share: float  # of notices that hold one of them, about


class Anchor(NamedTuple):
    """What a notice must hold, or lie in, before a rule is asked: a literal, a scope, or nothing."""

    literal: int = NOWHERE
    scope: int = NOWHERE
    title: bool = False


class Columns(NamedTuple):
    """Compiled rules before they are put in order; `leads` are the literal and the scope of each posting."""

    ids: Longs
    characters: Ints
    literals: Ints
    program: Ints
    postings: Ints
    leads: Ints
    scopes: tuple[Scope, ...]


class Compiler:
    """Takes rules one by one; `columns` gives what they came to."""

    def __init__(self, frequencies: Frequencies) -> None:
        self._frequencies = frequencies
        self._ids = array("q")
        self._characters: list[str] = []
        self._length = 0
        self._literals = array("i")
        self._known: dict[tuple[tuple[str, ...], int], Literals] = {}
        self._program = array("i")
        self._postings = array("i")
        self._leads = array("i")
        self._scopes: dict[Scope, int] = {}

    def add(self, id_: int, rule: Rule) -> None:
        """Compile a rule; `id_` is what a match is called by.

        Of the parts of an AND the anchors come from one; a place is asked for with the anchors. What these answer is
        no more in the instructions.
        """
        parts = rule.root.parts if isinstance(rule.root, And) else (rule.root,)
        share, anchors, first = min((*self._anchors(part, wanted=True), number) for number, part in enumerate(parts))
        del share
        place = next((part for part in parts if isinstance(part, Place)), None)
        rest = [part for part in parts if part is not parts[first] and part is not place]
        guard = self._guard([parts[first], *rest], anchors)
        answered = _plain(parts[first])
        asked = sorted(rest, key=self._expense) if answered else [parts[first], *sorted(rest, key=self._expense)]
        flags = SEVERAL * (len(anchors) > 1) | GUARDED * (guard is not None) | IN_TEXTS * answered | SURE * (not asked)
        scope, start = self._scope(place) if place else NOWHERE, len(self._program) // WIDTH
        for anchor in anchors:
            self._postings.extend((len(self._ids), start, scope, guard or 0, flags | TITLE * anchor.title))
            self._leads.extend((anchor.literal, anchor.scope))
        if asked:
            self._emit_parts(asked, AND, SKIP_NO)
        self._push(END)
        self._ids.append(id_)

    def columns(self) -> Columns:
        """Return everything that was added."""
        return Columns(
            ids=np.array(self._ids, np.int64),
            characters=marked("".join(self._characters)),
            literals=_rows(self._literals, LITERAL),
            program=_rows(self._program, WIDTH),
            postings=_rows(self._postings, POSTING),
            leads=_rows(self._leads, 2),
            scopes=tuple(self._scopes),
        )

    def _emit(self, node: Node) -> None:
        match node:
            case Term():
                self._emit_term(node)
            case And():
                self._emit_parts(node.parts, AND, SKIP_NO)
            case Or():
                self._emit_parts(node.parts, OR, SKIP_YES)
            case Pattern():
                self._emit_pattern(node)
            case Place() | State() | Has():
                self._push(SCOPE, self._scope(node))
            case Dated():
                self._push(UNKNOWN)
            case Not():
                self._emit(node.part)
                self._push(NOT)
            case Near():
                self._emit_near(node)

    def _emit_term(self, term: Term) -> None:
        self._emit_literals(self._of_term(term), FIELDS[term.field], term.count)
        if term.whole:
            self._emit_doubt()

    def _emit_pattern(self, pattern: Pattern) -> None:
        """Emit that each of its literals must occur; whether it holds then, RE2 knows."""
        self._push(UNKNOWN)
        for literal in pattern.literals:
            self._emit_literals(self._of_piece(literal), FIELDS[pattern.field], 1)
            self._push(AND)

    def _emit_literals(self, literals: Literals, fields: int, count: int) -> None:
        first, many, _ = literals
        paired = many == 1 and self._paired(first)
        code = self._literals[first * LITERAL + HASH] if paired else 0
        self._push(TERM, first, many, fields, count, code, paired)

    def _emit_doubt(self) -> None:
        """Turn YES into MAYBE."""
        self._push(UNKNOWN)
        self._push(AND)

    def _emit_parts(self, parts: Sequence[Node], operation: int, skip: int) -> None:
        """Emit the parts with the operation between; as soon as the answer is known, the rest is skipped."""
        skips = []
        self._emit(parts[0])
        for part in parts[1:]:
            skips.append(len(self._program))
            self._push(skip)
            self._emit(part)
            self._push(operation)
        for place in skips:
            self._program[place + 1] = (len(self._program) - place) // WIDTH - 1

    def _emit_near(self, node: Near) -> None:
        """Emit a pair of terms; an OR of sides is an OR of pairs. Of any other form: both sides must occur at least."""
        pairs = _pairs(node)
        if pairs is None:
            self._emit_parts((node.left, node.right), AND, SKIP_NO)
            self._emit_doubt()
            return
        self._emit_pair(*pairs[0], node)
        for left, right in pairs[1:]:
            self._emit_pair(left, right, node)
            self._push(OR)

    def _emit_pair(self, left: Term, right: Term, node: Near) -> None:
        one, other = self._of_term(left), self._of_term(right)
        fields = FIELDS[left.field] | FIELDS[right.field] << FIELD_BITS
        self._push(NEAR, one.first, one.many, other.first, other.many, node.distance * 2 + node.ordered, fields)

    def _push(self, *words: int) -> None:
        self._program.extend(words)
        self._program.extend((0,) * (WIDTH - len(words)))

    def _of_term(self, term: Term) -> Literals:
        return self._of(term.needles, whole_left=True, whole_right=not term.prefix)

    def _of_piece(self, literal: str) -> Literals:
        return self._of((literal,), whole_left=False, whole_right=False)

    def _of(self, needles: tuple[str, ...], *, whole_left: bool, whole_right: bool) -> Literals:
        key = (needles, whole_left * WHOLE_LEFT | whole_right * WHOLE_RIGHT)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._new_literals(*key)
        return found

    def _new_literals(self, needles: tuple[str, ...], whole: int) -> Literals:
        first, total = len(self._literals) // LITERAL, 0.0
        for needle in needles:
            share, place = self._frequencies.rarest(needle)
            total += share
            rims = whole & (WHOLE_LEFT * is_word(needle[0]) | WHOLE_RIGHT * is_word(needle[-1]))
            self._literals.extend((self._length, len(needle), place, hash_of(needle, place), rims))
            self._characters.append(needle)
            self._length += len(needle)
        return Literals(first, len(needles), total)

    def _scope(self, node: Place | State | Has) -> int:
        key = node.paths if isinstance(node, Place) else (str(node),)
        return self._scopes.setdefault(key, len(self._scopes))

    def _expense(self, node: Node) -> float:
        """Return what to ask first: scopes, then rare terms; what is not a term comes last."""
        if isinstance(node, Term):
            return self._of_term(node).share
        return -1.0 if isinstance(node, (Place, State, Has)) else 1.0

    def _anchors(self, node: Node, *, wanted: bool) -> tuple[float, list[Anchor]]:
        """Return the cheapest anchors of which at least one must hold when the node does (or, not wanted, does not)."""
        if isinstance(node, (Term, Pattern, Place, State, Has, Dated)):
            return self._leaf_anchors(node) if wanted else (SOMETIMES, [Anchor()])
        if isinstance(node, Not):
            return self._anchors(node.part, wanted=not wanted)
        if isinstance(node, Near):
            return self._one((node.left, node.right), wanted=True) if wanted else (SOMETIMES, [Anchor()])
        return (self._one if isinstance(node, And) is wanted else self._every)(node.parts, wanted=wanted)

    def _leaf_anchors(self, leaf: Leaf) -> tuple[float, list[Anchor]]:
        if isinstance(leaf, (Place, State, Has)):
            return SCOPE_SHARE, [Anchor(scope=self._scope(leaf))]
        if isinstance(leaf, Term):
            literals = self._of_term(leaf)
        elif isinstance(leaf, Pattern) and leaf.literals:
            literals = min(map(self._of_piece, leaf.literals), key=lambda one: one.share)
        else:
            return SOMETIMES, [Anchor()]
        first, many, share = literals
        return share, [Anchor(literal, title=leaf.field == "title") for literal in range(first, first + many)]

    def _one(self, parts: Sequence[Node], *, wanted: bool) -> tuple[float, list[Anchor]]:
        return min((self._anchors(part, wanted=wanted) for part in parts), key=lambda found: found[0])

    def _every(self, parts: Sequence[Node], *, wanted: bool) -> tuple[float, list[Anchor]]:
        found = [self._anchors(part, wanted=wanted) for part in parts]
        total = sum(share for share, _ in found)
        if any(anchor == Anchor() for _, anchors in found for anchor in anchors):
            return SOMETIMES, [Anchor()]
        return total, list(dict.fromkeys(anchor for _, anchors in found for anchor in anchors))

    def _guard(self, parts: Sequence[Node], anchors: Sequence[Anchor]) -> int | None:
        """Return the hash of the rarest bigram that must occur beside the anchor."""
        taken = {anchor.literal for anchor in anchors}
        needed = [self._of_term(term) for part in parts for term in _needed(part)]
        single = [one for one in needed if one.many == 1 and one.first not in taken and self._paired(one.first)]
        if not single:
            return None
        return self._literals[min(single, key=lambda one: one.share).first * LITERAL + HASH]

    def _paired(self, literal: int) -> bool:
        return self._literals[literal * LITERAL + 1] > 1


def hash_of(needle: str, place: int) -> int:
    """Return the hash of the bigram at a place, as `kernel.mixed` makes it, as a signed number of 32 bits."""
    second = _mark(needle[place + 1]) if len(needle) > 1 else 0
    code = ((_mark(needle[place]) << 32 | second) * 0x9E3779B97F4A7C15 >> 32) & 0xFFFFFFFF
    return code - (code >> 31 << 32)


def _mark(character: str) -> int:
    return ord(character) | WORD if is_word(character) else ord(character)


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


def _plain(node: Node) -> bool:
    """Tell whether any of the node's anchors makes it hold, when that stands in a title, a body or an attachment."""
    return all(
        part.count == 1 and not part.whole and part.field in {"", "title"}
        if isinstance(part, Term)
        else isinstance(part, (Place, State, Has))
        for part in (node.parts if isinstance(node, Or) else (node,))
    )


def _pairs(node: Near) -> list[tuple[Term, Term]] | None:
    """Return the pairs of terms of which one must be near each other; None when it takes more than that to say."""
    sides = [side.parts if isinstance(side, Or) else (side,) for side in (node.left, node.right)]
    terms = [[part for part in side if isinstance(part, Term) and not part.whole] for side in sides]
    whole = all(len(found) == len(side) for found, side in zip(terms, sides, strict=True))
    if not whole or len(terms[0]) * len(terms[1]) > MOST_PAIRS:
        return None
    return [(left, right) for left in terms[0] for right in terms[1]]


def _rows(words: "array[int]", width: int) -> Ints:
    rows: npt.NDArray[np.int32] = np.array(words, np.int32).reshape(-1, width)
    return rows
