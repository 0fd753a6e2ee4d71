"""Lists with selectors, and pages that are no lists."""

from datetime import date

import pytest

from crawler.reading.listing import Row, find_rows, select_rows
from crawler.reading.page import SelectorError, UnreadablePage

URL = "http://www.shili.example/zw/index.html"
LIST = """<ul class="l"><li><a href="./1.html" title="关于甲事项的通知全称">关于甲事项的…</a><em>2020-09-25</em></li>
<li><i>公告</i><a href="2.html">关于乙事项2021年1月1日生效的公告</a><em>[2020-09-24]</em></li><li class="line"></li>
<li><a href="2.html">关于乙事项</a></li><li><a href="javascript:;">更多</a></li></ul>"""


def test_selectors() -> None:
    assert select_rows(LIST, URL, rows="ul.l li", date="em") == (
        Row("关于甲事项的通知全称", "http://www.shili.example/zw/1.html", date(2020, 9, 25)),
        Row("关于乙事项2021年1月1日生效的公告", "http://www.shili.example/zw/2.html", date(2020, 9, 24)),
    )


def test_the_day_is_found_without_its_selector() -> None:
    assert [row.date for row in select_rows(LIST, URL, rows="ul.l li")] == [date(2020, 9, 25), date(2020, 9, 24)]


def test_title_and_link_in_different_elements_and_rows_that_are_links() -> None:
    html = "<div class=r><h4>丙事项</h4><a class=go href=3.html>查看</a></div>"
    assert select_rows(html, URL, rows=".r", title="h4", link="a.go")[0].title == "丙事项"
    assert select_rows("<a class=r href=4.html>丁事项</a>", URL, rows="a.r")[0].url.endswith("/zw/4.html")


@pytest.mark.parametrize(
    ("base", "start"),
    [
        ('<base href="/app/">', "http://www.shili.example/app/"),
        ("<BASE target=_blank href=http://b.example/x/y.html>", "http://b.example/x/"),
        ("<base target=_blank>", "http://www.shili.example/zw/"),
        ('<base href="http://[bad/">', "http://www.shili.example/zw/"),
        ("<!-- <base href=/old/> -->", "http://www.shili.example/zw/"),
    ],
)
def test_links_start_from_the_base_that_a_page_names(base: str, start: str) -> None:
    row = select_rows(f"<html><head>{base}</head><body>{LIST}</body></html>", URL, rows="ul.l li")[0]
    assert row.url == f"{start}1.html"


@pytest.mark.parametrize("shown", ["关于甲<br>事项的通知", "关于甲<br/>事项的…", "关于甲\n<br>\n事项的通知"])
@pytest.mark.parametrize("whole", ["关于甲事项的通知", "关于甲&lt;br&gt;事项的通知", "关于甲<br />事项的通知"])
def test_a_title_on_two_lines_is_one(shown: str, whole: str) -> None:
    (row,) = select_rows(f'<li><a href=1.html title="{whole}">{shown}</a></li>', URL, rows="li")
    assert row.title == "关于甲事项的通知"


def test_a_bad_selector_names_itself() -> None:
    with pytest.raises(SelectorError, match=r"li\[\["):
        select_rows(LIST, URL, rows="li[[")


@pytest.mark.parametrize("count", [4, 5])
def test_fewer_than_five_rows_are_no_list(count: int) -> None:
    rows = "".join(f"<li><a href={n}.html>关于第{n}号事项的通知</a>2020-09-0{n + 1}</li>" for n in range(count))
    assert len(find_rows(f"<ul>{rows}</ul>".encode(), URL)) == (5 if count == 5 else 0)


def test_links_without_dates_are_no_list() -> None:
    rows = "".join(f"<li><a href={n}.html>关于第{n}号事项的通知</a></li>" for n in range(20))
    assert find_rows(f"<ul>{rows}</ul>".encode(), URL) == ()


def test_a_page_that_states_an_article_is_no_list() -> None:
    rows = "".join(f"<li><a href={n}.html>关于第{n}号事项的通知</a>2020-09-0{n}</li>" for n in range(1, 9))
    assert find_rows(f"<meta name=ArticleTitle content=题目><ul>{rows}</ul>".encode(), URL) == ()


def test_days_only_in_the_addresses_count() -> None:
    rows = "".join(f"<li><a href=202009/t2020090{n}_1.html>关于第{n}号事项的通知</a></li>" for n in range(1, 8))
    assert [row.date for row in find_rows(f"<ul>{rows}</ul>".encode(), URL)] == [date(2020, 9, n) for n in range(1, 8)]


def test_an_empty_page_is_unreadable() -> None:
    with pytest.raises(UnreadablePage, match="empty"):
        find_rows(b"", URL)
