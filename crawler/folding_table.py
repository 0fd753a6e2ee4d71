"""Generates folding_table.npz from Unicode and OpenCC data: `python -m crawler.folding_table` (needs the dev extra)."""

import sys
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from opencc import OpenCC

PATH = Path(__file__).with_suffix(".npz")

WORD = 1  # a letter, digit or mark of a script that parts its words with white space
JOINS = 2  # may compose or change places with the character before it

CONTEXTUAL = {"瞭": "了", "著": "着", "藉": "借"}
"""OpenCC decides these by the word they stand in; a table cannot, so both forms fall together."""

RADICALS = dict(
    zip(
        "⺠⻁⻄⻅⻆⻈⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻥⻦⻨⻩⻬⻮⻰",
        "民虎西见角讠贝车长门青韦页风飞食马鱼鸟麦黄齐齿龙",
        strict=True,
    )
)
"""Radicals that text taken from a PDF holds in place of the characters; NFKC knows only the Kangxi ones."""

UNSEEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff" + "".join(
    map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)
"""Format characters that no reader sees: they fold to nothing."""

CJK = (
    (0x1100, 0x11FF),
    (0x2E80, 0x2FDF),
    (0x3005, 0x3007),
    (0x3021, 0x30FF),
    (0x3100, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0xA4CF),
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0x1B000, 0x1B16F),
    (0x20000, 0x3FFFF),
)
"""Blocks whose scripts are matched as characters, white space or none between them."""


@dataclass(frozen=True, slots=True)
class FoldingTable:
    """What each character folds to where that is not itself, and the flags of each character."""

    folds: dict[str, str]
    flags: npt.NDArray[np.uint8]


def generate() -> FoldingTable:
    """Work the table out from the Unicode data of this Python and the OpenCC that is installed."""
    simplify = OpenCC("t2s").convert
    seconds = _seconds_of_compositions()
    folds: dict[str, str] = {}
    flags = np.zeros(sys.maxunicode + 1, np.uint8)
    for code in _assigned():
        character = chr(code)
        folded = _fold(character, simplify)
        if folded != character:
            folds[character] = folded
        flags[code] = WORD * _is_word(character) | JOINS * (
            character in seconds or unicodedata.combining(character) > 0
        )
    return FoldingTable(folds, flags)


def write(table: FoldingTable, path: Path = PATH) -> None:
    """Store the table: code points that fold to one, those that fold to none or several, runs of equal flags."""
    single = {ord(key): ord(value) for key, value in table.folds.items() if len(value) == 1}
    several = {ord(key): value for key, value in table.folds.items() if len(value) != 1}
    runs = np.flatnonzero(np.diff(table.flags, prepend=-1))
    np.savez_compressed(
        path,
        single_from=np.array(list(single), np.uint32),
        single_to=np.array(list(single.values()), np.uint32),
        several_from=np.array(list(several), np.uint32),
        several_length=np.array([len(value) for value in several.values()], np.uint8),
        several_to=np.array([ord(character) for value in several.values() for character in value], np.uint32),
        run_start=runs.astype(np.uint32),
        run_flags=table.flags[runs],
    )


def _assigned() -> Iterator[int]:
    return (code for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) not in {"Cn", "Co", "Cs"})


def _fold(character: str, simplify: Callable[[str], str]) -> str:
    """Apply every step until none changes anything, so that folding twice is folding once."""
    if character.isspace():
        return " "
    if character in UNSEEN:
        return ""
    before, after = "", character
    while before != after:
        before = after
        settled = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", before).casefold())
        after = "".join(_simplified(one, simplify) for one in settled)
    return "".join(one for one in after if one not in UNSEEN)


def _simplified(character: str, simplify: Callable[[str], str]) -> str:
    if character.isspace():
        return " "
    if character in CONTEXTUAL:
        return CONTEXTUAL[character]
    if character in RADICALS:
        return RADICALS[character]
    return simplify(character) if _is_cjk(character) else character


def _is_cjk(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in CJK)


def _is_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM" and not _is_cjk(character)


def _seconds_of_compositions() -> frozenset[str]:
    """Return the characters that a canonical composition may end with, the Hangul vowels and finals among them."""
    decompositions = (unicodedata.decomposition(chr(code)).split() for code in _assigned())
    pairs = (parts for parts in decompositions if len(parts) == 2 and not parts[0].startswith("<"))  # noqa: PLR2004  a pair
    hangul = (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))
    return frozenset((*(chr(int(second, 16)) for _, second in pairs), *map(chr, hangul)))


if __name__ == "__main__":
    write(generate())
