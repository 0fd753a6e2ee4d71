"""Makes the files that the tests of reading need: tiny, and with words of our own."""

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path

import docx
import openpyxl

from alerts.demo.sites.files import pdf_file, pdf_stream, pdf_words

DOC = Path(__file__).with_name("notice.doc").read_bytes()
"""A Word 97 file, since nothing in the tests can write one: 关于组织申报的通知, a paragraph, and a table."""

XLS = Path(__file__).with_name("notice.xls").read_bytes()
"""An Excel 97 workbook: a sheet 名单 of two works with an amount and a day, and a sheet 说明."""


def docx_of(*paragraphs: str, table: Sequence[Sequence[str]] = (), after: str = "") -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if table:
        made = document.add_table(len(table), len(table[0]))
        for row, words in enumerate(table):
            for column, word in enumerate(words):
                made.cell(row, column).text = word
    if after:
        document.add_paragraph(after)
    return _saved(document)


def xlsx_of(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return _saved(book)


def _saved(document: object) -> bytes:
    file = BytesIO()
    document.save(file)  # type: ignore[attr-defined]
    return file.getvalue()


def zip_of(members: Mapping[str, bytes], *, charset: str = "utf-8") -> bytes:
    """A ZIP as Windows writes it: with `charset` gbk the names carry no flag that says so."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, body in enumerate(members.values()):
            archive.writestr(_placeholder(number, list(members)[number], charset), body)
    raw = file.getvalue()
    for number, name in enumerate(members):
        raw = raw.replace(_placeholder(number, name, charset).encode(), name.encode(charset))
    return raw


def _placeholder(number: int, name: str, charset: str) -> str:
    return f"{number:x}".rjust(len(name.encode(charset)), "~") if charset == "gbk" else name


def ofd_of(pages: Sequence[Sequence[str]]) -> bytes:
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    members = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
    }
    for number, lines in enumerate(pages):
        texts = "".join(
            f'<ofd:TextObject Boundary="20 {30 + 10 * at} 160 6"><ofd:TextCode>{half}</ofd:TextCode></ofd:TextObject>'
            for at, line in enumerate(lines)
            for half in (line[:3], line[3:])
        )
        content = f"<ofd:Page {space}><ofd:Content><ofd:Layer>{texts}</ofd:Layer></ofd:Content></ofd:Page>"
        members[f"Doc_0/Pages/Page_{number}/Content.xml"] = content
    return zip_of({name: text.encode() for name, text in members.items()})


def printed_ofd(pages: Sequence[Sequence[str]], letterhead: str) -> bytes:
    """An OFD as printers make it: a template under every page, its pages out of order, characters placed by steps.

    Each text is `left top words`, with `|` before what stands 10 mm lower in the same object.
    """
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    listed = "".join(
        f'<ofd:Page ID="{20 - n}" BaseLoc="/Doc_0/Pages/Page_{20 - n}/Content.xml"/>' for n in range(len(pages))
    )
    members = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocBody><ofd:DocInfo><ofd:Title>x</ofd:Title></ofd:DocInfo>"
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f'<ofd:Document {space}><ofd:CommonData><ofd:TemplatePage ID="2" '
        f'BaseLoc="Tpls/Tpl_0/Content.xml"/></ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>',
        "Doc_0/Tpls/Tpl_0/Content.xml": f"<ofd:Page {space}>{_printed(letterhead)}</ofd:Page>",
        "Doc_0/Signs/Sign_0/Signature.xml": "<x/>",
    }
    for number, texts in enumerate(pages):
        layer = "".join(map(_printed, texts))
        members[f"Doc_0/Pages/Page_{20 - number}/Content.xml"] = (
            f'<ofd:Page {space}><ofd:Template TemplateID="2" ZOrder="Background"/><ofd:Content><ofd:Layer>'
            f'<ofd:PageBlock ID="5">{layer}</ofd:PageBlock></ofd:Layer></ofd:Content></ofd:Page>'
        )
    return zip_of({name: text.encode() for name, text in members.items()})


def _printed(text: str) -> str:
    left, top, words = text.split(" ", 2)
    codes = "".join(
        f'<ofd:TextCode X="0" Y="{5 + 10 * at}" DeltaX="{"g 3 6 " if len(line) > 3 else ""}6 6">{line}</ofd:TextCode>'
        for at, line in enumerate(words.split("|"))
    )
    return (
        f'<ofd:TextObject Boundary="{left} {top} 150 8" Size="6"><ofd:FillColor Value="0 0 0"/>{codes}</ofd:TextObject>'
    )


def pdf_of(*pages: str, pictured: bool = False, count: int | None = None) -> bytes:
    """A PDF whose font says nothing but how its codes are read; `count` is the number of pages that it claims."""
    font, picture, first = 3, 4, 6
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(pages)))
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: f"<</Type/Pages/Kids[{kids}]/Count {len(pages) if count is None else count}>>".encode(),
        font: b"<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/Identity-H/ToUnicode 5 0 R/DescendantFonts["
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/SimSun/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        b"/Supplement 0>>/DW 1000>>]>>",
        picture: pdf_stream(bytes(64), "/Subtype/Image/Width 8/Height 8/ColorSpace/DeviceGray/BitsPerComponent 8"),
        5: pdf_stream(_unicode_map("".join(pages))),
    }
    for number, text in enumerate(pages):
        drawn = b"q 400 0 0 600 50 50 cm /I Do Q " if pictured else b""
        objects[first + 2 * number] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents {first + 2 * number + 1} 0 R"
            f"/Resources<</Font<</F {font} 0 R>>/XObject<</I {picture} 0 R>>>>>>"
        ).encode()
        objects[first + 2 * number + 1] = pdf_stream(drawn + pdf_words(text))
    return pdf_file(objects)


def _unicode_map(text: str) -> bytes:
    codes = sorted({f"{ord(character):04x}" for character in text if character != "\n"})
    pairs = "".join(f"<{code}> <{code}>\n" for code in codes)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{len(codes)} beginbfchar\n{pairs}endbfchar\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode()
