"""A set of rules that changes while it is asked: a large index, and small ones for what came since.

What is put in or taken out counts from the next notice on. Small indexes are put together as they come; large ones
beside the work, on a thread, while the old ones are still asked.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from alerts.rules.matcher.build import joined
from alerts.rules.matcher.frequency import Frequencies
from alerts.rules.matcher.index import Found, Index
from alerts.rules.matcher.page import page_of
from alerts.rules.notice_text import NoticeText
from alerts.rules.tree import Rule

AT_ONCE = 4096  # rules that are put in order while everybody waits: some 10 ms
GROWTH = 8  # an index is put together with the next larger one when that is not this many times as large


@dataclass(slots=True, eq=False)
class LivingRules:
    """Rules under the names that the caller gives them; not for two threads at once."""

    frequencies: Frequencies
    indexes: list[Index] = field(default_factory=list)  # the largest first
    _merging: "_Merging | None" = None

    def __len__(self) -> int:
        return sum(map(len, self.indexes))

    def __contains__(self, id_: int) -> bool:
        return any(id_ in index for index in self.indexes)

    def put(self, rules: Iterable[tuple[int, Rule]]) -> None:
        """Add rules, or put them in the place of those with the same names."""
        new = Index.of_rules(dict(rules).items(), self.frequencies)
        self.remove(new.tables.ids.tolist())
        if len(new):
            self.indexes.append(new)
        self._put_together()

    def remove(self, ids: Iterable[int]) -> None:
        """Take rules out; those that are not there are not missed."""
        for id_ in ids:
            for index in self.indexes:
                index.remove(id_)
            if self._merging is not None:
                self._merging.gone.append(id_)

    def ask(self, text: NoticeText) -> Found:
        """Return the rules that a notice meets, ascending."""
        if not self.indexes:
            nothing = np.zeros(0, np.int64)
            return Found(nothing, nothing)
        lone = any(index.lone for index in self.indexes)
        page = page_of(text, lone=lone, scopes=max(len(index.scopes) for index in self.indexes))
        found = [index.ask(text, page) for index in self.indexes]
        if len(found) == 1:
            return found[0]
        return Found(
            np.sort(np.concatenate([one.sure for one in found])),
            np.sort(np.concatenate([one.unsure for one in found])),
        )

    def tidy(self, *, wait: bool = False) -> bool:
        """Begin to put large indexes together when that is worth it, and use what is ready; tell whether it was."""
        if self._merging is None and self._worth_it():
            self._merging = _Merging(self.indexes)
        ready = self._merging is not None and (wait or self._merging.future.done())
        if self._merging is not None and ready:
            merging, self._merging = self._merging, None
            self.indexes = [merging.result(), *(index for index in self.indexes if index not in merging.indexes)]
            self.indexes = [index for index in self.indexes if len(index)]
        return ready

    def as_one(self) -> Index:
        """Return all rules in one index, put together now unless they are."""
        if len(self.indexes) != 1 or self.indexes[0].gone:
            self.indexes = [Index.of(joined([index.columns() for index in self.indexes]))] if self.indexes else []
            self._merging = None
        return self.indexes[0] if self.indexes else Index.of_rules([], self.frequencies)

    def _put_together(self) -> None:
        """Keep the small indexes few: each is much smaller than the one before it."""
        busy = self._merging.indexes if self._merging is not None else ()
        while len(self.indexes) > 1:
            last, before = self.indexes[-1], self.indexes[-2]
            size = len(last) + len(before)
            if before in busy or size > AT_ONCE or len(before) > GROWTH * len(last):
                return
            self.indexes[-2:] = [Index.of(joined([before.columns(), last.columns()]))]

    def _worth_it(self) -> bool:
        """Tell whether so much came or went that the large index is made anew."""
        if not self.indexes:
            return False
        later, gone = sum(map(len, self.indexes[1:])), self.indexes[0].gone
        return (max(later, gone) * GROWTH > len(self.indexes[0]) and max(later, gone) > AT_ONCE) or len(
            self.indexes
        ) > GROWTH


class _Merging:
    """Indexes that are put together on a thread, and what was taken out of them meanwhile."""

    def __init__(self, indexes: Sequence[Index]) -> None:
        self.indexes = tuple(indexes)
        self.gone: list[int] = []
        columns = [index.columns() for index in indexes]  # as they are now: taking out goes on
        executor = ThreadPoolExecutor(1, thread_name_prefix="rules")
        self.future: Future[Index] = executor.submit(lambda: Index.of(joined(columns)))
        executor.shutdown(wait=False)

    def result(self) -> Index:
        index = self.future.result()
        for id_ in self.gone:
            index.remove(id_)
        return index
