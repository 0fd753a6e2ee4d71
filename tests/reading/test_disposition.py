"""The names under which sites send their files, in every way in which they write them."""

from urllib.parse import quote

import pytest

from crawler.reading.disposition import file_name

NAME = "申报表（2026年）.docx"
WAYS = {
    "the standard": f"attachment; filename*=UTF-8''{quote(NAME)}".encode(),
    "the standard, in GBK": f"attachment; filename*=gbk''{quote(NAME, encoding='gbk')}".encode(),
    "both, the standard counts": f"attachment; filename=\"_.docx\"; filename*=UTF-8''{quote(NAME)}".encode(),
    "both, the standard first": f"attachment; filename*=UTF-8''{quote(NAME)}; filename=\"_.docx\"".encode(),
    "bytes of GBK": b'attachment; filename="' + NAME.encode("gbk") + b'"',
    "bytes of UTF-8": b"attachment;filename=" + NAME.encode(),
    "escaped": f"attachment; filename={quote(NAME)}".encode(),
    "escaped GBK": f'attachment; filename="{quote(NAME, encoding="gbk")}"'.encode(),
    "as in a mail": b'attachment; filename="=?UTF-8?B?55Sz5oql6KGo77yIMjAyNuW5tO+8iS5kb2N4?="',
    "with its folder": b'attachment; FileName="C:\\upload\\' + NAME.encode("gbk") + b'"',
    "of an unknown charset": f"attachment; filename*=none-such''{quote(NAME)}".encode(),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_name_is_read(way: str) -> None:
    assert file_name(WAYS[way]) == NAME


@pytest.mark.parametrize(
    "header",
    [b"", b"attachment", b"inline; filename=", b'attachment; filename=""', b"filename*=UTF-8''", b"filename==?x?B?!?="],
)
def test_there_is_none(header: bytes) -> None:
    assert file_name(header) in {"", "?x?B?!?="}


def test_bytes_of_no_charset_break_nothing() -> None:
    assert file_name(b'attachment; filename="\xff\xfe\x00.pdf"').endswith(".pdf")
