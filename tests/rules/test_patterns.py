"""Regular expressions: folded like a text, refused when they cannot be used, quick whatever they are."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.rules import NoticeText, evidence, holds, parse
from alerts.rules.patterns import EmptyPatternError, PatternError, found_by, read_pattern
from crawler.folding import fold
from tests.rules.conftest import PATIENT, VOCABULARY, Parsed, make_notice


def found(pattern: str, text: str) -> list[str]:
    folded = fold(text)
    spans = [folded.span(*span) for span in found_by(read_pattern(pattern).source, folded.text)]
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("pattern", "text", "pieces"),
    [
        ("招标.{0,8}失败", "本次招 標项目失敗", ["招 標项目失敗"]),
        ("招标 失败", "招标\n失败", ["招标\n失败"]),
        ("招标 .失败", "招标再失败", ["招标再失败"]),
        ("open data", "Open  Data opendata", ["Open  Data"]),
        ("[Ａ-Ｃ]{2}", "xＡb C", ["Ａb"]),
        ("[萬億]元", "5万元，8亿元", ["万元", "亿元"]),
        ("[^0-9]号", "第12号令，字号", ["字号"]),
        ("㎡", "60m2 60㎡", ["m2", "㎡"]),
        ("\\d+㎡", "60㎡", ["60㎡"]),
        ("№+", "№№1", ["№№"]),
        ("\\(2020\\)\\d+号", "沪府规〔2020〕12号", ["〔2020〕12号"]),
        ("（一）", "(一) （一）", ["(一)", "（一）"]),
        ("\\Q1.2\\E", "1x2 1.2", ["1.2"]),
        ("(?:招|采)购?", "采购", ["采购"]),
        ("(?P<谁>甲|乙)方", "乙方", ["乙方"]),
        ("é", "cafe\u0301", ["e\u0301"]),
        ("\\p{Han}{3}", "ab汉字们", ["汉字们"]),
        ("^关于", "关于，关于", ["关于"]),
    ],
)
def test_both_sides_are_folded(pattern: str, text: str, pieces: list[str]) -> None:
    assert found(pattern, text) == pieces


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        ("招标.{0,8}失败", ("招标", "失败")),
        ("招标|失败", ()),
        ("招标(失败|成功)公告", ("招标", "公告")),
        ("招标?失败", ("招", "失败")),
        ("招标{2}公告", ("招", "公告")),
        ("[招标]公告", ("公告",)),
        ("(?i)招標\\d", ("招标",)),
        (".{3}", ()),
        ("\\(2020\\)", ("〔2020〕",)),
    ],
)
def test_what_must_occur(pattern: str, literals: tuple[str, ...]) -> None:
    assert read_pattern(pattern).literals == literals


@given(
    st.lists(
        st.sampled_from(["招", "標", "Ａ", "b", "?", "*", "{2}", "|", "(", ")", ".", "[招b]", "㎡", " ", "\\d"]),
        max_size=8,
    ).map("".join)
)
def test_what_must_occur_does(pattern: str) -> None:
    try:
        source, literals = read_pattern(pattern)
    except (PatternError, EmptyPatternError):
        return
    for text in ("招标招标", "ab招招㎡b", "標b1招Ａ", "bb m2 m2"):
        folded = fold(text).text
        for start, end in found_by(source, folded):
            assert start < end
            assert all(literal in folded[start:end] for literal in literals)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(招", "括号"),
        ("招)", "括号"),
        ("[招", "方括号"),
        ("招**", "重复"),
        ("*", "重复"),
        ("招(?=标)", "环视"),
        ("(招)\\1", "反斜线"),
        ("(招{1000}){1000}", "重复"),
    ],
)
def test_refused_with_the_reason_in_chinese(pattern: str, reason: str) -> None:
    with pytest.raises(PatternError) as caught:
        read_pattern(pattern)
    assert reason in caught.value.in_chinese
    assert str(caught.value).isascii() or pattern in str(caught.value) or str(caught.value)


@pytest.mark.parametrize("pattern", ["", "招*", "招?", "招|", "()", "^", "$", "\\b", "\\B", "(?:招标){0,3}", ".*"])
def test_what_needs_no_character_is_refused(pattern: str) -> None:
    with pytest.raises(EmptyPatternError):
        read_pattern(pattern)


def test_a_pattern_that_others_die_of_takes_no_time(parsed: Parsed) -> None:
    text = NoticeText.of(make_notice(text="甲" * 50_000), VOCABULARY)
    began = time.process_time()
    assert not holds(parsed("/(甲+)+乙/"), text)
    assert not holds(parsed("/(甲|甲甲)+乙?丙/"), text)
    assert time.process_time() - began < 1


@PATIENT
@given(st.text("甲Ａ㎡ \n乙１（e\u0301", max_size=20))
def test_spans_lead_to_text_that_folds_to_what_was_found(text: str) -> None:
    rule = parse("/甲.|m2|[a1]乙?/", VOCABULARY)
    for hit in evidence(rule, NoticeText.of(make_notice(text=text), VOCABULARY)):
        for start, end in hit.spans:
            assert list(found_by(read_pattern("甲.|m2|[a1]乙?").source, fold(text[start:end]).text))
