"""The matcher says what the reference path says: on generated rules and texts, for sets that change, from a file."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.rules import NoticeText, Rule, RuleError, holds, parse
from alerts.rules.matcher import Frequencies, LivingRules, StaleIndex, Stored, living, load, machine, save, shipped
from alerts.rules.matcher.index import Index
from alerts.rules.matcher.machine import digest_of
from alerts.rules.matcher.scan import scan
from crawler.notice import ArchivedNotice, Notice
from tests.rules.conftest import PATIENT, TODAY, VOCABULARY, cases_of, make_notice

WORDS = ("补贴", "汽车", "消费", "长三角", "贴汽", "补", "AI", "5G", "a", "AI大", "沪府规〔2020〕12号", "汽车汽车")
TRADITIONAL = str.maketrans("补贴汽车长", "補貼汽車長")
WIDE = str.maketrans("AIaG512", "ＡＩａＧ５１２")
FREQUENCIES = Frequencies({"补贴": 0.5, "汽车": 0.1, "车汽": 0.01, "ai": 0.3})

terms = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(
        ("au*", "5*", '"补贴 汽车"', "补贴{2}", "AI{2}", "~补贴", "=汽车", "~人工智能", "/补.{0,2}车/", "/[a-z]{2}/")
    ),
    st.builds(
        "{}:{}".format, st.sampled_from(("title", "body", "attachment", "agency", "docnum")), st.sampled_from(WORDS)
    ),
    st.sampled_from(("region:上海", "region:长三角", "region:江苏", "is:revised", "has:attachment", "deadline:<7d")),
)
near = st.builds(
    "{} {}/{} {}".format,
    st.sampled_from((*WORDS, "(补贴 OR AI)", "(补贴 汽车)", "~补贴", "=汽车", "title:补贴")),
    st.sampled_from(("NEAR", "BEFORE")),
    st.integers(0, 6),
    st.sampled_from((*WORDS, "(消费|汽车)", "汽车 NEAR/2 消费", "AI")),
)
parts = st.one_of(terms, terms, near.map("({})".format))
rules = st.recursive(
    parts,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(" ".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda many: f"({' OR '.join(many)})"),
        st.builds("{} -({})".format, inner, inner),
        st.builds("{} -({} {})".format, inner, inner, inner),
    ),
    max_leaves=6,
)
pieces = st.one_of(
    st.sampled_from((*WORDS, "的", "，", "x", " ", "9", "\n", "auto", "A I", "补 贴", "\u3000", "人工智能", "奖励")),
    st.sampled_from(WORDS).map(lambda word: word.translate(TRADITIONAL)),
    st.sampled_from(WORDS).map(lambda word: word.translate(WIDE)),
)
texts = st.lists(pieces, max_size=14).map("".join)
notices = st.builds(
    make_notice,
    texts,
    texts,
    attachments=st.lists(texts.filter(bool), max_size=2),
    regions=st.sampled_from(((), ("上海",), ("江苏/苏州",), ("浙江",))),
    agency=texts,
    docnum=st.sampled_from(("", "沪府规〔2020〕12号")),
    deadlines=st.sampled_from(((), (TODAY,), (TODAY + timedelta(days=30),))),
)


def read(written: Sequence[str]) -> dict[int, Rule]:
    """Parse what can be; one that only excludes, for instance, is refused."""
    parsed = {}
    for number, one in enumerate(written):
        try:
            parsed[number * 7] = parse(one, VOCABULARY)
        except RuleError:
            continue
    return parsed


def seen(notice: Notice, today: date = TODAY) -> NoticeText:
    return NoticeText.of(notice, VOCABULARY, today=today)


def found_by(index: Index, rules: dict[int, Rule], text: NoticeText) -> list[int]:
    found = index.ask(text)
    verified = [id_ for id_ in found.unsure.tolist() if holds(rules[id_], text)]
    return sorted([*found.sure.tolist(), *verified])


def plainly(rules: dict[int, Rule], text: NoticeText) -> list[int]:
    return [id_ for id_, rule in rules.items() if holds(rule, text)]


@PATIENT
@given(st.lists(rules, min_size=1, max_size=12), st.lists(notices, min_size=1, max_size=4))
def test_equals_the_reference_path(written: list[str], notices: list[Notice]) -> None:
    parsed = read(written)
    index = Index.of_rules(parsed.items(), FREQUENCIES)
    for notice in notices:
        text = seen(notice)
        assert found_by(index, parsed, text) == plainly(parsed, text)


@PATIENT
@given(st.lists(near, min_size=1, max_size=8), st.lists(notices, min_size=1, max_size=4))
def test_near_equals_the_reference_path(written: list[str], notices: list[Notice]) -> None:
    parsed = read([*written, *(f"补贴 -({one})" for one in written)])
    index = Index.of_rules(parsed.items(), FREQUENCIES)
    for notice in notices:
        text = seen(notice)
        assert found_by(index, parsed, text) == plainly(parsed, text)


def test_every_case_of_the_language_is_found_by_the_matcher_too() -> None:
    cases = cases_of("finding.toml")
    parsed = {number: parse(case["rule"], VOCABULARY) for number, case in enumerate(cases)}
    index = Index.of_rules(parsed.items(), FREQUENCIES)
    for case in cases:
        facts = {key: value for key, value in case.items() if key not in {"about", "rule", "hits", "holds"}}
        text = seen(make_notice(**facts))
        assert found_by(index, parsed, text) == plainly(parsed, text), case["about"]


def test_plain_rules_need_no_second_look() -> None:
    written = [
        "补贴 汽车",
        "补贴 -汽车",
        "补贴 OR AI",
        "补贴 NEAR/3 (汽车 OR 消费)",
        "补贴{2} region:上海",
        "title:(AI 5G)",
    ]
    parsed = read(written)
    found = Index.of_rules(parsed.items(), FREQUENCIES).ask(
        seen(make_notice("AI与5G", "补贴汽车，补贴消费", regions=("上海",)))
    )
    assert found.sure.tolist() == [0, 14, 21, 28, 35]
    assert not len(found.unsure)


def test_states_are_scopes(archived: ArchivedNotice) -> None:
    parsed = read(["is:revised", "is:withdrawn 补贴", "补贴 -is:revised"])
    assert found_by(Index.of_rules(parsed.items(), FREQUENCIES), parsed, seen(archived)) == [0]


@pytest.fixture
def archived() -> ArchivedNotice:
    notice = make_notice("补贴", "补贴")
    values = {name: getattr(notice, name) for name in notice.__dataclass_fields__}
    return ArchivedNotice(**values, id=1, revision=2, first_seen_at=datetime(2020, 9, 1, tzinfo=UTC))


def test_no_rules_and_no_text() -> None:
    assert not len(Index.of_rules([], FREQUENCIES).ask(seen(make_notice())).sure)


def test_two_rules_with_one_name_are_refused() -> None:
    rule = parse("补贴", VOCABULARY)
    with pytest.raises(ValueError, match="two rules"):
        Index.of_rules([(1, rule), (1, rule)], FREQUENCIES)


changes = st.lists(
    st.tuples(st.sampled_from(("put", "put", "remove", "tidy", "ask")), st.integers(0, 9), rules),
    min_size=1,
    max_size=20,
)


@PATIENT
@given(changes, notices, st.integers(1, 4))
def test_a_set_that_changes_equals_the_rules_in_it(
    changes: list[tuple[str, int, str]], notice: Notice, at_once: int
) -> None:
    text, now = seen(notice), dict[int, Rule]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(living, "AT_ONCE", at_once)
        rules = LivingRules(FREQUENCIES)
        for action, id_, written in [*changes, ("ask", 0, "")]:
            parsed = read([written]).get(0) if written else None
            if action == "put" and parsed:
                rules.put([(id_, parsed)])
                now[id_] = parsed
            elif action == "remove":
                rules.remove([id_])
                now.pop(id_, None)
            elif action == "tidy":
                rules.tidy(wait=id_ % 2 == 0)
            assert found_in_set(rules, now, text) == sorted(plainly(now, text))
            assert len(rules) == len(now)
        assert found_by(rules.as_one(), now, text) == sorted(plainly(now, text))


def found_in_set(rules: LivingRules, parsed: dict[int, Rule], text: NoticeText) -> list[int]:
    found = rules.ask(text)
    return sorted([*found.sure.tolist(), *(id_ for id_ in found.unsure.tolist() if holds(parsed[id_], text))])


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    parsed = read(["补贴 汽车", "补贴 -汽车 region:上海", "AI OR 5G", "is:revised"])
    index = Index.of_rules(parsed.items(), FREQUENCIES)
    save(tmp_path / "rules.index", Stored(index, FREQUENCIES, {"change": 7}), "words")
    return tmp_path / "rules.index"


def test_a_stored_index_answers_alike(stored: Path) -> None:
    read_back = load(stored, "words")
    found = read_back.index.ask(seen(make_notice("补贴", "5G", regions=("上海",))))
    assert found.sure.tolist() == [7, 14]
    assert read_back.frequencies == FREQUENCIES
    assert read_back.note == {"change": 7}
    assert [path.name for path in stored.parent.iterdir()] == ["rules.index"]


def test_an_index_that_cannot_be_used_is_refused(stored: Path) -> None:
    good = stored.read_bytes()
    with pytest.raises(StaleIndex, match="other words"):
        load(stored, "other words")
    for broken in (b"", b"yaoxun rules 0\n" + good[15:], good[:-4], good[:-9] + b"\xff" + good[-8:], good[:40]):
        stored.write_bytes(broken)
        with pytest.raises(StaleIndex):
            load(stored, "words")
    with pytest.raises(FileNotFoundError):
        load(stored.with_name("none"), "words")


def test_machine_code_is_kept_for_one_state_of_the_sources(tmp_path: Path) -> None:
    (tmp_path / "layout.py").write_text("WIDTH = 7\n")
    before = digest_of(tmp_path)
    assert digest_of(tmp_path) == before
    (tmp_path / "layout.py").write_text("WIDTH = 8\n")
    assert digest_of(tmp_path) != before
    compiled: Any = scan
    assert digest_of(Path(machine.__file__).parent) in compiled.stats.cache_path


def test_more_than_a_block_of_anchors_and_rules_wait_at_once() -> None:
    together = [f"补贴{chr(0x4E00 + number)}" for number in range(700)]
    written = [*(f"{one} 汽车 -消费" for one in together), *(f"汽车 {one}" for one in together), *["补贴 汽车"] * 700]
    parsed = read(written)
    index = Index.of_rules(parsed.items(), FREQUENCIES)
    for text in ("".join(together) + "汽车", "消费汽车" + "".join(together[::3]), "补贴的汽车"):
        notice = seen(make_notice("", text))
        assert found_by(index, parsed, notice) == plainly(parsed, notice)


def test_the_shipped_table_knows_common_words() -> None:
    assert shipped().rarest("通知")[0] > 10 * shipped().rarest("斛珧")[0]
    assert shipped().rarest("通知斛珧")[1] > 0
