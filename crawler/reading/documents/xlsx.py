"""XLSX: a page for each sheet, a line for each row, read as a stream and only so far."""

import zipfile
from collections.abc import Iterator
from datetime import datetime, time
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from lxml.etree import XMLSyntaxError
from openpyxl.utils.exceptions import InvalidFileException

from crawler.reading.documents.document import CutShort, Pages, unreadable

MOST_CELLS = 300_000
FAULTS = (
    InvalidFileException,
    zipfile.BadZipFile,
    KeyError,
    ValueError,
    TypeError,
    XMLSyntaxError,
    ParseError,
    OSError,
)


def xlsx_pages(body: bytes) -> Pages:
    """Yield the text of each sheet, its name on the first line."""
    try:
        book = openpyxl.load_workbook(BytesIO(body), read_only=True, data_only=True, keep_links=False)
    except FAULTS as error:
        raise unreadable(f"the XLSX is damaged: {error}") from error
    room = MOST_CELLS
    for sheet in book.worksheets:
        lines, cells = [sheet.title], 0
        sheet.reset_dimensions()  # what the sheet says of its own size may be a lie
        try:
            for row in sheet.iter_rows(values_only=True):
                cells += max(1, len(row))
                if cells > room:
                    break
                lines.append("\t".join(_words(row)))
        except FAULTS as error:
            yield "\n".join(lines)
            raise CutShort(f"the sheet {sheet.title} is damaged: {error}") from error
        yield "\n".join(lines)
        room -= cells
        if room < 0:
            raise CutShort(f"only the first {MOST_CELLS} cells were read")


def _words(row: tuple[Any, ...]) -> Iterator[str]:
    for value in row:
        if value is None:
            continue
        if isinstance(value, datetime) and value.time() == time():
            yield value.date().isoformat()
        elif isinstance(value, float) and value.is_integer():
            yield str(int(value))
        else:
            yield " ".join(str(value).split())
