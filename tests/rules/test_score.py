"""What hits weigh: title over body over attachment, then how often."""

from collections.abc import Callable
from typing import TypeAlias

import pytest

from alerts.model import Hit
from alerts.rules import NoticeText, evidence, score
from alerts.rules.notice_text import kind_of
from config.vocabulary import Vocabulary
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
    assert score(hits) == score(hits[::-1]) == 2.5


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
