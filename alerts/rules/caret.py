"""A rule with a caret under one of its characters, as a terminal shows it. Pure."""

import unicodedata

WINDOW = 17  # characters of a long rule that are shown on each side of the caret: 80 columns hold them


def pointed(rule: str, position: int) -> str:
    """Show a rule with a caret below a position; wide characters take two columns."""
    first, last = max(0, position - WINDOW), position + WINDOW
    before, after = _one_line(rule[first:position]), _one_line(rule[position:last])
    before = "…" + before if first else before
    after = after + "…" if last < len(rule) else after
    return f"{before}{after}\n{' ' * sum(map(_columns, before))}^"


def _one_line(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
