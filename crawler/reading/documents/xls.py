"""XLS of Excel 97–2003, and ET, the workbook of WPS, which is stored like one."""

from collections.abc import Iterator, Sequence
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from crawler.reading.documents.document import Pages, unreadable
from crawler.reading.documents.sheets import sheet_pages


def xls_pages(body: bytes) -> Pages:
    """Yield the text of each sheet."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(body))
    except PasswordError as error:
        raise unreadable("the file is encrypted") from error
    except CalamineError as error:
        raise unreadable(f"the workbook is damaged: {error}") from error
    return sheet_pages(((name, _rows(book, name)) for name in book.sheet_names), (CalamineError,))


def _rows(book: CalamineWorkbook, name: str) -> Iterator[Sequence[object]]:
    yield from book.get_sheet_by_name(name).iter_rows()
