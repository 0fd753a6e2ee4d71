"""Regular expressions for folded text: RE2 alone runs them, so that no pattern takes more than linear time."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

import re2

from crawler.folding import SEPARATOR, fold

MOST_MEMORY = 1 << 20
"""Bytes that RE2 may take for one pattern and its automaton."""
MOST_COMPILED = 1024
"""Patterns that are kept compiled."""

TOKEN = re.compile(
    r"(?P<quoted>\\Q.*?(?:\\E|$))"
    r"|(?P<escape>\\(?:[pP]\{\^?\w+\}|[pPxX]\w|x\{[0-9A-Fa-f]+\}|x[0-9A-Fa-f]{2}|[0-7]{1,3}|.))"
    r"|(?P<open>\((?:\?(?:P?<\w+>|[a-zA-Z-]*:|[a-zA-Z-]+\)))?)"
    r"|(?P<set>\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\])"
    r"|(?P<repeat>(?:[*+?]|\{\d*,?\d*\})\??)"
    r"|(?P<other>[|).^$\[\\])"
    r"|(?P<literal>.)",
    re.DOTALL,
)
SAMPLES = ("", "a", "补", "a补", "补a", "补补")


class Folding(NamedTuple):
    """A pattern for folded text, and characters of which each run must occur in what it finds."""

    source: str
    literals: tuple[str, ...]


REASONS = {
    "missing closing )": "缺少右括号",
    "missing )": "缺少右括号",
    "unexpected )": "多了一个右括号",
    "missing closing ]": "缺少右方括号",
    "missing ]": "缺少右方括号",
    "no argument for repetition operator": "重复符号前面没有可以重复的内容",
    "missing argument to repetition operator": "重复符号前面没有可以重复的内容",
    "bad repetition operator": "重复符号不能连用",
    "invalid repetition size": "重复的次数太多或写反了",
    "invalid character class range": "方括号里的范围写反了",
    "invalid character class": "方括号里的写法不对",
    "invalid escape sequence": "反斜线后面的写法不对",
    "trailing \\": "末尾多了一个反斜线",
    "invalid perl operator": "不支持环视等写法",
    "invalid or unsupported Perl syntax": "不支持环视等写法",
    "invalid named capture group": "分组的名称不对",
    "pattern too large": "它太大了",
}
"""What RE2 says, in Chinese."""


class PatternError(ValueError):
    """RE2 refuses the pattern; the message is what it says."""

    @property
    def in_chinese(self) -> str:
        """Return what RE2 says in Chinese; what nobody has translated stays as it is."""
        said = str(self)
        return next((chinese for english, chinese in REASONS.items() if said.startswith(english)), said)


class EmptyPatternError(ValueError):
    """The pattern is content with no character at all, and so finds everything."""


def read_pattern(written: str) -> Folding:
    """Fold the literal characters of a pattern; raise PatternError or EmptyPatternError when it cannot be used."""
    pieces = list(_pieces(encodable(written)))
    folding = Folding("".join(piece.source for piece in pieces), _literals(pieces))
    try:
        expression = compiled(folding.source)
    except re2.error as error:
        raise PatternError(_said(error)) from None
    if any(found.start() == found.end() for sample in SAMPLES for found in expression.finditer(sample)):
        raise EmptyPatternError
    return folding


def found_by(source: str, folded: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a folded text that a pattern finds, left to right; none reaches across a separator."""
    expression, start = compiled(source), 0
    for part in encodable(folded).split(SEPARATOR):
        for found in expression.finditer(part):
            if found.start() < found.end():
                yield start + found.start(), start + found.end()
        start += len(part) + len(SEPARATOR)


@lru_cache(maxsize=MOST_COMPILED)
def compiled(source: str) -> "re2._Regexp":
    """Compile a pattern within bounds of memory; raise re2.error."""
    options = re2.Options()
    options.max_mem = MOST_MEMORY
    options.log_errors = False
    return re2.compile(source, options)


def encodable(text: str) -> str:
    """Return the text as UTF-8 can hold it: half of a surrogate pair becomes a question mark, one for one."""
    return text.encode("utf-8", "replace").decode("utf-8")


class _Piece(NamedTuple):
    kind: str
    source: str
    literal: str = ""


def _pieces(written: str) -> Iterator[_Piece]:
    """Cut a pattern into pieces, its stretches of literal characters folded as one text."""
    tokens = list(_tokens(written))
    alone = [following.kind == "repeat" for following in tokens[1:]] + [False] * bool(tokens)
    for (literal, by_itself), run in groupby(
        zip(tokens, alone, strict=True), lambda pair: (pair[0].kind == "literal", pair[1])
    ):
        pieces = [piece for piece, _ in run]
        yield from _folded_run(pieces) if literal and not by_itself else map(_folded_piece, pieces)


def _tokens(written: str) -> Iterator[_Piece]:
    for found in TOKEN.finditer(written):
        kind, text = str(found.lastgroup), found[0]
        if kind == "quoted":
            yield from (_Piece("literal", one) for one in text[2:].removesuffix("\\E"))
        elif kind == "escape" and not text[1].isalnum():
            yield _Piece("literal", text[1])
        else:
            yield _Piece(kind, text)


def _folded_run(pieces: list[_Piece]) -> Iterator[_Piece]:
    """Fold literal characters together; white space at the rim may be there or not, since folding may drop it."""
    text = "".join(piece.source for piece in pieces)
    folded = fold(text).text
    if text[:1].isspace():
        yield _Piece("other", " ?")
    if folded:
        yield _Piece("literal", re2.escape(folded), folded)
    if text.strip() and text[-1:].isspace():
        yield _Piece("other", " ?")


def _folded_piece(piece: _Piece) -> _Piece:
    """Fold what stands alone: a character that is repeated, a set."""
    if piece.kind == "set":
        return _Piece("set", _folded_set(piece.source))
    if piece.kind != "literal":
        return piece
    folded = fold(piece.source).text
    quoted = re2.escape(folded)
    return _Piece("repeated", quoted if len(folded) == 1 else f"(?:{quoted or ' '})")


def _folded_set(text: str) -> str:
    """Fold each member of a set; what folds to several characters, or spoils a range, stays as it is written."""
    members = re.findall(r"\[:\^?\w+:\]|\\[pP]\{\^?\w+\}|\\x\{[0-9A-Fa-f]+\}|\\.|.", text[1:-1], re.DOTALL)
    return f"[{''.join(_folded_members(members))}]"


def _folded_members(members: list[str]) -> Iterator[str]:
    position = 0
    while position < len(members):
        one = members[position]
        if members[position + 1 : position + 2] == ["-"] and position + 2 < len(members):
            yield _folded_range(one, members[position + 2])
            position += 3
        else:
            yield _folded_member(one)
            position += 1


def _folded_range(first: str, last: str) -> str:
    low, high = _folded_member(first), _folded_member(last)
    if len(low) == len(high) == len(first) == len(last) == 1 and ord(high) - ord(low) == ord(last) - ord(first):
        return f"{low}-{high}"
    return f"{first}-{last}"


def _folded_member(member: str) -> str:
    if len(member) > 1:
        return member
    folded = fold(member).text
    if len(folded) != 1:
        return member
    return folded if folded == member or folded not in "\\]^-[" else f"\\{folded}"


def _literals(pieces: list[_Piece]) -> tuple[str, ...]:
    """Return the literal stretches that every match holds; a choice leaves none."""
    outside = list(_outside(pieces))
    if any((piece.kind, piece.source) == ("other", "|") for piece in outside):
        return ()
    return tuple(dict.fromkeys(piece.literal for piece in outside if piece.literal))


def _outside(pieces: list[_Piece]) -> Iterator[_Piece]:
    """Yield what stands outside of all brackets; a bracket as something without a literal."""
    depth = 0
    for piece in pieces:
        depth -= piece.source == ")" and piece.kind == "other"
        yield piece if depth == 0 else _Piece("inside", "")
        depth += piece.kind == "open" and not piece.source.endswith(")")


def _said(error: re2.error) -> str:
    said = error.args[0]
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
