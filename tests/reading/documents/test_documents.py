"""Files of every kind become pages of text; what cannot be read says why. Each is told by its bytes, not its name."""

import io
import zipfile
from base64 import b64encode

import pytest

from crawler.notice import Reading
from crawler.reading.documents import document, sheets
from crawler.reading.documents.reading import read_document
from tests.reading.documents.making import DOC, XLS, docx_of, ofd_of, pdf_of, printed_ofd, xlsx_of, zip_of

PDF = pdf_of("关于印发办法的通知\n补贴资金按季度拨付。", "第二页：附表")
READ = {
    "pdf": (PDF, ("关于印发办法的通知\n补贴资金按季度拨付。", "第二页：附表")),
    "docx": (
        docx_of("申报指南", "一、对象", table=[["企业", "金额"], ["甲厂", "十万元"]], after="二、程序"),
        ("申报指南\n一、对象\n企业\t金额\n甲厂\t十万元\n二、程序",),
    ),
    "xlsx": (
        xlsx_of({"名单": [["企业", "金额"], ["甲厂", 3.0], [None, "合计"]], "说明": [["以上为初审名单"]]}),
        ("名单\n企业\t金额\n甲厂\t3\n合计", "说明\n以上为初审名单"),
    ),
    "xls": (XLS, ("名单\n企业\t金额\t日期\n甲厂\t3\t2026-11-02\n乙厂\t2.5\n合计", "说明\n以上为初审名单")),
    "ofd": (ofd_of([["关于开展申报工作", "第二行文字"], ["第二页"]]), ("关于开展申报工作\n第二行文字", "第二页")),
    "html": ("<html><meta charset=gbk><p>公告文本</p></html>".encode("gbk"), ("公告文本",)),
    "mht": (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n"
        b"Content-Type: text/html; charset=gb2312\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + b64encode("<html><body><p>公告文本</p></body></html>".encode("gbk"))
        + b"\r\n--x--\r\n",
        ("公告文本",),
    ),
    "text": ("企业,金额\r\n甲厂,3".encode("gbk"), ("企业,金额\n甲厂,3",)),
}


@pytest.mark.parametrize("kind", READ)
@pytest.mark.parametrize("name", ["", "misnamed.wps"])
def test_each_kind_gives_its_pages_whatever_it_is_called(kind: str, name: str) -> None:
    body, pages = READ[kind]
    found = read_document(body, name)
    assert (found.kind, found.reading, found.pages, found.reason) == (kind, Reading.READ, pages, "")


def test_an_ofd_is_read_as_it_is_printed() -> None:
    first = [
        "30 80 现将",
        "42 80.4 有关事项",
        "66 80 通知如下。",
        "120 100 20万元",
        "20 100 示例公司",
        "120 90 金额",
        "20 90 单位",
        "40 60 关于组织申报的通知|各镇人民政府：",
    ]
    found = read_document(printed_ofd([first, ["20 30 第二页 A&lt;B"]], "50 20 示例市财政局文件"), "a.wps")
    assert (found.kind, found.reason) == ("ofd", "")
    assert found.pages == (
        "示例市财政局文件\n关于组织申报的通知\n各镇人民政府：\n现将有关事项通知如下。\n单位\t金额\n示例公司\t20万元",
        "示例市财政局文件\n第二页 A<B",
    )


def test_a_doc_is_read_by_antiword_and_so_is_a_wps_stored_like_one() -> None:
    found = read_document(DOC, "通知.wps")
    assert (found.kind, found.reading) == ("doc", Reading.READ)
    (page,) = found.pages
    assert page.startswith("关于组织申报的通知\n第1条 各镇人民政府：现就数字车间申报补贴事项通知如下")
    assert page.endswith("企业\t金额\n示例公司\t十万元")


def test_without_antiword_a_doc_is_not_supported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    found = read_document(DOC, "通知.doc")
    assert (found.reading, found.reason) == (Reading.UNSUPPORTED, "antiword is not installed")


def test_members_of_a_zip_are_read_with_their_chinese_names_and_archives_inside_are_not_opened() -> None:
    inner = zip_of({"深处.txt": "看不见".encode()})
    found = read_document(zip_of({"附件/名单.txt": "甲厂".encode(), "套.zip": inner}, charset="gbk"), "附件.zip")
    assert (found.reading, found.pages) == (Reading.READ, ())
    members = {name: (member.reading, member.pages, member.reason) for name, member in found.members}
    assert members == {
        "附件/名单.txt": (Reading.READ, ("甲厂",), ""),
        "套.zip": (Reading.UNSUPPORTED, (), "an archive inside an archive is not opened"),
    }


def test_a_scan_is_recognised_and_a_single_pictured_page_is_told() -> None:
    scan = read_document(pdf_of("", "", pictured=True))
    assert (scan.reading, scan.reason) == (Reading.SCANNED, "2 scanned pages: pictures without text")
    assert read_document(pdf_of("有足够多文字的一页，图片只是页面上的装饰，不是扫描件。", pictured=True)).reason == ""
    mixed = read_document(pdf_of("这一页有足够多的文字，其余各页则只有盖章的扫描图片。", "", pictured=True))
    assert (mixed.reading, mixed.reason) == (Reading.READ, "1 of its pages are pictures without text")


DOUBLE_STREAM, FILE_PASS = b"\x61\x01\x02\x00\x00\x00", b"\x2f\x00\x02\x00\x01\x00"  # records of a workbook


def encrypted(body: bytes) -> bytes:
    """The same ZIP with the flag of encryption on every part, here and in the directory."""
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = body.find(signature)
        while position >= 0:
            body = body[: position + at] + bytes([body[position + at] | 1]) + body[position + at + 1 :]
            position = body.find(signature, position + 4)
    return body


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
NOT_READ = [
    (b"", "a.pdf", Reading.UNREADABLE, "the file is empty"),
    (PDF[:300], "a.pdf", Reading.UNREADABLE, "the PDF is damaged"),
    (READ["docx"][0][:-900], "a.docx", Reading.UNREADABLE, "the archive is damaged"),
    (encrypted(READ["docx"][0]), "a.docx", Reading.UNREADABLE, "the file is encrypted"),
    (OLE + "EncryptedPackage".encode("utf-16-le"), "a.docx", Reading.UNREADABLE, "the file is encrypted"),
    (XLS.replace(DOUBLE_STREAM, FILE_PASS), "a.xls", Reading.UNREADABLE, "the file is encrypted"),
    (OLE + "Workbook".encode("utf-16-le"), "a.xls", Reading.UNREADABLE, "the workbook is damaged"),
    (XLS[:512] + bytes(512) + XLS[1024:], "a.et", Reading.UNREADABLE, "the workbook is damaged"),
    (OLE + "WordDocument".encode("utf-16-le"), "a.doc", Reading.UNREADABLE, "antiword finds no text"),
    (b"Rar!\x1a\x07\x01\x00", "a.rar", Reading.UNSUPPORTED, "RAR"),
    (b"\x89PNG\r\n\x1a\n", "a.png", Reading.UNSUPPORTED, "picture"),
    (b"<html><title>404</title></html>", "a.pdf", Reading.UNREADABLE, "a web page came in place of the file"),
    (bytes(range(256)) * 9, "a.bin", Reading.UNSUPPORTED, "no known kind"),
    (docx_of(""), "a.docx", Reading.UNREADABLE, "there is no text in it"),
    (zip_of({}), "a.zip", Reading.UNREADABLE, "the archive is empty"),
]


@pytest.mark.parametrize(("body", "name", "reading", "reason"), NOT_READ)
def test_what_cannot_be_read_says_why(body: bytes, name: str, reading: Reading, reason: str) -> None:
    found = read_document(body, name)
    assert (found.reading, found.pages) == (reading, ())
    assert reason in found.reason


def test_a_locked_pdf_is_told_from_a_damaged_one() -> None:
    keys = b"/V 1/R 2/P -4/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">"
    locked = PDF.replace(b"trailer<<", b"trailer<</Encrypt<</Filter/Standard" + keys + b">>/ID[<00><00>]")
    assert read_document(locked).reason == "the file is encrypted"


def test_a_pdf_that_lies_about_its_pages_is_left_early() -> None:
    found = read_document(pdf_of("只有一页", count=5000))
    assert found.pages[0] == "只有一页"
    assert found.reason == "the file says it has 5000 pages, but none after page 1 can be opened"


@pytest.mark.parametrize("part", ["word/document.xml", "OFD.xml", "anything"])
def test_a_zip_bomb_is_not_unpacked(part: str) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part, bytes(30_000_000))
    found = read_document(file.getvalue())
    if part == "anything":
        ((_, found),) = found.members
        assert found.reading is Reading.TOO_LARGE
    else:
        assert found.reading is Reading.UNREADABLE
        assert "ZIP bomb: 30 MB" in found.reason


def test_reading_stops_at_so_many_characters_pages_and_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MOST_CHARACTERS", 12)
    cut = read_document(PDF)
    assert (cut.pages, cut.reason) == (("关于印发办法的通知\n补贴",), "only the first 12 characters were read")
    monkeypatch.undo()
    monkeypatch.setattr(document, "MOST_PAGES", 1)
    assert read_document(PDF).reason == "only the first 1 pages were read"
    monkeypatch.undo()
    monkeypatch.setattr(sheets, "MOST_CELLS", 4)
    few = read_document(xlsx_of({"甲": [["一", "二"], ["三", "四"]], "乙": [["五"]]}))
    assert (few.pages, few.reason) == (("甲\n一\t二\n三\t四", "乙"), "only the first 4 cells were read")
    assert read_document(XLS).reason == "only the first 4 cells were read"


def test_control_characters_never_come_through() -> None:
    page = read_document(docx_of("甲乙\ufeff\u200b丙", "", " \u3000", "丁" * 400)).pages[0]
    assert page == "甲乙丙\n" + "丁" * 400
    assert read_document(("甲\x00\x0c乙" + "丁" * 400).encode()).pages == ("甲乙" + "丁" * 400,)
