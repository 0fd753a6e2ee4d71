"""The key of a notice is the one spelling of its address."""

import pytest

from crawler.spiders.links import is_file, is_web, key_of
from crawler.spiders.listing import numbered


@pytest.mark.parametrize(
    "spelling",
    [
        "http://www.a.example/1.html?b=2&a=1",
        "HTTP://WWW.A.example/1.html?b=2&a=1",
        "http://www.a.example/1.html?a=1&b=2",
        "http://www.a.example/1.html?a=1&b=2#top",
    ],
)
def test_one_key(spelling: str) -> None:
    assert key_of(spelling) == "http://www.a.example/1.html?a=1&b=2"


def test_different_pages_have_different_keys() -> None:
    assert len({key_of(f"http://a.example/{end}") for end in ("1.html", "1.html?id=1", "1.html?id=2", "2.html")}) == 4


@pytest.mark.parametrize("url", ["http://a.example/x.PDF", "https://a.example/a/b.docx?v=1", "http://a.example/1.ofd"])
def test_is_file(url: str) -> None:
    assert is_file(url)


@pytest.mark.parametrize(
    "url", ["http://a.example/x.html", "http://a.example/down.jsp?name=a.pdf", "http://a.example/"]
)
def test_is_page(url: str) -> None:
    assert not is_file(url)


def test_only_the_web_is_followed() -> None:
    assert is_web("https://a.example/")
    assert not any(map(is_web, ["javascript:void(0)", "mailto:a@a.example", "file:///etc/passwd", ""]))


def test_numbered_pages_count_from_one_or_from_zero() -> None:
    assert numbered("index_{page}.html", 2) == "index_2.html"
    assert numbered("index_{page-1}.html", 2) == "index_1.html"
    assert numbered("a.next", 2) == "a.next"
