"""What rules find: cases as data, spans against the original, and a plain oracle for precedence and NEAR."""

import re
import time
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.model import Hit
from alerts.rules import NoticeText, evidence, holds, parse
from alerts.rules.leaves import Term
from alerts.rules.notice_text import kind_of
from alerts.rules.tree import walk
from config.vocabulary import Vocabulary
from crawler.folding import fold
from crawler.notice import ArchivedNotice, Attachment, Facts, Notice, Reading
from tests.rules.conftest import PATIENT, TODAY, VOCABULARY, Parsed, cases_of, make_notice

CASES = cases_of("finding.toml")
WORDS = ("补贴", "汽车", "消费", "长三角", "经济", "贴汽", "AI", "5G")
TRADITIONAL = str.maketrans("补贴汽车长经济", "補貼汽車長經濟")

facts = st.lists(st.sampled_from((*WORDS, "的", "，", "x", " ", "9")), max_size=12).map("".join)
glue = st.sampled_from((" ", " AND ", "+", " 且 ", " OR ", "|", " 或 "))
signs = st.sampled_from(("", "", "-", "NOT ", "非 "))


def found_in(case: dict[str, Any], notice: Notice, hit: Hit) -> list[str]:
    texts = {
        "title": notice.title,
        "body": notice.text,
        "attachment": hit.attachment,
        "kind": kind_of(notice.title),
    }
    text = texts.get(hit.field) or case.get(hit.field, "")
    if hit.page is not None:
        text = next(file.pages[hit.page - 1] for file in notice.attachments if file.name == hit.attachment)
    return [hit.term, hit.field, *(text[start:end] for start, end in hit.spans)]


@pytest.mark.parametrize("case", CASES, ids=[case["about"] for case in CASES])
def test_finds(case: dict[str, Any], parsed: Parsed, vocabulary: Vocabulary) -> None:
    facts = {key: value for key, value in case.items() if key not in {"about", "rule", "hits", "holds"}}
    notice = make_notice(**facts)
    text = NoticeText.of(notice, vocabulary, today=TODAY)
    rule = parsed(case["rule"])
    assert holds(rule, text) is case.get("holds", "hits" in case)
    assert [found_in(case, notice, hit) for hit in evidence(rule, text)] == case.get("hits", [])


@pytest.mark.parametrize(
    ("rule", "held"),
    [
        ("is:revised", [False, True, False, True]),
        ("补贴 is:已撤回", [False, False, True, True]),
        ("is:(revised OR withdrawn)", [False, True, True, True]),
        ("补贴 -is:withdrawn", [True, True, False, False]),
    ],
)
def test_states(rule: str, held: list[bool], parsed: Parsed, vocabulary: Vocabulary) -> None:
    facts = asdict(make_notice("补贴")) | {"facts": Facts(), "attachments": ()}
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    found = [
        ArchivedNotice(**facts, id=1, revision=revision, first_seen_at=moment, withdrawn_at=withdrawn)
        for withdrawn in (None, moment)
        for revision in (1, 2)
    ]
    assert [holds(parsed(rule), NoticeText.of(notice, vocabulary)) for notice in found] == held


def test_an_exclusion_in_one_rule_hides_nothing_from_another(parsed: Parsed, vocabulary: Vocabulary) -> None:
    text = NoticeText.of(make_notice("养老服务中心招聘公告", "招聘护理员"), vocabulary)
    rules = [parsed("人工智能 -招聘"), parsed("养老服务"), parsed("养老服务 -招聘")]
    assert [holds(rule, text) for rule in rules] == [False, True, False]


def test_rules_with_the_same_main_word_all_find(parsed: Parsed, vocabulary: Vocabulary) -> None:
    text = NoticeText.of(make_notice("汽车补贴办法", "汽车消费"), vocabulary)
    rules = ["汽车", "汽车 补贴", "汽车 OR 养老", "title:汽车", "汽车{2}"]
    assert all(holds(parsed(rule), text) for rule in rules)


@PATIENT
@given(st.sampled_from([word for word in WORDS if len(word) > 2 or word.isascii()]), facts, facts, st.data())
def test_a_span_is_text_that_folds_to_the_term(word: str, before: str, after: str, data: st.DataObject) -> None:
    space = data.draw(st.sampled_from(["", "\n", "\u3000"])) if not word.isascii() else ""
    written = space.join(word.translate(TRADITIONAL))
    notice = make_notice(text=f"{before}。{written}，{after}")
    rule = parse(word, VOCABULARY)
    hits = evidence(rule, NoticeText.of(notice, VOCABULARY))
    assert [hit.field for hit in hits] == ["body"]
    pieces = [notice.text[start:end] for start, end in hits[0].spans]
    assert {fold(piece).text.replace(" ", "") for piece in pieces} == {fold(word).text}
    assert written in pieces


@PATIENT
@given(st.lists(st.tuples(signs, st.sampled_from(WORDS), glue), min_size=1, max_size=7), facts)
def test_not_binds_tighter_than_and_and_than_or(flat: list[tuple[str, str, str]], body: str) -> None:
    """The oracle cuts the flat rule at its ORs, then at its ANDs."""
    rule = "".join(f"{sign}{word}{joint}" for sign, word, joint in flat) + "补贴"
    text = NoticeText.of(make_notice(text=body), VOCABULARY)

    def term_holds(sign: str, word: str) -> bool:
        return holds(parse(word, VOCABULARY), text) is not bool(sign)

    expected, every = False, True
    for sign, word, joint in (*flat, ("", "补贴", "|")):
        every = every and term_holds(sign, word)
        if joint.strip() in {"OR", "|", "或"}:
            expected, every = expected or every, True
    in_jiangsu = NoticeText.of(make_notice(text=body, regions=["江苏"]), VOCABULARY)
    assert holds(parse(f"({rule}) region:江苏", VOCABULARY), in_jiangsu) is expected


@PATIENT
@given(
    st.text("甲乙丙丁", max_size=30), st.text("甲乙", min_size=1, max_size=3), st.text("乙丙", min_size=1, max_size=3)
)
@pytest.mark.parametrize("distance", [0, 1, 4])
def test_near_is_as_near_as_it_says(distance: int, body: str, first: str, second: str) -> None:
    text = NoticeText.of(make_notice(text=body), VOCABULARY)
    gaps = [
        (max(b.start() - a.start() - len(first), a.start() - b.start() - len(second)), a.start() < b.start())
        for a in re.finditer(f"(?={first})", body)
        for b in re.finditer(f"(?={second})", body)
    ]
    near = any(gap <= distance for gap, _ in gaps)
    before = any(gap <= distance and in_order for gap, in_order in gaps)
    assert holds(parse(f"{first} NEAR/{distance} {second}", VOCABULARY), text) is near
    assert holds(parse(f"{second} NEAR/{distance} {first}", VOCABULARY), text) is near
    assert holds(parse(f"{first} BEFORE/{distance} {second}", VOCABULARY), text) is before


@PATIENT
@given(st.lists(st.sampled_from(WORDS), min_size=2, max_size=5), facts, facts)
def test_brackets_near_something_are_all_or_some_of_them(words: list[str], body: str, more: str) -> None:
    text = NoticeText.of(make_notice(text=body + more), VOCABULARY)
    *left, right = words
    each = [holds(parse(f"{word} NEAR/3 {right}", VOCABULARY), text) for word in left]
    assert holds(parse(f"({' '.join(left)}) NEAR/3 {right}", VOCABULARY), text) is all(each)
    assert holds(parse(f"{right} NEAR/3 ({' OR '.join(left)})", VOCABULARY), text) is any(each)


def test_evidence_shows_each_positive_term_that_is_true(parsed: Parsed, vocabulary: Vocabulary) -> None:
    text = NoticeText.of(make_notice("补贴", "汽车"), vocabulary)
    rule = parsed("(补贴 无此词) OR 汽车 -(招聘 OR -补贴)")
    assert [(hit.term, hit.field) for hit in evidence(rule, text)] == [("补贴", "title"), ("汽车", "body")]


def test_no_evidence_without_a_match(parsed: Parsed, vocabulary: Vocabulary) -> None:
    assert evidence(parsed("补贴 无此词"), NoticeText.of(make_notice("补贴", "补贴"), vocabulary)) == ()


def test_near_in_a_long_attachment_takes_no_time_by_the_square() -> None:
    page = "补贴另有安排，资金" * 20_000
    attachment = Attachment(url="https://www.sample.example/a.pdf", name="a.pdf", pages=(page,), reading=Reading.READ)
    notice = Notice(key="k", source="s", title="通知", text="见附件", attachments=(attachment,))
    text, rule = NoticeText.of(notice, VOCABULARY), parse("补贴 NEAR/5 资金", VOCABULARY)
    began = time.process_time()
    assert holds(rule, text)
    assert evidence(rule, text)
    assert time.process_time() - began < 20


TERMS = (
    "补贴",
    "補 貼",
    '"补 贴"',
    "=补贴",
    "~补助",
    "补贴{1}",
    "ＡＩ",
    "A I",
    "m2",
    "㎡",
    "№",
    "no",
    "㈠",
    "(一)",
    "½",
    "1⁄2",
    "é",
    "ガ",
    "ｶﾞ",
    "〔2020〕",
    "(2020)12号",
    "e-CAC",
    "@RFB",
    "a*",
    "...",
    "…",
    "补贴 NEAR/2 AI",
    "title:AI BEFORE/9 m2",
)
odd = st.lists(
    st.sampled_from(
        [
            *"补補贴貼ＡＩAIai 　\n㎡m2№½㈠é…ガ。-@",
            "e\u0301",
            "ｶﾞ",
            "(一)",
            "〔2020〕",
            "[2020]12号",
            "ｅ－CAC",
            "@rfb",
            "\u200b",
        ]
    ),
    max_size=25,
).map("".join)


@settings(deadline=None, max_examples=25)
@given(odd, odd)
@pytest.mark.parametrize("term", TERMS)
def test_every_span_of_every_kind_of_term_folds_to_it(term: str, title: str, body: str) -> None:
    quoted = f'"{term}"' if term == "(一)" else term
    rule, notice = parse(quoted, VOCABULARY), make_notice(title, body)
    needles = {part.label: part.needles for part in walk(rule.root) if isinstance(part, Term)}
    text = NoticeText.of(notice, VOCABULARY)
    hits = evidence(rule, text)
    assert bool(hits) is holds(rule, text)
    for hit in hits:
        original = title if hit.field == "title" else body
        for start, end in hit.spans:
            piece = original[start:end]
            closed = fold(piece).text.replace(" ", "")
            whole = [needle for needle in needles[hit.term] if needle.replace(" ", "") in closed]
            assert whole
            if len(fold(piece[0]).text) == len(fold(piece[-1]).text) == 1:  # no end inside of a character like ㎡
                assert closed in {needle.replace(" ", "") for needle in whole}
