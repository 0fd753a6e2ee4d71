"""Finds the names of places in running text: longest name first, no streets, no words that only look like a place."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

STREET = re.compile(r"[东南西北中]?[一二三四五六七八九]?路(?![演径线网政桥局])|大道|大街")
LIST_MARKS = ("、", "和", "与", "及")
NOT_THE_SUFFIX = {"市": "场", "区": "域间块位", "县": "级"}  # 白银市场 is no 白银市, 江北区域 no 江北区

Spot = tuple[int, int, tuple[str, ...]]
"""Start and end of a name in the text, and the paths that bear it; none for a word that must be passed over."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Which names count in running text, and which only in company."""

    names: Mapping[str, tuple[str, ...]] = field(repr=False)
    words: frozenset[str] = frozenset()  # ordinary words too: count right after the place above them, or in a list
    shared: frozenset[str] = frozenset()  # borne elsewhere too: count in a text that names the place above them
    skip: frozenset[str] = frozenset()  # words that hold a name and mean something else
    _starts: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        starts: dict[str, list[str]] = defaultdict(list)
        for name in sorted({*self.names, *self.skip}, key=len, reverse=True):
            if len(name) > 1:
                starts[name[:2]].append(name)
        object.__setattr__(self, "_starts", {start: tuple(names) for start, names in starts.items()})

    def mentioned(self, text: str) -> tuple[str, ...]:
        """Return the paths that a text names, in the order of their first mention."""
        spots = tuple(self._spots(text))
        certain = {paths[0] for start, end, paths in spots if self._is_certain(text[start:end], paths)}
        found: dict[str, None] = {}
        last_end, last = 0, ""
        for start, end, paths in spots:
            above = _above(last, text[last_end:start]) if last else ()
            path = self._resolve(text[start:end], paths, certain, above)
            if path:
                found[path] = None
                last_end, last = end, path
        return tuple(found)

    def _spots(self, text: str) -> Iterator[Spot]:
        position = 0
        while position < len(text) - 1:
            name = self._name_at(text, position)
            if name is None:
                position += 1
                continue
            end = position + len(name)
            is_street = STREET.match(text, end) is not None
            yield position, end, () if name in self.skip or is_street else self.names[name]
            position = end

    def _name_at(self, text: str, position: int) -> str | None:
        for name in self._starts.get(text[position : position + 2], ()):
            if text.startswith(name, position):
                following = text[position + len(name) : position + len(name) + 1]
                if not following or following not in NOT_THE_SUFFIX.get(name[-1], ""):
                    return name
        return None

    def _is_certain(self, name: str, paths: tuple[str, ...]) -> bool:
        return len(paths) == 1 and name not in self.words and name not in self.shared

    def _resolve(self, name: str, paths: tuple[str, ...], certain: Iterable[str], above: tuple[str, ...]) -> str:
        """Return the one path that is meant, or nothing."""
        if self._is_certain(name, paths):
            return paths[0]
        return _only(paths, above) or ("" if name in self.words else _only(paths, certain))


def _above(last: str, between: str) -> tuple[str, ...]:
    """Return what a name directly behind another one, or beside it in a list (潍坊、日照), must lie below."""
    if between == "":
        return (last,)
    return (last.rpartition("/")[0],) if between in LIST_MARKS else ()


def _only(paths: tuple[str, ...], above: Iterable[str]) -> str:
    """Return the path that lies deepest below one of the places above; nothing when there is none, or more than one."""
    depth = {path: max((len(place) for place in above if path.startswith(f"{place}/")), default=0) for path in paths}
    deepest = max(depth.values(), default=0)
    best = [path for path in paths if depth[path] == deepest]
    return best[0] if deepest and len(best) == 1 else ""
