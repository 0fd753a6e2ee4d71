"""Where a notice belongs."""

import pytest

from config.regions import Places
from crawler.reading.place import places_of

SHANGHAI_ONLY = "首批企业加入。上海市场监管部门负责实施。"


@pytest.mark.parametrize(
    ("title", "text", "fallback", "first"),
    [
        ("黄浦区出台意见", "近日，上海黄浦区发布意见。", "", "上海/黄浦"),
        ("深圳前海成立联盟", "联盟成立。", "", "广东/深圳"),
        ("江苏省南京市推进改革", "", "", "江苏/南京"),
        ("新办法发布", "近日，江苏省苏州市发布办法。浙江也有。", "", "江苏/苏州"),
        ("长三角首个直通车开通", SHANGHAI_ONLY, "", "上海"),
        ("长三角互认办法", "上海、江苏、浙江联合出台办法。", "", "长三角"),
        ("新办法发布", "请各单位遵照执行。", "江苏/南京", "江苏/南京"),
        ("新办法发布", "根据江苏省的意见执行。", "江苏/南京", "江苏/南京"),
        ("苏州专场招聘会", "请参加。", "江苏/南京", "江苏/苏州"),
        ("新办法发布", "请各单位遵照执行。", "", ""),
    ],
)
def test_first_place(title: str, text: str, fallback: str, first: str, places: Places) -> None:
    assert next(iter(places_of(title, text, places, fallback=fallback)), "") == first


def test_the_lead_makes_the_title_more_precise(places: Places) -> None:
    found = places_of("江苏首家中心揭牌", "中心在泰州揭牌。", places)
    assert found == ("江苏", "江苏/泰州")


def test_the_source_is_always_among_them(places: Places) -> None:
    assert places_of("苏州专场招聘会", "", places, fallback="江苏/南京") == ("江苏/苏州", "江苏/南京")
    assert places_of("上海进博会公告", "", places, fallback="上海") == ("上海",)
