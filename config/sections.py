"""Reads sections.toml: the columns of a digest, each with the rule that fills it."""

import difflib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from config.names import UnfitName, one_line


class SectionsError(Exception):
    """sections.toml cannot be read; the message names the file and the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One column. Of the rules with the lowest turn that hold for a notice the best score gives it its column."""

    name: str
    rule: str
    turn: int = 1
    default: bool = False  # takes what no rule claims


def load_sections(path: Path) -> tuple[Section, ...]:
    """Return the columns in the order in which readers see them; raise SectionsError naming file and key."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SectionsError(f"{path}: cannot be read as TOML: {error}") from error
    sections = tuple(_read_section(path, name, row) for name, row in table.items())
    defaults = [section.name for section in sections if section.default]
    if len(defaults) != 1:
        found = " and ".join(defaults) or "none"
        _refuse(path, "default", f"exactly one column takes what no rule claims; here it is {found}")
    return sections


def by_turn(sections: Iterable[Section]) -> tuple[Section, ...]:
    """Return the columns in the order in which their rules are asked."""
    return tuple(sorted(sections, key=lambda section: section.turn))


def _read_section(path: Path, name: str, row: object) -> Section:
    if not isinstance(row, dict):
        _refuse(path, name, f"takes a table with rule and turn, not {row!r}")
    _refuse_unknown_keys(path, name, row)
    try:
        name = one_line(name)
    except UnfitName as error:
        _refuse(path, repr(name), str(error))
    rule, turn, default = row.get("rule"), row.get("turn"), row.get("default", False)
    if not isinstance(rule, str) or not rule.strip():
        _refuse(path, f"{name}.rule", f"takes a rule, not {rule!r}")
    if not isinstance(turn, int) or isinstance(turn, bool):
        _refuse(path, f"{name}.turn", f"takes a whole number, not {turn!r}")
    if not isinstance(default, bool):
        _refuse(path, f"{name}.default", f"takes true or false, not {default!r}")
    return Section(name=name, rule=" ".join(rule.split()), turn=turn, default=default)


def _refuse_unknown_keys(path: Path, name: str, row: dict[str, Any]) -> None:
    known = ("rule", "turn", "default")
    for key in row:
        if key not in known:
            nearest = difflib.get_close_matches(key, known, n=1)
            _refuse(path, f"{name}.{key}", "unknown key" + (f"; did you mean {nearest[0]}?" if nearest else ""))


def _refuse(path: Path, key: str, reason: str) -> NoReturn:
    raise SectionsError(f"{path}: {key}: {reason}")
