"""Rules that were read once and no longer are: their owners are told once what to do; one that reads again goes on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa
import structlog

from alerts.channels.base import Note
from alerts.channels.wording import line
from alerts.matching import FAILED
from alerts.model import Destination, Subscriber, Subscription
from alerts.notes import live_places, send_note
from alerts.rules import RuleError, parse
from alerts.store.secrets import Vault
from alerts.store.subscribers import list_subscribers
from alerts.store.subscriptions import forget_problem, mark_told, troubled_subscriptions, untold_problems
from config.settings import Settings
from config.vocabulary import Words

TITLES = {"zh": "要讯：您有 {count} 条订阅已停用", "en": "Yaoxun: {count} of your subscriptions stopped"}
LINES = {
    "zh": "订阅 {id}“{rule}”：{why}"
    "请改写规则：yaoxun subscriptions edit {id} '新规则'；其间的通知可用 yaoxun notices search 回看。"
    "您的其他订阅照常。",
    "en": "Subscription {id}, {rule}: {why} "
    "Write it anew: yaoxun subscriptions edit {id} 'RULE'; what it missed is found with yaoxun notices search. "
    "Your other subscriptions go on.",
}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleResult:
    """How many rules read again, of how many problems owners were told, in how many notes."""

    resumed: int = 0
    problems: int = 0
    notes: int = 0


def look_after_rules(
    engine: sa.Engine, vault: Vault, settings: Settings, vocabulary: Words, *, now: datetime
) -> TroubleResult:
    """Let rules that read again go on, and tell the owners of the others, each of a problem once.

    Whoever has no destination is told when there is one: until then nothing is marked as told. Of a rule that has
    expired nothing is told.
    """
    resumed = _resume(engine, vocabulary)
    with engine.begin() as connection:
        untold = [one for one in untold_problems(connection) if not one.is_over(now)]
        if not untold:
            return TroubleResult(resumed=resumed)
        readers = {one.id: one for one in list_subscribers(connection) if not one.paused}
        places = _by_reader(live_places(connection, vault, readers))
        reached = [one for one in untold if one.subscriber_id in places]
        notes = 0
        for owner, group in groupby(sorted(reached, key=lambda one: one.subscriber_id), lambda one: one.subscriber_id):
            notes += _tell(connection, readers[owner], places[owner], list(group), vocabulary, settings, now)
        mark_told(connection, reached)
    return TroubleResult(resumed=resumed, problems=len(reached), notes=notes)


def note_lines(troubled: Iterable[Subscription], vocabulary: Words, language: str) -> list[str]:
    """Return a line for each rule: which, why it no longer reads, in the reader's language, and what to do."""
    return [
        LINES.get(language, LINES["zh"]).format(id=one.id, rule=line(one.rule, 80), why=_why(one, vocabulary, language))
        for one in troubled
    ]


def _resume(engine: sa.Engine, vocabulary: Words) -> int:
    """Forget the problems of rules that read again; one that failed while it was evaluated waits for its owner."""
    with engine.begin() as connection:
        troubled = [one for one in troubled_subscriptions(connection) if not one.problem.startswith(FAILED)]
    well = [one for one in troubled if _fault(one.rule, vocabulary) is None]
    with engine.begin() as connection:
        resumed = [one.id for one in well if forget_problem(connection, one)]
    for subscription_id in resumed:
        log.info("a rule reads again", subscription=subscription_id)
    return len(resumed)


def _by_reader(destinations: Iterable[Destination]) -> Mapping[int, Sequence[Destination]]:
    places: dict[int, list[Destination]] = {}
    for one in destinations:
        places.setdefault(one.subscriber_id, []).append(one)
    return places


def _tell(  # noqa: PLR0913, PLR0917  a note has a reader, places, a subject and a time
    connection: sa.Connection,
    owner: Subscriber,
    places: Sequence[Destination],
    troubled: Sequence[Subscription],
    vocabulary: Words,
    settings: Settings,
    now: datetime,
) -> int:
    title = TITLES.get(owner.language, TITLES["zh"]).format(count=len(troubled))
    note = Note(title, note_lines(troubled, vocabulary, owner.language), owner.language)
    for place in places:
        send_note(connection, place, note, settings, now)
    return len(places)


def _why(one: Subscription, vocabulary: Words, language: str) -> str:
    fault = _fault(one.rule, vocabulary)
    if fault is None:
        return one.problem + ("。" if language != "en" else ".")
    message, advice = fault.said("en" if language == "en" else "zh")
    return f"{message} {advice}" if language == "en" else f"{message}{advice}"


def _fault(rule: str, vocabulary: Words) -> RuleError | None:
    try:
        parse(rule, vocabulary)
    except RuleError as error:
        return error
    return None
