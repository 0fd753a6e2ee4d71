"""Bytes to text."""

import pytest

from crawler.reading.charset import decode

WORDS = "示例市人民政府关于𠮷祥路镕园站的公告"


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_coding_is_found(coding: str) -> None:
    assert decode((WORDS * 3).encode(coding)) == WORDS * 3


@pytest.mark.parametrize("declared", ["gb2312", "GBK", "iso-8859-1", "utf-8", "no-such-thing", ""])
def test_what_the_bytes_prove_counts_more_than_what_the_server_says(declared: str) -> None:
    assert decode(WORDS.encode(), declared) == WORDS
    assert decode((WORDS * 3).encode("gb18030"), declared) == WORDS * 3


def test_declaration_in_the_page_chooses_big5() -> None:
    page = '<meta http-equiv="Content-Type" content="text/html; charset=big5">臺北市政府公告事項'
    assert decode(page.encode("big5")) == page


def test_a_character_cut_at_the_end_does_not_change_the_coding() -> None:
    assert decode((WORDS * 10).encode()[:-1], "gbk").startswith(WORDS * 9)


def test_control_characters_go() -> None:
    assert decode(b"a\x00b\x1fc\td\n") == "abc\td\n"


@pytest.mark.parametrize("declared", ["idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "rot13"])
def test_codings_that_are_no_charsets_are_not_believed(declared: str) -> None:
    page = f"<meta charset={declared}>{WORDS * 3}"
    assert decode(page.encode("gb18030"), declared) == page
