"""XLSX, read as a stream."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from lxml.etree import XMLSyntaxError
from openpyxl.utils.exceptions import InvalidFileException

from crawler.reading.documents.document import Pages, unreadable
from crawler.reading.documents.sheets import sheet_pages

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
    """Yield the text of each sheet."""
    try:
        book = openpyxl.load_workbook(BytesIO(body), read_only=True, data_only=True, keep_links=False)
    except FAULTS as error:
        raise unreadable(f"the XLSX is damaged: {error}") from error
    return sheet_pages(((sheet.title, _rows(sheet)) for sheet in book.worksheets), FAULTS)


def _rows(sheet: Any) -> Iterator[tuple[object, ...]]:  # noqa: ANN401  openpyxl does not type it
    sheet.reset_dimensions()  # what the sheet says of its own size may be a lie
    yield from sheet.iter_rows(values_only=True)
