"""Cutting and cleaning: nothing unfit passes, spans keep pointing at their characters."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.channels.parts import fairly, fitting, parts
from alerts.channels.phrases import PHRASES, phrases
from alerts.channels.wording import line, period_label, pieces, plain, safe_link, shorten, within
from alerts.model import Marked


@given(st.text())
def test_plain_text_keeps_its_length_and_can_be_encoded(text: str) -> None:
    cleaned = plain(text)
    assert len(cleaned) == len(text)
    assert cleaned.encode().decode() == cleaned
    assert not set(cleaned) & set("\r\n\x00\x1b\u2028\u202e\u2066")


@given(st.text(), st.integers(2, 50))
def test_a_line_is_one_line_within_its_limit(text: str, limit: int) -> None:
    cut = line(text, limit)
    assert len(cut) <= limit
    assert cut.splitlines() in ([cut], [])


@given(st.text().map(plain), st.integers(3, 60))
def test_bytes_are_cut_between_characters(text: str, size: int) -> None:
    cut = within(text, size)
    assert len(cut.encode()) <= size
    assert cut == text or text.startswith(cut[:-1])


@given(st.text(alphabet="甲乙丙丁", max_size=30), st.lists(st.integers(0, 40), max_size=10), st.integers(1, 40))
def test_highlights_survive_cutting(text: str, cuts: list[int], limit: int) -> None:
    cuts = sorted(set(cuts))
    marked = Marked(text=text, spans=tuple(zip(cuts[::2], cuts[1::2], strict=False)))
    short = shorten(marked, limit)
    assert len(short.text) <= limit
    assert "".join(piece for piece, _ in pieces(short)) == short.text
    lit = [at for start, stop in short.spans for at in range(start, stop)]
    wanted = [at for start, stop in marked.spans for at in range(start, min(stop, len(text)))]
    kept = len(text) if len(text) <= limit else limit - 1
    assert lit == [at for at in wanted if at < kept]


@pytest.mark.parametrize(
    ("period", "shown"),
    [
        ("2026-11-23", "2026-11-23"),
        ("2026-11-23 12:38:32", "2026-11-23 12:38"),
        ("2026-11-23 12:38", "2026-11-23 12:38"),
        ("第 12:38:32 期", "第 12:38:32 期"),
        ("a\r\nb", "a b"),
    ],
)
def test_a_label_is_shown_without_seconds(period: str, shown: str) -> None:
    assert period_label(period) == shown


def test_spans_that_overlap_light_each_character_once() -> None:
    marked = shorten(Marked(text="一二三四五", spans=((0, 3), (1, 4), (2, 3))), 10)
    assert list(pieces(marked)) == [("一二三", True), ("四", True), ("五", False)]


@pytest.mark.parametrize(
    "url", ["https://a.example/x?y=1&z=%E4%B8%AD#t", "http://a.example:8080/", "HTTPS://A.example/政策/1.html"]
)
def test_a_web_link_stays(url: str) -> None:
    assert safe_link(f" {url} ") == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        " JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//a.example/x",
        "/relative",
        "https://",
        "http://[::1",
        'https://a.example/" onclick="x',
        "https://a.example/<b>",
        "https://a.example/a b",
        "https://a.example/a\u202eb",
        "https://a.example/\ud800",
        "https://a.example/" + "x" * 2000,
    ],
)
def test_what_a_reader_should_not_follow_is_no_link(url: str) -> None:
    assert safe_link(url) == ""


@given(st.lists(st.integers(1, 9), max_size=300), st.integers(9, 100))
def test_parts_hold_everything_in_order_and_as_much_as_fits(sizes: list[int], room: int) -> None:
    def fits(run: Sequence[int]) -> bool:
        return sum(run) <= room

    cut = list(parts(sizes, fits))
    assert [size for run in cut for size in run] == sizes
    assert all(fits(run) for run in cut)
    assert all(sum(run) + following[0] > room for run, following in pairwise(cut))


def test_fitting_asks_little_of_a_dear_measure() -> None:
    asked: list[int] = []

    def fits(run: Sequence[int]) -> bool:
        asked.append(len(run))
        return len(run) <= 57

    assert fitting(range(5000), fits) == 57
    assert max(asked) == 64
    assert len(asked) < 9
    assert fitting(range(5000), lambda run: len(run) <= 4321) == 4321
    assert fitting([], fits) == 0


def test_every_column_keeps_its_best() -> None:
    assert fairly(["aei", "", "bf", "c"]) == list("abcefi")
    assert fairly([]) == []


def test_both_languages_say_everything_and_fill_the_same_gaps() -> None:
    def gaps(phrase: str) -> set[str]:
        return {part.partition("}")[0] for part in phrase.split("{")[1:]}

    chinese, english = PHRASES["zh"], PHRASES["en"]
    assert chinese.keys() == english.keys()
    for key in chinese:
        assert gaps(english[key]) <= gaps(chinese[key]) | {"columns"}
        assert chinese[key] != english[key]
    assert phrases("fr") is chinese
