"""Cutting at item borders by any measure: bytes of a chat message, bytes of a page, bytes of JSON."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")

FIRST_TRY = 64


def fitting(items: Sequence[Item], fits: Callable[[Sequence[Item]], bool]) -> int:
    """Return how many items from the front fit together: doubling first, then halving, for `fits` may be dear."""
    low, high = 0, min(FIRST_TRY, len(items))
    while fits(items[:high]):
        if high == len(items):
            return high
        low, high = high, min(high * 2, len(items))
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(items[:middle]) else (low, middle)
    return low


def parts(items: Sequence[Item], fits: Callable[[Sequence[Item]], bool]) -> Iterator[Sequence[Item]]:
    """Cut the items into runs that fit; each holds at least one, so an item must be made to fit alone."""
    rest = items
    while rest:
        size = max(fitting(rest, fits), 1)
        yield rest[:size]
        rest = rest[size:]


def fairly(columns: Sequence[Sequence[Item]]) -> list[Item]:
    """Order items so that every column keeps its best when the tail is cut: the firsts, then the seconds, and so on."""
    deepest = max(map(len, columns), default=0)
    return [column[rank] for rank in range(deepest) for column in columns if rank < len(column)]
