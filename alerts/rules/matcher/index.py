"""Compiled rules in order, asked of one notice after another."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from alerts.rules.matcher.build import columns_of, tables_of
from alerts.rules.matcher.compile import Columns, Compiler, Scope
from alerts.rules.matcher.frequency import Frequencies
from alerts.rules.matcher.layout import (
    GONE,
    HOLD,
    INSIDE,
    LONE,
    MAY,
    RULE_COUNT,
    RULES,
    SCRATCH_HEAD,
    SERIAL,
    Ints,
    Longs,
    Tables,
)
from alerts.rules.matcher.page import page_of
from alerts.rules.matcher.scan import scan
from alerts.rules.notice_text import NoticeText
from alerts.rules.tree import Rule

LAST_SERIAL = 2**31 - 1
REMOVED = -1
NOTHING: Longs = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Found:
    """The rules that one notice meets, ascending, and those about which only the reference path can tell."""

    sure: Longs
    unsure: Longs


@dataclass(slots=True, eq=False)
class Index:
    """Rules that do not change; they can be taken out, one by one. Not for two threads at once."""

    tables: Tables
    scopes: tuple[Scope, ...]
    lone: bool = field(init=False)
    _by_key: dict[str, list[int]] = field(init=False)
    gone: int = field(init=False, default=0)
    _scratch: Ints = field(init=False)
    _found: Longs = field(init=False)

    def __post_init__(self) -> None:
        self.lone = bool(self.tables.memory[LONE])
        self._scratch = np.zeros(SCRATCH_HEAD + len(self.tables.ids), np.int32)
        self._scratch[[RULES, RULE_COUNT]] = SCRATCH_HEAD, len(self.tables.ids)
        self._found = np.empty(len(self.tables.ids), np.int64)
        self._by_key = {}
        for number, scope in enumerate(self.scopes):
            for key in scope:
                self._by_key.setdefault(key, []).append(number)

    @classmethod
    def of(cls, columns: Columns) -> Self:
        """Put compiled rules in order."""
        return cls(tables_of(columns), columns.scopes)

    @classmethod
    def of_rules(cls, rules: Iterable[tuple[int, Rule]], frequencies: Frequencies) -> Self:
        """Compile rules, each with what a match is called by, and put them in order."""
        compiler = Compiler(frequencies)
        for id_, rule in rules:
            compiler.add(id_, rule)
        return cls.of(compiler.columns())

    def __len__(self) -> int:
        return len(self.tables.ids) - self.gone

    def __contains__(self, id_: int) -> bool:
        number = self._number(id_)
        return number is not None and self._states[number] != REMOVED

    def columns(self) -> Columns:
        """Return the rules that are left, to be put in order anew."""
        return columns_of(self.tables, self._states != REMOVED, self.scopes)

    def remove(self, id_: int) -> bool:
        """Take a rule out and tell whether it was in."""
        number = self._number(id_)
        if number is None or self._states[number] == REMOVED:
            return False
        self._states[number] = REMOVED
        self._scratch[GONE] = 1
        self.gone += 1
        return True

    def ask(self, text: NoticeText, page: Ints | None = None) -> Found:
        """Return the rules that the notice meets; a page may serve several indexes that need the same."""
        if page is None:
            page = page_of(text, lone=self.lone, scopes=len(self.scopes))
        self._count_on()
        begin = page[INSIDE]
        page[begin : begin + len(self.scopes)] = 0
        page[begin + self._inside(text)] = 1
        scan(self.tables.memory, page, self._scratch, self.tables.ids, self._found)
        hold, may = self._scratch[HOLD], self._scratch[MAY]
        return Found(np.sort(self._found[:hold]), np.sort(self._found[len(self._found) - may :]) if may else NOTHING)

    @property
    def _states(self) -> Ints:
        return self._scratch[SCRATCH_HEAD:]

    def _count_on(self) -> None:
        if self._scratch[SERIAL] == LAST_SERIAL:
            self._scratch[SERIAL] = 0
            self._states[self._states > 0] = 0
        self._scratch[SERIAL] += 1

    def _inside(self, text: NoticeText) -> Longs:
        keys = (*text.scopes, *(f"is:{state}" for state in text.states), *(f"has:{name}" for name in text.has))
        return np.array([number for key in keys for number in self._by_key.get(key, ())], np.int64)

    def _number(self, id_: int) -> int | None:
        ids, by_id = self.tables.ids, self.tables.by_id
        place = int(np.searchsorted(ids, id_, sorter=by_id))
        return int(by_id[place]) if place < len(by_id) and ids[by_id[place]] == id_ else None
