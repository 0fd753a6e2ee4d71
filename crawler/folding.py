"""Text as search and rules see it (width, case, 繁→简, spaces, brackets of document numbers), with positions. Pure.

One table, made by folding_table.py, says what each character folds to; numpy looks a whole text up at once. Both sides
of every comparison pass through `fold`, and folding twice is folding once. A white space survives, as one space, only
where it keeps two words of a spaced script apart. `Folded.span` leads back to the characters that the reader sees.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint32]
Positions = npt.NDArray[np.int64]

SEPARATOR = "\n"
"""Stands between joined texts. No fold holds it, so nothing is found across it."""

# Flags of a character, the first two as folding_table.py wrote them.
_WORD = 1  # a letter, digit or mark of a script that parts its words with white space
_JOINS = 2  # may compose or change places with the character before it
_STRETCHES = 4  # folds to no character, or to several
_LEADS_TO_SPACE = 8  # its fold holds white space
_LEADS_TO_JOIN = 16  # its fold holds a character that joins
_LEADS_TO_BRACKET = 32  # its fold holds an opening bracket

_SPACE = ord(" ")
_HANZI = range(0x4E00, 0xA000)
_OPENING = "([〔【"
_YEAR = re.compile(r"[(\[〔【]((?:19|20)[0-9]{2})[)\]〕】]")


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """A folded text, and for each of its characters the [start, end) it came from; no positions means one to one."""

    text: str
    starts: Positions | None = None
    ends: Positions | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the characters of the original that the folded characters [start, end) came from."""
        if self.starts is None or self.ends is None or start == end:
            return start, end
        return int(self.starts[start]), int(self.ends[end - 1])

    @classmethod
    def joined(cls, originals: Sequence[str]) -> Self:
        """Fold each text for itself; spans are those of SEPARATOR.join(originals)."""
        if not originals:
            return cls("")
        foldeds = [fold(original) for original in originals]
        offsets = np.cumsum([0, *(len(original) + len(SEPARATOR) for original in originals[:-1])])
        positions = [_positions(folded) for folded in foldeds]
        lengths = [len(original) for original in originals]
        starts = [np.append(one[0], length) + at for one, length, at in zip(positions, lengths, offsets, strict=True)]
        ends = [np.append(one[1], length + 1) + at for one, length, at in zip(positions, lengths, offsets, strict=True)]
        text = SEPARATOR.join(folded.text for folded in foldeds)
        return cls(text, np.concatenate(starts)[:-1], np.concatenate(ends)[:-1])


def fold(text: str) -> Folded:
    """Fold a text and keep where each character came from."""
    if not text:
        return Folded("")
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    seen = int(np.bitwise_or.reduce(_FLAGS[codes]))
    if not seen & (_STRETCHES | _LEADS_TO_SPACE | _LEADS_TO_JOIN):
        return Folded(_brackets(_text(_FOLDS[codes]), seen))
    folded, origins = _stretched(codes) if seen & _STRETCHES else (_FOLDS[codes], np.arange(len(codes)))
    starts, ends = origins, origins + 1
    if seen & _LEADS_TO_JOIN:
        folded, starts, ends = _composed(folded, starts, ends)
    if seen & _LEADS_TO_SPACE:
        kept = _without_idle_spaces(folded)
        folded, starts, ends = folded[kept], starts[kept], ends[kept]
    return Folded(_brackets(_text(folded), seen), starts, ends)


def is_word(character: str) -> bool:
    """Tell whether a folded character belongs to a word of a spaced script: Latin letters and digits, not 汉字."""
    return bool(_WORDS[ord(character)])


def word_table() -> npt.NDArray[np.uint8]:
    """Return for each code point what `is_word` says, not 0 for yes; read-only."""
    return np.frombuffer(_WORDS, np.uint8)


def plain_characters() -> frozenset[str]:
    """Return the 汉字 that fold to themselves whatever stands beside them, and belong to no word of a spaced script."""
    codes = np.arange(_HANZI.start, _HANZI.stop)
    plain = codes[(_FOLDS[codes] == codes) & (_FLAGS[codes] == 0)]
    return frozenset(map(chr, plain.tolist()))


def _text(codes: Codes) -> str:
    return codes.tobytes().decode("utf-32-le", "surrogatepass")


def _positions(folded: Folded) -> tuple[Positions, Positions]:
    if folded.starts is None or folded.ends is None:
        one_to_one = np.arange(len(folded.text))
        return one_to_one, one_to_one + 1
    return folded.starts, folded.ends


def _stretched(codes: Codes) -> tuple[Codes, Positions]:
    """Fold where a character may become none or several; also return which character each came from."""
    lengths = _LENGTHS[codes]
    origins = np.repeat(np.arange(len(codes)), lengths)
    folded = _FOLDS[codes[origins]]
    of_several = np.flatnonzero(lengths[origins] > 1)
    first = np.cumsum(lengths, dtype=np.int64) - lengths
    folded[of_several] = _SEVERAL[folded[of_several] + (of_several - first[origins[of_several]])]
    return folded, origins


def _without_idle_spaces(folded: Codes) -> Positions:
    """Return the positions to keep: of spaces one that parts two words, or keeps a mark from joining."""
    kept = folded != _SPACE
    solid = np.flatnonzero(kept)
    flags = _FLAGS[folded[solid]]
    parts = (flags[:-1] & flags[1:] & _WORD) | (flags[1:] & _JOINS)
    parting = np.flatnonzero((np.diff(solid) > 1) & (parts > 0))
    kept[solid[parting] + 1] = True
    return np.flatnonzero(kept)


def _composed(folded: Codes, starts: Positions, ends: Positions) -> tuple[Codes, Positions, Positions]:
    """Compose each character with the marks behind it; every outcome has the span of the whole cluster."""
    joins = (_FLAGS[folded] & _JOINS) > 0
    joins[:1] = False
    first = np.flatnonzero(~joins)
    last = np.append(first[1:], len(folded)) - 1
    text = _text(folded)
    clusters = [text[one : other + 1] for one, other in zip(first, last, strict=True)]
    clusters = [cluster if len(cluster) == 1 else _settled(cluster) for cluster in clusters]
    lengths = np.fromiter(map(len, clusters), np.int64, len(clusters))
    codes = np.frombuffer("".join(clusters).encode("utf-32-le", "surrogatepass"), np.uint32)
    return codes, np.repeat(starts[first], lengths), np.repeat(ends[last], lengths)


def _settled(cluster: str) -> str:
    before = ""
    while before != cluster:
        before = cluster
        cluster = unicodedata.normalize("NFC", "".join(_fold_of(character) for character in before))
    return cluster


def _fold_of(character: str) -> str:
    code, length = _FOLDS[ord(character)], _LENGTHS[ord(character)]
    return _text(_SEVERAL[code : code + length]) if length > 1 else chr(code) * int(length)


def _brackets(text: str, seen: int) -> str:
    """Write the year of a document number as 〔2020〕 whatever brackets it stood in."""
    return _YEAR.sub(r"〔\1〕", text) if seen & _LEADS_TO_BRACKET else text


def _load() -> tuple[Codes, npt.NDArray[np.uint8], Codes, npt.NDArray[np.uint8]]:
    """Return the fold of each code point (of a stretching one: where it begins among the several), and so on."""
    with np.load(Path(__file__).with_name("folding_table.npz")) as stored:
        data = {name: stored[name] for name in stored.files}
    runs = np.diff(data["run_start"], append=0x110000)
    flags = np.repeat(data["run_flags"], runs)
    folds = np.arange(0x110000, dtype=np.uint32)
    folds[data["single_from"]] = data["single_to"]
    lengths = np.ones(0x110000, np.uint8)
    lengths[data["several_from"]] = data["several_length"]
    flags |= _leads(flags, folds)
    several, owners = data["several_to"], np.repeat(data["several_from"], data["several_length"])
    np.bitwise_or.at(flags, owners, _leads(flags, several))
    flags[data["several_from"]] |= _STRETCHES
    folds[data["several_from"]] = np.cumsum(data["several_length"], dtype=np.int64) - data["several_length"]
    return folds, lengths, several, flags


def _leads(flags: npt.NDArray[np.uint8], folded: Codes) -> npt.NDArray[np.uint8]:
    """Return the flags of characters that fold to these."""
    leads = ((flags & _JOINS) > 0) * np.uint8(_LEADS_TO_JOIN)
    leads[_SPACE] |= _LEADS_TO_SPACE
    leads[[ord(one) for one in _OPENING]] |= _LEADS_TO_BRACKET
    return leads[folded]


_FOLDS, _LENGTHS, _SEVERAL, _FLAGS = _load()
_WORDS = (_FLAGS & _WORD).tobytes()

WORD_CHARACTERS: npt.NDArray[np.bool_] = (_FLAGS & _WORD) > 0
"""`is_word` of each code point."""
