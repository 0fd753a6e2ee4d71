"""XLS of Excel 97–2003, and ET, the workbook of WPS, which is stored like one."""

import tempfile
from collections.abc import Iterator, Sequence

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from crawler.reading.documents.document import Pages, unreadable
from crawler.reading.documents.sheets import sheet_pages


def xls_pages(body: bytes) -> Pages:
    """Yield the text of each sheet."""
    book = _opened(body)
    return sheet_pages(((name, _rows(book, name)) for name in book.sheet_names), (CalamineError,))


def _opened(body: bytes) -> CalamineWorkbook:
    """Open a workbook as a file with a name: of bytes alone the library tries every format and forgets what it met."""
    with tempfile.NamedTemporaryFile(suffix=".xls") as file:
        file.write(body)
        file.flush()
        try:
            return CalamineWorkbook.from_path(file.name)
        except PasswordError as error:
            raise unreadable("the file is encrypted") from error
        except CalamineError as error:
            raise unreadable(f"the workbook is damaged: {error}") from error


def _rows(book: CalamineWorkbook, name: str) -> Iterator[Sequence[object]]:
    yield from book.get_sheet_by_name(name).iter_rows()
