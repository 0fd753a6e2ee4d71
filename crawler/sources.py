"""Reads config/sources: one TOML file per region, one table per source; a bad row stops the start."""

import difflib
import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

from config.names import UnfitName, one_line
from config.regions import Places
from crawler.families import FAMILIES
from crawler.family import Family, Key, Option
from crawler.options import option_problem
from crawler.reading.page import SelectorError, mended, select

if TYPE_CHECKING:
    from config.settings import Crawl

GRADES = ("A", "B", "C", "P")
ID = re.compile(r"[a-z][a-z0-9_]*")


class SourcesError(Exception):
    """A source row is wrong; the message names file, table and key, and says what it takes."""


class UnknownSourceError(Exception):
    """A name that no source bears; the message suggests the nearest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One column of one site that is read."""

    id: str  # the table's name: sh_gov_policy
    name: str  # 上海市人民政府 政策文件
    family: str
    lists: tuple[str, ...]  # addresses of its list pages or feeds
    region: str  # a path of regions.toml
    agency: str = ""
    section: str = ""
    enabled: bool = True
    grade: str = ""  # how sure the row is. A: reading method seen in working code; B: address verified; C: address only
    interval_minutes: int | None = None
    body: str = ""  # selector of the article's body, when the common ones do not fit
    options: Mapping[str, Option] = field(default_factory=dict)  # the family's own keys


COMMON: dict[str, type] = {
    "name": str,
    "family": str,
    "lists": list,
    "region": str,
    "agency": str,
    "section": str,
    "enabled": bool,
    "grade": str,
    "interval_minutes": int,
    "body": str,
}
REQUIRED = ("name", "family", "lists", "region")
CALLED = ("name", "agency")  # what readers see
WORDS = {str: "a text", int: "a whole number above 0", bool: "true or false", list: "a list of texts"}


def load_sources(folder: Path, places: Places, sections: Collection[str] | None = None) -> dict[str, Source]:
    """Read every *.toml in the folder; raise SourcesError on an unknown key, family or region, or a doubled id.

    `sections` are the names of the columns; without them a source's section is not checked.
    """
    if not folder.is_dir():
        raise SourcesError(f"{folder}: there is no such folder; crawl.sources names the folder of the source files.")
    sources: dict[str, Source] = {}
    files: dict[str, Path] = {}
    for path in sorted(folder.glob("*.toml")):
        for table, row in _tables(path).items():
            if table in sources:
                raise SourcesError(f"{path}: [{table}]: the id is already used in {files[table]}; ids are unique.")
            sources[table] = _Row(path, table, row, places, sections).source()
            files[table] = path
    return sources


def read_source(path: Path, table: str, row: Any, places: Places) -> Source:  # noqa: ANN401  a TOML value has any type
    """Read one table of a source file; raise SourcesError naming file, table and key."""
    return _Row(path, table, row, places, None).source()


def choose_sources(sources: Mapping[str, Source], ids: Iterable[str]) -> tuple[Source, ...]:
    """Return the sources with these ids, each once; raise UnknownSourceError with the nearest name."""
    chosen = dict.fromkeys(ids)
    for unknown in (source_id for source_id in chosen if source_id not in sources):
        raise UnknownSourceError(f"There is no source {unknown!r}.{_nearest(unknown, sources)}")
    return tuple(sources[source_id] for source_id in chosen)


def site_of(source: Source) -> str:
    """Return the host of its first list."""
    return urlsplit(source.lists[0]).hostname or ""


def interval_of(source: Source, settings: "Crawl") -> timedelta:
    """Return the rhythm of a source."""
    return timedelta(minutes=source.interval_minutes or settings.interval_minutes)


def pages_of(source: Source) -> int:
    """Return how many pages of each list a crawl reads at most."""
    pages = source.options.get("pages", 1)
    return pages if isinstance(pages, int) else 1


def _tables(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise SourcesError(f"{path}: is not in UTF-8: {error}. Save it as UTF-8.") from error
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SourcesError(f"{path}: cannot be read as TOML: {error}") from error


@dataclass(frozen=True, slots=True)
class _Row:
    """One table of a source file, on its way to a Source."""

    path: Path
    table: str
    row: Any
    places: Places
    sections: Collection[str] | None

    def source(self) -> Source:
        if not isinstance(self.row, dict):
            raise SourcesError(f"{self.path}: {self.table}: every source is a table; write [{self.table}].")
        if not ID.fullmatch(self.table):
            raise SourcesError(f"{self.path}: [{self.table}]: an id has small letters, digits and underscores.")
        family = self._family()
        self._refuse_unknown_keys(family)
        self._require([*REQUIRED, *(name for name, key in family.keys.items() if key.required)])
        common = {key: self._common(key, kind) for key, kind in COMMON.items() if key in self.row}
        options: dict[str, Option] = {
            name: self._option(name, key) for name, key in family.keys.items() if name in self.row
        }
        return Source(id=self.table, **common, options=family.options(options))

    def _family(self) -> Family:
        self._require(["family"])
        name = self.row["family"]
        if name not in FAMILIES:
            self._fail("family", f"there is no family {name!r}; write one of {', '.join(FAMILIES)}")
        return FAMILIES[name]

    def _refuse_unknown_keys(self, family: Family) -> None:
        known = [*COMMON, *family.keys]
        for key in self.row:
            if key not in known:
                self._fail(
                    key,
                    f"a source of the family {family.name} has no such key.{_nearest(key, known)} "
                    f"It takes {', '.join(known)}",
                )

    def _require(self, keys: Iterable[str]) -> None:
        for key in keys:
            if key not in self.row:
                self._fail(key, "the key is missing")

    def _common(self, key: str, kind: type) -> Any:  # noqa: ANN401  a TOML value has any type
        value = self._typed(key, kind)
        check: dict[str, Callable[[Any], Any]] = {
            "lists": self._lists,
            "region": self._region,
            "section": self._section,
            "grade": self._grade,
        }
        if key == "body":
            self._refuse_bad_selector(key, value)
        return check[key](value) if key in check else value

    def _option(self, name: str, key: Key) -> Option:
        if problem := option_problem(name, key, self.row[name]):
            self._fail(*problem)
        value: Option = self.row[name]
        if key.selector:
            self._refuse_bad_selector(name, str(value))
        return value

    def _typed(self, key: str, kind: type[Any]) -> Any:  # noqa: ANN401  a TOML value has any type
        value = self.row[key]
        if type(value) is not kind or (kind is int and value <= 0):  # true is an int to isinstance
            self._fail(key, f"takes {WORDS[kind]}, not {value!r}")
        if kind is str and not value.strip():
            self._fail(key, "is empty; leave the key out or give it a value")
        return self._named(key, value) if key in CALLED else value

    def _named(self, key: str, value: str) -> str:
        try:
            return one_line(value)
        except UnfitName as error:
            self._fail(key, str(error))

    def _lists(self, value: list[Any]) -> tuple[str, ...]:
        if not value:
            self._fail("lists", "takes at least one address")
        for address in value:
            if not isinstance(address, str) or not is_address(address):
                self._fail("lists", f"takes http or https addresses, not {address!r}")
        return tuple(value)

    def _region(self, value: str) -> str:
        found = self.places.find(value)
        if not found:
            nearest = self.places.nearest(value)
            self._fail(
                "region", f"regions.toml has no place {value!r}" + (f"; did you mean {nearest}?" if nearest else "")
            )
        if len(found) > 1:
            self._fail("region", f"{value!r} may be {' or '.join(found)}; write the whole path")
        return found[0]

    def _section(self, value: str) -> str:
        if self.sections is not None and value not in self.sections:
            self._fail("section", f"there is no column {value!r}; write one of {', '.join(self.sections)}")
        return value

    def _grade(self, value: str) -> str:
        if value not in GRADES:
            self._fail("grade", f"takes {', '.join(GRADES)}, not {value!r}")
        return value

    def _refuse_bad_selector(self, key: str, value: str) -> None:
        try:
            select(mended("<p>"), value)
        except SelectorError as error:
            self._fail(key, str(error))

    def _fail(self, key: str, problem: str) -> NoReturn:
        said = problem.rstrip(".")
        raise SourcesError(f"{self.path}: [{self.table}] {key}: {said}" + ("" if said.endswith("?") else "."))


def is_address(address: str) -> bool:
    """Tell whether a list can have this address."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not any(map(str.isspace, address))


def _nearest(name: str, known: Iterable[str]) -> str:
    nearest = difflib.get_close_matches(name, list(known), n=1)
    return f" Did you mean {nearest[0]}?" if nearest else ""
