"""What hits weigh: title over body over attachment, then how many terms, how often, how rare, how fresh."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.model import Hit
from alerts.rules import NoticeText, age_of, evidence, score
from alerts.rules.fields import TEXTS
from alerts.rules.notice_text import kind_of
from alerts.rules.shares import LEAST, Shares, shipped_shares
from config.vocabulary import Vocabulary
from crawler.folding import fold
from crawler.notice import ArchivedNotice
from tests.rules.conftest import Parsed, make_notice

Weigh: TypeAlias = Callable[..., float]


@pytest.fixture
def weigh(parsed: Parsed, vocabulary: Vocabulary) -> Weigh:
    def weigh(rule: str, *words: str, files: tuple[str, ...] = ()) -> float:
        notice = make_notice(*words, attachments=files)
        return score(evidence(parsed(rule), NoticeText.of(notice, vocabulary)))

    return weigh


def test_title_over_body_over_attachment(weigh: Weigh) -> None:
    title = weigh("补贴", "补贴")
    body = weigh("补贴", "", "补贴" * 1000)
    attachment = weigh("补贴", files=("补贴" * 1000,))
    nothing = weigh("补贴", "", "汽车")
    assert title > body > attachment > nothing == 0


def test_more_often_weighs_more(weigh: Weigh) -> None:
    scores = [weigh("补贴", "", "补贴，" * times) for times in range(1, 6)]
    assert scores == sorted(set(scores))


def test_a_title_hit_of_one_of_two_terms_outweighs_a_body(weigh: Weigh) -> None:
    in_title = weigh("补贴 汽车", "补贴", "汽车")
    in_body = weigh("补贴 汽车", "", "补贴汽车" * 50)
    assert in_title > in_body


def test_the_order_of_hits_does_not_matter() -> None:
    hits = [
        Hit(term="补贴", field="title", spans=((0, 2),)),
        Hit(term="补贴", field="body", spans=((0, 2), (5, 7))),
        Hit(term="汽车", field="body", spans=((9, 11),)),
    ]
    assert score(hits) == score(hits[::-1]) == 9.4304  # 8 + 1/2 + 0.5809 for 4 places + 0.3495 for 汽车 in 4 %


def hits_of(*terms: str, field: str = "body", times: int = 1) -> list[Hit]:
    return [Hit(term=term, field=field, spans=tuple((at, at + 1) for at in range(times))) for term in terms]


def test_no_virtue_lifts_a_hit_above_the_next_place() -> None:
    many = [f"罕见{character}" for character in "甲乙丙丁戊己庚辛壬癸"]
    for lower, upper in (("attachment", "body"), ("body", "title"), ("agency", "body")):
        best = score(hits_of(*many, field=lower, times=1000), age=0, share_of=lambda _: LEAST)
        assert best < score(hits_of("通知", field=upper), share_of=lambda _: 1.0)


@given(
    st.lists(st.tuples(st.sampled_from(["补贴", "汽车", "充电桩", "AI"]), st.sampled_from(TEXTS), st.integers(1, 9)))
)
def test_a_further_hit_never_lowers_a_score(found: list[tuple[str, str, int]]) -> None:
    hits = [hit for term, field, times in found for hit in hits_of(term, field=field, times=times)]
    scores = [score(hits[:count], age=3) for count in range(len(hits) + 1)]
    assert scores == sorted(scores)


def test_a_rare_term_weighs_more_than_a_common_one() -> None:
    assert score(hits_of("超导")) > score(hits_of("补贴")) > score(hits_of("通知"))


def test_what_is_fresh_weighs_more() -> None:
    scores = [score(hits_of("补贴"), age=age) for age in (0, 1, 7, 30, 4000)]
    assert scores == sorted(set(scores), reverse=True)
    assert scores[0] - scores[-1] == pytest.approx(1, abs=0.001)
    assert score(hits_of("补贴")) == scores[-1]  # without an age


def test_the_age_of_a_notice_is_told_from_its_publication_else_from_when_it_was_seen() -> None:
    today = date(2026, 11, 25)
    seen = datetime(2026, 11, 23, 1, tzinfo=UTC)
    notice = replace(make_notice("补贴"), published=date(2026, 11, 20))
    archived = ArchivedNotice(key="a", source="b", title="补贴", text="", id=1, revision=1, first_seen_at=seen)
    assert [age_of(one, today) for one in (notice, replace(notice, published=None), archived)] == [5, 0, 2]
    assert age_of(replace(notice, published=date(2027, 1, 1)), today) == 0


def test_a_term_is_as_rare_as_its_rarest_pair() -> None:
    shares = Shares({"汽车": 0.5, "补贴": 0.25}, 0.2)
    assert [shares.of(term) for term in ("汽车", "汽車", "补贴", "补贴汽车", "芯片", "车")] == [
        0.5,
        0.5,
        0.25,
        0.2,
        0.2,
        0.2,
    ]
    assert score(hits_of("汽车"), share_of=shares.of) < score(hits_of("补贴"), share_of=shares.of)


def test_the_shipped_shares_are_those_of_pairs() -> None:
    shipped = shipped_shares()
    assert all(len(pair) == 2 and fold(pair).text == pair for pair in shipped.pairs)
    assert LEAST < shipped.other <= min(shipped.pairs.values()) < max(shipped.pairs.values()) <= 1


def test_kinds() -> None:
    titles = {
        "关于申报项目的通知": "通知",
        "上海市生活垃圾管理条例（修订草案）": "条例",
        "管理办法（试行）（2020年修订）": "办法",
        "关于同意设立的批复 ": "批复",
        "通知栏目更新": "",
        "": "",
    }
    assert {title: kind_of(title) for title in titles} == titles
