"""What is refused, where, and how it is said; and that nothing else ever comes out of a rule."""

import os
import random
import time
import unicodedata
from collections import Counter
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from alerts.rules import NoticeText, Rule, RuleError, evidence, explained, holds, parse, warnings_of
from alerts.rules.caret import pointed
from alerts.rules.errors import FAULTS, fault
from config.vocabulary import Vocabulary
from tests.rules.conftest import PATIENT, TODAY, VOCABULARY, Parsed, cases_of, make_notice

CASES = cases_of("refused.toml")
SYMBOLS = '()（）"“”|｜+＋-－:：{}*＊=＝~～/／!！<>.?[]\\^$'
OPERATORS = ["OR", "AND", "NOT", "NEAR", "NEAR/3", "BEFORE", "且", "或", "非", "or"]
WORDS = [
    "补贴",
    "AI",
    "auto*",
    "e-CAC",
    "title:",
    "region:",
    "江苏",
    "{2}",
    "(2020)",
    "12号",
    "=京东",
    "~补贴",
    "/招.{0,8}标/",
]
FACTS = [
    "published:",
    "deadline:",
    "seen:",
    "has:",
    "is:",
    "docnum:",
    "agency:",
    ">=2020-09",
    "<7d",
    "revised",
    "deadline",
]
PIECES = (*SYMBOLS, *OPERATORS, *WORDS, *FACTS, " ", "\n", "\u200b", "\ud800", "\x00", "\u0301", "㎡")
FUZZED = int(os.environ.get("FUZZED_RULES", "1000"))  # FUZZED_RULES=100000 before a release
TEXT = NoticeText.of(
    make_notice("补贴 AI 公告", "招標…\n ｅ-CAC ㎡ 〔2020〕12号", attachments=["表"]), VOCABULARY, today=TODAY
)


@pytest.mark.parametrize("case", CASES, ids=[f"{case['fault']}: {case['rule']!r}" for case in CASES])
def test_refused(case: dict[str, Any], parsed: Parsed) -> None:
    with pytest.raises(RuleError) as caught:
        parsed(case["rule"])
    error = caught.value
    assert (error.fault, error.position) == (case["fault"], case["position"])
    assert type(error) is FAULTS[case["fault"]].kind
    assert error.rule == case["rule"]
    for words in case.get("says", []):
        assert words in error.advice
        assert words in error.said("en")[1]


def test_every_fault_is_shown_by_a_case() -> None:
    elsewhere = {"too_long", "too_many", "too_deep"}
    assert {case["fault"] for case in CASES} | elsewhere == set(FAULTS)


def test_bounds(parsed: Parsed) -> None:
    assert parsed("补" * 2000)
    assert parsed(" OR ".join(["补贴"] * 200))
    for rule, name, position in [
        ("补" * 2001, "too_long", 2000),
        ("补贴 " * 201, "too_many", 600),
        ("a(b|" * 40 + "c" + ")" * 40, "too_deep", 30),
    ]:
        with pytest.raises(RuleError) as caught:
            parsed(rule)
        assert (caught.value.fault, caught.value.position) == (name, position)


NESTED = {
    "brackets": "(" * 999 + "补贴" + ")" * 999,
    "open brackets": "(" * 2000,
    "exclusions": "-(" * 660 + "补贴" + ")" * 660,
    "double exclusions": "补贴 " + "--" * 998,
    "alternating": "a(b|" * 333 + "c" + ")" * 333,
    "side by side": "(" + "a(b)" * 499 + ")",
    "near": "a NEAR/1 " * 200 + "b",
    "a long word": "补" * 2000,
    "a long field": "a" * 1998 + ":b",
}


@pytest.mark.parametrize("shape", NESTED)
def test_deep_nesting_is_quick(shape: str, vocabulary: Vocabulary) -> None:
    rule = NESTED[shape]

    def seconds() -> float:
        begun = time.process_time()
        outcome(rule, vocabulary)
        return time.process_time() - begun

    assert min(seconds() for _ in range(5)) < 0.05


def outcome(rule: str, vocabulary: Vocabulary) -> Rule | RuleError:
    try:
        return parse(rule, vocabulary)
    except RuleError as error:
        return error


@PATIENT
@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=25).map("".join)))
@example("(" * 40)
@example("region:" * 3)
@example('"' * 3)
@example("/(a?){1000}/")
@example("/[\ud800]\ud800/")
def test_any_text_is_a_rule_or_a_refusal(text: str) -> None:
    try_out(text)


def test_generated_strings_are_rules_or_refusals() -> None:
    rng = random.Random(2020)  # noqa: S311  a workload, not a secret
    outcomes = Counter(type(try_out(generated(rng))) for _ in range(FUZZED))
    assert outcomes.total() == FUZZED
    kinds: tuple[type[Rule | RuleError], ...] = (Rule, *RuleError.__subclasses__())
    assert min(outcomes[kind] for kind in kinds) > FUZZED / 1000


def generated(rng: random.Random) -> str:
    """Make a string out of pieces of the language, with any character at all now and then."""
    pieces = [
        rng.choice(PIECES) if rng.random() < 0.95 else chr(rng.randrange(0x110000)) for _ in range(rng.randrange(16))
    ]
    return rng.choice(("", "", " ")).join(pieces)


def try_out(text: str) -> Rule | RuleError:
    """Parse a text; whatever it is, the answer is sound and took no time."""
    begun = time.process_time()
    answer = outcome(text, VOCABULARY)
    assert time.process_time() - begun < 1
    if isinstance(answer, RuleError):
        assert 0 <= answer.position <= len(text)
        assert all(answer.said("zh"))
        assert all(answer.said("en"))
        assert len(answer.pointed().split("\n")) == 2
    else:
        assert holds(answer, TEXT) or not evidence(answer, TEXT)
        assert all(explained(answer, language) for language in ("zh", "en"))
        assert all(0 <= warning.position < len(text) for warning in warnings_of(answer))
        again = outcome(str(answer), VOCABULARY)
        assert isinstance(again, Rule)
        assert again.root == answer.root
        assert str(again) == str(answer)
    return answer


def test_the_caret_stands_below_wide_characters() -> None:
    assert pointed("补贴 ab OR", 6).split("\n") == ["补贴 ab OR", " " * 8 + "^"]


def test_a_long_rule_is_cut_round_the_caret() -> None:
    shown, caret = pointed("补" * 100 + "x" + "贴" * 100, 100).split("\n")
    columns = [2 if unicodedata.east_asian_width(one) == "W" else 1 for one in shown]
    assert sum(columns) < 80
    assert sum(columns[: shown.index("x")]) == caret.index("^")


def test_the_error_speaks_both_languages(parsed: Parsed) -> None:
    with pytest.raises(RuleError) as caught:
        parsed("补贴 (汽车")
    error = caught.value
    assert error.as_dict() == {"position": 3, "message": error.message, "advice": error.advice}
    assert error.as_dict("en") == {
        "position": 3,
        "message": "This bracket is never closed.",
        "advice": "Add ) where the group ends.",
    }
    assert "第 4 个字符" in str(error)
    assert "括号" in error.message


def test_advice_with_braces_is_written_with_braces() -> None:
    assert "补贴{3}" in fault("count_place", 0).advice
