"""The columns as shipped, and what broken ones say."""

from pathlib import Path

import pytest

from alerts.rules import NoticeText, holds, parse
from config.regions import Places, load_places
from config.sections import Section, SectionsError, by_turn, load_sections
from config.settings import Settings
from crawler.notice import Notice

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
    assert asked[0].name == "域外动态"
    assert [section.name for section in asked if section.default] == [asked[-1].name] == ["经济热点"]


def test_every_rule_reads_without_a_warning(sections: tuple[Section, ...], places: Places) -> None:
    for section in sections:
        meant = "idle"  # a narrower word beside a wider one finds no more, and weighs more
        assert [one for one in parse(section.rule, places).warnings if one.kind != meant] == []


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
    sections: tuple[Section, ...], places: Places, title: str, regions: tuple[str, ...], column: str
) -> None:
    notice = Notice(key="a", source="b", title=title, text="正文", regions=regions)
    assert _column_of(notice, sections, places) == column


def _column_of(notice: Notice, sections: tuple[Section, ...], places: Places) -> str:
    text = NoticeText.of(notice, places)
    for section in by_turn(sections):
        if holds(parse(section.rule, places), text):
            return section.name
    return next(section.name for section in sections if section.default)


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
        (GOOD + '["丙"]\nrule = "a"\nturn = 1', "甲.turn: another column has turn 1 too"),
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
