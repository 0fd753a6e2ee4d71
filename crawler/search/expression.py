"""What the index is asked: tokens joined by all, any and without. Pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from crawler.search.segment import NEVER, Listed, Ordinals
from crawler.search.tokens import Range

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Everything:
    """Any notice: what cannot be looked up."""


@dataclass(frozen=True, slots=True)
class Has:
    """The notice has a token of the range."""

    range: Range


@dataclass(frozen=True, slots=True)
class Within:
    """A time of the notice lies between two others, both included; None: without end."""

    column: Literal["seen", "published"]  # in the units of Listed
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class All:
    """All parts are so."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """One part is so, or more."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Without:
    """The part is not so."""

    part: "Expression"


Expression: TypeAlias = Everything | Has | Within | All | Any | Without
EVERYTHING = Everything()


def all_of(parts: Iterable[Expression]) -> Expression:
    """Join what must all be so."""
    kept = tuple(dict.fromkeys(part for part in parts if part != EVERYTHING))
    if not kept:
        return EVERYTHING
    return kept[0] if len(kept) == 1 else All(kept)


def any_of(parts: Iterable[Expression]) -> Expression:
    """Join what may be so; nothing at all is never so."""
    kept = tuple(dict.fromkeys(parts))
    if EVERYTHING in kept:
        return EVERYTHING
    return kept[0] if len(kept) == 1 else Any(kept)


def ranges_of(expression: Expression) -> Iterator[Range]:
    """Yield what must be looked up."""
    match expression:
        case Has(found):
            yield found
        case All(parts) | Any(parts):
            for part in parts:
                yield from ranges_of(part)
        case Without(part):
            yield from ranges_of(part)


def narrows(expression: Expression) -> bool:
    """Tell whether tokens are looked up that a notice must have; if not, at most its days tell it from others."""
    match expression:
        case Has():
            return True
        case All(parts):
            return any(map(narrows, parts))
        case Any(parts):
            return all(map(narrows, parts))
        case Within() | Without() | Everything():
            return False


def answer(expression: Expression, listed: Listed, look: Callable[[Range], Ordinals]) -> Mask:
    """Return for each notice whether it is so; `look` gives the ordinals of those that have a range."""
    match expression:
        case Has(found):
            mask = np.zeros(len(listed), np.bool_)
            mask[look(found)] = True
            return mask
        case Within():
            return _within(expression, listed)
        case All(parts):
            return reduce(np.logical_and, (answer(part, listed, look) for part in parts))
        case Any(parts):
            return reduce(
                np.logical_or, (answer(part, listed, look) for part in parts), np.zeros(len(listed), np.bool_)
            )
        case Without(part):
            return ~answer(part, listed, look)
        case Everything():
            return np.ones(len(listed), np.bool_)


def _within(wanted: Within, listed: Listed) -> Mask:
    times = listed.seen if wanted.column == "seen" else listed.published
    mask: Mask = times != NEVER
    if wanted.first is not None:
        mask &= times >= wanted.first
    if wanted.last is not None:
        mask &= times <= wanted.last
    return mask
