"""The key of a notice is the one spelling of its address."""

import pytest

from crawler.links import is_file, is_web, key_of
from crawler.reading.next_page import numbered


@pytest.mark.parametrize(
    "spelling",
    [
        "http://www.a.example/1.html?b=2&a=1",
        "HTTP://WWW.A.example/1.html?b=2&a=1",
        "https://www.a.example/1.html?b=2&a=1#top",
        "http://www.a.example:80/1.html?b=2&a=1",
        "https://www.a.example:443/1.html?b=2&a=1",
        "http://www.a.example./1.html?b=2&&a=1&",
        "http://www.a.example/1.html;jsessionid=0AF3?b=2&a=1",
        "http://www.a.example/1.html?utm_source=wechat&b=2&UTM_Medium=x&a=1",
        "http://www.a.example/1.html?spm=a1.b2&b=2&from=timeline&a=1&share_token=9&isappinstalled=0",
        " http://www.a.example/1.html?b=2&a=1 ",
    ],
)
def test_one_key(spelling: str) -> None:
    assert key_of(spelling) == "http://www.a.example/1.html?b=2&a=1"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://a.example", "http://a.example/"),
        ("http://a.example:8080/x", "http://a.example:8080/x"),
        ("https://a.example:80/x", "http://a.example:80/x"),
        ("http://a.example/x?from=1", "http://a.example/x"),
        ("http://a.example/通知.html?名=值", "http://a.example/%E9%80%9A%E7%9F%A5.html?%E5%90%8D=%E5%80%BC"),
        ("http://[2400:3200::1]/x", "http://[2400:3200::1]/x"),
        ("http://a.example/share/from.do?fromid=3&id=", "http://a.example/share/from.do?fromid=3&id="),
    ],
)
def test_the_key_of_odd_addresses(url: str, key: str) -> None:
    assert key_of(url) == key


def test_different_pages_have_different_keys() -> None:
    assert (
        len(
            {
                key_of(f"http://a.example/{end}")
                for end in ("1.html", "1.html?id=1", "1.html?id=2", "2.html", "1.html?a=1&id=1", "1.html?id=1&a=1")
            }
        )
        == 6
    )


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
    assert not any(
        map(
            is_web,
            [
                "javascript:void(0)",
                "mailto:a@a.example",
                "file:///etc/passwd",
                "",
                "http://",
                "http://[a/",
                "http://a.example:x/",
            ],
        )
    )


def test_numbered_pages_count_from_one_or_from_zero() -> None:
    assert numbered("index_{page}.html", 2) == "index_2.html"
    assert numbered("index_{page-1}.html", 2) == "index_1.html"
    assert numbered("a.next", 2) == "a.next"
