"""Compiled rules in order, asked of one notice after another."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from alerts.rules.matcher.build import tables_of
from alerts.rules.matcher.compile import Columns, Compiler, Scope
from alerts.rules.matcher.frequency import Frequencies
from alerts.rules.matcher.kernel import scan
from alerts.rules.matcher.layout import DEEPEST, Bytes, Longs, Page, Scratch, Tables
from alerts.rules.notice_text import NoticeText
from alerts.rules.tree import Rule

LAST_SERIAL = 2**31 - 1


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
    alive: Bytes = field(init=False)
    lone: bool = field(init=False)
    _by_key: dict[str, list[int]] = field(init=False)
    _scratch: Scratch = field(init=False)
    _serial: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        rules = len(self.tables.ids)
        self.alive = np.ones(rules, np.uint8)
        self.lone = bool(np.any(self.tables.literals[:, 1] == 1))
        self._scratch = Scratch(
            anchors=np.zeros(len(self.tables.anchors), np.int32),
            rules=np.zeros(rules, np.int32),
            alive=self.alive,
            stack=np.zeros(DEEPEST, np.uint8),
            found=np.zeros(rules, np.int32),
        )
        self._by_key = {}
        for number, scope in enumerate(self.scopes):
            for key in (":".join(scope),) if scope[:1] == ("is",) else scope:
                self._by_key.setdefault(key, []).append(number)

    @classmethod
    def of(cls, columns: Columns) -> Self:
        """Put compiled rules in order."""
        return cls(tables_of(columns), columns.scopes)

    @classmethod
    def of_rules(cls, rules: Iterable[tuple[int, Rule]], frequencies: Frequencies) -> Self:
        """Compile rules and put them in order."""
        compiler = Compiler(frequencies)
        for id_, rule in rules:
            compiler.add(id_, rule)
        return cls.of(compiler.columns())

    def __len__(self) -> int:
        return int(self.alive.sum())

    def __contains__(self, id_: int) -> bool:
        number = self._number(id_)
        return number is not None and bool(self.alive[number])

    def remove(self, id_: int) -> bool:
        """Take a rule out and tell whether it was in."""
        number = self._number(id_)
        if number is None or not self.alive[number]:
            return False
        self.alive[number] = 0
        return True

    def ask(self, text: NoticeText, page: Page) -> Found:
        """Return the rules that the notice meets; `page` is the notice laid out, with single characters if `lone`."""
        if self._serial == LAST_SERIAL:
            self._serial = 0
            self._scratch.anchors[:] = 0
            self._scratch.rules[:] = 0
        self._serial += 1
        count = scan(self.tables, page._replace(scopes=self._inside(text)), self._scratch, self._serial)
        found = self._scratch.found[:count]
        found.sort()
        sure = (found & 1) == 1
        numbers = found >> 1
        return Found(self.tables.ids[numbers[sure]], self.tables.ids[numbers[~sure]])

    def _inside(self, text: NoticeText) -> Bytes:
        inside = np.zeros(len(self.scopes), np.uint8)
        for key in (*text.scopes, *(f"is:{state}" for state in text.states)):
            if key in self._by_key:
                inside[self._by_key[key]] = 1
        return inside

    def _number(self, id_: int) -> int | None:
        number = int(np.searchsorted(self.tables.ids, id_))
        return number if number < len(self.tables.ids) and self.tables.ids[number] == id_ else None
