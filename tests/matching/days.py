"""Notices with deadlines in November, and days that go by."""

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from alerts.matching import match_waiting
from alerts.store.subscribers import add_subscriber
from alerts.store.subscriptions import add_subscription
from alerts.store.tables import matches
from alerts.windows import PassingResult, pass_days
from config.regions import load_places
from config.settings import Settings
from crawler.archive.notices import archive_notice
from crawler.notice import Attachment, Deadline, Facts, Notice

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # nine in the morning in China


DAY = timedelta(days=1)


PLACES = load_places(Settings().regions)


def day(number: int) -> date:
    """The day in November; those after the 30th follow on."""
    return date(2026, 10, 31) + timedelta(days=number)


def subscribe(engine: sa.Engine, *rules: str, now: datetime = MONDAY) -> list[int]:
    with engine.begin() as connection:
        reader = add_subscriber(connection, f"规划科 {rules}", now=now)
        return [add_subscription(connection, reader.id, rule, now=now).id for rule in rules]


def archive(
    engine: sa.Engine,
    title: str,
    *deadlines: date,
    published: date | None = None,
    files: tuple[Attachment, ...] = (),
    now: datetime = MONDAY,
) -> int:
    ends = tuple(Deadline(day=one, what="申报", where="text") for one in deadlines)
    notice = Notice(
        key=f"https://town.example/{title}",
        source="a",
        title=title,
        text="正文。",
        published=published,
        attachments=files,
        facts=Facts(deadlines=ends),
    )
    with engine.begin() as connection:
        return archive_notice(connection, notice, now=now).id


def arrive(engine: sa.Engine, now: datetime = MONDAY) -> None:
    match_waiting(engine, PLACES, (), now=now)


def go_by(engine: sa.Engine, now: datetime) -> PassingResult:
    return pass_days(engine, PLACES, now=now)


def met(engine: sa.Engine) -> list[tuple[int, int]]:
    with engine.begin() as connection:
        rows = connection.execute(sa.select(matches.c.subscription_id, matches.c.notice_id))
        return sorted((row.subscription_id, row.notice_id) for row in rows)
