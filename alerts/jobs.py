"""The units of work. Each takes the rows that wait for it, so any may run again, late, or beside another."""

import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from alerts import troubles, windows
from alerts.bounces import Intake, open_box, take_all
from alerts.delivery import DeliveryResult, Outcome, deliver_each
from alerts.digest import ClosingResult, close_due
from alerts.live import LiveRules
from alerts.matching import MatchingResult, match_waiting
from alerts.model import Cadence
from alerts.news import TellingResult, tell_operators
from alerts.rounds import Round
from alerts.search.indexing import index_waiting
from alerts.store.outbox import any_due
from alerts.store.secrets import Vault
from alerts.troubles import TroubleResult
from alerts.windows import PassingResult
from config.sections import Section
from config.settings import Settings
from config.vocabulary import Vocabulary
from crawler.archive.crawls import Crawl, due_sources, register_sources
from crawler.sources import Source

NEWS = ("added", "revised")
Clock = Callable[[], datetime]


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """What the work needs, opened once."""

    settings: Settings
    engine: sa.Engine
    vault: Vault
    vocabulary: Vocabulary
    sections: tuple[Section, ...]
    sources: Mapping[str, Source]
    clock: Clock
    live: LiveRules


def crawl(work: Workplace, current: Round, found: Callable[[], object] | None = None) -> list[Crawl]:
    """Read every enabled source that is due, in one child process that `current` can end early.

    `found` is called as soon as a notice was archived that is new or was revised.
    """
    enabled = [source.id for source in work.sources.values() if source.enabled]
    now = work.clock()
    with work.engine.begin() as connection:
        register_sources(connection, enabled, now)
        due = [source for source in due_sources(connection, now) if source in enabled]

    def hear(event: Mapping[str, Any]) -> None:
        if found is not None and event.get("outcome") in NEWS:
            found()

    return current.run(work.settings, due, hear) if due else []


def match(work: Workplace) -> MatchingResult:
    """Hold every waiting notice against every live subscription."""
    return match_waiting(work.engine, work.vocabulary, work.sections, now=work.clock(), live=work.live)


def pass_days(work: Workplace) -> PassingResult:
    """Ask the rules that count days of what each day that has begun brings them."""
    return windows.pass_days(work.engine, work.vocabulary, now=work.clock())


def index(work: Workplace) -> int:
    """Index every notice that was added or changed."""
    return index_waiting(work.engine, work.vocabulary)


def close(work: Workplace) -> ClosingResult:
    """Close the digest of every destination whose time has come, over everything that has been archived until now."""
    match(work)
    pass_days(work)
    return _close(work)


def close_at_once(work: Workplace) -> ClosingResult:
    """Close what waits for the destinations that want everything at once."""
    return _close(work, only=Cadence.AT_ONCE)


def _close(work: Workplace, only: Cadence | None = None) -> ClosingResult:
    return close_due(
        work.engine,
        work.vault,
        work.settings,
        work.sections,
        work.sources,
        vocabulary=work.vocabulary,
        now=work.clock(),
        only=only,
    )


def tell(work: Workplace) -> TellingResult:
    """Let the operators know which sources changed for the worse or the better."""
    return tell_operators(work.engine, work.vault, work.settings, work.sources, now=work.clock())


def look_after_rules(work: Workplace) -> TroubleResult:
    """Let rules that read again go on, and tell the owners of those that no longer do."""
    return troubles.look_after_rules(work.engine, work.vault, work.settings, work.vocabulary, now=work.clock())


def read_bounces(work: Workplace) -> Intake:
    """Take what came back, where a mailbox is set for it."""
    where = work.settings.bounces.mailbox
    if not where:
        return Intake()
    with open_box(where, work.settings.bounces.password.get_secret_value()) as box:
        return take_all(work.engine, work.vault, work.settings, box, now=work.clock())


def deliver(work: Workplace, stop: threading.Event, *, worker: int = 0, urgent_only: bool = False) -> DeliveryResult:
    """Send every message that is due; when `stop` is set the one under way is the last.

    Workers beside each other in one process have numbers, so that a lease tells whose it is.
    """
    with work.engine.execution_options(reading=True).begin() as connection:
        if not any_due(connection, now=work.clock()):
            return DeliveryResult()
    whose = f"{owner()}:{worker}"
    each = deliver_each(work.engine, work.vault, work.settings, now=work.clock, owner=whose, urgent_only=urgent_only)
    return DeliveryResult.of(_until(stop, each))


def _until(stop: threading.Event, outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
    for outcome in outcomes:
        yield outcome
        if stop.is_set():
            return


def owner() -> str:
    """Name this process, so that a lease tells whose it is."""
    return f"{socket.gethostname()}:{os.getpid()}"
