"""The two forms of a file. Pure.

In a CSV a cell that a spreadsheet would take for a formula (= + - @) gets a leading apostrophe, and loses it again.
"""

import csv
import io
import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any

import tomlkit

from alerts.exchange.records import COLUMNS, EVERY, Fault, Faults, Record

FORMULA = re.compile(r"'*[=+\-@\t\r]")
JSON_COLUMNS = ("target", "to")
LISTS = {"destination": "destinations", "subscription": "subscriptions"}


def write_csv(records: Iterable[Record]) -> str:
    """Write records, one row each, with every column."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(EVERY)
    for record in records:
        values = {"kind": record.kind, **record.values}
        writer.writerow(_guarded(values.get(column, "")) for column in EVERY)
    return text.getvalue()


def write_toml(records: Iterable[Record]) -> str:
    """Write records, the destinations and rules of each reader below it."""
    document = tomlkit.document()
    readers = tomlkit.aot()
    below: dict[str, Any] = {}
    for record in records:
        table = tomlkit.table()
        for name in COLUMNS[record.kind]:
            if name != "subscriber" and record.values.get(name):
                table[name] = json.loads(record.values[name]) if name in JSON_COLUMNS else record.values[name]
        reader = record.values["subscriber"]
        if record.kind == "subscriber":
            table["name"] = reader
            below[reader] = table
            readers.append(table)
        else:
            below[reader].setdefault(LISTS[record.kind], tomlkit.aot()).append(table)
    document["subscribers"] = readers
    return tomlkit.dumps(document)


def read_file(name: str, raw: bytes) -> list[Record]:
    """Read a file by its ending, .toml or .csv; raise Faults."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Faults([Fault(name, "", f"it is not UTF-8 (byte {error.start}): save it as UTF-8")]) from error
    reading = {".csv": _read_csv, ".toml": _read_toml}.get(PurePath(name).suffix.lower())
    if reading is None:
        raise Faults([Fault(name, "", "its name ends neither in .toml nor in .csv")])
    return list(reading(name, text))


def _read_csv(name: str, text: str) -> Iterator[Record]:
    rows = csv.reader(io.StringIO(text), strict=True)
    try:
        head = [cell.strip() for cell in next(rows, [])]
        for column in head:
            if column not in EVERY:
                raise Faults(
                    [Fault(f"{name}: row 1", column, f"there is no such column; there are {', '.join(EVERY)}")]
                )
        if "kind" not in head:
            raise Faults(
                [Fault(f"{name}: row 1", "kind", "this column is missing; it says subscriber, destination or …")]
            )
        for row in rows:
            if any(cell.strip() for cell in row):
                yield _csv_record(f"{name}: row {rows.line_num}", head, row)
    except csv.Error as error:
        raise Faults([Fault(f"{name}: row {rows.line_num}", "", f"this is no CSV: {error}")]) from error


def _csv_record(where: str, head: list[str], row: list[str]) -> Record:
    if len(row) > len(head):
        raise Faults([Fault(where, "", f"it has {len(row)} cells, and there are {len(head)} columns")])
    values = {column: _unguarded(cell) for column, cell in zip(head, row, strict=False)}
    kind = values.pop("kind", "").strip()
    if kind not in COLUMNS:
        raise Faults([Fault(where, "kind", f"{kind!r} is none of {', '.join(COLUMNS)}")])
    strange = [name for name, value in values.items() if value and name not in COLUMNS[kind]]
    if strange:
        raise Faults([Fault(where, strange[0], f"a {kind} has no such column; leave it empty")])
    return Record(kind, {name: values.get(name, "") for name in COLUMNS[kind]}, where)


def _read_toml(name: str, text: str) -> Iterator[Record]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Faults([Fault(name, "", f"this is no TOML: {error}")]) from error
    unknown = [key for key in document if key != "subscribers"]
    if unknown:
        raise Faults([Fault(name, unknown[0], "there is no such table; readers stand in [[subscribers]]")])
    for number, reader in enumerate(_tables(name, document, "subscribers"), 1):
        where = f"{name}: subscribers {number}"
        whose = reader.get("name", "")
        own = {key: value for key, value in reader.items() if key not in {"name", *LISTS.values()}}
        yield _toml_record("subscriber", {**own, "subscriber": whose}, where)
        for kind, key in LISTS.items():
            for place, table in enumerate(_tables(where, reader, key), 1):
                yield _toml_record(kind, {**table, "subscriber": whose}, f"{where}: {key} {place}")


def _tables(where: str, table: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = table.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Faults([Fault(where, key, f"this takes tables: [[{key}]]")])
    return found


def _toml_record(kind: str, table: dict[str, Any], where: str) -> Record:
    for column in table:
        if column not in COLUMNS[kind]:
            known = ", ".join(COLUMNS[kind][1:])
            raise Faults([Fault(where, column, f"a {kind} has no such key; there are {known}")])
    return Record(kind, {column: _as_text(table.get(column, "")) for column in COLUMNS[kind]}, where)


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)


def _guarded(cell: str) -> str:
    return f"'{cell}" if FORMULA.match(cell) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell
