"""Guessed names, places and ids of new sources."""

import pytest

from config.regions import load_places
from config.settings import HERE
from crawler.naming import agency_of, column_of, id_of, name_of, region_of, site_of
from crawler.sources import ID

PLACES = load_places(HERE / "regions.toml")


def found(site: str = "", column: str = "", title: str = "") -> dict[str, str]:
    return {"site": site, "column": column, "title": title}


@pytest.mark.parametrize(
    ("page", "name"),
    [
        (found("青浦区人民政府门户网站", "公示公告"), "青浦区人民政府 公示公告"),
        (found("青浦区人民政府", "", "公示公告_上海青浦"), "青浦区人民政府 公示公告"),
        (found(title="通知公告-昆山市科学技术局"), "昆山市科学技术局 通知公告"),
        (found(title="政策文件 | 政务公开 | 南通市人民政府官网"), "南通市人民政府 政策文件"),
        (found(title="南通市人民政府"), "南通市人民政府"),
        (found("南通市人民政府", "南通市人民政府"), "南通市人民政府"),
        (found(), ""),
    ],
)
def test_a_name_is_the_site_and_its_column(page: dict[str, str], name: str) -> None:
    assert name_of(page) == name


def test_only_an_office_is_an_agency() -> None:
    assert agency_of(found("宁波市商务局网站")) == "宁波市商务局"
    assert agency_of(found("信用宁波")) == ""
    assert (site_of(found("信用宁波")), column_of(found("信用宁波"))) == ("信用宁波", "")


@pytest.mark.parametrize(
    ("texts", "region"),
    [
        (["上海市青浦区人民政府"], "上海/青浦"),
        (["科技创新处", "昆山市科学技术局"], "江苏/苏州/昆山"),
        (["江苏省商务厅", "昆山市"], "江苏"),
        (["财政部"], ""),
        ([], ""),
    ],
)
def test_the_place_is_the_narrowest_that_the_first_text_names(texts: list[str], region: str) -> None:
    assert region_of(texts, PLACES) == region


@pytest.mark.parametrize(
    ("url", "source_id"),
    [
        ("https://stcsm.sh.gov.cn/zwgk/kyjhxm/xmsb/", "sh_stcsm_xmsb"),
        ("http://www.jiangsu.gov.cn/col/col84242/index.html", "jiangsu_col84242"),
        ("https://www.gov.cn/", "source"),
        ("http://12345.gov.cn/", "source_12345"),
        ("http://www.昆山.cn/列表/index.html", "source"),
        ("https://fg.suzhou.gov.cn/szfgw/ggl/nav_list.shtml", "suzhou_fg_ggl"),
    ],
)
def test_an_id_is_made_from_the_telling_parts_of_an_address(url: str, source_id: str) -> None:
    assert id_of(url, ()) == source_id
    assert ID.fullmatch(id_of(url, ()))


def test_an_id_that_is_taken_gets_a_number() -> None:
    taken = {"sh_stcsm_xmsb", "sh_stcsm_xmsb_2"}
    assert id_of("https://stcsm.sh.gov.cn/zwgk/kyjhxm/xmsb/", taken) == "sh_stcsm_xmsb_3"
