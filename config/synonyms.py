"""Reads synonyms.toml: groups of words that mean the same, and the short names of agencies."""

import difflib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn


class SynonymsError(Exception):
    """synonyms.toml cannot be read; the message names the file and the key."""


@dataclass(frozen=True, slots=True, eq=False)
class Synonyms:
    """Which words mean the same, and what else an agency is called. Each name leads to all of its group, it too."""

    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    agencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def nearest(self, word: str) -> str | None:
        """Return the known word most like this one, for "did you mean"."""
        return next(iter(difflib.get_close_matches(word, self.words, n=1, cutoff=0.5)), None)


def load_synonyms(path: Path) -> Synonyms:
    """Read synonyms.toml; raise SynonymsError naming file and key."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SynonymsError(f"{path}: cannot be read as TOML: {error}") from error
    for key in table:
        if key not in {"groups", "agencies"}:
            _refuse(path, key, "unknown key; there are groups and agencies")
    return Synonyms(
        _by_word(path, "groups", _groups(path, table.get("groups", []))),
        _by_word(path, "agencies", _agencies(path, table.get("agencies", {}))),
    )


def _groups(path: Path, value: object) -> Iterator[tuple[str, ...]]:
    if not isinstance(value, list):
        _refuse(path, "groups", f"takes a list of groups, not {value!r}")
    for number, group in enumerate(value, 1):
        words = _texts(path, f"groups, number {number}", group)
        if len(words) < 2:  # noqa: PLR2004  a pair
            _refuse(path, f"groups, number {number}", "takes two words or more")
        yield words


def _agencies(path: Path, value: object) -> Iterator[tuple[str, ...]]:
    if not isinstance(value, dict):
        _refuse(path, "agencies", f"takes a table of full names with their short ones, not {value!r}")
    for full, short in value.items():
        yield full, *_texts(path, f"agencies.{full}", short)


def _by_word(path: Path, key: str, groups: Iterable[tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the group of each word; a word of two groups would make both of them one, so it is refused."""
    found: dict[str, tuple[str, ...]] = {}
    for group in groups:
        for word in group:
            if word in found:
                _refuse(path, key, f"{word!r} stands there twice")
            found[word] = group
    return found


def _texts(path: Path, key: str, value: Any) -> tuple[str, ...]:  # noqa: ANN401  a TOML value has any type
    if not isinstance(value, list) or not all(isinstance(text, str) and text.strip() for text in value):
        _refuse(path, key, f"takes a list of texts, not {value!r}")
    return tuple(value)


def _refuse(path: Path, key: str, reason: str) -> NoReturn:
    raise SynonymsError(f"{path}: {key}: {reason}")
