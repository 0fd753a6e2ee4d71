"""DOCX: paragraphs and tables in the order in which they stand, a row of a table on one line."""

import zipfile
from collections.abc import Iterator
from io import BytesIO

import docx
from docx.document import Document as Word
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from lxml.etree import XMLSyntaxError

from crawler.reading.documents.document import CutShort, Pages, unreadable

MOST_BLOCKS = 200_000
BREAKS = {qn("w:br"), qn("w:cr")}
CONTAINERS = {qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:smartTag"), qn("w:customXml")}


def docx_pages(body: bytes) -> Pages:
    """Yield the one page of the document."""
    try:
        document: Word = docx.Document(BytesIO(body))
    except (OpcError, zipfile.BadZipFile, KeyError, ValueError, XMLSyntaxError) as error:
        raise unreadable(f"the DOCX is damaged: {error}") from error
    lines: list[str] = []
    for line in _blocks(document.element.body):
        lines.append(line)
        if len(lines) == MOST_BLOCKS:
            yield "\n".join(lines)
            raise CutShort(f"only the first {MOST_BLOCKS} paragraphs were read")
    yield "\n".join(lines)


def _blocks(parent: BaseOxmlElement) -> Iterator[str]:
    for child in parent.iterchildren():
        if child.tag == qn("w:p"):
            yield _text(child)
        elif child.tag == qn("w:tbl"):
            yield from _rows(child)
        elif child.tag in CONTAINERS:
            yield from _blocks(child)


def _rows(table: BaseOxmlElement) -> Iterator[str]:
    """Yield the rows; a table inside a cell stands in that cell."""
    for row in table.iter(qn("w:tr")):
        if _table_of(row) is table:
            yield "\t".join(" ".join(_blocks(cell)) for cell in row.iter(qn("w:tc")) if _table_of(cell) is table)


def _table_of(element: BaseOxmlElement) -> BaseOxmlElement:
    found: BaseOxmlElement = next(element.iterancestors(qn("w:tbl")))
    return found


def _text(paragraph: BaseOxmlElement) -> str:
    """Return the words of a paragraph, deleted ones left out; a text box inside of it counts."""
    found = []
    for node in paragraph.iter(qn("w:t"), qn("w:tab"), *BREAKS):
        if node.tag == qn("w:t"):
            found.append(node.text or "")
        elif node.tag in BREAKS:
            found.append("\n")
        elif node.getparent().tag == qn("w:r"):  # else it is a tab stop, and no tab
            found.append("\t")
    return "".join(found)
