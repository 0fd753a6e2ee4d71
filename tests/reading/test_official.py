"""Document numbers: a paper's own, never one it cites."""

import pytest

from crawler.reading.official import normal_number, number_in_first_lines, number_in_title, number_of_field


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("沪府发〔2020〕12号", "沪府发〔2020〕12号"),
        ("沪府办规[2020]第 3 号", "沪府办规〔2020〕3号"),
        ("苏政办发（2020）08号", "苏政办发〔2020〕8号"),
        ("国办发【2017】47号", "国办发〔2017〕47号"),
        ("示例市人民政府令第12号", "示例市人民政府令第12号"),
        ("公告 2020年第5号", "公告2020年第5号"),
        ("示例市人民政府令第一百二十号", "示例市人民政府令第120号"),
        ("示例省财政厅 示例省税务局公告2026年第05号", "示例省财政厅示例省税务局公告2026年第5号"),
        ("无", ""),
        ("第12号", ""),
    ],
)
def test_one_form(written: str, number: str) -> None:
    assert normal_number(written) == number


@pytest.mark.parametrize(
    ("title", "number"),
    [
        ("关于加强监管的通知（沪府发〔2020〕12号）", "沪府发〔2020〕12号"),
        ("沪府发〔2020〕12号 关于加强监管的通知", "沪府发〔2020〕12号"),
        ("关于加强监管的通知沪府发〔2020〕12号", "沪府发〔2020〕12号"),
        ("信息公开表(金罚决字〔2024〕36号)", "金罚决字〔2024〕36号"),
        ("示例市生态环境局公告（2026年 第 5 号）", "示例市生态环境局公告2026年第5号"),
        ("示例市人民政府令第12号", "示例市人民政府令第12号"),
        ("关于废止示例市人民政府令第12号", ""),
        ("关于转发《国务院意见（国发〔2020〕1号）》的通知", ""),
        ("关于废止沪府发〔2001〕3号文件的决定", ""),
        ("关于加强监管的通知", ""),
    ],
)
def test_title(title: str, number: str) -> None:
    assert number_in_title(title) == number


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        (["示发〔2020〕1号", "各区人民政府："], "示发〔2020〕1号"),
        (["示例市人民政府文件 示发〔2020〕1号"], "示发〔2020〕1号"),
        (["（示发〔2020〕1号）"], "示发〔2020〕1号"),
        (["文号：示发〔2020〕1号"], "示发〔2020〕1号"),
        (["文号：", "示发〔2020〕1号"], "示发〔2020〕1号"),
        (["各区人民政府：", "示发〔2020〕1号"], ""),
        (["根据国办发〔2017〕47号文件，制定本办法。"], ""),
        ([*["正文。"] * 8, "示发〔2020〕1号"], ""),
    ],
)
def test_first_lines(lines: list[str], number: str) -> None:
    assert number_in_first_lines(lines) == number


def test_a_field_is_no_running_text() -> None:
    assert number_of_field("示发〔2020〕1号") == "示发〔2020〕1号"
    assert not number_of_field("关于转发国办发〔2017〕47号文件的说明" + "很长" * 30)
