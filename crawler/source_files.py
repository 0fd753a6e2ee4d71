"""Writes into the files of config/sources: a new table, or another `enabled`; comments and order stay."""

import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError

from config.regions import Places
from crawler.families import FAMILIES
from crawler.sources import SourcesError, read_source


class FileNotWritable(SourcesError):
    """A source file could not be written; the message says which and why."""


def set_enabled(folder: Path, source_id: str, *, enabled: bool) -> Path:
    """Write `enabled` into the table of a source, and return its file."""
    path = file_of(folder, source_id)
    document = _read(path)
    if not (enabled and "enabled" not in document[source_id]):
        document[source_id]["enabled"] = enabled
    _write(path, document)
    return path


def add_source(folder: Path, source_id: str, row: Mapping[str, Any], places: Places) -> Path:
    """Write a new table into the file that holds most sources of its province, or into a new one; return the file.

    A row that is wrong is refused before anything is written.
    """
    path = home_of(folder, row["region"])
    source = read_source(path, source_id, row, places)
    document = _read(path) if path.exists() else tomlkit.document()
    table = tomlkit.table()
    for key, value in {**row, "region": source.region}.items():
        table[key] = value
    if document:
        document.add(tomlkit.nl())
    document[source_id] = table
    _write(path, document)
    return path


def reread_source(folder: Path, source_id: str, reading: Mapping[str, Any], places: Places) -> Path:
    """Write how a source is read (its family, with options) into its table in place of how it was; return the file.

    All else that stands there stays, how many pages are read too. What would be wrong is refused before it is written.
    """
    path = file_of(folder, source_id)
    document = _read(path)
    table = document[source_id]
    old = FAMILIES.get(str(table.get("family")))
    for key in {*(old.keys if old else ()), "family"} - {"pages"}:
        table.pop(key, None)
    for key, value in reading.items():
        table[key] = value
    read_source(path, source_id, document.unwrap()[source_id], places)
    _write(path, document)
    return path


def file_of(folder: Path, source_id: str) -> Path:
    """Return the file in which a source stands."""
    for path in sorted(folder.glob("*.toml")):
        if f"[{source_id}]" in path.read_text(encoding="utf-8").split():
            return path
    raise SourcesError(f"{folder}: no file has a table [{source_id}]; its heading stands alone in its line.")


def home_of(folder: Path, region: str) -> Path:
    """Return the file with most sources of this region's province; a new one when there is none."""
    province = region.partition("/")[0]
    counts: Counter[Path] = Counter()
    for path in sorted(folder.glob("*.toml")):
        rows = [row for row in _read(path).values() if isinstance(row, dict)]
        counts[path] = sum(str(row.get("region", "")).partition("/")[0] == province for row in rows)
    best = max(counts, key=lambda path: counts[path], default=None)
    return best if best is not None and counts[best] else folder / f"{province}.toml"


def _read(path: Path) -> TOMLDocument:
    try:
        return tomlkit.parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        raise SourcesError(f"{path}: cannot be read as TOML: {error}") from error


def _write(path: Path, document: TOMLDocument) -> None:
    """Replace the file as a whole, so that nobody ever reads half of it."""
    try:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as new:
            new.write(tomlkit.dumps(document))
        Path(new.name).chmod(path.stat().st_mode if path.exists() else 0o644)
        Path(new.name).replace(path)
    except OSError as error:
        raise FileNotWritable(f"{path}: cannot be written: {error.strerror or error}.") from error
