"""The literals of the terms of many rules, each kept once; their hashes and rims are worked out for all together."""

from array import array
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from alerts.rules.matcher.frequency import Frequencies
from alerts.rules.matcher.layout import BESIDE, HASH, LITERAL, WHOLE_LEFT, WHOLE_RIGHT, WORD, Ints, Longs, marked

Literals: TypeAlias = tuple[int, int, float]
"""Those of one term, which stand beside each other: the first, how many, and what share of notices holds one, about.

Plain tuples, since the collector of garbage leaves these alone: there are millions of them.
"""


class LiteralStore:
    """Gives each literal a number; `rows` says what they are."""

    def __init__(self, frequencies: Frequencies) -> None:
        self._rarest = frequencies.rarest
        self._texts: list[str] = []
        self._places = array("i")
        self._rims = bytearray()
        self._known: tuple[dict[tuple[str, ...], Literals], ...] = ({}, {}, {}, {})  # by the rims that must be whole

    def of(self, needles: tuple[str, ...], rims: int) -> Literals:
        """Return the literals of a term, new ones when no term had the same needles."""
        known = self._known[rims]
        found = known.get(needles)
        if found is None:
            found = known[needles] = self._new(needles, rims)
        return found

    def paired(self, literal: int) -> bool:
        """Tell whether a literal has a bigram: it is more than one character."""
        return len(self._texts[literal]) > 1

    def rows(self) -> tuple[Ints, Ints]:
        """Return all literals as layout.py has them, and their characters."""
        characters = marked("".join(self._texts))
        rows = np.zeros((len(self._texts), LITERAL), np.int32)
        rows[:, 1] = np.fromiter(map(len, self._texts), np.int32, len(rows))
        rows[:, 0] = np.cumsum(rows[:, 1]) - rows[:, 1]
        rows[:, 2] = self._places
        rows[:, HASH] = hashes_of(bigrams_of(characters, rows)).astype(np.uint32).view(np.int32)
        left, right = characters[rows[:, 0]] & WORD > 0, characters[rows[:, 0] + rows[:, 1] - 1] & WORD > 0
        rows[:, 4] = np.frombuffer(self._rims, np.uint8) & (WHOLE_LEFT * left | WHOLE_RIGHT * right)
        rows[:, BESIDE] = _beside(characters, rows)
        return rows, characters

    def _new(self, needles: tuple[str, ...], rims: int) -> Literals:
        first, total = len(self._texts), 0.0
        for needle in needles:
            share, place = self._rarest(needle)
            total += share
            self._texts.append(needle)
            self._places.append(place)
            self._rims.append(rims)
        return first, len(needles), total


def bigrams_of(characters: Ints, rows: Ints) -> Longs:
    """Return the rarest bigram of each literal: first << 32 | second, and no second for a single character."""
    first = rows[:, 0].astype(np.int64) + rows[:, 2]
    bigrams: Longs = characters[first].astype(np.int64) << 32
    paired = rows[:, 1] > 1
    bigrams[paired] |= characters[first[paired] + 1]
    return bigrams


def _beside(characters: Ints, rows: Ints) -> Ints:
    first = rows[:, 0].astype(np.int64) + rows[:, 2]
    beside = np.zeros(len(rows), np.uint32)
    before, behind = rows[:, 2] > 0, rows[:, 2] + 2 < rows[:, 1]
    beside[before] = characters[first[before] - 1] & 0xFFFF
    beside[behind] |= (characters[first[behind] + 2] & 0xFFFF).astype(np.uint32) << np.uint32(16)
    return beside.view(np.int32)


def hashes_of(bigrams: Longs) -> npt.NDArray[np.uint64]:
    """Return the hashes of bigrams, as `machine.mixed` makes them."""
    with np.errstate(over="ignore"):
        return (bigrams.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(32)) & np.uint64(0xFFFFFFFF)
