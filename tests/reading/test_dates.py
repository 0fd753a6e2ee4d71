"""The forms in which dates are written."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reading.dates import chinese_number, date_in_address, find_date, find_split_date

DAY = date(2020, 9, 25)


@pytest.mark.parametrize(
    "text",
    [
        "2020-09-25",
        "[2020-09-25]",
        "2020/9/25",
        "2020.09.25",
        "2020年9月25日",
        "2020 年 9 月 25 日",
        "２０２０年９月２５日",
        "二〇二〇年九月二十五日",
        "二○二○年九月二十五日",
        "2020-09-\n25 10:00",
        "20-09-25",
        "1601000000",
        "1601000000000",
        "2020-09-24T16:30:00Z",
        "2020-09-25T00:30:00+08:00",
        "2020-09-25 10:002021-01-01 10:00",
        "2020-09-252021-01-01",
        "发布日期：2020-09-25 来源：2021年报",
        "2020年第189期 2020年9月25日",
        "2020-13-45，应为2020-09-25",
    ],
)
def test_full_date(text: str) -> None:
    assert find_date(text) == DAY


@pytest.mark.parametrize(
    "text", ["", "2020", "2020-09", "2020年9月", "09-25", "9月25日", "第189期", "1.2.3", "2020.9.25.1"]
)
def test_no_full_date(text: str) -> None:
    assert find_date(text) is None


@pytest.mark.parametrize("text", ["09-25", "9月25日", "[09/25]", "09.25"])
def test_a_date_without_year_takes_the_one_given(text: str) -> None:
    assert find_date(text, year=2020) == DAY


@pytest.mark.parametrize("text", ["25 2020-09", "2020-09 25", "09-25 2020", "25日 2020年09月", "2020.09 25"])
def test_parts_apart(text: str) -> None:
    assert find_split_date(text) == DAY


@pytest.mark.parametrize("url", ["./202009/t20200925_12.html", "/art/2020/9/25/art_1.html", "/nw1/20200925/a.html"])
def test_address(url: str) -> None:
    assert date_in_address(f"http://a.example{url}") == DAY


def test_an_address_without_day_has_none() -> None:
    assert date_in_address("http://a.example/202009/12345678.html") is None


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)))
def test_every_day_in_every_form(day: date) -> None:
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"):
        assert find_date(f"于{day.strftime(form)}发布") == day


@given(st.integers(1, 199))
def test_chinese_numbers(number: int) -> None:
    digits = "〇一二三四五六七八九"
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    ten = f"{digits[tens] if tens > 1 or hundreds else ''}十" if tens else ("零" if hundreds and ones else "")
    assert chinese_number(f"{'一百' if hundreds else ''}{ten}{digits[ones] if ones else ''}") == number
