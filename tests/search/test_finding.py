"""Search finds exactly what the reference path finds: any archive, indexed or not, any rule, both databases."""

import random
from datetime import date

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.rules import NoticeText, Rule, RuleError, holds, parse, score
from alerts.rules.candidates import candidates_of
from alerts.search.finding import Search, Sort
from alerts.search.indexing import index_waiting
from config.vocabulary import Vocabulary
from crawler.archive.attachments import in_full
from crawler.archive.notices import archive_notice, each_notice
from crawler.notice import Notice
from crawler.search.find import Index, snapshot
from crawler.search.index import waiting_to_index
from tests.search.conftest import NOW, WORDS, archive_many, disturb

MANY, TODAY = 120, date(2026, 11, 23)
HEAVY = settings(deadline=None, max_examples=80, suppress_health_check=list(HealthCheck))

TERMS = (
    *WORDS,
    *(
        "补",
        "车",
        "，",
        "a*",
        "au*",
        "auto*",
        "5G基站",
        "〔2020〕12号",
        '"big data"',
        "A I",
        "大模型",
        "x",
        "caf*",
        "补贴{2}",
    ),
    *("=汽车", "=补贴", "~补贴", "/补.办/", "/(补贴|能源)汽?车?/", "/aut[a-z]+/", "/a/"),
)
NAMES = (
    *("region:上海", "region:长三角", "region:江苏", "region:昆山", "is:revised", "is:withdrawn", "kind:意见"),
    *(
        "has:attachment",
        "has:deadline",
        "deadline:<7d",
        "deadline:>=2026-11-25",
        "published:2026-11",
        "published:>=2026-11-08",
    ),
    *("seen:<7d", "seen:2026-12", "published:<14d", "agency:发改委"),
)
FIELDS = ("title", "body", "attachment", "agency", "kind", "section", "docnum", "source")
terms = st.sampled_from(TERMS)
leaves = st.one_of(terms, st.tuples(st.sampled_from(FIELDS), terms).map(":".join), st.sampled_from(NAMES))
rules = st.recursive(
    leaves,
    lambda part: st.one_of(
        st.tuples(part, part).map("({0[0]} {0[1]})".format),
        st.tuples(part, part).map("({0[0]} OR {0[1]})".format),
        st.tuples(part, part).map("({0[0]} NEAR/4 {0[1]})".format),
        st.tuples(part, part).map("({0[0]} -{0[1]})".format),
    ),
    max_leaves=6,
)


def read(rule: str, vocabulary: Vocabulary) -> Rule | None:
    try:
        return parse(rule, vocabulary)
    except RuleError:
        return None


@pytest.mark.parametrize("indexed", ["all", "some", "none"])
def test_search_equals_the_reference_on_every_notice(engine: sa.Engine, vocabulary: Vocabulary, indexed: str) -> None:
    rng = random.Random(indexed)  # noqa: S311  a workload
    with engine.begin() as connection:
        archive_many(connection, rng, range(MANY))
    if indexed != "none":
        assert index_waiting(engine, vocabulary) == MANY
        with engine.begin() as connection:
            disturb(connection, rng, range(0, MANY, 4))
            archive_many(connection, rng, range(MANY, MANY + 20))
    if indexed == "all":
        index_waiting(engine, vocabulary)
    with snapshot(engine) as connection:
        every = [
            (one.id, NoticeText.of(one, vocabulary, today=TODAY))
            for one in in_full(connection, each_notice(connection))
        ]
        assert (waiting_to_index(connection) > 0) is (indexed != "all")

        @HEAVY
        @given(rules)
        def equal(written: str) -> None:
            rule = read(written, vocabulary)
            if rule is not None:
                truth = {id_ for id_, text in every if holds(rule, text)}
                answer = Search(connection, rule, vocabulary, today=TODAY).answer(limit=1000)
                assert {one.notice.id for one in answer.found} == truth
                assert answer.count == len(truth)
                self_told(rule, truth)

        def self_told(rule: Rule, truth: set[int]) -> None:
            index, asked = Index.read(connection), candidates_of(rule, vocabulary.places, today=TODAY)
            found = set(index.candidates(asked.expression).ids.tolist())
            current = truth - set(index.waiting.tolist())
            assert found == current if asked.exact else found >= current

        equal()


@pytest.mark.parametrize(
    ("rule", "unaided"),
    [
        ("/[补发]./", True),
        ("/[补发]./ seen:<99d", True),
        ("/[补发]./ -招聘", True),
        ("/[补发]./ OR 补贴", True),
        ("/[补发]./ 补", False),
        ("/补贴[0-9]元/", False),
        ("-招聘 published:2026-11", False),  # the index alone can tell
    ],
)
def test_a_rule_with_nothing_to_look_up_is_known(rule: str, vocabulary: Vocabulary, *, unaided: bool) -> None:
    assert candidates_of(parse(rule, vocabulary), vocabulary.places, today=TODAY).unaided is unaided


def test_an_older_notice_weighs_less(engine: sa.Engine, vocabulary: Vocabulary) -> None:
    with engine.begin() as connection:
        for key, day in (("old", 1), ("new", 22)):
            one = Notice(key=key, source="a", title="补贴", text="补贴", published=date(2026, 11, day))
            archive_notice(connection, one, now=NOW)
    index_waiting(engine, vocabulary)
    with snapshot(engine) as connection:
        best = Search(connection, parse("补贴", vocabulary), vocabulary, today=TODAY).answer(sort=Sort.SCORE).found
    assert [one.notice.key for one in best] == ["new", "old"]
    assert [one.score for one in best] == [score(one.hits, age=age) for one, age in zip(best, (1, 22), strict=True)]
    assert best[0].score > best[1].score
