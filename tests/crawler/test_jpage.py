"""What the script of a JCMS page says of its paging, and what is made of it."""

from urllib.parse import parse_qs, urlsplit

import pytest

from alerts.demo.sites.pages import EMPTY_REPLY, FORM, dataproxy, load_site, sample_pages
from crawler.spiders.jpage import paging_of

PAGE = sample_pages()["www.suzhong.example"]["/col/col284/index.html"].body.decode()
URL = "http://www.suzhong.example/col/col284/index.html"


def test_the_next_group_is_asked_for_with_every_field() -> None:
    paging = paging_of(PAGE)
    assert paging is not None
    assert (paging.total, paging.per_page, paging.group) == (9, 3, 6)
    asked = paging.request(URL, 2)
    assert asked is not None
    parts = urlsplit(asked[0])
    assert parts.path == "/module/web/jpage/dataproxy.jsp"
    assert parse_qs(parts.query) == {"startrecord": ["7"], "endrecord": ["9"], "perpage": ["3"]}
    form = {name: values[0] for name, values in parse_qs(asked[1], keep_blank_values=True).items()}
    assert set(form) == FORM
    assert (form["columnid"], form["unitid"], form["path"], form["webname"]) == ("284", "423656", "/", "苏中政务")
    assert paging.request(URL, 3) is None


def test_the_sample_server_is_as_strict_as_the_real_one() -> None:
    paging = paging_of(PAGE)
    assert paging is not None
    asked = paging.request(URL, 2)
    assert asked is not None
    query = urlsplit(asked[0]).query
    assert b"art_284_110102" in dataproxy(query, asked[1]).body
    assert dataproxy(query, asked[1].replace("&permissiontype=0", "")).body == EMPTY_REPLY.encode()
    assert dataproxy(query, asked[1].replace("423656", "999999")).body == EMPTY_REPLY.encode()
    assert len(EMPTY_REPLY) == 54
    assert load_site("suzhong").columns[1].encoded


def test_the_longest_list_of_a_page_is_paged() -> None:
    small = "var param_1={unitid:'1',columnid:5};$('#1').jpage({totalRecord:2,groupSize:3,perPage:10});"
    large = 'var param_2 = {unitid:"2", columnid: 6};\n$("#2").jpage({ totalRecord : 90, groupSize:3, perPage:10 });'
    paging = paging_of(small + large)
    assert paging is not None
    assert (paging.total, paging.form["unitid"], paging.form["columnid"], paging.form["webid"]) == (90, "2", "6", "")
    asked = paging.request(URL, 2)
    assert asked is not None
    assert asked[0].endswith("dataproxy.jsp?startrecord=31&endrecord=60&perpage=10")


@pytest.mark.parametrize(
    "script",
    [
        "",
        "var param_1={unitid:'1'};",
        "jpage({totalRecord:2})",
        "var param_1={unitid:'1'};jpage({totalRecord:0,groupSize:3,perPage:10})",
        "var param_1={unitid:'1'};jpage({totalRecord:x,groupSize:3,perPage:10})",
    ],
)
def test_a_page_that_does_not_say(script: str) -> None:
    assert paging_of(script) is None
