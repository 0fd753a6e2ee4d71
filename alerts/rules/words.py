"""Where the words of a Chinese text begin and end, for terms that are asked for as words."""

from collections.abc import Iterator
from functools import lru_cache

import rjieba

from alerts.rules.patterns import encodable
from config.vocabulary import Vocabulary
from crawler.folding import fold

LONG = 4
"""A word of so many characters may be made of shorter ones: 新能源汽车 of 新能源 and 汽车."""


class Cuts:
    """Where one notice's texts may be cut into words: worked out when first asked, field by field."""

    def __init__(self, vocabulary: Vocabulary | None = None) -> None:
        self._vocabulary = vocabulary
        self._of: dict[str, frozenset[int]] = {}

    def of(self, field: str, folded: str) -> frozenset[int]:
        """Return the positions of a field's folded text between which words stand, its ends too."""
        if field not in self._of:
            names = tuple(self._vocabulary.names()) if self._vocabulary else ()
            self._of[field] = _cutter(names).cuts(folded)
        return self._of[field]


class _Cutter:
    """The dictionary, with the names that rules know."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._jieba = rjieba.Jieba()
        for name in names:
            self._jieba.add_word(fold(name).text, None, None)
        self._parts = lru_cache(maxsize=100_000)(self._parts_of)

    def cuts(self, folded: str) -> frozenset[int]:
        return frozenset(self._cuts(encodable(folded)))

    def _cuts(self, text: str) -> Iterator[int]:
        at = 0
        yield at
        for word in self._jieba.cut(text, hmm=False):
            yield from (at + inner for inner in self._parts(word))
            at += len(word)
            yield at

    def _parts_of(self, word: str) -> tuple[int, ...]:
        """Return where a long word parts into the fewest words of two characters or more, and those again."""
        if len(word) < LONG or word.isascii():
            return ()
        best: list[tuple[int, ...] | None] = [(), *[None] * len(word)]
        for end in range(2, len(word) + 1):
            for start in range(end - 1):
                before = best[start]
                if before is None or (start, end) == (0, len(word)) or not self._jieba.has_word(word[start:end]):
                    continue
                found = best[end]
                if found is None or len(before) + 1 < len(found):
                    best[end] = (*before, end)
        ends = best[len(word)] or ()
        starts = (0, *ends[:-1])
        inner = (start + at for start, end in zip(starts, ends, strict=False) for at in self._parts(word[start:end]))
        return tuple(sorted({*ends[:-1], *inner}))


@lru_cache(maxsize=4)
def _cutter(names: tuple[str, ...]) -> _Cutter:
    return _Cutter(names)
