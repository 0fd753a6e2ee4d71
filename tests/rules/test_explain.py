"""What is said of a rule in plain words, and what is said to be in vain."""

import time
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.rules import NoticeText, explained, holds, parse, warnings_of
from alerts.rules.implies import excludes, implies
from alerts.rules.reference import node_holds
from tests.rules.conftest import PATIENT, VOCABULARY, Parsed, make_notice

HERE = Path(__file__).parent
SENTENCES = tomllib.loads((HERE / "explained.toml").read_text(encoding="utf-8"))["sentences"]
RULES = tomllib.loads((HERE / "lint.toml").read_text(encoding="utf-8"))["rules"]
LEAVES = (
    "甲",
    "甲乙",
    "乙",
    "丙",
    "a",
    "a*",
    "ab",
    "甲{2}",
    "title:甲",
    "title:甲乙",
    "甲 NEAR/1 乙",
    "甲 BEFORE/2 乙",
)
parts = st.recursive(
    st.sampled_from(LEAVES).map("({})".format),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("({0[0]} {0[1]})".format),
        st.tuples(inner, inner).map("({0[0]} OR {0[1]})".format),
        inner.map("-{}".format),
    ),
    max_leaves=6,
)


@pytest.mark.parametrize(("rule", "chinese", "english"), SENTENCES)
def test_explained(rule: str, chinese: str, english: str, parsed: Parsed) -> None:
    assert explained(parsed(rule)) == f"找出这样的通知：{chinese}。"
    assert explained(parsed(rule), "en") == f"Finds every notice that {english}."


@pytest.mark.parametrize(("rule", "warned"), RULES)
def test_what_is_said_in_vain(rule: str, warned: Sequence[list[object]], parsed: Parsed) -> None:
    warnings = warnings_of(parsed(rule))
    assert [[warning.kind, warning.position] for warning in warnings] == warned
    assert all(warning.said("zh") and warning.said("en") for warning in warnings)


@PATIENT
@given(parts, parts, st.lists(st.text("甲乙丙ab ", max_size=7), min_size=2, max_size=2))
def test_what_implies_and_excludes_does_so_in_every_text(first: str, second: str, words: list[str]) -> None:
    one, other = (parse(f"补贴 {part}", VOCABULARY).root for part in (first, second))
    text = NoticeText.of(make_notice(words[0], f"{words[1]}，补贴"), VOCABULARY)
    here, there = node_holds(one, text), node_holds(other, text)
    assert not (here and implies(one, other)) or there
    assert not (here and there and excludes(one, other))


@PATIENT
@given(parts)
def test_every_rule_is_explained_in_both_languages(part: str) -> None:
    rule = parse(f"{part} 补贴", VOCABULARY)
    for language in ("zh", "en"):
        sentence = explained(rule, language)
        assert sentence.count("（") == sentence.count("）")
        assert "{" not in sentence
    text = NoticeText.of(make_notice("甲乙补贴", "ab丙"), VOCABULARY)
    never = any(warning.kind == "never" and str(rule.root) in warning.zh for warning in warnings_of(rule))
    assert not (never and holds(rule, text))


@pytest.mark.parametrize(
    "rule",
    [
        " OR ".join(f"补贴{chr(0x4E00 + number)}" for number in range(200)),
        " ".join(f"(补{chr(0x4E00 + number)} OR 丁{chr(0x5E00 + number)})" for number in range(100)),
        "a(b|" * 30 + "c" + ")" * 30,
    ],
)
def test_the_largest_rules_are_looked_through_quickly(rule: str, parsed: Parsed) -> None:
    read = parsed(rule)
    began = time.process_time()
    assert all(warning.kind == "idle" for warning in warnings_of(read))
    assert time.process_time() - began < 1
