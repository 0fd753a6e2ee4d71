"""Folded text as numbers to look for: pairs of Chinese characters, words of spaced scripts. Pure.

A token has 47 bits: field (4), word or pair (1), characters (42). Tokens that begin alike are neighbours, so that a
single character and the beginning of a word are ranges.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

import numpy as np
import numpy.typing as npt

from crawler.folding import SEPARATOR, WORD_CHARACTERS, is_word

Keys = npt.NDArray[np.uint64]

ANYWHERE = ""
FIELDS = (ANYWHERE, "title", "agency", "docnum", "kind", "source", "section", "region", "is", "has")
"""Fields that are asked for alone; title, body and attachments together are ANYWHERE. A place in the row is stored."""

WHOLE = ("region", "is", "has")
"""Fields whose texts are names, looked for as a whole."""

ORDINAL_BITS, CHARACTER_BITS, SLOT = 12, 21, 7
WORD_BIT, FIELD_SHIFT = 1 << (2 * CHARACTER_BITS), 2 * CHARACTER_BITS + 1
SHORT, HEAD = 5, 3  # letters of a word that is stored whole, and of one that is stored as its head and a hash
_PAIR, _WORD = 1, 2
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Range:
    """Tokens from `first` to `last`, of which a notice has one: mostly a single token."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Sought:
    """What a notice with a needle must have: a token of every range. `exact`: no other notice has them all."""

    ranges: tuple[Range, ...]
    exact: bool = False


def keys_of(notices: Sequence[Sequence[tuple[str, str]]]) -> Keys:
    """Return token << ORDINAL_BITS | ordinal, sorted and each once, of notices given as (field, folded text)."""
    pieces = [(ordinal, field, text) for ordinal, fields in enumerate(notices) for field, text in fields if text]
    texts = [piece for piece in pieces if piece[1] not in WHOLE]
    tags = np.array([_field_bits(field) << ORDINAL_BITS | ordinal for ordinal, field, _ in texts], np.uint64)
    lengths = [len(text) + 1 for *_, text in texts]
    codes = _codes("".join(chain.from_iterable((text, SEPARATOR) for *_, text in texts)))
    where = np.repeat(tags, lengths)
    pairs, pair_at = _pairs(codes)
    words, word_at = _words(codes)
    names = [name_token(field, text) << ORDINAL_BITS | ordinal for ordinal, field, text in pieces if field in WHOLE]
    shift = np.uint64(ORDINAL_BITS)
    keys = np.concatenate(
        [(pairs << shift) | where[pair_at], (words << shift) | where[word_at], np.array(names, np.uint64)]
    )
    keys.sort(kind="stable")  # of sorted runs it makes one quickly, and there are many
    return keys[np.append(True, np.diff(keys) > 0)] if len(keys) else keys


def sought(needle: str, field: str = ANYWHERE, *, prefix: bool = False, inside: bool = False) -> Sought:
    """Return what a notice has whose field holds the folded needle.

    A word at its rim is whole there, unless the needle is a `prefix`; of one that may stand `inside` a word neither is.
    """
    bits, codes = _field_bits(field), _codes(needle)
    pairs, _ = _pairs(codes)
    words, starts = _words(codes)
    ranges = [Range(word, word) for word in (int(word) | bits for word in words)]
    if is_word(needle[-1]) and (prefix or inside):
        ranges[-1:] = [_beginning(needle[int(starts[-1]) :], bits)] if prefix else []
    if inside and is_word(needle[0]):
        del ranges[:1]
    inner = [int(pair) | bits for pair in pairs if int(pair) & _last_of_pair()]
    ranges += [Range(pair, pair) for pair in inner]
    if not ranges and len(pairs):
        ranges = [Range(first, first | _last_of_pair()) for first in (int(pair) | bits for pair in pairs)]
    return Sought(tuple(dict.fromkeys(ranges)), _exact(needle, len(pairs), prefix=prefix or inside))


@cache
def name_token(field: str, name: str) -> int:
    """Return the token of a name that is looked for as a whole: a place, a state."""
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return _field_bits(field) | int.from_bytes(digest, "big") >> (64 - 2 * CHARACTER_BITS)


def _exact(needle: str, pairs: int, *, prefix: bool) -> bool:
    """One token that says all: one or two Chinese characters, or a short word."""
    if pairs == len(needle):
        return pairs <= 2  # noqa: PLR2004  a pair
    return not prefix and len(needle) <= SHORT and needle.isascii() and all(map(is_word, needle))


def _beginning(word: str, bits: int) -> Range:
    head = word[:HEAD]
    first = sum((ord(letter) & 0x7F) << SLOT * (5 - place) for place, letter in enumerate(head)) | WORD_BIT | bits
    return Range(first, first | ((1 << SLOT * (6 - len(head))) - 1))


def _pairs(codes: npt.NDArray[np.uint32]) -> tuple[Keys, npt.NDArray[np.int64]]:
    """Return each Chinese character with the one behind it, or with none, and where it stands."""
    chinese = _KINDS[codes] == _PAIR
    at = np.flatnonzero(chinese)
    behind = np.append(np.where(chinese[1:], codes[1:], 0), 0).astype(np.uint64)
    return (codes[at].astype(np.uint64) << np.uint64(CHARACTER_BITS)) | behind[at], at


def _words(codes: npt.NDArray[np.uint32]) -> tuple[Keys, npt.NDArray[np.int64]]:
    """Return each word and where it begins: short ones letter by letter, long ones as their head and a hash."""
    inside = _KINDS[codes] == _WORD
    at = np.flatnonzero(inside)
    if not len(at):
        return np.zeros(0, np.uint64), at
    letters = codes[at].astype(np.uint64)
    starts = np.flatnonzero(np.append(True, np.diff(at) > 1))
    lengths = np.diff(np.append(starts, len(at)))
    ascii_only = np.maximum.reduceat(letters, starts) < 0x80  # noqa: PLR2004  ASCII
    slots = np.zeros(len(starts), np.uint64)
    for place in range(SHORT):
        there = lengths > place
        slots[there] |= (letters[starts[there] + place] & np.uint64(0x7F)) << np.uint64(SLOT * (5 - place))
    head = np.uint64(((1 << SLOT * HEAD) - 1) << SLOT * (6 - HEAD))
    long = (slots & head) | _hashes(letters, starts, lengths) | np.uint64(1)  # no short word ends in a one
    return np.where(ascii_only & (lengths <= SHORT), slots, long) | np.uint64(WORD_BIT), at[starts]


def _hashes(letters: Keys, starts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]) -> Keys:
    """Hash each word to SLOT * (6 - HEAD) bits."""
    powers = np.cumprod(np.full(int(lengths.max()), _MIX, np.uint64))
    places = np.arange(len(letters)) - np.repeat(starts, lengths)
    sums = np.add.reduceat(letters * powers[places], starts)
    sums ^= sums >> np.uint64(31)
    sums *= _MIX
    return sums >> np.uint64(64 - SLOT * (6 - HEAD))


def _field_bits(field: str) -> int:
    return FIELDS.index(field) << FIELD_SHIFT


def _last_of_pair() -> int:
    return (1 << CHARACTER_BITS) - 1


def _codes(text: str) -> npt.NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _kinds() -> npt.NDArray[np.uint8]:
    kinds = np.zeros(0x110000, np.uint8)
    for first, last in _CHINESE:
        kinds[first : last + 1] = _PAIR
    kinds[WORD_CHARACTERS] = _WORD
    return kinds


_CHINESE = (
    (0x3005, 0x3007),
    (0x3041, 0x30FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
"""Characters of scripts without spaces. What is neither these nor a word, such as punctuation, is not indexed."""

_KINDS = _kinds()
