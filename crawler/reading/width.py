"""Text as patterns read it: NFKC, so that （2026） and (2026) are one."""

import unicodedata

_WIDE = "，：；（）！？～"  # nearly all that NFKC changes in running Chinese text
_NARROW = tuple(unicodedata.normalize("NFKC", mark) for mark in _WIDE)


def nfkc(text: str) -> str:
    """Return the text in NFKC; many times faster on Chinese text: hardly more than its commas change, and few lines."""
    if unicodedata.is_normalized("NFKC", text):
        return text
    for wide, narrow in zip(_WIDE, _NARROW, strict=True):
        text = text.replace(wide, narrow)
    if unicodedata.is_normalized("NFKC", text):
        return text
    return "\n".join([unicodedata.normalize("NFKC", line) for line in text.split("\n")])
