"""The columns as shipped, and what broken ones say."""

import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alerts.matching import Column, file_notice, read_columns
from alerts.rules import parse, warnings_of
from config.regions import Places, load_places
from config.sections import Section, SectionsError, by_turn, load_sections
from config.settings import Settings
from crawler.notice import ArchivedNotice
from crawler.reading.place import places_of

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
COLUMNS = ["科创聚焦", "经济热点", "产业动向", "政策举措", "经验交流", "域外动态"]


@pytest.fixture(scope="module")
def places() -> Places:
    return load_places(Settings().regions)


@pytest.fixture(scope="module")
def sections() -> tuple[Section, ...]:
    return load_sections(Settings().sections)


def test_six_columns_stand_in_the_order_of_the_reader(sections: tuple[Section, ...]) -> None:
    assert [section.name for section in sections] == COLUMNS


def test_what_happens_elsewhere_is_asked_first_and_the_last_resort_last(sections: tuple[Section, ...]) -> None:
    asked = by_turn(sections)
    assert [section.name for section in asked if section.turn == asked[0].turn] == ["域外动态"]
    assert [section.turn for section in asked if section.default] == [asked[-1].turn]


def test_every_rule_reads_without_a_warning(sections: tuple[Section, ...], places: Places) -> None:
    for section in sections:
        meant = "idle"  # a narrower word beside a wider one finds no more, and weighs more
        assert [one for one in warnings_of(parse(section.rule, places)) if one.kind != meant] == []


@pytest.mark.parametrize(
    ("title", "regions", "column"),
    [
        ("青岛港自动化码头投产", ("山东/青岛",), "域外动态"),
        ("深圳出台数据交易管理办法", ("广东/深圳",), "域外动态"),
        ("关于印发京津冀协同办事清单的通知", ("京津冀",), "域外动态"),
        ("上海、青岛两地港口签约", ("上海", "山东/青岛"), "产业动向"),
        ("关于印发促进服务业发展若干措施的通知", ("江苏/苏州",), "政策举措"),
        ("市政府办公室关于公布年度规划的通告", (), "政策举措"),
        ("苏州探索“一件事”办理", ("江苏/苏州",), "经验交流"),
        ("量子实验室在合肥揭牌", ("安徽/合肥",), "科创聚焦"),
        ("首座光伏制氢工厂投产", ("浙江/嘉兴",), "产业动向"),
        ("前三季度进出口总额增长", ("浙江/宁波",), "经济热点"),
        ("市图书馆延长开放时间", ("上海",), "经济热点"),
        ("研究院公开招聘办法公告", ("上海",), "科创聚焦"),
    ],
)
def test_a_notice_finds_its_column(
    columns: tuple[Column, ...], places: Places, title: str, regions: tuple[str, ...], column: str
) -> None:
    assert column_of(title, "正文", regions, columns, places) == column


@pytest.fixture(scope="module")
def columns(sections: tuple[Section, ...], places: Places) -> tuple[Column, ...]:
    return read_columns(sections, places)


def column_of(title: str, text: str, regions: tuple[str, ...], columns: Sequence[Column], places: Places) -> str:
    notice = ArchivedNotice(
        key="a", source="b", title=title, text=text, regions=regions, id=1, revision=1, first_seen_at=NOW
    )
    return file_notice(notice, columns, places, today=NOW.date())


@pytest.mark.parametrize(("half", "floor"), [("improving", 40), ("held_out", 36)])
def test_titles_find_the_columns_that_an_editor_gives_them(
    columns: tuple[Column, ...], places: Places, half: str, floor: int
) -> None:
    labelled = tomllib.loads(Path(__file__).with_name("columns.toml").read_text(encoding="utf-8"))
    rows = [(name, row["title"], row.get("text", "")) for name, table in labelled.items() for row in table[half]]
    wrong = [
        (name, found, title)
        for name, title, text in rows
        if (found := column_of(title, text, places_of(title, text, places), columns, places)) != name
    ]
    assert len(rows) == 42
    assert len(rows) - len(wrong) >= floor, wrong


def test_of_two_columns_asked_together_the_better_score_has_the_notice(places: Places) -> None:
    money = Section(name="甲", rule="经济 OR 补贴", turn=2)
    cars = Section(name="乙", rule="title:(汽车 OR 充电桩)", turn=2)
    last = Section(name="丙", rule="无", turn=3, default=True)
    for columns in ((money, cars, last), (cars, money, last)):
        found = [
            column_of(title, text, (), read_columns(columns, places), places)
            for title, text in (("汽车与充电桩", "经济补贴"), ("经济", "汽车"), ("某某", "补贴"), ("某某", "充电桩"))
        ]
        assert found == ["乙", "甲", "甲", "丙"]
    same = [Section(name=name, rule="经济", default=name == "乙") for name in "甲乙"]
    assert column_of("经济", "", (), read_columns(same, places), places) == "甲"


GOOD = '["甲"]\nrule = "上海"\nturn = 1\ndefault = true\n["乙"]\nrule = """\n江苏\n  OR 浙江\n"""\nturn = 0\n'


def test_a_rule_may_run_over_several_lines(tmp_path: Path) -> None:
    path = tmp_path / "sections.toml"
    path.write_text(GOOD, encoding="utf-8")
    first, second = load_sections(path)
    assert (first.name, first.rule, first.turn, first.default) == ("甲", "上海", 1, True)
    assert (second.name, second.rule, second.turn, second.default) == ("乙", "江苏 OR 浙江", 0, False)
    assert by_turn((first, second)) == (second, first)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD + '["甲"]', "cannot be read as TOML"),
        (GOOD + '["丙"]\nturn = 3', "丙.rule: takes a rule, not None"),
        (GOOD + '["丙"]\nrule = " "\nturn = 3', "丙.rule: takes a rule, not ' '"),
        (GOOD + '["丙"]\nrule = ["a"]\nturn = 3', "丙.rule: takes a rule, not ['a']"),
        (GOOD + '["丙"]\nrule = "a"', "丙.turn: takes a whole number, not None"),
        (GOOD + '["丙"]\nrule = "a"\nturn = true', "丙.turn: takes a whole number, not True"),
        (GOOD + '["丙"]\nrule = "a"\nturn = 3\ndefault = "no"', "丙.default: takes true or false, not 'no'"),
        (
            GOOD + '["丙"]\nrule = "a"\nturn = 3\ndefault = true',
            "default: exactly one column takes what no rule claims",
        ),
        (GOOD + '["丙"]\nrule = "a"\nturn = 3\ndefalt = true', "丙.defalt: unknown key; did you mean default?"),
        (GOOD + '["丙"]\nrule = "a"\nturn = 3\nxyz = 1', "丙.xyz: unknown key"),
        ('"丙" = "a"', "丙: takes a table with rule and turn, not 'a'"),
        ("", "default: exactly one column takes what no rule claims; here it is none"),
    ],
)
def test_a_broken_file_names_file_and_key(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "sections.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SectionsError) as caught:
        load_sections(path)
    assert str(caught.value).startswith(f"{path}: {message}")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SectionsError, match=r"sections\.toml: cannot be read as TOML: .*No such file"):
        load_sections(tmp_path / "sections.toml")
