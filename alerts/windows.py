"""Days go by: rules that count days from today are asked again, of those notices for which their answer turns.

At `deadline:<7d` a notice arrives on the day that is six before its deadline. Each day that begins in China brings a
few such days for each window; what the archive has on them is found by index, and the rule is asked as of that day.
A subscription that met the notice when it came, or by another window, does not meet it again. Rules without a window
are not looked at. Every day since the last one that was done is done in turn, so that nothing is lost when the service
was down; the last one too is done once more, for what came in while it was.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa
import structlog

from alerts.live import read_rules
from alerts.matching import Batch, meet
from alerts.model import Subscription
from alerts.rules import NoticeText, Rule, china_day
from alerts.rules.leaves import Dated
from alerts.rules.tree import Node, Not, parts_of
from alerts.store.days import day_reached, reach_day
from alerts.store.matches import add_matches, queue_matches
from alerts.store.subscriptions import hold_subscriptions, live_subscriptions, record_problem
from config.vocabulary import Words
from crawler.archive.attachments import in_full
from crawler.archive.notices import notices_on
from crawler.folding import fold
from crawler.notice import ArchivedNotice
from crawler.reading.dates import CHINA

STAGE = "windows"
ARRIVING = timedelta(hours=6)
"""What was first seen so long after a day began was surely asked as of that day when it arrived."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassingResult:
    """How many days were done, and how many matches they brought."""

    days: int = 0
    matches: int = 0


@dataclass(frozen=True, slots=True)
class Windowed:
    """A subscription whose rule counts days, and the day on which it was added: the days after that concern it."""

    subscription: Subscription
    rule: Rule
    since: date


def pass_days(engine: sa.Engine, vocabulary: Words, *, now: datetime) -> PassingResult:
    """Ask the rules with windows of every day that has begun since the last time; the first time, of today."""
    today = china_day(now)
    with engine.begin() as connection:
        reached = day_reached(connection, STAGE)
    if reached is not None and reached >= today:
        return PassingResult()
    rules = _windowed(engine, vocabulary, now)
    days = [today - timedelta(days=back) for back in range((today - (reached or today)).days, -1, -1)]
    return PassingResult(days=len(days), matches=sum(_pass_day(engine, vocabulary, rules, day, now) for day in days))


def turning_days(node: Node, today: date, *, excluded: bool = False) -> Iterator[tuple[str, date]]:
    """Yield (field, day) of the notices for which a part of a rule becomes true today because of a window.

    Where the window is excluded, that is when the notice leaves it.
    """
    if isinstance(node, Dated):
        if not excluded and isinstance(node.last, int):
            yield node.field, today + timedelta(days=node.last)
        if excluded and isinstance(node.first, int):
            yield node.field, today + timedelta(days=node.first - 1)
    for part in parts_of(node):
        yield from turning_days(part, today, excluded=excluded is not isinstance(node, Not))


def _windowed(engine: sa.Engine, vocabulary: Words, now: datetime) -> list[Windowed]:
    """Read the live rules that count days; one that does not read becomes a problem of its own."""
    with engine.begin() as connection:
        counting = [one for one in live_subscriptions(connection, now=now) if _may_count_days(one.rule)]
    rules, problems = read_rules(counting, vocabulary)
    batch = Batch((), china_day(now), problems=problems)
    _record(engine, batch)
    return [Windowed(one, rule, china_day(one.created_at)) for one, rule in rules if rule.windows]


def _may_count_days(rule: str) -> bool:
    folded = fold(rule).text
    return any(field in folded for field in ("published", "deadline", "seen"))


def _pass_day(engine: sa.Engine, vocabulary: Words, rules: Iterable[Windowed], day: date, now: datetime) -> int:
    """Make the matches of one day, and note that it is done in the same transaction."""
    batch = Batch((), day)
    asked: dict[tuple[str, date], list[Windowed]] = defaultdict(list)
    for one in rules:
        for key in set(turning_days(one.rule.root, day)) if one.since < day else ():
            asked[key].append(one)
    for (field, turning), several in asked.items():
        for notice in _candidates(engine, field, turning, day, several):
            text = NoticeText.of(notice, vocabulary, today=day)
            for one in several:
                meet(one.subscription, one.rule, notice, text, batch)
    with engine.begin() as connection:
        matches = _write(connection, batch, now)
        reach_day(connection, STAGE, day)
    _record(engine, batch)
    return matches


def _candidates(
    engine: sa.Engine, field: str, turning: date, day: date, rules: Sequence[Windowed]
) -> Iterator[ArchivedNotice]:
    """Yield the notices of a day, with their files where a rule asks for them; read without keeping anybody waiting."""
    arrived = _begins(day) + ARRIVING
    with engine.execution_options(reading=True).begin() as connection:
        found = notices_on(connection, field, turning, begins=_begins(turning), seen_before=arrived)
        with_files = any(one.rule.reads_attachments for one in rules)
        yield from in_full(connection, found) if with_files else found


def _write(connection: sa.Connection, batch: Batch, now: datetime) -> int:
    there = hold_subscriptions(connection, [match.subscription_id for match in batch.matches])
    made = [match for match in batch.matches if match.subscription_id in there]
    added = add_matches(connection, made, now=now)
    queue_matches(connection, made, now=now)
    return added


def _record(engine: sa.Engine, batch: Batch) -> None:
    with engine.begin() as connection:
        for subscription_id, problem in batch.problems.items():
            record_problem(connection, subscription_id, problem)
    for subscription_id, problem in batch.problems.items():
        log.warning("a rule does not read", subscription=subscription_id, problem=problem)


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA).astimezone(UTC)
