"""Why and why not: the answers of the reference at every node, and the closest thing beside what is not there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.rules import NoticeText, holds, parse
from alerts.rules.errors import RuleError
from alerts.rules.remarks import REMARKS
from alerts.rules.why import Reason, cut_round, why
from tests.rules.conftest import PATIENT, VOCABULARY, make_notice

NOTICE = make_notice(
    "江苏发布促进汽车消费政策",
    "对新能源公交给予补贴。" + "其他事项，" * 12 + "建设集中式充电桩。二手车除外。联系人见网站maintain页。",
    attachments=("申报指南.pdf",),
    regions=("江苏/苏州",),
    agency="江苏省商务厅",
)


def ask(rule: str) -> Reason:
    parsed = parse(rule, VOCABULARY)
    text = NoticeText.of(NOTICE, VOCABULARY)
    reason = why(parsed, text, NOTICE)
    assert reason.holds == holds(parsed, text)
    return reason


def beside(reason: Reason) -> tuple[str, str, str]:
    """The field, the characters highlighted, the whole excerpt."""
    assert reason.excerpt is not None
    (start, end), text = reason.excerpt.text.spans[0], reason.excerpt.text.text
    return reason.excerpt.field, text[start:end], text


def said(reason: Reason, language: str = "zh") -> str:
    assert reason.remark is not None
    return reason.remark.said("zh" if language == "zh" else "en")


def test_a_true_term_stands_in_its_words() -> None:
    reason = ask("汽车消费")
    assert (reason.holds, reason.found) == (True, 1)
    assert beside(reason) == ("title", "汽车消费", "江苏发布促进汽车消费政策")


@pytest.mark.parametrize(
    ("rule", "words", "english"),
    [
        ("body:汽车消费", "不在正文，只在标题", "not in body, only in title"),
        ("title:充电桩", "不在标题，只在正文", "not in title, only in body"),
        ("title:申报指南", "不在标题，只在附件", "not in title, only in attachment"),
        ("AI", "只作为更长的词或数的一部分出现", "its characters stand only inside a longer word or number"),
        ("新能源汽车", "没有出现；最接近的是“新能源”", "it does not occur; closest to it is “新能源”"),
        ("芯片", "没有出现", "it does not occur"),
        ("补贴{3}", "出现 1 次，规则要 3 次", "it occurs 1 times, the rule wants 3"),
        ("region:上海", "通知的地区是“江苏/苏州”", "the region of the notice is “江苏/苏州”"),
        ("agency:教育", "通知的机构是“江苏省商务厅”", "the agency of the notice is “江苏省商务厅”"),
        ("docnum:苏政", "通知没有写明文号", "the notice states no docnum"),
        ("汽车 is:revised", "通知没有修订过", "the notice was not revised"),
        ("汽车 is:withdrawn", "通知没有撤回", "the notice was not withdrawn"),
        ("补贴 NEAR/20 充电桩", "最近处相隔 66 个字，最多 20 个", "at the closest 66 characters apart"),
        ("充电桩 BEFORE/500 补贴", "两边靠近，但顺序相反", "the sides are near each other, but in the other order"),
        ("汽车消费 NEAR 补贴", "两边不在同一处：标题、正文", "the sides stand in different places: title, body"),
        ("汽车 -二手车", "要排除的内容在这里", "what is to be excluded stands here"),
    ],
)
def test_what_is_not_true_says_why(rule: str, words: str, english: str) -> None:
    reason = ask(rule)
    assert not reason.holds
    cause = next(part for part in (*reason.parts, reason) if part.remark is not None)
    assert said(cause) == words
    assert said(cause, "en").startswith(english)


def test_the_closest_thing_is_shown() -> None:
    assert beside(ask("新能源汽车"))[:2] == ("body", "新能源")
    assert beside(ask("AI"))[:2] == ("body", "ai")
    assert beside(ask("body:汽车消费"))[0] == "title"
    assert beside(ask("汽车 -二手车").parts[1].parts[0])[1] == "二手车"


def test_of_near_every_part_of_an_and_counts() -> None:
    assert said(ask("(公交 充电桩) NEAR/5 补贴")) == "最近处相隔 66 个字，最多 5 个"
    assert ask("(公交 OR 充电桩) NEAR/5 补贴").holds
    missing = ask("芯片 NEAR 补贴")
    assert missing.remark is None
    assert [part.holds for part in missing.parts] == [False, True]


def test_a_true_near_shows_where_its_sides_meet() -> None:
    reason = ask("公交 NEAR 补贴")
    assert reason.found == 2
    assert beside(reason)[1] == "公交"


def test_an_excerpt_is_one_line_and_says_where_the_text_goes_on() -> None:
    found = cut_round("一二三\n四五\n六七八", (4, 6), reach=3)
    assert (found.text, found.spans) == ("…二三四五六七…", ((3, 5),))
    assert cut_round("补贴", (0, 2)).text == "补贴"


def test_json_is_the_tree() -> None:
    told = ask("汽车 芯片").as_dict("en")
    assert (told["rule"], told["holds"], len(told["parts"])) == ("汽车 芯片", False, 2)
    assert told["parts"][0]["beside"]["spans"] == ((6, 8),)
    assert told["parts"][1] == {
        "rule": "芯片",
        "holds": False,
        "found": 0,
        "why": "it does not occur",
        "beside": None,
        "parts": [],
    }


def test_every_remark_is_said_in_both_languages() -> None:
    assert all(chinese != english for chinese, english in REMARKS.values())


@PATIENT
@given(
    st.lists(
        st.sampled_from(
            [
                "汽车",
                "补贴",
                "芯",
                "-",
                "OR",
                "NEAR/3",
                "(",
                ")",
                "title:",
                "AI",
                "{2}",
                "region:苏州",
                "充电桩",
                "新能源汽车",
            ]
        ),
        max_size=9,
    )
)
def test_whatever_reads_is_answered_as_the_reference_does(words: list[str]) -> None:
    try:
        parse(" ".join(words), VOCABULARY)
    except RuleError:
        return
    ask(" ".join(words))
