"""Bytes to text: what the bytes prove, what the page or the server declares, then what they look like."""

import codecs
import re

import cchardet

_DECLARED_IN_PAGE = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,30})", re.IGNORECASE)
_DECLARED_IN_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,30})", re.IGNORECASE)
_HEAD = 4096  # browsers look for a declaration in the first kilobyte; these sites put theirs later
_SAMPLE = 64 * 1024
_MOST_LOST = 20  # one character in so many
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CHINESE = frozenset({"gb2312", "gbk", "gb18030", "hz", "x-gbk", "gb_2312-80", "csgb2312", "cp936"})
_CONTROLS = bytes({*range(0x20), 0x7F} - {*b"\t\n\f\r"})  # in none of these codings part of a character
_NO_CHARSETS = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"})
_UNTRUSTED = frozenset({"iso8859-1", "ascii", "cp1252"})  # what servers say when nobody has told them anything


def decode(body: bytes, declared: str = "") -> str:
    """Return the text of a page or file. `declared` is what the server said; every byte sequence has an answer.

    Control characters, which no page or file of text may hold, are left out.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace")
    body = body.translate(None, _CONTROLS)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        as_utf8 = body.decode("utf-8", "replace")
    if _is_utf8(as_utf8):
        return as_utf8
    return min((body.decode(name, "replace") for name in _candidates(body, declared)), key=_damage)


def _is_utf8(text: str) -> bool:
    """Tell whether bytes so read were UTF-8, but for a character cut here and there: other Chinese never looks so."""
    return sum(character > "\x7f" for character in text[:_SAMPLE]) > _MOST_LOST * text.count("\ufffd")


def _candidates(body: bytes, declared: str) -> list[str]:
    """Return the codings to try, most trusted first; the first with the least damage wins."""
    head = body[:_HEAD]
    found = (_DECLARED_IN_XML.search(head), _DECLARED_IN_PAGE.search(head))
    said = [declared, *(match[1].decode("ascii", "replace") for match in found if match)]
    guess = cchardet.detect(_telling_part(body))["encoding"] or ""
    names = [name for raw in (*said, guess, "utf-8", "gb18030") if (name := _codec(raw))]
    return list(dict.fromkeys(names))


def _telling_part(body: bytes) -> bytes:
    """Return the part round the first bytes that are not ASCII: the detector learns nothing from the rest."""
    first = next((match.start() for match in re.finditer(rb"[\x80-\xff]", body)), 0)
    return body[first : first + _SAMPLE]


def _codec(name: str) -> str:
    """Return the codec to use for a declared name, or nothing when it is unknown or says nothing."""
    folded = name.strip().lower()
    if folded in _CHINESE:
        return "gb18030"  # the superset: pages that call themselves GB2312 use its later characters
    try:
        codec = codecs.lookup(folded)
    except (LookupError, ValueError):
        return ""
    text_codec = getattr(codec, "_is_text_encoding", True)
    return codec.name if text_codec and codec.name not in _UNTRUSTED | _NO_CHARSETS else ""


def _damage(text: str) -> int:
    """Count what a wrong coding leaves: replacement characters, and the private characters of a misread GB18030."""
    sample = text[: _SAMPLE * 4]
    return sample.count("\ufffd") * 10 + len(_PRIVATE.findall(sample))


_PRIVATE = re.compile("[\ue000-\uf8ff\x80-\x9f]")


def whole(text: str) -> str:
    """Join the halves in which UTF-16 holds an emoji, and drop one that is left alone: nothing can write it down."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
