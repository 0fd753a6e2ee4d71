"""Synonyms and agencies as shipped, and what a broken file says."""

from pathlib import Path

import pytest

from alerts.rules import NoticeText, holds, parse
from config.settings import Settings
from config.synonyms import SynonymsError, load_synonyms
from config.vocabulary import Vocabulary, load_vocabulary
from crawler.folding import fold
from crawler.notice import Notice


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary(Settings().regions, Settings().synonyms)


def test_there_are_groups_for_the_language_of_policy(vocabulary: Vocabulary) -> None:
    words = vocabulary.synonyms.words
    assert len(set(words.values())) >= 60
    assert len(set(vocabulary.synonyms.agencies.values())) >= 60
    assert {"招标", "采购", "遴选", "比选"} <= set(words["招标"])
    assert {"补贴", "补助", "奖补", "资助"} <= set(words["资助"])
    assert {"人工智能", "AI", "大模型"} <= set(words["AI"])
    assert words["小巨人"] is words["专精特新"]


def test_no_word_of_a_group_folds_to_another(vocabulary: Vocabulary) -> None:
    for table in (vocabulary.synonyms.words, vocabulary.synonyms.agencies):
        assert len({fold(word).text for word in table}) == len(table)


def test_every_word_of_every_group_finds_all_of_it(vocabulary: Vocabulary) -> None:
    for word, group in vocabulary.synonyms.words.items():
        rule = parse(f"~{word}", vocabulary)
        for other in group:
            notice = Notice(key="k", source="s", title=other, text="")
            assert holds(rule, NoticeText.of(notice, vocabulary)), (word, other)


@pytest.mark.parametrize(
    ("short", "agency", "found"),
    [
        ("省发改委", "江苏省发展和改革委员会", True),
        ("发展和改革委员会", "上海市发展改革委", True),
        ("市监局", "苏州市市场监督管理局", True),
        ("人社局", "杭州市人力资源和社会保障局", True),
        ("人社局", "浙江省人力资源和社会保障厅", False),
        ("经信委", "上海市经济和信息化委员会", True),
        ("上海市政府", "上海市人民政府", True),
        ("市政府办公厅", "上海市人民政府办公厅", True),
        ("发改委", "安徽省农业农村厅", False),
    ],
)
def test_agencies_by_their_short_names(short: str, agency: str, found: bool, vocabulary: Vocabulary) -> None:  # noqa: FBT001 - a case
    notice = Notice(key="k", source="s", title="通知", text=agency, agency=agency)
    text = NoticeText.of(notice, vocabulary)
    assert holds(parse(f"agency:{short}", vocabulary), text) is found
    assert holds(parse(f"body:{short}", vocabulary), text) is (short in agency)


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ('groups = [["甲"]]', "groups, number 1"),
        ('groups = [["甲", "乙"], ["丙", "甲"]]', "'甲' stands there twice"),
        ('groups = [["甲", 3]]', "groups, number 1"),
        ('groups = [["甲", ""]]', "groups, number 1"),
        ('groups = "甲"', "groups"),
        ("[agencies]\n部 = 3", "agencies.部"),
        ("agencies = []", "agencies"),
        ("[agency]", "agency: unknown key"),
        ("groups = [", "TOML"),
    ],
)
def test_a_broken_file_names_file_and_key(content: str, key: str, tmp_path: Path) -> None:
    path = tmp_path / "synonyms.toml"
    path.write_text(content.replace("部 =", '"部" ='), encoding="utf-8")
    with pytest.raises(SynonymsError) as caught:
        load_synonyms(path)
    assert str(path) in str(caught.value)
    assert key in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SynonymsError, match="cannot be read"):
        load_synonyms(tmp_path / "none.toml")
