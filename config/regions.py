"""The place tree of regions.toml: 长三角 → 江苏 → 苏州 → 昆山, with aliases (沪, 苏, 浙, 皖 …)."""

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from config.mentions import Wording

TABLES = ("groups", "also", "mentions")  # every other table of the file is a province
PEOPLES = "蒙古|回|藏|苗|彝|壮|布依|朝鲜|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|畲|柯尔克孜|景颇|羌"
SUFFIX = re.compile(rf"^(?P<short>..+?)(?:(?:{PEOPLES})族?)*(?:自治州|自治县|地区|新区|林区|市|区|县|盟)$")


class RegionsError(Exception):
    """regions.toml cannot be read; the message names the file and the key."""


@dataclass(frozen=True, slots=True)
class Places:
    """Every place by its path (江苏/苏州/昆山), every name and alias that leads to one, and the groups (长三角)."""

    paths: frozenset[str]
    names: Mapping[str, tuple[str, ...]] = field(repr=False)  # 苏州, 苏州市, 苏 → the paths that bear the name
    groups: Mapping[str, tuple[str, ...]]
    wording: Wording = field(default_factory=lambda: Wording({}), repr=False)

    def find(self, name: str) -> tuple[str, ...]:
        """Return the paths (or group) that bear this name, alias or path; empty when nobody knows it."""
        if name in self.paths or name in self.groups:
            return (name,)
        first, _, rest = name.partition("/")
        found = self.names.get(first, ())
        for part in rest.split("/") if rest else ():
            found = tuple(path for path in self._bearers(part) if any(path.startswith(f"{top}/") for top in found))
        return found

    def nearest(self, name: str) -> str | None:
        """Return the known name most like this one, for "did you mean"."""
        every = [*self.names, *self.paths]
        alike = set(difflib.get_close_matches(name, every, n=len(every), cutoff=0.5))
        return max((known for known in every if known in alike), key=lambda known: _likeness(known, name), default=None)

    def within(self, region: str, places: Iterable[str]) -> bool:
        """Tell whether a region path (or group) is one of the places or lies below one; 长三角 holds its members."""
        return any(self._holds(place, region) for place in places)

    def mentioned(self, text: str) -> tuple[str, ...]:
        """Return the paths of places that a text names, in the order of their first mention.

        Ambiguous names (朝阳, 鼓楼) count only beside their city or province; one-character aliases never count here.
        """
        return self.wording.mentioned(text)

    def _bearers(self, name: str) -> Iterator[str]:
        """Yield every path with this name, also where a province of the same name hides it (天津/河北)."""
        yield from self.names.get(name, ())
        yield from (path for path in self.paths if path.endswith(f"/{name}") and path not in self.names.get(name, ()))

    def _holds(self, place: str, region: str) -> bool:
        if region == place:
            return True
        inside = self.groups.get(region, (region,))
        around = self.groups.get(place, (place,))
        return all(any(part == top or part.startswith(f"{top}/") for top in around) for part in inside)


def load_places(path: Path) -> Places:
    """Read regions.toml; raise RegionsError naming file and key."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RegionsError(f"{path}: cannot be read as TOML: {error}") from error
    return _Reading(path).places(table)


class _Reading:
    """One reading of one file: what has been found in it so far."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.paths: dict[str, None] = {}
        self.bearers: dict[str, list[str]] = {}
        self.groups: dict[str, tuple[str, ...]] = {}

    def places(self, table: dict[str, Any]) -> Places:
        for name, province in table.items():
            if name not in TABLES:
                self._read_province(name, province)
        groups = self._table("groups", table.get("groups", {}))
        aliases = {name: self._read_group(name, group) for name, group in groups.items()}
        for name, others in aliases.items():
            self.groups[name] = tuple(self._members(name, groups))
            self._add_by_names(f"groups.{name}", name, [name, *others])
        for name, place in self._table("also", table.get("also", {})).items():
            if not isinstance(place, str) or place not in self.paths:
                self._refuse(f"also.{name}", f"{place!r} is no place of this file")
            self._add_by_names(f"also.{name}", place, [name])
        names = {name: _highest(paths) for name, paths in self.bearers.items()}
        wording = self._read_mentions(names, table.get("mentions", {}))
        return Places(frozenset(self.paths), names, self.groups, wording)

    def _read_province(self, name: str, table: object) -> None:
        province = self._table(name, table, {"full", "aliases", "parts"})
        full = province.get("full", name)
        if not isinstance(full, str):
            self._refuse(f"{name}.full", f"takes a text, not {full!r}")
        self._add_place(name, {name, full})
        self._add_by_names(f"{name}.aliases", name, self._texts(f"{name}.aliases", province.get("aliases", [])))
        parts = province.get("parts", [])
        if isinstance(parts, dict):
            for city, districts in parts.items():
                path = self._add_part(f"{name}.parts", name, city)
                self._read_parts(f"{name}.parts.{city}", path, districts)
        else:
            self._read_parts(f"{name}.parts", name, parts)

    def _read_parts(self, key: str, above: str, parts: object) -> None:
        for part in self._texts(key, parts):
            self._add_part(key, above, part)

    def _add_part(self, key: str, above: str, full: str) -> str:
        short = _short(full)
        path = f"{above}/{short}"
        if path in self.paths:
            self._refuse(key, f"{full} stands there twice")
        self._add_place(path, {short, full})
        return path

    def _add_place(self, path: str, names: Iterable[str]) -> None:
        self.paths[path] = None
        for name in names:
            self.bearers.setdefault(name, []).append(path)

    def _add_by_names(self, key: str, path: str, names: Iterable[str]) -> None:
        for name in names:
            if name in self.bearers:
                self._refuse(key, f"{name!r} already means {self.bearers[name][0]}")
            self.bearers[name] = [path]

    def _read_group(self, name: str, table: object) -> list[str]:
        group = self._table(f"groups.{name}", table, {"places", "aliases"})
        self._texts(f"groups.{name}.places", group.get("places"))
        return self._texts(f"groups.{name}.aliases", group.get("aliases", []))

    def _members(self, name: str, groups: Mapping[str, Any], around: tuple[str, ...] = ()) -> Iterator[str]:
        for member in groups[name]["places"]:
            if member in self.paths:
                yield member
            elif member in groups and member not in (*around, name):
                yield from self._members(member, groups, (*around, name))
            else:
                self._refuse(f"groups.{name}.places", f"{member!r} is no place or other group of this file")

    def _read_mentions(self, names: Mapping[str, tuple[str, ...]], table: object) -> Wording:
        mentions = self._table("mentions", table, {"words", "shared", "skip"})
        lists = {key: self._texts(f"mentions.{key}", mentions.get(key, [])) for key in ("words", "shared", "skip")}
        for key in ("words", "shared"):
            for name in lists[key]:
                if name not in names:
                    self._refuse(f"mentions.{key}", f"{name!r} is no name of this file")
        words, shared, skip = (frozenset(texts) for texts in lists.values())
        return Wording(names, words=words, shared=shared, skip=skip)

    def _table(self, key: str, value: object, known: set[str] | None = None) -> dict[str, Any]:
        if not isinstance(value, dict):
            self._refuse(key, f"takes a table, not {value!r}")
        for name in value:
            if known is not None and name not in known:
                self._refuse(f"{key}.{name}", f"unknown key; there are {', '.join(sorted(known))}")
        return value

    def _texts(self, key: str, value: object) -> list[str]:
        if not isinstance(value, list) or not all(isinstance(text, str) and text for text in value):
            self._refuse(key, f"takes a list of texts, not {value!r}")
        return value

    def _refuse(self, key: str, reason: str) -> NoReturn:
        raise RegionsError(f"{self.path}: {key}: {reason}")


def _likeness(known: str, name: str) -> float:
    """Return how likely one name was meant by another: a slip of one character leaves the first, and the length."""
    same = (known[0] == name[0]) + (len(known) == len(name))
    return difflib.SequenceMatcher(None, known, name).ratio() + 0.2 * same


def _short(full: str) -> str:
    """昆山市 → 昆山, 景宁畲族自治县 → 景宁; 和县 stays, since one character alone is no name."""
    found = SUFFIX.match(full)
    return found["short"] if found else full


def _highest(paths: list[str]) -> tuple[str, ...]:
    """Let a province hide its namesakes (海南), and a place the one of the same name inside it (黄山)."""
    provinces = tuple(path for path in paths if "/" not in path)
    return provinces or tuple(p for p in paths if not any(p.startswith(f"{other}/") for other in paths))
