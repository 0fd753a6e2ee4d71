"""Search finds exactly what the reference path finds: any archive, indexed or not, any rule, both databases."""

import random

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.rules import NoticeText, Rule, RuleError, holds, parse
from alerts.rules.candidates import candidates_of
from alerts.search.finding import search
from alerts.search.indexing import index_waiting
from config.regions import Places
from crawler.archive.attachments import in_full
from crawler.archive.notices import each_notice
from crawler.search.find import Index, snapshot
from crawler.search.index import waiting_to_index
from tests.search.conftest import WORDS, archive_many, disturb

MANY = 120
HEAVY = settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))

terms = st.sampled_from(
    (
        *WORDS,
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
    )
)
leaves = st.one_of(
    terms,
    st.tuples(
        st.sampled_from(("title", "body", "attachment", "agency", "kind", "section", "docnum", "source")), terms
    ).map(":".join),
    st.sampled_from(
        ("region:上海", "region:长三角", "region:江苏", "region:昆山", "is:revised", "is:withdrawn", "kind:意见")
    ),
)
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


def read(rule: str, places: Places) -> Rule | None:
    try:
        return parse(rule, places)
    except RuleError:
        return None


def scanned(connection: sa.Connection, rule: Rule, places: Places) -> set[int]:
    every = in_full(connection, each_notice(connection))
    return {notice.id for notice in every if holds(rule, NoticeText.of(notice, places))}


@pytest.mark.parametrize("indexed", ["all", "some", "none"])
def test_search_equals_the_reference_on_every_notice(engine: sa.Engine, places: Places, indexed: str) -> None:
    rng = random.Random(indexed)  # noqa: S311  a workload
    with engine.begin() as connection:
        archive_many(connection, rng, range(MANY))
    if indexed != "none":
        assert index_waiting(engine, places) == MANY
        with engine.begin() as connection:
            disturb(connection, rng, range(0, MANY, 4))
            archive_many(connection, rng, range(MANY, MANY + 20))
    if indexed == "all":
        index_waiting(engine, places)
    with snapshot(engine) as connection:
        every = [(one.id, NoticeText.of(one, places)) for one in in_full(connection, each_notice(connection))]
        assert (waiting_to_index(connection) > 0) is (indexed != "all")

        @HEAVY
        @given(rules)
        def equal(written: str) -> None:
            rule = read(written, places)
            if rule is not None:
                truth = {id_ for id_, text in every if holds(rule, text)}
                answer = search(connection, rule, places, limit=1000)
                assert {one.notice.id for one in answer.found} == truth
                assert answer.count == len(truth)
                self_told(rule, truth)

        def self_told(rule: Rule, truth: set[int]) -> None:
            index, asked = Index.read(connection), candidates_of(rule, places)
            found = set(index.candidates(asked.expression).ids.tolist())
            current = truth - set(index.waiting.tolist())
            assert found == current if asked.exact else found >= current

        equal()
