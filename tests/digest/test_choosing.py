"""What a digest shows: rules that go to some places, end, or have a cap; groups, deadlines, relevant sources."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from alerts.digest import Desk, Relevance, close_due, close_now
from alerts.matching import match_waiting
from alerts.model import Cadence, Digest, Grouping, Subscriber
from alerts.store.deliveries import list_deliveries
from alerts.store.destinations import NewDestination, change_destination, find_destination
from alerts.store.digests import find_digest, latest_digests
from alerts.store.secrets import Vault
from alerts.store.subscribers import add_subscriber
from alerts.store.subscriptions import add_subscription, find_subscription
from alerts.store.tables import digest_items
from config.regions import Places, load_places
from config.sections import Section
from config.settings import Settings
from crawler.archive.notices import archive_notice, notices_by_id
from crawler.notice import ArchivedNotice, Deadline, Facts, Notice
from crawler.sources import Source
from tests.store.rows import add_match, add_notice, add_place

MORNING = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
BEFORE = MORNING - timedelta(hours=20)


@pytest.fixture(scope="module")
def places() -> Places:
    return load_places(Settings().regions)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    settings = Settings(public_url="https://yaoxun.example")
    return Desk(
        vault=Vault.open(tmp_path),
        settings=settings,
        sections=(Section(name="经济热点", rule="", default=True),),
        sources={},
    )


@pytest.fixture
def reader(engine: sa.Engine) -> Subscriber:
    with engine.begin() as connection:
        return add_subscriber(connection, "规划科", now=BEFORE)


def digest_of(engine: sa.Engine, desk: Desk, place: int, now: datetime = MORNING) -> Digest | None:
    closed = close_now(engine, desk, place, now=now)
    assert closed is not None
    return closed.digest


def change(engine: sa.Engine, desk: Desk, place: int, **changes: Any) -> None:  # noqa: ANN401  any field
    with engine.begin() as connection:
        new = NewDestination.of(find_destination(connection, desk.vault, place))
        change_destination(connection, desk.vault, place, replace(new, **changes))


def test_a_rule_goes_to_the_places_it_names(engine: sa.Engine, desk: Desk, reader: Subscriber) -> None:
    with engine.begin() as connection:
        one = add_place(connection, desk.vault, reader, name="one", now=BEFORE).id
        two = add_place(connection, desk.vault, reader, name="two", now=BEFORE).id
        only_two = add_subscription(connection, reader.id, "芯片", places=[two], now=BEFORE)
        nowhere = add_subscription(connection, reader.id, "养老", places=[], now=BEFORE)
        everywhere = add_subscription(connection, reader.id, "补贴", now=BEFORE)
        for rule, title in ((only_two, "芯片中试"), (nowhere, "养老服务"), (everywhere, "购车补贴")):
            add_match(connection, rule.id, add_notice(connection, title, now=BEFORE), rule.rule, now=BEFORE)
        assert find_subscription(connection, only_two.id).places == (two,)
    first, second = digest_of(engine, desk, one), digest_of(engine, desk, two)
    assert first is not None
    assert second is not None
    assert [item.title.text for item in first.items] == ["购车补贴"]
    assert sorted(item.title.text for item in second.items) == ["芯片中试", "购车补贴"]
    assert [asked.rule.rule for asked in first.asked] == ["补贴"]


def test_an_expired_rule_finds_nothing_more(engine: sa.Engine, desk: Desk, reader: Subscriber, places: Places) -> None:
    with engine.begin() as connection:
        place = add_place(connection, desk.vault, reader, now=BEFORE).id
        add_subscription(connection, reader.id, "补贴", expires_at=MORNING, now=BEFORE)
        add_notice(connection, "购车补贴", now=BEFORE)
    match_waiting(engine, places, (), now=MORNING - timedelta(seconds=1))
    with engine.begin() as connection:
        add_notice(connection, "充电桩补贴", now=MORNING)
    match_waiting(engine, places, (), now=MORNING)
    digest = digest_of(engine, desk, place)
    assert digest is not None
    assert [item.title.text for item in digest.items] == ["购车补贴"]


def test_a_cap_keeps_the_best_counts_the_rest_and_lets_other_rules_be(
    engine: sa.Engine, desk: Desk, reader: Subscriber
) -> None:
    with engine.begin() as connection:
        place = add_place(connection, desk.vault, reader, now=BEFORE).id
        capped = add_subscription(connection, reader.id, "补贴", most=2, now=BEFORE)
        other = add_subscription(connection, reader.id, "充电桩", now=BEFORE)
        for number in range(5):
            notice = add_notice(connection, f"充电桩补贴{number}", now=BEFORE)
            add_match(connection, capped.id, notice, "补贴", score=number, now=BEFORE)
            if number == 0:
                add_match(connection, other.id, notice, "充电桩", now=BEFORE)
    digest = digest_of(engine, desk, place)
    assert digest is not None
    assert [item.title.text for item in digest.items] == ["充电桩补贴4", "充电桩补贴3", "充电桩补贴0"]
    assert [(one.found, one.capped) for one in digest.asked] == [(2, 3), (1, 0)]
    assert digest_of(engine, desk, place, MORNING + timedelta(days=1)) is None  # what was left out does not come later
    with engine.begin() as connection:
        fates = connection.execute(sa.select(digest_items.c.fate)).scalars().all()
    assert sorted(fates) == ["", "", "", "capped", "capped", "capped"]


@pytest.mark.parametrize(
    ("grouping", "names"),
    [
        (Grouping.SECTION, ["经济热点", "科创聚焦"]),
        (Grouping.REGION, ["江苏/苏州/昆山"]),
        (Grouping.RULE, ["芯片", "钱"]),
    ],
)
def test_items_stand_under_column_region_or_rule(
    engine: sa.Engine, desk: Desk, reader: Subscriber, grouping: Grouping, names: list[str]
) -> None:
    with engine.begin() as connection:
        place = add_place(connection, desk.vault, reader, now=BEFORE).id
        money = add_subscription(connection, reader.id, "补贴", note="钱", now=BEFORE)
        chips = add_subscription(connection, reader.id, "芯片", now=BEFORE)
        both = add_notice(connection, "芯片补贴", section="科创聚焦", now=BEFORE)
        add_match(connection, money.id, both, "补贴", score=1, now=BEFORE)
        add_match(connection, chips.id, both, "芯片", score=3, now=BEFORE)
        add_match(
            connection, money.id, add_notice(connection, "购车补贴", section="经济热点", now=BEFORE), "补贴", now=BEFORE
        )
    change(engine, desk, place, grouping=grouping)
    digest = digest_of(engine, desk, place)
    assert digest is not None
    assert [section.name for section in digest.sections] == names
    assert len(digest.items) == 2  # each once


def test_deadlines_soon_stand_sorted_also_of_what_was_sent_before(
    engine: sa.Engine, desk: Desk, reader: Subscriber
) -> None:
    def published(connection: sa.Connection, title: str, *days: str) -> ArchivedNotice:
        deadlines = tuple(Deadline(day=date.fromisoformat(day), what="申报", where="text") for day in days)
        notice = Notice(key=title, source="town", title=title, text=f"{title}。", facts=Facts(deadlines=deadlines))
        return notices_by_id(connection, [archive_notice(connection, notice, now=BEFORE).id]).popitem()[1]

    with engine.begin() as connection:
        place = add_place(connection, desk.vault, reader, now=BEFORE).id
        rule = add_subscription(connection, reader.id, "补贴", now=BEFORE)
        for title, days in (
            ("补贴甲", ["2026-12-20"]),
            ("补贴乙", ["2026-11-22", "2026-11-25"]),
            ("补贴丙", ["2026-11-01"]),
            ("补贴丁", ["2027-06-30"]),
        ):
            add_match(connection, rule.id, published(connection, title, *days), "补贴", now=BEFORE)
    digest = digest_of(engine, desk, place)
    assert digest is not None
    assert [(one.title, one.day.isoformat(), one.what) for one in digest.ending] == [
        ("补贴乙", "2026-11-25", "申报"),
        ("补贴甲", "2026-12-20", "申报"),
    ]
    assert {item.title.text: item.deadline for item in digest.items}["补贴丙"] is None
    with engine.begin() as connection:
        notice = add_notice(connection, "新的补贴", now=MORNING)
        add_match(connection, rule.id, notice, "补贴", now=MORNING)
    later = digest_of(engine, desk, place, datetime(2026, 12, 14, tzinfo=UTC))
    assert later is not None
    assert [one.title for one in later.ending] == ["补贴甲"]


def test_who_wants_to_hear_of_nothing_gets_an_empty_digest(engine: sa.Engine, desk: Desk, reader: Subscriber) -> None:
    with engine.begin() as connection:
        place = add_place(connection, desk.vault, reader, now=BEFORE).id
        add_place(connection, desk.vault, reader, name="still", now=BEFORE)
    change(engine, desk, place, tell_empty=True)
    result = close_due(engine, desk.vault, desk.settings, desk.sections, desk.sources, now=MORNING)
    assert (result.closed, result.digests, result.notices) == (2, 1, 0)
    with engine.begin() as connection:
        (delivery,) = list_deliveries(connection)
        assert delivery.destination_id == place
        assert '"notices":0' in delivery.message["body"]


def test_a_late_digest_says_what_it_covers_and_links_to_all_of_it(
    engine: sa.Engine, desk: Desk, reader: Subscriber
) -> None:
    with engine.begin() as connection:
        add_place(connection, desk.vault, reader, now=MORNING - timedelta(days=3))
        rule = add_subscription(connection, reader.id, "补贴", now=BEFORE)
        add_match(connection, rule.id, add_notice(connection, "购车补贴", now=BEFORE), "补贴", now=BEFORE)
    close_due(engine, desk.vault, desk.settings, desk.sections, desk.sources, now=MORNING)
    with engine.begin() as connection:
        (delivery,) = list_deliveries(connection)
        assert delivery.digest_id is not None
        digest = find_digest(connection, delivery.digest_id).digest
    assert digest is not None
    assert (digest.late, digest.periods) == (True, 3)
    assert digest.link.startswith("https://yaoxun.example/digest/")
    assert desk.vault.signed("digest", digest.link.rpartition("/")[2]) == str(digest.id)
    assert desk.vault.signed("digest", f"{digest.id + 1}-{digest.link.rpartition('-')[2]}") is None


def test_after_three_days_each_destination_gets_one_digest_of_everything_and_nothing_twice(
    engine: sa.Engine, desk: Desk, reader: Subscriber
) -> None:
    started = MORNING - timedelta(days=3)
    with engine.begin() as connection:
        rule = add_subscription(connection, reader.id, "补贴", now=started)
        places = [add_place(connection, desk.vault, reader, name=cadence, now=started).id for cadence in Cadence]
    for place, cadence in zip(places, Cadence, strict=True):
        change(engine, desk, place, cadence=cadence)
    with engine.begin() as connection:
        for day in range(3):
            moment = started + timedelta(days=day, hours=5)
            add_match(connection, rule.id, add_notice(connection, f"补贴{day}", now=moment), "补贴", now=moment)
    results = [
        close_due(engine, desk.vault, desk.settings, desk.sections, desk.sources, now=MORNING + timedelta(seconds=tick))
        for tick in (0, 15, 30)
    ]
    assert [one.digests for one in results] == [len(places), 0, 0]
    with engine.begin() as connection:
        closed = {one.destination_id: one.digest for one in latest_digests(connection, limit=50)}
    for place in places:
        digest = closed[place]
        assert digest is not None
        assert sorted(item.title.text for item in digest.items) == ["补贴0", "补贴1", "补贴2"]
        missed = (Cadence.AT_ONCE, Cadence.HOURLY, Cadence.DAILY)  # the others had one period in these days
        assert digest.late is (place in {places[list(Cadence).index(one)] for one in missed})


RELEVANT: Mapping[str, set[str]] = {
    "补贴": {"sh", "js", "ks", "cn"},
    "补贴 region:江苏": {"js", "ks", "cn"},
    "补贴 region:昆山": {"js", "ks", "cn"},
    "补贴 (region:上海 OR source:ks)": {"sh", "ks", "cn"},
    "补贴 -region:上海": {"sh", "js", "ks", "cn"},
}


@pytest.mark.parametrize("rule", list(RELEVANT))
def test_only_sources_that_a_rule_can_find_something_in_are_relevant(rule: str, places: Places) -> None:
    regions = {"sh": "上海", "js": "江苏", "ks": "江苏/苏州/昆山", "cn": "全国"}
    sources = {
        name: Source(id=name, name=name, family="listing", lists=(), region=region) for name, region in regions.items()
    }
    assert set(Relevance(places).among([rule], sources)) == RELEVANT[rule]
