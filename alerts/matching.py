"""Waiting notices × live subscriptions → matches, and the column of each notice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import groupby

import sqlalchemy as sa
import structlog

from alerts.live import LiveRules
from alerts.model import BACK, NEW, REVISED, WITHDRAWN, Hit, Match, Subscription
from alerts.rules import NoticeText, Rule, RuleError, age_of, china_day, evidence, holds, parse, score
from alerts.store.matches import queue_matches, tell_followers, write_matches
from alerts.store.subscriptions import hold_subscriptions, record_problem
from config.sections import Section, SectionsError, by_turn
from config.vocabulary import Words
from crawler.archive.attachments import in_full, unchanged
from crawler.archive.notices import mark_matched, set_section, waiting_notices
from crawler.notice import ArchivedNotice

BATCH = 200
"""Notices in one transaction."""

FAILED = "failed on notice"
"""How the problem of a rule begins that reads, but could not be evaluated."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchingResult:
    """How many notices were looked at, how many matches they made, how many rules turned out not to read."""

    notices: int = 0
    matches: int = 0
    problems: int = 0

    def __add__(self, other: "MatchingResult") -> "MatchingResult":
        return MatchingResult(
            notices=self.notices + other.notices,
            matches=self.matches + other.matches,
            problems=self.problems + other.problems,
        )


@dataclass(frozen=True, slots=True)
class Column:
    """A section of sections.toml with its rule parsed."""

    name: str
    rule: Rule
    default: bool
    turn: int


@dataclass(slots=True)
class Batch:
    """What a batch of notices comes to, before any of it is written."""

    notices: Sequence[ArchivedNotice]
    today: date
    filed: dict[int, str] = field(default_factory=dict)  # notice → the column it had not
    matches: list[Match] = field(default_factory=list)
    problems: dict[int, str] = field(default_factory=dict)  # subscription → why its rule does not read


def match_waiting(  # noqa: PLR0913  a stage takes what it works with
    engine: sa.Engine,
    vocabulary: Words,
    sections: Sequence[Section],
    *,
    now: datetime,
    live: LiveRules | None = None,
    limit: int = BATCH,
) -> MatchingResult:
    """Hold every waiting notice against every live subscription, `limit` notices to a transaction.

    `live` are the rules that were kept ready since the last time. Raise SectionsError when a column's rule does not
    read.
    """
    columns = read_columns(sections, vocabulary)
    total = MatchingResult()
    with LiveRules(vocabulary) if live is None else live as rules:  # one without rules yet is false
        while True:
            done = _match_batch(engine, vocabulary, columns, rules, now=now, limit=limit)
            total += done
            if done.notices < limit:
                return total


def read_columns(sections: Sequence[Section], vocabulary: Words) -> tuple[Column, ...]:
    """Parse the rules of the columns, as they are asked; raise SectionsError naming one that does not read."""
    return tuple(_read_column(section, vocabulary) for section in by_turn(sections))


def file_notice(notice: ArchivedNotice, columns: Sequence[Column], vocabulary: Words, *, today: date) -> str:
    """Return the column whose rule holds, of those with the lowest turn the one that weighs most, else the default one.

    Empty when there are no columns. Of two that weigh the same the one that readers see first has it.
    """
    text = NoticeText.of(notice, vocabulary, today=today)
    for _, same_turn in groupby(columns, key=lambda column: column.turn):
        weights = {column.name: weight for column in same_turn if (weight := _weigh(column, text, notice)) is not None}
        if weights:
            return max(weights, key=weights.__getitem__)
    return next((column.name for column in columns if column.default), "")


def _weigh(column: Column, text: NoticeText, notice: ArchivedNotice) -> float | None:
    """Return how well a notice fits a column; None when it does not belong there."""
    answer = _ask(column.rule, text)
    if answer.problem:
        log.error("a column's rule failed on a notice", section=column.name, notice=notice.id, why=answer.problem)
    return None if answer.hits is None else answer.score


def _match_batch(  # noqa: PLR0913  the same
    engine: sa.Engine, vocabulary: Words, columns: Sequence[Column], live: LiveRules, *, now: datetime, limit: int
) -> MatchingResult:
    """Read, evaluate outside of any transaction so that nobody waits for us, then write everything at once."""
    with engine.execution_options(reading=True).begin() as connection:
        waiting = waiting_notices(connection, limit=limit)
    batch = Batch(waiting, china_day(now), problems=live.follow(engine, now=now) if waiting else {})
    for number, notice in enumerate(waiting):
        waiting[number] = _with_files(engine, notice)
        text = _filed_text(waiting[number], columns, vocabulary, batch)
        for subscription, rule in live.met_by(engine, text, now=now):
            meet(subscription, rule, waiting[number], text, batch)
        waiting[number] = _without_pages(waiting[number])
    with engine.begin() as connection:
        matches = _write(connection, batch, now)
    live.tidy(engine)
    for subscription_id, problem in batch.problems.items():
        log.warning("a rule does not read", subscription=subscription_id, problem=problem)
    return MatchingResult(notices=len(waiting), matches=matches, problems=len(batch.problems))


def _with_files(engine: sa.Engine, notice: ArchivedNotice) -> ArchivedNotice:
    """Read what stands in a notice's files, of one notice at a time: a batch of them might not fit into memory."""
    if not notice.attachments:
        return notice
    with engine.execution_options(reading=True).begin() as connection:
        return next(in_full(connection, [notice]))


def _without_pages(notice: ArchivedNotice) -> ArchivedNotice:
    return replace(notice, attachments=tuple(replace(one, pages=()) for one in notice.attachments))


def _filed_text(notice: ArchivedNotice, columns: Sequence[Column], vocabulary: Words, batch: Batch) -> NoticeText:
    """Return a notice as rules see it; one without a column gets it first, and rules see that too."""
    if not notice.section:
        batch.filed[notice.id] = file_notice(notice, columns, vocabulary, today=batch.today)
        notice = replace(notice, section=batch.filed[notice.id])
    return NoticeText.of(notice, vocabulary, today=batch.today)


def meet(subscription: Subscription, rule: Rule, notice: ArchivedNotice, text: NoticeText, batch: Batch) -> None:
    """Ask one rule of one notice: the batch gets a match, a problem of this subscription, or nothing."""
    event = event_of(notice, rule)
    if event is None or subscription.id in batch.problems:
        return
    answer = _ask(rule, text)
    if answer.problem:
        batch.problems[subscription.id] = f"{FAILED} {notice.id}: {answer.problem}"
    elif answer.hits is not None:
        batch.matches.append(_match(subscription, notice, answer, event, batch.today))


def _write(connection: sa.Connection, batch: Batch, now: datetime) -> int:
    """Write a batch; what belongs to a subscription removed meanwhile is dropped.

    A notice whose files were read meanwhile, or whose facts changed, keeps waiting, so that it is matched with these.
    """
    current = unchanged(connection, batch.notices)
    there = hold_subscriptions(connection, [match.subscription_id for match in batch.matches])
    matches = [match for match in batch.matches if match.subscription_id in there]
    write_matches(connection, matches, now=now)
    queue_matches(connection, matches, now=now)
    for notice in batch.notices:
        for event, since, before in _happened(notice):
            tell_followers(connection, notice.id, event, sent_before=before, shown_since=since, now=now)
    for notice_id, section in batch.filed.items():
        if section:
            set_section(connection, notice_id, section)
    for subscription_id, problem in batch.problems.items():
        record_problem(connection, subscription_id, problem)
    mark_matched(connection, [notice for notice in batch.notices if notice.id in current])
    return len(matches)


def _read_column(section: Section, vocabulary: Words) -> Column:
    try:
        return Column(section.name, parse(section.rule, vocabulary), section.default, section.turn)
    except RuleError as error:
        raise SectionsError(f"sections.toml: {section.name}.rule: {error.message} {error.advice}") from error


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one rule says of one notice: hits when it holds, None when it does not, or the problem it ran into."""

    hits: tuple[Hit, ...] | None = None
    score: float = 0.0
    problem: str = ""


def _ask(rule: Rule, text: NoticeText) -> _Answer:
    """Evaluate one rule on one notice; whatever goes wrong stays with this rule."""
    try:
        if not holds(rule, text):
            return _Answer()
        hits = evidence(rule, text)
        return _Answer(hits, score(hits))
    except Exception as error:  # noqa: BLE001  the per-rule catch: one bad rule must not stop the others
        return _Answer(problem=f"{type(error).__name__}: {error}")


def event_of(notice: ArchivedNotice, rule: Rule) -> str | None:
    """Return as what a waiting notice meets a rule; None when what happened to it is nothing to the rule.

    A rule that asks for a state meets the notice when it comes into that state; any other meets it once, as new. What
    was withdrawn is news only to rules that ask for withdrawals.
    """
    if notice.withdrawn_at is not None:
        return f"{WITHDRAWN}:{notice.withdrawals}" if WITHDRAWN in rule.states else None
    return f"{REVISED}:{notice.revision}" if notice.revision > 1 and REVISED in rule.states else NEW


def _happened(notice: ArchivedNotice) -> Iterator[tuple[str, datetime | None, datetime]]:
    """Yield what those should know who were sent the notice, since when and before when.

    That it is back is news to whom a digest showed it while it was withdrawn: each of these said so.
    """
    if notice.withdrawn_at is not None:
        yield f"{WITHDRAWN}:{notice.withdrawals}", None, notice.withdrawn_at
        return
    if notice.revised_at is not None:
        yield f"{REVISED}:{notice.revision}", None, notice.revised_at
    if notice.absence is not None:
        yield f"{BACK}:{notice.withdrawals}", notice.absence.since, notice.absence.until


def _match(subscription: Subscription, notice: ArchivedNotice, answer: _Answer, event: str, today: date) -> Match:
    return Match(
        subscription_id=subscription.id,
        notice_id=notice.id,
        rule_revision=subscription.revision,
        notice_revision=notice.revision,
        evidence=answer.hits or (),
        score=score(answer.hits or (), age=age_of(notice, today)),
        event=event,
    )
