"""For any notice and any reader there is an answer, whatever happened; on both databases."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from alerts.ledger import PlaceAnswer, RuleAnswer
from alerts.store.deliveries import list_deliveries
from alerts.store.subscriptions import add_subscription, pause_subscription
from config.regions import Places, load_places
from config.settings import Settings
from tests.delivery.happenings import (
    EARLY,
    LATE,
    Case,
    break_rule,
    dead,
    delivered,
    do_not_agree,
    find_it_elsewhere_first,
    held,
    lose_the_message,
    nothing,
    pause_and_resume_rule,
    pause_place,
    pause_place_after_closing,
    pause_reader,
    pause_reader_after_matching,
    pause_rule,
    rest_place,
    route_elsewhere,
    route_here_afterwards,
    withdraw_and_bring_back,
)
from tests.store.rows import NOW, add_notice, add_place


@pytest.fixture(scope="module")
def places() -> Places:
    return load_places(Settings().regions)


R, P = RuleAnswer, PlaceAnswer


@pytest.mark.parametrize(
    ("happened", "rule", "place"),
    [
        (nothing, R.NOT_YET, P.NOTHING_TO_SEND),
        (pause_rule, R.PAUSED, P.NOTHING_TO_SEND),
        (break_rule, R.UNREADABLE, P.NOTHING_TO_SEND),
        (pause_reader, R.READER_PAUSED, P.NOTHING_TO_SEND),
        (pause_reader_after_matching, R.MATCHED, P.READER_PAUSED),
        (Case.match, R.MATCHED, P.WAITS),
        (pause_place, R.MATCHED, P.PLACE_PAUSED),
        (do_not_agree, R.MATCHED, P.UNCONFIRMED),
        (route_elsewhere, R.MATCHED, P.NOT_SENT_HERE),
        (route_here_afterwards, R.MATCHED, P.NOT_PUT_DOWN),
        (Case.close, R.MATCHED, P.ON_ITS_WAY),
        (pause_place_after_closing, R.MATCHED, P.PLACE_PAUSED),
        (rest_place, R.MATCHED, P.RESTS),
        (held, R.MATCHED, P.HELD),
        (delivered, R.MATCHED, P.DELIVERED),
        (dead, R.MATCHED, P.DEAD),
        (pause_and_resume_rule, R.DID_NOT_HOLD_THEN, P.NOTHING_TO_SEND),
        (lose_the_message, R.MATCHED, P.UNSENT),
        (find_it_elsewhere_first, R.MATCHED, P.ANNOUNCED_AS),
    ],
)
def test_every_way_has_its_answer(  # noqa: PLR0913, PLR0917  fixtures and a table's columns
    engine: sa.Engine,
    places: Places,
    tmp_path: Path,
    happened: Callable[[Case], None],
    rule: RuleAnswer,
    place: PlaceAnswer,
) -> None:
    case = Case(engine, places, tmp_path)
    happened(case)
    account = case.account()
    assert [one.answer for one in account.rules] == [rule]
    assert [one.answer for one in account.places] == [place]
    assert all([*(one.words for one in account.rules), *(one.words for one in account.places)])
    chinese = case.account(language="zh")
    for words in (*(one.words for one in chinese.rules), *(one.words for one in chinese.places)):
        assert re.search("[\u4e00-\u9fff]{2}", words)


def test_what_was_withdrawn_and_is_there_again_is_no_news(engine: sa.Engine, places: Places, tmp_path: Path) -> None:
    case = Case(engine, places, tmp_path)
    withdraw_and_bring_back(case)
    assert [one.answer for one in case.account().places] == [P.DELIVERED, P.NO_NEWS]


def test_a_rule_that_does_not_hold_says_what_it_misses(engine: sa.Engine, places: Places, tmp_path: Path) -> None:
    case = Case(engine, places, tmp_path)
    with engine.begin() as connection:
        other = add_notice(connection, "二手车交易通知", now=NOW)
    case.match()
    (entry,) = case.account(other).rules
    said = "the notice does not meet: 补贴 (it does not occur), -二手车 (what is to be excluded stands here)"
    assert (entry.answer, entry.words) == (R.DOES_NOT_HOLD, said)


def test_what_was_added_or_ended_later(engine: sa.Engine, places: Places, tmp_path: Path) -> None:
    case = Case(engine, places, tmp_path)
    with engine.begin() as connection:
        add_subscription(connection, case.reader.id, "购车 补贴", expires_at=NOW, now=EARLY)
    case.match()
    with engine.begin() as connection:
        add_place(connection, case.vault, case.reader, name="later", now=LATE)
        add_subscription(connection, case.reader.id, "购车", now=LATE)
    account = case.account()
    assert [one.answer for one in account.rules] == [R.MATCHED, R.EXPIRED, R.ADDED_LATER]
    assert [one.answer for one in account.places] == [P.WAITS, P.ADDED_LATER]


def test_the_delivery_is_told_with_its_answer(engine: sa.Engine, places: Places, tmp_path: Path) -> None:
    case = Case(engine, places, tmp_path)
    delivered(case)
    (entry,) = case.account().places
    assert "200 ok" in entry.words
    with engine.begin() as connection:
        assert [one.delivery for one in entry.sent] == list_deliveries(connection)


def test_what_the_cap_left_out(engine: sa.Engine, places: Places, tmp_path: Path) -> None:
    case = Case(engine, places, tmp_path)
    with engine.begin() as connection:
        pause_subscription(connection, case.rule.id, paused=True)
        add_subscription(connection, case.reader.id, "title:补贴", most=1, now=EARLY)
        second = add_notice(connection, "充电桩补贴办法", now=NOW)
    case.close()
    answers = {case.account(one).places[0].answer for one in (case.notice, second)}
    assert answers == {P.CAPPED, P.ON_ITS_WAY}
