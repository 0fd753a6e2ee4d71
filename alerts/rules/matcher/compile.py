"""From the tree of a rule to instructions, and to postings that lead to these from its anchors."""

from array import array
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from alerts.rules.fields import TEXTS
from alerts.rules.leaves import Dated, Has, Pattern, Place, State, Term
from alerts.rules.matcher.anchors import NOWHERE, Anchors
from alerts.rules.matcher.frequency import Frequencies
from alerts.rules.matcher.layout import (
    AND,
    END,
    FIELD_BITS,
    FIELD_ORDER,
    GUARDED,
    HASH,
    IN_TEXTS,
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
    WIDTH,
    Ints,
    Longs,
)
from alerts.rules.matcher.literals import Literals, LiteralStore
from alerts.rules.tree import And, Near, Node, Not, Or, Rule

Scope: TypeAlias = tuple[str, ...]
"""The paths of a place, or what a notice is or has: is:revised."""

FIELDS = {"": (1 << len(TEXTS)) - 1, **{name: 1 << number for number, name in enumerate(FIELD_ORDER)}}
MOST_PAIRS = 400  # of terms of one NEAR; beyond, the reference path decides
LAST_ROW = array("i", (END, *(0,) * (WIDTH - 1)))


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
        self._literals = LiteralStore(frequencies)
        self._ids = array("q")
        self._program = array("i")
        self._postings = array("i")
        self._leads = array("i")
        self._scopes: dict[Scope, int] = {}
        self._choose = Anchors(self._literals, self._scope)

    def add(self, id_: int, rule: Rule) -> None:
        """Compile a rule; `id_` is what a match is called by.

        Of the parts of an AND the anchors come from one; a place is asked for with the anchors. What these answer is
        no more in the instructions.
        """
        root = rule.root
        parts = root.parts if isinstance(root, And) else (root,)
        leading, anchors = self._choose.leading(parts)
        place = next((part for part in parts if isinstance(part, Place)), None) if len(parts) > 1 else None
        rest = [part for part in parts if part is not leading and part is not place]
        if len(rest) > 1:
            rest.sort(key=self._expense)
        guard = self._choose.guard([leading, *rest], anchors)
        answered = _plain(leading)
        asked = rest if answered else [leading, *rest]
        flags = SEVERAL * (len(anchors) > 1) | GUARDED * (guard >= 0) | IN_TEXTS * answered | SURE * (not asked)
        scope, start, number = self._scope(place) if place else NOWHERE, len(self._program) // WIDTH, len(self._ids)
        for literal, of_scope, title in anchors:
            self._postings.extend((number, start, scope, guard, flags | TITLE * title))
            self._leads.extend((literal, of_scope))
        if asked:
            self._emit_parts(asked, AND, SKIP_NO)
        self._program += LAST_ROW
        self._ids.append(id_)

    def columns(self) -> Columns:
        """Return everything that was added."""
        literals, characters = self._literals.rows()
        program, postings = _rows(self._program, WIDTH), _rows(self._postings, POSTING)
        paired = (program[:, 0] == TERM) & (program[:, 6] > 0)
        program[paired, 5] = literals[program[paired, 5], HASH]
        guarded = postings[:, 4] & GUARDED > 0
        postings[guarded, 3] = literals[postings[guarded, 3], HASH]
        return Columns(
            ids=np.array(self._ids, np.int64),
            characters=characters,
            literals=literals,
            program=program,
            postings=postings,
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
        self._emit_literals(self._choose.of_term(term), FIELDS[term.field], term.count)
        if term.whole:
            self._emit_doubt()

    def _emit_pattern(self, pattern: Pattern) -> None:
        """Emit that each of its literals must occur; whether it holds then, RE2 knows."""
        self._push(UNKNOWN)
        for literal in pattern.literals:
            self._emit_literals(self._choose.of_piece(literal), FIELDS[pattern.field], 1)
            self._push(AND)

    def _emit_literals(self, literals: Literals, fields: int, count: int) -> None:
        """Emit a term; where its hash will stand, the literal that has it stands until there are hashes."""
        first, many, _ = literals
        if many == 1 and self._literals.paired(first):
            self._program.extend((TERM, first, many, fields, count, first, 1))
        else:
            self._program.extend((TERM, first, many, fields, count, 0, 0))

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
        one, other = self._choose.of_term(left)[:2], self._choose.of_term(right)[:2]
        fields = FIELDS[left.field] | FIELDS[right.field] << FIELD_BITS
        self._push(NEAR, *one, *other, node.distance * 2 + node.ordered, fields)

    def _push(self, *words: int) -> None:
        self._program.extend(words)
        self._program.extend((0,) * (WIDTH - len(words)))

    def _scope(self, node: Place | State | Has) -> int:
        key = node.paths if isinstance(node, Place) else (str(node),)
        return self._scopes.setdefault(key, len(self._scopes))

    def _expense(self, node: Node) -> float:
        """Return what to ask first: scopes, then rare terms; what is not a term comes last."""
        if isinstance(node, Term):
            return self._choose.of_term(node)[2]
        return -1.0 if isinstance(node, (Place, State, Has)) else 1.0


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
