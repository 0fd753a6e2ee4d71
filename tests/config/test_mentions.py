"""Which places a text names, and which it only seems to."""

import time

import pytest

from config.mentions import Wording
from config.regions import Places, load_places
from config.settings import Settings


@pytest.fixture(scope="module")
def places() -> Places:
    return load_places(Settings().regions)


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("江苏昆山与苏州市吴江区共建园区", ("江苏", "江苏/苏州/昆山", "江苏/苏州", "江苏/苏州/吴江")),
        ("浦东新区、黄浦区率先试点", ("上海/浦东", "上海/黄浦")),
        ("上海市民在上海市区看上海市场", ("上海",)),
        ("深圳前海发布清单", ("广东/深圳",)),
        ("沪苏浙皖四地签约，长三角共享", ("长三角",)),
        ("长三角生态绿色一体化发展示范区执委会印发办法", ("长三角",)),
        ("南京江北新区揭牌", ("江苏/南京",)),
        ("海南通过条例，湖南通报，河南通道转型", ("海南", "湖南", "河南")),
        ("青海海北藏族自治州", ("青海", "青海/海北")),
        ("绩溪县与歙县", ("安徽/宣城/绩溪", "安徽/黄山/歙县")),
        ("内蒙古自治区锡林郭勒盟", ("内蒙古", "内蒙古/锡林郭勒")),
        ("", ()),
        ("海", ()),
    ],
)
def test_names_are_found_in_the_order_of_their_first_mention(places: Places, text: str, paths: tuple[str, ...]) -> None:
    assert places.mentioned(text) == paths


@pytest.mark.parametrize(
    "text",
    [
        "江南通道、西南通信、东南通航",
        "南京西路、中山东一路、北京东路步行街、江苏路地铁站、上海大道",
        "全国首创、域外动态",
        "沪、苏、浙、皖、京",  # one character is no mention
        "公开化解、展开化工整治",
        "重大庆祝活动、大连续剧",
        "长治久安、三明治、大理石、朝阳产业",
        "白银市场、东方市场",
        "江北区域、和县级、西湖区位",
        "黄浦江两岸、钱塘江大潮",
        "创新乡村治理、振兴化工、提高港口能力、推广西部经验",
        "入海口、弘扬中华文化、世界首创、美丽江南",
        "绿水青山就是金山银山，打江山守江山",
        "大兴调查研究之风，文成公主，无为而治，天长日久，太湖流域，东海之滨",
    ],
)
def test_words_that_only_look_like_places_are_passed_over(places: Places, text: str) -> None:
    assert places.mentioned(text) == ()


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("江山市", ("浙江/衢州/江山",)),  # in full
        ("浙江江山", ("浙江", "浙江/衢州/江山")),  # right behind a place above
        ("浙江省衢州市江山", ("浙江", "浙江/衢州", "浙江/衢州/江山")),
        ("浙江人打江山", ("浙江",)),
        ("青岛、潍坊、日照五市", ("山东/青岛", "山东/潍坊", "山东/日照")),  # in a list of its own province
        ("杭州、日照充足", ("浙江/杭州",)),
        ("浙江、江山", ("浙江",)),
        ("甘肃白银", ("甘肃", "甘肃/白银")),
        ("白银市", ("甘肃/白银",)),
        ("上海宝山和金山", ("上海", "上海/宝山", "上海/金山")),
    ],
)
def test_ordinary_words_count_in_full_or_beside_their_own(places: Places, text: str, paths: tuple[str, ...]) -> None:
    assert places.mentioned(text) == paths


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("鼓楼区政府通知", ()),
        ("江苏的鼓楼区", ("江苏",)),  # there are two
        ("南京消息：鼓楼区政府通知", ("江苏/南京", "江苏/南京/鼓楼")),
        ("鼓楼区政府通知，徐州日报", ("江苏/徐州/鼓楼", "江苏/徐州")),
        ("南京和徐州的鼓楼区", ("江苏/南京", "江苏/徐州")),
        ("普陀区讯", ()),
        ("上海消息，普陀区讯", ("上海", "上海/普陀")),
        ("浙江舟山：普陀区讯", ("浙江", "浙江/舟山", "浙江/舟山/普陀")),
        ("西湖区", ()),  # 南昌 has one too
        ("杭州今日，西湖区", ("浙江/杭州", "浙江/杭州/西湖")),
        ("朝阳市", ("辽宁/朝阳",)),
        ("重庆消息：江北区", ("重庆", "重庆/江北")),
        ("长春消息：朝阳区", ("吉林/长春",)),
    ],
)
def test_namesakes_count_in_a_text_that_names_the_place_above(
    places: Places, text: str, paths: tuple[str, ...]
) -> None:
    assert places.mentioned(text) == paths


def test_the_longest_name_wins_whatever_the_order_of_the_names() -> None:
    names = {"苏州": ("江苏/苏州",), "苏州工业园区": ("江苏/苏州/园区",)}
    for order in (names, dict(reversed(names.items()))):
        assert Wording(order).mentioned("苏州工业园区与苏州") == ("江苏/苏州/园区", "江苏/苏州")


def test_a_page_of_text_is_read_in_a_moment(places: Places) -> None:
    text = ("江苏省昆山市与上海市青浦区、浙江省嘉善县共同推出专业技术人员资格互认办法，突出跨域、互认和共享。" * 50)[
        :2000
    ]
    begin = time.process_time()
    for _ in range(20):
        places.mentioned(text)
    assert (time.process_time() - begin) / 20 < 0.005
