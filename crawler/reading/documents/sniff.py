"""What kind of file some bytes are, whatever it is called."""

import re
import zipfile
from io import BytesIO

from crawler.reading.charset import decode

HEAD = 2_048
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = (
    ("EncryptedPackage", "encrypted"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
)  # what the streams of a compound file are called; those of WPS are called the same
_PARTS = (
    ("word/document.xml", "docx"),
    ("xl/workbook.xml", "xlsx"),
    ("ppt/presentation.xml", "pptx"),
    ("OFD.xml", "ofd"),
)
_MAGIC = (
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
    (b"BM", "picture"),
)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|table|div|p)\b", re.IGNORECASE)
_MHT = re.compile(rb"\s*(?:[\w-]+:[^\n]*\r?\n(?:[ \t][^\n]*\n)*){0,12}?MIME-Version:", re.IGNORECASE)
_CONTROLS = bytes({*range(0x20), 0x7F} - {*b"\t\n\v\f\r\x1a"})
_BOMS = (b"\xff\xfe", b"\xfe\xff")


def kind_of(body: bytes) -> str:
    """Return pdf docx xlsx pptx ofd zip doc xls ppt encrypted rar 7z rtf picture mht html xml text unknown."""
    head = body[:HEAD]
    if b"%PDF-" in head:
        return "pdf"
    if body.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(body)
    if body.startswith(_OLE):
        named = (kind for name, kind in _STREAMS if name.encode("utf-16-le") in body)
        return next(named, "unknown")
    magic = next((kind for start, kind in _MAGIC if body.startswith(start)), "")
    return magic or _kind_of_text(body, head.lstrip(b"\xef\xbb\xbf \t\r\n"))


def _kind_of_zip(body: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return "zip"  # the reader says what is wrong with it
    return next((kind for part, kind in _PARTS if part in names), "zip")


def _kind_of_text(body: bytes, head: bytes) -> str:
    if _MHT.match(head):
        return "mht"
    if _HTML.search(head):
        return "html"
    if head.startswith(b"<?xml"):
        return "xml"
    controls = len(body) - len(body.translate(None, _CONTROLS))
    if controls * 100 > len(body) and not body.startswith(_BOMS):
        return "unknown"
    text = decode(body[: 20 * HEAD], "gb18030")
    return "unknown" if text.count("\ufffd") * 20 > len(text) else "text"
