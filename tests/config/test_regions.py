"""The place tree as shipped, what it answers, and what a broken one says."""

import time
from pathlib import Path

import pytest

from config.regions import Places, RegionsError, load_places
from config.settings import Settings

FOUR = ("上海", "江苏", "浙江", "安徽")
DIRECT = {"河北": 12, "山西": 11, "内蒙古": 12, "辽宁": 14, "吉林": 9, "黑龙江": 13, "福建": 9, "江西": 11, "山东": 16}
DIRECT |= {"河南": 18, "湖北": 17, "湖南": 14, "广东": 21, "广西": 14, "海南": 19, "四川": 21, "贵州": 9, "云南": 16}
DIRECT |= {"西藏": 7, "陕西": 10, "甘肃": 14, "青海": 8, "宁夏": 5, "新疆": 26, "北京": 16, "天津": 16, "重庆": 38}
DIRECT |= {"上海": 16, "江苏": 13, "浙江": 11, "安徽": 16, "香港": 0, "澳门": 0, "台湾": 9}


@pytest.fixture(scope="module")
def places() -> Places:
    return load_places(Settings().regions)


def below(places: Places, path: str, levels: int) -> list[str]:
    return [p for p in places.paths if p.startswith(f"{path}/") and p.count("/") - path.count("/") == levels]


def test_every_province_has_all_its_cities(places: Places) -> None:
    provinces = [path for path in places.paths if "/" not in path]
    assert {province: len(below(places, province, 1)) for province in provinces} == DIRECT


@pytest.mark.parametrize(("province", "count"), [("江苏", 95), ("浙江", 90), ("安徽", 104)])
def test_the_provinces_of_the_delta_have_all_their_districts_and_counties(
    places: Places, province: str, count: int
) -> None:
    assert len(below(places, province, 2)) == count
    assert all(below(places, city, 1) for city in below(places, province, 1))


def test_every_name_is_found(places: Places) -> None:
    for name, paths in places.names.items():
        assert places.find(name) == (paths if name not in places.groups else (name,))
        assert set(paths) <= places.paths | set(places.groups)
    for path in places.paths:
        assert places.find(path) == (path,)


@pytest.mark.parametrize(
    ("name", "paths"),
    [
        ("苏", ("江苏",)),
        ("江苏省", ("江苏",)),
        ("沪", ("上海",)),
        ("申", ("上海",)),
        ("浙", ("浙江",)),
        ("皖", ("安徽",)),
        ("鄂", ("湖北",)),
        ("粤", ("广东",)),
        ("鲁", ("山东",)),
        ("闽", ("福建",)),
        ("内蒙古自治区", ("内蒙古",)),
        ("新疆维吾尔自治区", ("新疆",)),
        ("香港特别行政区", ("香港",)),
        ("深圳市", ("广东/深圳",)),
        ("苏州", ("江苏/苏州",)),
        ("昆山市", ("江苏/苏州/昆山",)),
        ("吴江", ("江苏/苏州/吴江",)),
        ("嘉善", ("浙江/嘉兴/嘉善",)),
        ("浦东新区", ("上海/浦东",)),
        ("黄浦区", ("上海/黄浦",)),
        ("景宁", ("浙江/丽水/景宁",)),
        ("和县", ("安徽/马鞍山/和县",)),
        ("歙县", ("安徽/黄山/歙县",)),
        ("神农架", ("湖北/神农架",)),
        ("西双版纳", ("云南/西双版纳",)),
        ("克孜勒苏", ("新疆/克孜勒苏",)),
        ("巴音郭楞", ("新疆/巴音郭楞",)),
        ("雄安", ("河北/雄安",)),
        ("前海", ("广东/深圳",)),
        ("张江", ("上海/浦东",)),
        ("苏州工业园区", ("江苏/苏州",)),
        ("甬", ("浙江/宁波",)),
        ("长三角", ("长三角",)),
        ("长三角生态绿色一体化发展示范区", ("长三角",)),
        ("沪苏浙皖", ("长三角",)),
        ("江苏省/苏州市/昆山市", ("江苏/苏州/昆山",)),
        ("苏/昆山", ("江苏/苏州/昆山",)),
        ("长三角/昆山", ()),
        ("江苏/深圳", ()),
        ("某地", ()),
        ("", ()),
    ],
)
def test_a_name_leads_to_its_place(places: Places, name: str, paths: tuple[str, ...]) -> None:
    assert places.find(name) == paths


@pytest.mark.parametrize(
    ("name", "paths"),
    [
        ("朝阳", {"北京/朝阳", "辽宁/朝阳"}),
        ("朝阳市", {"辽宁/朝阳"}),
        ("鼓楼", {"江苏/南京/鼓楼", "江苏/徐州/鼓楼"}),
        ("普陀区", {"上海/普陀", "浙江/舟山/普陀"}),
        ("江北", {"浙江/宁波/江北", "重庆/江北"}),
        ("通州", {"北京/通州", "江苏/南通/通州"}),
        ("吉林", {"吉林"}),  # a province before its city
        ("吉林市", {"吉林/吉林"}),
        ("海南", {"海南"}),  # and before a prefecture elsewhere
        ("海南藏族自治州", {"青海/海南"}),
        ("河北", {"河北"}),
        ("河北区", {"天津/河北"}),
        ("黄山", {"安徽/黄山"}),  # a city before its district
        ("黄山区", {"安徽/黄山/黄山"}),
    ],
)
def test_namesakes_are_all_found_unless_one_holds_the_other(places: Places, name: str, paths: set[str]) -> None:
    assert set(places.find(name)) == paths


@pytest.mark.parametrize(
    ("region", "holder", "answer"),
    [
        ("江苏/苏州/昆山", "江苏", True),
        ("江苏/苏州/昆山", "江苏/苏州", True),
        ("江苏/苏州/昆山", "江苏/苏州/昆山", True),
        ("江苏/苏州/昆山", "长三角", True),
        ("江苏/苏州", "江苏/苏州/昆山", False),
        ("江苏", "长三角", True),
        ("长三角", "长三角", True),
        ("长三角", "江苏", False),
        ("长三角", "全国", True),
        ("全国", "长三角", False),
        ("广东/深圳", "长三角", False),
        ("广东/深圳", "域外", True),
        ("广东/深圳/前海", "粤港澳大湾区", True),
        ("广东/潮州", "粤港澳大湾区", False),
        ("京津冀", "域外", True),
        ("山东/青岛", "胶东", True),
        ("江苏苏州", "江苏", False),  # a longer name is no place below
        ("某地", "长三角", False),
        ("某地", "某地", True),
        ("", "江苏", False),
    ],
)
def test_within(places: Places, region: str, holder: str, *, answer: bool) -> None:
    assert places.within(region, (holder,)) is answer
    assert places.within(region, ("香港", holder)) is answer
    assert places.within(region, ()) is False


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("江苏少", "江苏"),
        ("长三脚", "长三角"),
        ("浦东新取", "浦东新区"),
        ("苏州是", "苏州"),
        ("江书", "江苏"),
        ("苏洲", "苏州"),
        ("xyz", None),
        ("", None),
    ],
)
def test_nearest(places: Places, name: str, nearest: str | None) -> None:
    found = places.nearest(name)
    assert found == nearest or (found is not None and nearest is not None and found.startswith(nearest))


def test_every_place_is_within_the_whole_country_and_on_one_side_of_the_delta(places: Places) -> None:
    for path in places.paths:
        assert places.within(path, ("全国",))
        assert places.within(path, ("长三角",)) is (path.split("/")[0] in FOUR)
        assert places.within(path, ("域外",)) is (path.split("/")[0] not in FOUR)


def test_the_tree_is_read_quickly() -> None:
    begin = time.process_time()
    for _ in range(10):
        load_places(Settings().regions)
    assert (time.process_time() - begin) / 10 < 0.05


GOOD = (
    '["江苏"]\nfull = "江苏省"\naliases = ["苏"]\n["江苏".parts]\n"苏州市" = ["昆山市"]\n["浙江"]\nparts = ["杭州市"]\n'
)


def test_a_small_tree_is_a_tree(tmp_path: Path) -> None:
    path = tmp_path / "regions.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert load_places(path).paths == {"江苏", "江苏/苏州", "江苏/苏州/昆山", "浙江", "浙江/杭州"}


@pytest.mark.parametrize(
    ("added", "message"),
    [
        ('["浙江"]', "cannot be read as TOML"),
        ('["福建"]\naliases = ["苏"]', "福建.aliases: '苏' already means 江苏"),
        ('["福建"]\naliases = ["昆山"]', "福建.aliases: '昆山' already means 江苏/苏州/昆山"),
        ('["福建"]\naliases = "闽"', "福建.aliases: takes a list of texts, not '闽'"),
        ('["福建"]\naliases = [""]', "福建.aliases: takes a list of texts"),
        ('["福建"]\nfull = 3', "福建.full: takes a text, not 3"),
        ('["福建"]\nname = "闽"', "福建.name: unknown key; there are aliases, full, parts"),
        ('["福建"]\nparts = "厦门市"', "福建.parts: takes a list of texts, not '厦门市'"),
        ('["福建"]\nparts = ["厦门市", "厦门市"]', "福建.parts: 厦门市 stands there twice"),
        ('["福建".parts]\n"厦门市" = [1]', "福建.parts.厦门市: takes a list of texts, not [1]"),
        ('[also]\n"前海" = "广东/深圳"', "also.前海: '广东/深圳' is no place of this file"),
        ('[also]\n"前海" = ["江苏"]', "also.前海: ['江苏'] is no place of this file"),
        ('[also]\n"苏" = "浙江"', "also.苏: '苏' already means 江苏"),
        ('[groups."长三角"]\nplaces = ["江苏", "上海"]', "groups.长三角.places: '上海' is no place or other group"),
        ('[groups."长三角"]\nplaces = ["长三角"]', "groups.长三角.places: '长三角' is no place or other group"),
        ('[groups."长三角"]\naliases = ["三角"]', "groups.长三角.places: takes a list of texts, not None"),
        ('[groups."长三角"]\nplaces = ["江苏"]\naliases = ["浙江"]', "groups.长三角: '浙江' already means 浙江"),
        ('[groups]\n"长三角" = ["江苏"]', "groups.长三角: takes a table, not ['江苏']"),
        ('[mentions]\nwords = ["江珊"]', "mentions.words: '江珊' is no name of this file"),
        ('[mentions]\nshared = "苏州"', "mentions.shared: takes a list of texts, not '苏州'"),
        ("[mentions]\nplain = []", "mentions.plain: unknown key; there are shared, skip, words"),
    ],
)
def test_a_broken_tree_names_file_and_key(tmp_path: Path, added: str, message: str) -> None:
    path = tmp_path / "regions.toml"
    path.write_text(GOOD + added, encoding="utf-8")
    with pytest.raises(RegionsError) as caught:
        load_places(path)
    assert str(caught.value).startswith(f"{path}: {message}")


@pytest.mark.parametrize("top", ["also = 3", "groups = []", "mentions = 1", '"福建" = ["厦门市"]'])
def test_a_table_that_is_none_is_named(tmp_path: Path, top: str) -> None:
    path = tmp_path / "regions.toml"
    path.write_text(f"{top}\n{GOOD}", encoding="utf-8")
    with pytest.raises(RegionsError, match=r"regions\.toml: .*: takes a table, not"):
        load_places(path)


def test_groups_that_hold_each_other_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "regions.toml"
    path.write_text(f'{GOOD}[groups."甲"]\nplaces = ["乙"]\n[groups."乙"]\nplaces = ["甲"]\n', encoding="utf-8")
    with pytest.raises(RegionsError, match=r"groups\.乙\.places: '甲' is no place or other group"):
        load_places(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RegionsError, match=r"regions\.toml: cannot be read as TOML: .*No such file"):
        load_places(tmp_path / "regions.toml")
