"""Terms asked for as words: segmentation, the names that rules know, and that it is run only when it must."""

import pytest
import rjieba
from hypothesis import given
from hypothesis import strategies as st

from alerts.rules import NoticeText, evidence, holds, parse
from alerts.rules.words import Cuts
from config.regions import Places
from config.synonyms import Synonyms
from config.vocabulary import Vocabulary
from tests.rules.conftest import PATIENT, VOCABULARY, Parsed, make_notice


@pytest.mark.parametrize(
    ("term", "text", "is_word"),
    [
        ("京东", "京东集团总部", True),
        ("京东", "北京东路", False),
        ("京东", "南京东站", False),
        ("汽车", "新能源汽车", True),
        ("人民", "中华人民共和国", True),
        ("华人", "中华人民共和国", False),
        ("市长", "南京市长江大桥", False),
        ("长江", "南京市长江大桥", True),
        ("国有", "中国有关部门", False),
        ("新能源汽车", "发展新能源汽车产业", True),
        ("小巨人", "专精特新小巨人企业", True),
        ("发改委", "省发改委印发", True),
        ("AI", "发展AI大模型", True),
        ("京 東", "京\n东集团", True),
    ],
)
def test_words(term: str, text: str, is_word: bool, parsed: Parsed) -> None:  # noqa: FBT001 - a case
    notice = NoticeText.of(make_notice(text=text), VOCABULARY)
    assert holds(parsed(term.replace(" ", "")), notice)
    assert holds(parsed(f'="{term}"'), notice) is is_word


def test_names_that_rules_know_are_words() -> None:
    places = Places(frozenset(), {}, {})
    rule = "=乙丙戊"
    without = Vocabulary(places)
    known = Vocabulary(places, Synonyms({"甲乙丙戊己": ("甲乙丙戊己", "x")}))
    notice = make_notice(text="有甲乙丙戊己者")
    assert holds(parse(rule, without), NoticeText.of(notice, without))
    assert not holds(parse(rule, known), NoticeText.of(notice, known))


def test_a_text_is_cut_once_and_only_when_the_characters_are_there(
    parsed: Parsed, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    cuts = Cuts.of

    def watched(self: Cuts, field: str, folded: str) -> frozenset[int]:
        asked.append(field)
        return cuts(self, field, folded)

    monkeypatch.setattr(Cuts, "of", watched)
    text = NoticeText.of(make_notice("京东集团", "北京"), VOCABULARY)
    assert not holds(parsed("=东京"), text)
    assert asked == []
    assert holds(parsed("=京东"), text)
    assert asked == ["title"]
    assert text.cuts.of("title", "京东集团") is text.cuts.of("title", "京东集团")


@PATIENT
@given(st.text("北京东路集团 \nAi5。\ud800\U0001f600", max_size=30))
def test_every_text_is_cut_between_its_characters(text: str) -> None:
    notice = NoticeText.of(make_notice(text=text), VOCABULARY)
    folded = notice.fields["body"].text
    cuts = notice.cuts.of("body", folded)
    assert {0, len(folded)} <= cuts <= set(range(len(folded) + 1))
    for hit in evidence(parse("=北京 OR =京东", VOCABULARY), notice):
        assert all(text[start:end].translate(str.maketrans("", "", " \n")) == hit.term[1:] for start, end in hit.spans)


def test_the_dictionary_keeps_every_character() -> None:
    text = "各有关单位：ａＢ1.5%, e-CAC〔2020〕12号\t。"
    assert "".join(rjieba.cut(text, hmm=False)) == text
