"""Sheets of a workbook: a page for each, its name first, then a line for each row, and only so far."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time

from crawler.reading.documents.document import CutShort, Pages

MOST_CELLS = 300_000

Sheet = tuple[str, Iterable[Sequence[object]]]
"""Its name, and its rows as they are read."""


def sheet_pages(sheets: Iterable[Sheet], faults: tuple[type[Exception], ...]) -> Pages:
    """Yield the text of each sheet; `faults` are what its rows raise when it is damaged."""
    room = MOST_CELLS
    for name, rows in sheets:
        lines, cells = [name], 0
        try:
            for row in rows:
                cells += max(1, len(row))
                if cells > room:
                    break
                lines.append("\t".join(_words(row)))
        except faults as error:
            yield "\n".join(lines)
            raise CutShort(f"the sheet {name} is damaged: {error}") from error
        yield "\n".join(lines)
        room -= cells
        if room < 0:
            raise CutShort(f"only the first {MOST_CELLS} cells were read")


def _words(row: Iterable[object]) -> Iterator[str]:
    for value in row:
        if value is None or value == "":
            continue
        if isinstance(value, datetime) and value.time() == time():
            yield value.date().isoformat()
        elif isinstance(value, float) and value.is_integer():
            yield str(int(value))
        else:
            yield " ".join(str(value).split())
