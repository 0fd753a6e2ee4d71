"""What may happen to a notice on its way to a reader, each as it happens: by what the rows then say."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from alerts.digest import Desk, close_due, close_now
from alerts.ledger import Account, Speech, account_of
from alerts.matching import match_waiting
from alerts.model import DeliveryState, Subscriber
from alerts.rules.errors import Language
from alerts.store.destinations import NewDestination, change_destination, pause_destination, rest_destination
from alerts.store.secrets import Vault
from alerts.store.subscribers import add_subscriber, get_subscriber, pause_subscriber
from alerts.store.subscriptions import add_subscription, pause_subscription, record_problem, route_subscription
from alerts.store.tables import deliveries, destinations
from config.regions import Places
from config.settings import Settings
from crawler.archive.notices import archive_notice
from crawler.archive.rereads import note_present
from crawler.archive.tables import notices
from crawler.notice import ArchivedNotice, Notice
from tests.store.rows import NOW, add_notice, add_place

EARLY, LATE = NOW - timedelta(hours=1), NOW + timedelta(hours=1)
AFTERWARDS = LATE + timedelta(minutes=10)


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
        self.others: list[ArchivedNotice] = []

    def match(self) -> None:
        match_waiting(self.engine, self.places, (), now=NOW)

    def close(self, now: datetime = LATE) -> None:
        self.match()
        assert close_now(self.engine, self.desk, self.place.id, now=now) is not None

    def mark(self, state: DeliveryState, answer: str = "") -> None:
        with self.engine.begin() as connection:
            connection.execute(sa.update(deliveries).values(state=state, answer=answer, delivered_at=LATE))

    def account(
        self, notice: ArchivedNotice | None = None, language: Language = "en", speech: Speech | None = None
    ) -> Account:
        with self.engine.begin() as connection:
            reader = get_subscriber(connection, self.reader.id)
            speech = speech or Speech(language, ZoneInfo("Asia/Shanghai"))
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
    for gone in (AFTERWARDS, None):
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


def revise(case: Case) -> None:
    """Let a notice that was sent say something else."""
    delivered(case)
    changed = Notice(
        key=case.notice.key, source="town_gov", title=case.notice.title, text="购车补贴办法，补贴金额有调整。"
    )
    with case.engine.begin() as connection:
        archive_notice(connection, changed, now=AFTERWARDS)
    case.match()


def withdraw(case: Case) -> None:
    delivered(case)
    with case.engine.begin() as connection:
        connection.execute(sa.update(notices).values(withdrawn_at=AFTERWARDS, matching="waiting"))
    case.match()


def come_back(case: Case) -> None:
    """Let a withdrawal be told, and the page be there again."""
    withdraw(case)
    later = LATE + timedelta(hours=1)
    assert close_now(case.engine, case.desk, case.place.id, now=later) is not None
    with case.engine.begin() as connection:
        note_present(connection, case.notice.key, now=later + timedelta(hours=1))
    case.match()


def find_by_facts(case: Case) -> None:
    """Let a rule that asks for no words meet it, but for where it comes from."""
    with case.engine.begin() as connection:
        add_subscription(connection, case.reader.id, "region:江苏", now=EARLY)
    case.match()


def want_something_else(case: Case) -> None:
    with case.engine.begin() as connection:
        add_subscription(connection, case.reader.id, "二手车", now=EARLY)
    case.match()


def write_what_no_rule_is(case: Case) -> None:
    """Leave a rule that an older grammar may have read."""
    with case.engine.begin() as connection:
        add_subscription(connection, case.reader.id, "补贴 AND (", now=EARLY)


def let_a_rule_end(case: Case) -> None:
    with case.engine.begin() as connection:
        add_subscription(connection, case.reader.id, "购车", expires_at=NOW, now=EARLY)
    case.match()


def add_more_afterwards(case: Case) -> None:
    case.match()
    with case.engine.begin() as connection:
        add_subscription(connection, case.reader.id, "购车", now=LATE)
        add_place(connection, case.vault, case.reader, name="later", now=LATE)


def want_only_the_best(case: Case) -> None:
    with case.engine.begin() as connection:
        pause_subscription(connection, case.rule.id, paused=True)
        add_subscription(connection, case.reader.id, "title:补贴", most=1, now=EARLY)
        case.others.append(add_notice(connection, "充电桩补贴办法", now=NOW))
    case.close()


def fail_to_close(case: Case) -> None:
    """Let the time of a digest come when its channel is one that this version does not have."""
    case.match()
    with case.engine.begin() as connection:
        connection.execute(sa.update(destinations).values(channel="pager"))
    tomorrow = NOW + timedelta(days=1)
    result = close_due(case.engine, case.vault, case.desk.settings, (), {}, now=tomorrow)
    assert (result.closed, result.problems) == (0, 1)


def pause_reader_after_closing(case: Case) -> None:
    case.close()
    pause_reader(case)
