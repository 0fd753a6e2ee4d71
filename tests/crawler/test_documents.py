"""Files are read in a child process: a hostile one ends in a reason, bounded in time and memory; the next is read."""

import io
import random
import resource
import time
import zipfile
import zlib
from collections.abc import Iterator

import pytest

from crawler.documents import DocumentReader
from crawler.notice import Reading
from tests.reading.documents.making import DOC, XLS, docx_of, ofd_of, pdf_of, xlsx_of, zip_of

GOOD = docx_of("申报指南")


@pytest.fixture
def reader() -> Iterator[DocumentReader]:
    reader = DocumentReader()
    yield reader
    reader.close()


def million_rows() -> bytes:
    """An XLSX of a million rows, written as a stream."""
    file = io.BytesIO()
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r" Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {space} xmlns:r="{relations}"><sheets><sheet name="名单" sheetId="1" r:id="r"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships"><Relationship Id="r" Type="{relations}/worksheet" Target="worksheets/s.xml"/></Relationships>',
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        with archive.open("xl/worksheets/s.xml", "w") as sheet:
            sheet.write(f'<worksheet {space}><dimension ref="A1:XFD1048576"/><sheetData>'.encode())
            for start in range(0, 1_000_000, 10_000):
                rows = (f'<row r="{n + 1}"><c r="A{n + 1}"><v>{n}</v></c></row>' for n in range(start, start + 10_000))
                sheet.write("".join(rows).encode())
            sheet.write(b"</sheetData></worksheet>")
    return file.getvalue()


def bursting_pdf() -> bytes:
    """A page whose drawing unpacks to two gigabytes of nothing, packed twice."""
    packer = zlib.compressobj(9)
    once = b"".join([*(packer.compress(bytes(10_000_000)) for _ in range(200)), packer.flush()])
    twice = zlib.compress(once)
    content = f"<</Length {len(twice)}/Filter[/FlateDecode/FlateDecode]>>stream\n".encode() + twice + b"\nendstream"
    body = pdf_of("甲")
    start = body.index(b"7 0 obj")
    return body[:start] + b"7 0 obj\n" + content + b"\nendobj\n" + body[body.index(b"xref") :]


def test_a_worker_reads_one_file_after_another(reader: DocumentReader) -> None:
    assert [reader.read_now(GOOD, "a.docx").pages for _ in range(3)] == [("申报指南",)] * 3
    members = reader.read_now(zip_of({"甲.txt": "甲".encode(), "乙.docx": GOOD}), "a.zip").members
    assert [(name, member.reading, member.pages) for name, member in members] == [
        ("甲.txt", Reading.READ, ("甲",)),
        ("乙.docx", Reading.READ, ("申报指南",)),
    ]


def test_a_million_rows_are_read_only_so_far(reader: DocumentReader) -> None:
    began = time.monotonic()
    found = reader.read_now(million_rows(), "名单.xlsx")
    assert (found.reading, found.reason) == (Reading.READ, "only the first 300000 cells were read")
    assert found.pages[0].startswith("名单\n0\n1\n2\n")
    assert time.monotonic() - began < 60


def test_a_file_that_takes_too_long_is_given_up_and_the_next_is_read() -> None:
    reader = DocumentReader(patience=0.5)
    body = million_rows()
    found = reader.read_now(body, "名单.xlsx")
    assert (found.reading, found.reason) == (Reading.UNREADABLE, "reading it took longer than 0.5 seconds")
    reader.patience = 60
    assert reader.read_now(GOOD, "a.docx").pages == ("申报指南",)
    reader.close()


def test_a_file_that_bursts_is_a_reason_and_memory_stays_bounded(reader: DocumentReader) -> None:
    began = time.monotonic()
    found = reader.read_now(bursting_pdf(), "a.pdf")
    assert (found.reading, found.pages) == (Reading.UNREADABLE, ())
    assert found.reason
    assert time.monotonic() - began < 60
    assert reader.read_now(GOOD, "a.docx").pages == ("申报指南",)
    reader.close()
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1_300_000  # kilobytes


@pytest.mark.parametrize("length", [1, 10, 100, 1000])
def test_files_cut_anywhere_end_in_a_state(reader: DocumentReader, length: int) -> None:
    for body in (GOOD, pdf_of("甲", "乙")):
        found = reader.read_now(body[:length], "a.bin")
        assert found.reading in {Reading.UNREADABLE, Reading.UNSUPPORTED, Reading.READ}


def damaged(body: bytes, chance: random.Random) -> bytes:
    """The same file with a few bytes changed, a piece doubled or lost, or cut."""
    changed = bytearray(body)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(changed))
        piece = changed[at : at + chance.randint(1, 200)]
        match chance.randrange(4):
            case 0:
                changed[at] = chance.randrange(256)
            case 1:
                changed[at:at] = piece
            case 2 if len(changed) > 2 * len(piece):
                del changed[at : at + len(piece)]
            case _:
                changed[at : at + 8] = chance.randbytes(8)
    return bytes(changed[: chance.randint(1, len(changed))] if chance.random() < 0.2 else changed)


def test_damaged_files_of_every_kind_end_in_a_state_that_the_archive_takes(reader: DocumentReader) -> None:
    chance = random.Random(20261123)  # noqa: S311  the same files in every run
    kinds = [
        GOOD,
        DOC,
        XLS,
        pdf_of("甲方申报", "乙方"),
        xlsx_of({"名单": [["甲厂", 1], ["乙厂", 2]]}),
        ofd_of([["关于申报"]]),
        zip_of({"甲.docx": GOOD, "乙.txt": "乙".encode()}),
        "<html><body><p>公告</p></body></html>".encode(),
    ]
    states = set()
    for _ in range(25):
        for body in kinds:
            found = reader.read_now(damaged(body, chance), "a")
            assert found.reading is Reading.READ or found.reason
            assert not any("\x00" in page for page in found.pages)
            "".join(found.pages).encode()  # no half of a surrogate pair
            states.add(found.reading)
    assert states >= {Reading.READ, Reading.UNREADABLE, Reading.UNSUPPORTED}
