r"""An index as one file: mapped, not read, so that it is there at once and several processes share the memory.

yaoxun rules 3\n          what it is, and the number of the format
{…}\n                     JSON: fingerprint, sizes, checksum, scopes, frequencies, the caller's note
numbers                  the arrays of `Tables`, each at a multiple of 64 bytes
"""

import json
import mmap
import os
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from alerts.rules.matcher.frequency import Frequencies
from alerts.rules.matcher.index import Index
from alerts.rules.matcher.layout import Tables

MAGIC = b"yaoxun rules 3\n"
ALIGNED = 64
TYPES = {"memory": np.int32, "ids": np.int64, "by_id": np.int32}


class StaleIndex(Exception):
    """The file is of another format, of other words or another grammar, or damaged: the index is to be made anew."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a file holds; `note` is what the caller gave along."""

    index: Index
    frequencies: Frequencies
    note: dict[str, Any]


def save(path: Path, stored: Stored, fingerprint: str) -> None:
    """Write an index from which nothing was taken out; the file is replaced at once or not at all."""
    arrays = {name: getattr(stored.index.tables, name) for name in TYPES}
    head = {
        "fingerprint": fingerprint,
        "sizes": {name: len(array) for name, array in arrays.items()},
        "checksum": _checksum(stored.index.tables),
        "scopes": stored.index.scopes,
        "frequencies": dict(stored.frequencies.shares),
        "note": stored.note,
    }
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            file.write(MAGIC + json.dumps(head, ensure_ascii=False).encode() + b"\n")
            for array in arrays.values():
                file.write(bytes(-file.tell() % ALIGNED))
                file.write(array.data)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def load(path: Path, fingerprint: str) -> Stored:
    """Map an index; raise StaleIndex when it cannot be used, FileNotFoundError when there is none."""
    with path.open("rb") as file:
        if file.readline(len(MAGIC)) != MAGIC:
            raise StaleIndex(f"{path} is no index of this version")
        try:
            head = json.loads(file.readline())
        except ValueError as error:
            raise StaleIndex(f"{path} is damaged") from error
        if head["fingerprint"] != fingerprint:
            raise StaleIndex(f"{path} was made with other words or another grammar")
        begin = file.tell()
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    tables = _tables(path, mapped, begin, head["sizes"])
    if _checksum(tables) != head["checksum"]:
        raise StaleIndex(f"{path} is damaged")
    scopes = tuple(tuple(scope) for scope in head["scopes"])
    return Stored(Index(tables, scopes), Frequencies(head["frequencies"]), head["note"])


def _tables(path: Path, mapped: mmap.mmap, begin: int, sizes: dict[str, int]) -> Tables:
    arrays: dict[str, Any] = {}
    for name, kind in TYPES.items():
        begin += -begin % ALIGNED
        end = begin + sizes[name] * np.dtype(kind).itemsize
        if end > len(mapped):
            raise StaleIndex(f"{path} is cut short")
        arrays[name] = np.frombuffer(mapped, kind, sizes[name], begin)
        begin = end
    return Tables(**arrays)


def _checksum(tables: Tables) -> int:
    checksum = 0
    for array in tables:
        checksum = zlib.crc32(array.data, checksum)
    return checksum
