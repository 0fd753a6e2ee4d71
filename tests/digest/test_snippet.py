"""Highlights and snippets: spans always cover the same characters as in the notice."""

from hypothesis import given
from hypothesis import strategies as st

from alerts.digest.snippet import MOST, mark, merge_spans, snippet

FILLER = "各有关单位要按照职责分工抓好落实。"


def spans_of(text: str, *terms: str) -> list[tuple[int, int]]:
    spans = []
    for term in terms:
        start = text.find(term)
        while start >= 0:
            spans.append((start, start + len(term)))
            start = text.find(term, start + 1)
    return spans


def shown(text: str, *terms: str) -> tuple[str, list[str]]:
    marked = snippet(text, spans_of(text, *terms))
    return marked.text, [marked.text[start:end] for start, end in marked.spans]


def test_spans_that_overlap_or_touch_are_one() -> None:
    assert merge_spans([(5, 7), (0, 2), (1, 3), (7, 9), (11, 11)]) == ((0, 3), (5, 9))


def test_a_title_stands_on_one_line_with_its_highlights() -> None:
    title = "关于  新能源\r\n汽车 NEV  补贴的通知"
    marked = mark(title, spans_of(title, "新能源\r\n汽车", "补贴"))
    assert marked.text == "关于新能源汽车 NEV 补贴的通知"
    assert [marked.text[start:end] for start, end in marked.spans] == ["新能源汽车", "补贴"]


def test_a_short_text_is_shown_whole() -> None:
    text = "苏州市设立充电桩补贴。申报截至月底。"
    assert shown(text, "充电桩", "补贴") == (text, ["充电桩补贴"])


def test_the_densest_hits_are_shown_in_whole_sentences() -> None:
    dense = "对新建充电桩给予补贴，充电桩补贴按功率计算。"
    text = "充电桩建设稳步推进。" + FILLER * 20 + dense + FILLER * 20
    words, hits = shown(text, "充电桩", "补贴")
    assert dense in words
    assert len(hits) == 3
    assert len(words) <= MOST
    assert words.startswith(("各有关", "对新建"))
    assert words.endswith("。")
    assert "…" not in words


def test_a_long_sentence_is_cut_round_the_hit_and_says_so() -> None:
    text = "一是推进建设，" * 40 + "对充电桩给予补贴，" + "二是加强管理，" * 40
    words, hits = shown(text, "充电桩")
    assert hits == ["充电桩"]
    assert words.startswith("…")
    assert words.endswith("…")
    assert "，…" not in words
    assert 80 <= len(words) <= MOST + 2


def test_the_beginning_is_shown_when_only_the_title_was_hit() -> None:
    text = "\n　　第一条　为了规范管理，制定本办法。\n　　第二条　" + FILLER * 20
    words, hits = shown(text)
    assert words.startswith("第一条为了规范管理")
    assert not hits


def test_paragraphs_are_joined() -> None:
    assert shown("目标\n到2027年，\n建成100个站点。", "站点") == ("目标到2027年，建成100个站点。", ["站点"])


def test_nothing_gives_nothing() -> None:
    assert snippet(" \n ", [(0, 1)]).text == ""
    assert snippet("", []).text == ""


@given(
    st.text(st.sampled_from("补贴充电桩。，！\n 　aB1"), max_size=900),
    st.lists(st.tuples(st.integers(0, 900), st.integers(1, 12)), max_size=8),
)
def test_highlights_cover_the_same_characters_as_in_the_notice(text: str, places: list[tuple[int, int]]) -> None:
    spans = [(start, start + length) for start, length in places if text[start : start + length].strip()]
    assert snippet(text, spans).spans or not spans
    for marked in (snippet(text, spans), mark(text, spans)):
        assert len(marked.text.strip("…")) <= MOST or marked.text == mark(text, spans).text
        highlighted = "".join(marked.text[start:end] for start, end in marked.spans)
        assert "…" not in highlighted
        assert marked.spans == merge_spans(marked.spans)
        for start, end in marked.spans:
            words = "".join(marked.text[start:end].split())
            assert any(words in "".join(text[low:high].split()) for low, high in merge_spans(spans))
