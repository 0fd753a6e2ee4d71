"""Checks the value that a source gives to one of its family's own keys. Pure."""

import difflib
import re
from collections.abc import Mapping

from crawler.family import Key

WORDS = {str: "a text", int: "a whole number", dict: "a table of texts and numbers"}


def option_problem(name: str, key: Key, value: object) -> tuple[str, str] | None:
    """Return which key is wrong (`fields.titel` inside a table) and what it takes; None when nothing is."""
    if type(value) is not key.type or (isinstance(value, int) and value < key.least):  # true is an int to isinstance
        return name, f"takes {_words(key)} ({key.meaning}), not {value!r}"
    if isinstance(value, Mapping):
        return _table_problem(name, key, value)
    if isinstance(value, str) and not value.strip():
        return name, "is empty; leave the key out or give it a value"
    if key.choices and value not in key.choices:
        return name, f"takes {' or '.join(key.choices)}, not {value!r}"
    return None


def _table_problem(name: str, key: Key, table: Mapping[str, object]) -> tuple[str, str] | None:
    for entry, value in table.items():
        whole = f"{name}.{entry}"
        if key.names and entry not in key.names:
            nearest = difflib.get_close_matches(entry, key.names, n=1)
            advice = f"did you mean {nearest[0]}? " if nearest else ""
            return whole, f"there is no such name here; {advice}It takes {', '.join(key.names)}"
        if type(value) not in {str, int}:
            return whole, f"takes a text or a whole number, not {value!r}"
        if key.pattern and (problem := _pattern_problem(str(value))):
            return whole, problem
    return None


def _pattern_problem(pattern: str) -> str:
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        return f"{pattern!r} is no regular expression: {error}"
    return "" if groups else f"{pattern!r} has no group; write what is wanted in round brackets"


def _words(key: Key) -> str:
    if key.type is int:
        return f"a whole number above {key.least - 1}" if key.least else "a whole number, 0 or above"
    return WORDS[key.type]
