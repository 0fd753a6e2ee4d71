"""How common a term is: the share of notices that hold it, told from that of its rarest pair of characters. Pure."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import log
from pathlib import Path
from typing import Self

from crawler.folding import fold

LEAST = 0.0001
"""A term in one notice of ten thousand is as rare as can be."""

SHIPPED_PATH = Path(__file__).with_name("shares.toml")


@dataclass(frozen=True, slots=True)
class Shares:
    """The share of notices that hold each pair of folded characters, and of those not listed."""

    pairs: Mapping[str, float]
    other: float

    def of(self, term: str) -> float:
        """Return about which share of notices holds a term, from LEAST to 1; a single character is told by nothing."""
        folded = fold(term).text
        shares = (self.pairs.get(pair, self.other) for pair in _pairs(folded))
        return max(LEAST, min(shares, default=self.other))

    def rarity(self, term: str) -> float:
        """Return 0 for what every notice holds, towards 1 for what one of ten thousand does."""
        return log(self.of(term)) / log(LEAST)

    @classmethod
    def learned(cls, texts: Iterable[str]) -> Self:
        """Count the pairs of these texts; about 0.5 ms for one of 1,500 characters."""
        counts: Counter[str] = Counter()
        total = 0
        for text in texts:
            counts.update(set(_pairs(fold(text).text)))
            total += 1
        return cls({pair: count / total for pair, count in counts.items()}, 1 / (total + 1))


@cache
def shipped_shares() -> Shares:
    """Return the shares to begin with, before an archive can teach better ones."""
    table = tomllib.loads(SHIPPED_PATH.read_text(encoding="utf-8"))
    return Shares({word: row["share"] for row in table["common"] for word in row["words"].split()}, table["other"])


def _pairs(folded: str) -> Iterable[str]:
    return map("".join, pairwise(folded))
