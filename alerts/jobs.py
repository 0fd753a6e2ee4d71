"""The units of work (delivering: posting.py). Each takes the rows that wait for it, so any may run again, or late."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from alerts import troubles, windows
from alerts.bounces import Intake, open_box, take_all
from alerts.digest import ClosingResult, close_due
from alerts.live import LiveRules
from alerts.matching import MatchingResult, match_waiting
from alerts.model import Cadence
from alerts.news import TellingResult, tell_operators
from alerts.rounds import Round
from alerts.search.indexing import index_waiting
from alerts.store.secrets import Vault
from alerts.troubles import TroubleResult
from alerts.windows import PassingResult
from config.sections import Section
from config.settings import Settings
from config.vocabulary import Vocabulary
from crawler.archive.crawls import Crawl, due_sources, register_sources
from crawler.archive.hosts import resting_hosts
from crawler.sources import Source, site_of

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
    """Read every enabled source that is due and may be asked, in one child process that `current` can end early.

    `found` is called as soon as a notice was archived that is new or was revised.
    """
    enabled = [source.id for source in work.sources.values() if source.enabled]
    now = work.clock()
    with work.engine.begin() as connection:
        register_sources(connection, enabled, now)
        resting = resting_hosts(connection, now)
        its_time = (source for source in due_sources(connection, now) if source in enabled)
        due = [source for source in its_time if site_of(work.sources[source]) not in resting]

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


def close(work: Workplace, left: Callable[[], object] | None = None) -> ClosingResult:
    """Close the digest of every destination whose time has come, over everything that has been archived until now.

    `left` is called each time that some were left to be delivered.
    """
    match(work)
    pass_days(work)
    return _close(work, left)


def close_at_once(work: Workplace, left: Callable[[], object] | None = None) -> ClosingResult:
    """Close what waits for the destinations that want everything at once."""
    return _close(work, left, only=Cadence.AT_ONCE)


def _close(work: Workplace, left: Callable[[], object] | None, only: Cadence | None = None) -> ClosingResult:
    return close_due(
        work.engine,
        work.vault,
        work.settings,
        work.sections,
        work.sources,
        vocabulary=work.vocabulary,
        now=work.clock(),
        only=only,
        left=left,
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
