"""The text of files that notices link to: bytes in, pages of text out, and what was not read said.

    bytes ─ kind_of ─→ pdf docx xlsx xls doc ofd zip html text … ─ READERS ─→ pages ─ bounded ─→ Document

What a file is follows from its first bytes, never from its name: a .doc is often a web page, a .wps a DOC or a DOCX.
A page is a page of a PDF or OFD, a sheet of a workbook; a DOC, DOCX, web page or plain text is one page. Each reader
gives its pages one by one, so that `bounded` can stop it. Files are hostile until read: this package is called in a
child process with limits (crawler/documents.py), never in the crawler itself, which does not even load the readers.
"""

from crawler.reading.documents.document import Document, NotRead

__all__ = ["Document", "NotRead"]
