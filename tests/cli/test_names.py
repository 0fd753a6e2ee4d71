"""Names on the command line and in files: one line of visible words, wherever they enter."""

from pathlib import Path

import pytest

from config.names import UnfitName, one_line, visible
from config.regions import load_places
from config.sections import SectionsError, load_sections
from config.settings import load_settings
from crawler.sources import SourcesError, load_sources
from tests.cli.conftest import Yaoxun

MAIL = ("destinations", "add", "-s", "规划科", "--channel", "email", "--set", "address=a@b.example")


@pytest.mark.parametrize(
    ("given", "held"),
    [
        ("规划\n科", "a line break"),
        ("规划\r科", "a line break"),
        ("规划\t科", "a tab"),
        ("规划\u2028科", "U+2028"),
        ("规划\x00科", "U+0000"),
        ("规划\x1b[31m科", "U+001B"),
        ("规划\u202e科", "U+202E"),
        ("规划\u200b科", "U+200B"),
    ],
)
def test_what_nobody_sees_is_no_part_of_a_name(given: str, held: str) -> None:
    with pytest.raises(UnfitName) as refused:
        one_line(given)
    assert held in refused.value.message
    assert "one line" in refused.value.advice
    assert visible(given).replace(" ", "").replace("[31m", "") == "规划科"


def test_spaces_round_a_name_are_no_part_of_it() -> None:
    assert one_line("\u3000规划 科\n") == "规划 科"
    assert one_line("👩\u200d💻") == "👩\u200d💻"
    assert one_line(" ") == ""


@pytest.mark.parametrize(
    "words",
    [
        ("subscribers", "add", "规划\n二科"),
        ("subscribers", "change", "规划科", "--name", "规划\n二科"),
        (*MAIL, "--name", "规划\n二科"),
        ("destinations", "change", 1, "--name", "规划\n二科"),
        ("subscriptions", "add", "-s", "规划科", "奖励", "--note", "规划\n二科"),
        ("subscriptions", "edit", 1, "--note", "规划\n二科"),
        ("suppressions", "add", "c@d.example", "--reason", "规划\n二科"),
    ],
)
def test_every_command_that_takes_a_name_refuses_a_line_break(yaoxun: Yaoxun, words: tuple[object, ...]) -> None:
    yaoxun("subscribers", "add", "规划科")
    yaoxun(*MAIL)
    yaoxun("subscriptions", "add", "-s", "规划科", "补贴")
    before = yaoxun("export").out
    said = yaoxun(*words, code=2).errors
    assert "holds a line break" in said
    assert "Write it on one line" in said
    assert yaoxun("export").out == before
    assert yaoxun("suppressions", "list", "--json").json == {"suppressions": []}


def test_a_rule_may_have_line_breaks_that_are_spaces_and_nothing_unseen(yaoxun: Yaoxun, tmp_path: Path) -> None:
    yaoxun("subscribers", "add", "规划科")
    rule = "补贴\n  -招聘"
    added = yaoxun("subscriptions", "add", "-s", "规划科", rule, "--json").json["subscription"]
    assert added["rule"] == "补贴   -招聘"
    edited = yaoxun("subscriptions", "edit", 1, "奖励\t-招聘", "--json").json["subscription"]
    assert edited["rule"] == "奖励 -招聘"
    for words in (("add", "-s", "规划科"), ("edit", 1)):
        assert "holds the invisible character U+001B" in yaoxun("subscriptions", *words, "补\x1b贴", code=2).errors
    text = 'kind,subscriber,rule\nsubscription,规划科,"补贴\n -二手车"\n'
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    assert yaoxun("import", tmp_path / "a.csv", "--json").json["added"] == 1
    (tmp_path / "a.csv").write_text(text.replace("二手车", "二\u200b手车"), encoding="utf-8")
    assert "rule: " in yaoxun("import", tmp_path / "a.csv", code=2).errors
    assert len(yaoxun("subscriptions", "list", "--json").json["subscriptions"]) == 2


CSV = "kind,subscriber,name,channel,target,rule,note\n"
READER = "subscriber,规划科,,,,,\n"


@pytest.mark.parametrize(
    ("name", "text", "column"),
    [
        ("readers.csv", CSV + 'subscriber,"规划\n科",,,,,\n', "subscriber"),
        ("readers.csv", CSV + READER + 'destination,规划科,"邮\n箱",email,,,\n', "name"),
        ("readers.csv", CSV + READER + 'subscription,规划科,,,,补贴,"月\n报"\n', "note"),
        ("readers.toml", '[[subscribers]]\nname = "规划\\n科"\n', "subscriber"),
    ],
)
def test_a_file_with_a_broken_name_is_refused_whole(
    yaoxun: Yaoxun, tmp_path: Path, name: str, text: str, column: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    said = yaoxun("import", tmp_path / name, code=2).errors
    assert f": {column}: " in said
    assert "holds a line break. Write it on one line" in said
    assert yaoxun("subscribers", "list", "--json").json == {"subscribers": []}


def test_a_source_and_a_column_are_called_on_one_line(tmp_path: Path) -> None:
    row = '[a]\nname = "某市\\n通知"\nfamily = "auto"\nlists = ["https://town.example/"]\nregion = "上海"\n'
    (tmp_path / "a.toml").write_text(row, encoding="utf-8")
    with pytest.raises(SourcesError, match=r"a\.toml: \[a\] name: .* holds a line break"):
        load_sources(tmp_path, load_places(load_settings().regions))
    (tmp_path / "sections.toml").write_text('["政策\\n举措"]\nrule = "补贴"\nturn = 1\n', encoding="utf-8")
    with pytest.raises(SectionsError, match="holds a line break"):
        load_sections(tmp_path / "sections.toml")
