"""For any notice and any reader there is an answer, whatever happened; on both databases."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from alerts.digest import Desk, close_now
from alerts.ledger import Account, PlaceAnswer, RuleAnswer, Speech, account_of
from alerts.matching import match_waiting
from alerts.model import DeliveryState, Subscriber
from alerts.rules.errors import Language
from alerts.store.deliveries import list_deliveries
from alerts.store.destinations import NewDestination, change_destination, pause_destination, rest_destination
from alerts.store.secrets import Vault
from alerts.store.subscribers import add_subscriber, get_subscriber, pause_subscriber
from alerts.store.subscriptions import add_subscription, pause_subscription, record_problem, route_subscription
from alerts.store.tables import deliveries
from config.regions import Places, load_places
from config.settings import Settings
from crawler.archive.tables import notices
from crawler.notice import ArchivedNotice
from tests.store.rows import NOW, add_notice, add_place

EARLY, LATE = NOW - timedelta(hours=1), NOW + timedelta(hours=1)


@pytest.fixture(scope="module")
def places() -> Places:
    return load_places(Settings().regions)


class Case:
    """A reader with one rule and one webhook, and one notice that it finds."""

    def __init__(self, engine: sa.Engine, places: Places, home: Path) -> None:
        self.engine, self.places, self.vault = engine, places, Vault.open(home)
        self.desk = Desk(vault=self.vault, settings=Settings(), sections=(), sources={})
        with engine.begin() as connection:
            self.reader: Subscriber = add_subscriber(connection, "规划科", now=EARLY)
            self.place = add_place(connection, self.vault, self.reader, now=EARLY)
            self.rule = add_subscription(connection, self.reader.id, "补贴 -二手车", now=EARLY)
            self.notice: ArchivedNotice = add_notice(connection, "购车补贴办法", now=NOW)

    def match(self) -> None:
        match_waiting(self.engine, self.places, (), now=NOW)

    def close(self, now: datetime = LATE) -> None:
        self.match()
        assert close_now(self.engine, self.desk, self.place.id, now=now) is not None

    def mark(self, state: DeliveryState, answer: str = "") -> None:
        with self.engine.begin() as connection:
            connection.execute(sa.update(deliveries).values(state=state, answer=answer, delivered_at=LATE))

    def account(self, notice: ArchivedNotice | None = None, language: Language = "en") -> Account:
        with self.engine.begin() as connection:
            reader = get_subscriber(connection, self.reader.id)
            speech = Speech(language, ZoneInfo("Asia/Shanghai"))
            noticed = notice or self.notice
            return account_of(connection, self.vault, self.places, noticed, reader, now=LATE, speech=speech)


def pause_rule(case: Case) -> None:
    with case.engine.begin() as connection:
        pause_subscription(connection, case.rule.id, paused=True)
    case.match()


def break_rule(case: Case) -> None:
    with case.engine.begin() as connection:
        record_problem(connection, case.rule.id, "failed on notice 3")
    case.match()


def pause_reader(case: Case) -> None:
    with case.engine.begin() as connection:
        pause_subscriber(connection, case.reader.id, paused=True)
    case.match()


def pause_reader_after_matching(case: Case) -> None:
    case.match()
    pause_reader(case)


def pause_place(case: Case) -> None:
    case.match()
    with case.engine.begin() as connection:
        pause_destination(connection, case.place.id, paused=True, problem="HTTP 410")


def pause_place_after_closing(case: Case) -> None:
    case.close()
    pause_place(case)


def rest_place(case: Case) -> None:
    case.close()
    with case.engine.begin() as connection:
        rest_destination(connection, case.place.id, until=LATE + timedelta(hours=1))


def do_not_agree(case: Case) -> None:
    case.match()
    with case.engine.begin() as connection:
        new = replace(NewDestination.of(case.place), confirmed=False)
        change_destination(connection, case.vault, case.place.id, new)


def route_elsewhere(case: Case) -> None:
    with case.engine.begin() as connection:
        route_subscription(connection, case.rule.id, [])
    case.match()


def route_here_afterwards(case: Case) -> None:
    route_elsewhere(case)
    with case.engine.begin() as connection:
        route_subscription(connection, case.rule.id, None)


def nothing(case: Case) -> None:
    del case


def held(case: Case) -> None:
    case.close()
    case.mark(DeliveryState.HELD)


def delivered(case: Case) -> None:
    case.close()
    case.mark(DeliveryState.DELIVERED, "200 ok")


def dead(case: Case) -> None:
    case.close()
    case.mark(DeliveryState.DEAD, "HTTP 500")


def pause_and_resume_rule(case: Case) -> None:
    pause_rule(case)
    with case.engine.begin() as connection:
        pause_subscription(connection, case.rule.id, paused=False)


def withdraw_and_bring_back(case: Case) -> None:
    """Let a notice that was sent be gone, be matched as withdrawn, and be there again before the next digest."""
    delivered(case)
    for gone in (LATE + timedelta(minutes=10), None):
        with case.engine.begin() as connection:
            connection.execute(sa.update(notices).values(withdrawn_at=gone, matching="waiting" if gone else "done"))
        case.match()
    assert close_now(case.engine, case.desk, case.place.id, now=LATE + timedelta(hours=1)) is not None


def lose_the_message(case: Case) -> None:
    case.close()
    with case.engine.begin() as connection:
        connection.execute(sa.delete(deliveries))


def find_it_elsewhere_first(case: Case) -> None:
    """Let another page of the same notice be found first."""
    with case.engine.begin() as connection:
        connection.execute(sa.update(notices).values(matching="done"))
        twin = add_notice(connection, "购车补贴办法（转载）", now=NOW)
        connection.execute(sa.update(notices).values(cluster_id=case.notice.id))
    case.match()
    with case.engine.begin() as connection:
        later = notices.c.id != twin.id
        connection.execute(sa.update(notices).where(later).values(matching="waiting"))
    case.match()


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
