"""Makes the files that sample notices link to: small, and as real readers open them."""

import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO

import docx
import openpyxl

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
LINE = 34  # characters on a line of paper


def file_of(path: str, pages: Sequence[str]) -> tuple[bytes, str]:
    """Return a file with these pages, by the ending of its path, and its media type.

    A document has its pages one after another; in a table a page is a sheet, a line a row, and a bar parts cells.
    """
    kind = path.rpartition(".")[2]
    made = {"docx": (_docx, WORD), "xlsx": (_xlsx, SHEET)}.get(kind, (_pdf, PDF))
    return made[0](pages), made[1]


def pdf_file(objects: Mapping[int, bytes]) -> bytes:
    """Return a PDF of numbered objects, the first of which is its catalogue."""
    body, places = b"%PDF-1.7\n", {}
    for number, content in objects.items():
        places[number] = len(body)
        body += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{places[number]:010d} 00000 n \n" for number in sorted(objects))
    size = len(objects) + 1
    end = f"trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + f"xref\n0 {size}\n0000000000 65535 f \n{table}{end}".encode()


def pdf_stream(content: bytes, entries: str = "") -> bytes:
    """Return a stream, packed."""
    packed = zlib.compress(content)
    return f"<</Length {len(packed)}/Filter/FlateDecode{entries}>>stream\n".encode() + packed + b"\nendstream"


def pdf_words(text: str) -> bytes:
    """Return what shows lines of a text with the font F, whose codes are UTF-16."""
    lines = (f"<{line.encode('utf-16-be').hex()}> Tj 0 -20 Td" for line in text.split("\n"))
    return f"BT /F 12 Tf 50 750 Td {' '.join(lines)} ET".encode()


def _pdf(pages: Sequence[str]) -> bytes:
    """Chinese in a font that every reader of PDF brings along: https://pdfa.org/resource/iso-32000-2/, 9.7.5.2."""
    first = 4
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(pages)))
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
        3: b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UTF16-H/DescendantFonts[<</Type/Font"
        b"/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 5>>"
        b"/DW 1000>>]>>",
    }
    for number, text in enumerate(pages):
        page = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents {first + 2 * number + 1} 0 R"
        objects[first + 2 * number] = f"{page}/Resources<</Font<</F 3 0 R>>>>>>".encode()
        objects[first + 2 * number + 1] = pdf_stream(pdf_words(_broken(text)))
    return pdf_file(objects)


def _broken(text: str) -> str:
    """Break lines as paper does."""
    lines = text.strip().split("\n")
    return "\n".join(line[start : start + LINE] for line in lines for start in range(0, len(line), LINE))


def _docx(pages: Sequence[str]) -> bytes:
    document = docx.Document()
    for line in "\n".join(pages).strip().split("\n"):
        document.add_paragraph(line)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _xlsx(pages: Sequence[str]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, text in enumerate(pages, 1):
        sheet = book.create_sheet(f"表{number}")
        for line in text.strip().split("\n"):
            sheet.append([cell.strip() for cell in line.split("|")])
    file = BytesIO()
    book.save(file)
    return file.getvalue()
