"""A rule as a tree: how it is printed, and what a reader is warned of."""

import tomllib
from pathlib import Path

import pytest

from alerts.rules import warnings_of
from alerts.rules.leaves import Term
from alerts.rules.tree import And
from tests.rules.conftest import Parsed

PAIRS = tomllib.loads(Path(__file__).with_name("canonical.toml").read_text(encoding="utf-8"))["pairs"]


@pytest.mark.parametrize(("written", "canonical"), PAIRS)
def test_prints_in_canonical_form(written: str, canonical: str, parsed: Parsed) -> None:
    rule = parsed(written)
    assert str(rule) == canonical
    assert parsed(canonical).root == rule.root
    assert rule.text == written


def test_different_rules_are_different_trees(parsed: Parsed) -> None:
    rules = [
        "甲 乙",
        "甲 OR 乙",
        "甲 -乙",
        '甲 "乙"',
        "甲 乙{2}",
        "甲 title:乙",
        "甲 NEAR/5 乙",
        "甲 BEFORE/5 乙",
        "甲 NEAR/6 乙",
    ]
    assert len({parsed(rule).root for rule in rules}) == len(rules)


def test_terms_know_where_they_stand(parsed: Parsed) -> None:
    root = parsed('补贴 title:("汽 车" auto*)').root
    assert isinstance(root, And)
    assert [part.position for part in root.parts if isinstance(part, Term)] == [0, 10, 16]


@pytest.mark.parametrize(
    ("rule", "positions"),
    [
        ("补贴 or 奖励", [3]),
        ("research And development", [9]),
        ("补贴 near/5 奖励 not 招聘", [3, 13]),
        ("补贴-二手车", [2]),
        ("上海AND江苏", [2]),
        ("上海 OR江苏", [3]),
        ("补贴ORACLE", []),
        ("补贴或奖励 汽车且消费", [2, 8]),
        ("或者 且末县 补贴或 南非", []),
        ("补贴/奖励 1/2 a/b", [2]),
        ("补贴，奖励、资助", [2]),
        ("title:(补贴；奖励)", [9]),
        ('补贴 "or" 奖励 e-CAC 2020-09 "补贴，奖励" 完。', []),
    ],
)
def test_warns(rule: str, positions: list[int], parsed: Parsed) -> None:
    warnings = [warning for warning in warnings_of(parsed(rule)) if warning.kind == "spelling"]
    assert [warning.position for warning in warnings] == positions
    assert all(warning.zh and warning.en for warning in warnings)
