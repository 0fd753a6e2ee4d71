import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler.folding import SEPARATOR, Folded, fold, is_word, plain_characters
from crawler.folding_table import PATH, FoldingTable, generate, write

PATIENT = settings(deadline=None)  # a busy machine is no fault of the table
HANZI = st.text("促进汽车消费长三角一体化条例银发经济补贴后干台云", min_size=1, max_size=8)
WORDS = st.text("abcxyz0189", min_size=1, max_size=5)
SPACES = st.sampled_from(["", " ", "\n", "\u3000", " \r\n\t", "\u00a0", "\u2003"])
TRADITIONAL = str.maketrans("进车费长体条银发经济补贴后干台云", "進車費長體條銀發經濟補貼後乾臺雲")


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＡＩ大模型", "ai大模型"),
        ("長三角一體化", "长三角一体化"),
        ("隨著瞭解憑藉", "随着了解凭借"),
        ("⼈⺠政府", "人民政府"),
        ("AI 大 模型", "ai大模型"),
        ("长\n三\u3000角", "长三角"),
        ("Big \r\n Data", "big data"),
        ("2020 年 9 月", "2020年9月"),
        ("建设，\n  发展", "建设,发展"),
        ("  两端 ", "两端"),
        ("沪府规[2020]12号", "沪府规〔2020〕12号"),
        ("沪府规（2020）12号", "沪府规〔2020〕12号"),
        ("沪府规〔 2020 〕 12 号", "沪府规〔2020〕12号"),
        ("【2020】", "〔2020〕"),
        ("(12)(20200)(二〇二〇)", "(12)(20200)(二〇二〇)"),
        ("ｶﾞ", "ガ"),
        ("e\u0301", "é"),
        ("²㎡…", "2m2..."),
        ("Straße İ", "strasse i̇"),
        ("零\u200b宽\ufeff度", "零宽度"),
        ("公式", "公式"),
        ("", ""),
        (" \n", ""),
    ],
)
def test_folds(text: str, folded: str) -> None:
    assert fold(text).text == folded


def test_different_words_stay_different() -> None:
    assert fold("公式").text != fold("公示").text
    assert fold("纯中文").text


@pytest.mark.parametrize(
    ("text", "term", "found"),
    [
        ("支持長 三\n角發展", "长三角", "長 三\n角"),
        ("面积100㎡以上", "m2", "㎡"),
        ("见沪府规[2020] 12号文", "〔2020〕12号", "[2020] 12号"),
        ("caf\u0065\u0301 x", "é", "e\u0301"),
        ("A\u00a0\u00a0B", "a b", "A\u00a0\u00a0B"),
        ("纯文本", "文本", "文本"),
    ],
)
def test_spans_point_at_the_original(text: str, term: str, found: str) -> None:
    folded = fold(text)
    at = folded.text.index(term)
    start, end = folded.span(at, at + len(term))
    assert text[start:end] == found


@PATIENT
@given(st.text())
@example("か ゛")
@example("0 \U0001e130\u3099")
@example("\u3099\u0334 0")
@example("ｶﾞ a")
@example("= \u0338")
@example("e\u200b\u0301")
@example("㎏\u0301")
@example("A \u0338=")
@example("ᄀ ᅡᆨ")
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


@PATIENT
@given(st.text())
def test_positions_are_in_order_and_inside_the_text(text: str) -> None:
    folded = fold(text)
    spans = [folded.span(at, at + 1) for at in range(len(folded.text))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)


@PATIENT
@given(st.text(max_size=20), st.lists(st.tuples(HANZI, SPACES), min_size=1, max_size=4), st.text(max_size=20))
def test_a_span_points_at_text_that_folds_to_the_term(before: str, parts: list[tuple[str, str]], after: str) -> None:
    term = "".join(word for word, _ in parts)
    text = before + "".join(word.translate(TRADITIONAL) + space for word, space in parts) + after
    folded = fold(text)
    at = folded.text.index(fold(term).text)
    start, end = folded.span(at, at + len(fold(term).text))
    assert fold(text[start:end]).text == fold(term).text


@PATIENT
@given(HANZI, WORDS, SPACES)
def test_full_width_traditional_and_spaced_forms_are_equal(hanzi: str, word: str, space: str) -> None:
    plain = fold(word + hanzi).text
    full_width = "".join(chr(ord(one) + 0xFEE0) for one in word)
    assert fold(full_width + hanzi).text == plain
    assert fold(word.upper() + space + hanzi.translate(TRADITIONAL)).text == plain
    assert fold(word + space.join(hanzi)).text == plain


@PATIENT
@given(WORDS, WORDS, SPACES.filter(bool))
def test_a_space_between_words_is_one_space(first: str, second: str, space: str) -> None:
    assert fold(first + space + second).text == f"{first} {second}"


@PATIENT
@given(st.lists(st.text(max_size=8), max_size=4))
def test_joined_texts_keep_their_places(texts: list[str]) -> None:
    folded = Folded.joined(texts)
    assert folded.text == SEPARATOR.join(fold(text).text for text in texts)
    whole = SEPARATOR.join(texts)
    for at, character in enumerate(folded.text):
        start, end = folded.span(at, at + 1)
        if character == SEPARATOR:
            assert whole[start:end] == SEPARATOR


def test_word_characters() -> None:
    assert [is_word(one) for one in "a9é汉か〇-〔"] == [True, True, True, False, False, False, False, False]


def test_plain_characters_fold_to_themselves_beside_any_other() -> None:
    plain = "".join(sorted(plain_characters()))
    assert {*"补贴汽车消费"} <= {*plain}
    assert not {*"補車A。 "} & {*plain}
    for text in (plain, plain[::-1], "".join(first + second for first, second in zip(plain, plain[7:], strict=False))):
        folded = fold(text)
        assert (folded.text, folded.starts) == (text, None)
    assert not any(map(is_word, plain))


def test_lone_surrogates_pass() -> None:
    assert fold("甲\ud800 乙").text == "甲\ud800乙"


@pytest.fixture(scope="module")
def table() -> FoldingTable:
    return generate()


def test_the_stored_table_is_what_the_script_makes(table: FoldingTable) -> None:
    """A newer Python knows more characters; those that the stored table knows must agree."""
    with np.load(PATH) as stored:
        single = dict(zip(stored["single_from"].tolist(), stored["single_to"].tolist(), strict=True))
        several = dict(zip(stored["several_from"].tolist(), stored["several_length"].tolist(), strict=True))
    assert len(single) > 7000
    assert {code: ord(table.folds[chr(code)]) for code in single} == single
    assert {code: len(table.folds[chr(code)]) for code in several} == several


def test_the_script_writes_a_table_that_reads_back(
    table: FoldingTable, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("table") / "folding_table.npz"
    write(table, path)
    with np.load(path) as stored:
        assert len(stored["single_from"]) + len(stored["several_from"]) == len(table.folds)
        assert int(stored["several_length"].sum()) == len(stored["several_to"])
