"""How common a term is: the share of notices that hold it, told from that of its rarest pair of characters. Pure."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

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


@cache
def shipped_shares() -> Shares:
    """Return the shares that scores are made with."""
    table = tomllib.loads(SHIPPED_PATH.read_text(encoding="utf-8"))
    return Shares({word: row["share"] for row in table["common"] for word in row["words"].split()}, table["other"])


def _pairs(folded: str) -> Iterable[str]:
    return map("".join, pairwise(folded))
