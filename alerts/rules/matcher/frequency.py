"""In what share of notices a bigram stands: by it the anchor of a rule is chosen. Wrong figures cost time, no match."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from operator import add
from pathlib import Path
from typing import Self

import numpy as np

from crawler.folding import is_word

RARE = 2e-4  # what no table holds
RARE_LATIN = 2e-3  # there are few Latin letters: no pair of them is as rare as one of 汉字
RARE_CHARACTER = 0.02
SCOPE = 0.1  # a place or a state
MOST = 50_000  # bigrams kept; the rest are rare
HANZI = re.compile("[一-\u9fff]+")  # none of these belongs to a word of a spaced script
LEAST = 2  # notices that must hold a bigram before it counts as less than rare


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Bigrams and single characters, with the share of notices that hold each."""

    shares: Mapping[str, float]

    @classmethod
    def learned(cls, folded: Iterable[str]) -> Self:
        """Count in folded texts, such as the newest few thousand of the archive."""
        counts: Counter[str] = Counter()
        notices = 0
        for notices, text in enumerate(folded, 1):  # noqa: B007  how many there were is needed afterwards
            counts.update({text[place : place + 2] for place in range(len(text) - 1)} | set(text))
        common = ((gram, count) for gram, count in counts.most_common(MOST) if count >= LEAST)
        return cls({gram: count / notices for gram, count in common})

    def rarest(self, needle: str) -> tuple[float, int]:
        """Return the share of a needle's rarest bigram, and where in the needle that stands."""
        if len(needle) == 1:
            return self.shares.get(needle, RARE_CHARACTER), 0
        pairs = map(add, needle, needle[1:])
        if HANZI.fullmatch(needle):
            shares = list(map(self.shares.get, pairs, repeat(RARE)))
        else:
            shares = list(map(self._share, pairs))
        least = min(shares)
        return least, shares.index(least)

    def _share(self, bigram: str) -> float:
        known = self.shares.get(bigram)
        return known if known is not None else RARE_LATIN if is_word(bigram[0]) and is_word(bigram[1]) else RARE


@cache
def shipped() -> Frequencies:
    """Return the table that frequency_table.py made from a dictionary and this project's sample pages."""
    with np.load(Path(__file__).with_name("frequency_table.npz")) as stored:
        grams, shares = str(stored["grams"]).split("\n"), stored["shares"]
    return Frequencies(dict(zip(grams, (2.0 ** -(shares / 8.0)).tolist(), strict=True)))
