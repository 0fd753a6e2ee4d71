"""The way of a notice in the demo, stage by stage, and what must be true at its end."""

import datetime as dt
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from alerts.channels import check_target
from alerts.delivery import Outcome, deliver_each
from alerts.demo.stage import Stage
from alerts.digest import Desk, close_now
from alerts.jobs import Workplace, match
from alerts.matching import MatchingResult
from alerts.model import ClosedDigest, Subscriber
from alerts.posting import owner
from alerts.rounds import Round
from alerts.store.deliveries import next_due
from alerts.store.destinations import NewDestination, add_destination, list_destinations, retarget_destination
from alerts.store.subscribers import add_subscriber, list_subscribers
from alerts.store.subscriptions import add_subscription, list_subscriptions
from crawler.archive.bulletins import ImportedBulletin, archive_bulletin
from crawler.archive.crawls import Crawl
from crawler.archive.notices import each_notice
from crawler.archive.rereads import SURE, read_again_now
from crawler.notice import ArchivedNotice, Verdict
from crawler.reading.bulletin import split_bulletin

HERE = Path(__file__).parent
BULLETIN = HERE / "bulletin.txt"
MORNING = dt.time(8, 0)
LONGEST_WAIT = 30.0  # seconds


@dataclass(slots=True)
class Journey:
    """One run of the demo: what each stage came to."""

    work: Workplace
    stage: Stage
    crawls: list[Crawl] = field(default_factory=list)
    bulletin: ImportedBulletin | None = None
    matching: MatchingResult = field(default_factory=MatchingResult)
    digests: list[ClosedDigest] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        """Tell whether an earlier run has come to the end of the second day."""
        return any(one.withdrawn_at for one in self._notices())

    @property
    def revised(self) -> int:
        """The id of the notice that was revised last."""
        return max(one.id for one in self._notices() if one.revision > 1)

    @property
    def repeated(self) -> int:
        """The id of the last notice that stands on two sites."""
        return max(one.id for one in self._notices() if one.cluster_id is not None)

    def _notices(self) -> list[ArchivedNotice]:
        with self.work.engine.begin() as connection:
            return list(each_notice(connection))

    @property
    def sample_sources(self) -> list[str]:
        """The ids of the sample sources, in the order of their file."""
        return [source_id for source_id in self.work.sources if source_id.startswith("sample_")]

    def invite(self) -> None:
        """Write down the readers, their rules and where they are reached in this run."""
        with self.work.engine.begin() as connection:
            for row in tomllib.loads((HERE / "cast.toml").read_text(encoding="utf-8"))["subscriber"]:
                self._invite(connection, row)

    def crawl(self, on_event: Callable[[Mapping[str, Any]], None]) -> None:
        """Read the sample sites with the real spiders, in one child process."""
        self.crawls += Round().run(self.work.settings, self.sample_sources, on_event=on_event)

    def crawl_next_day(self, on_event: Callable[[Mapping[str, Any]], None]) -> None:
        """Let a day pass on the sites, and read them twice: a page counts as withdrawn when it was gone both times."""
        self.stage.sites.next_day()
        for _ in range(SURE):
            with self.work.engine.begin() as connection:
                read_again_now(connection, self.sample_sources, now=self.work.clock())
            self.crawl(on_event)

    def import_bulletin(self) -> None:
        """Split the sample bulletin into notices."""
        text = BULLETIN.read_text(encoding="utf-8")
        bulletin, notices = split_bulletin(text, self.work.vocabulary.places)
        with self.work.engine.begin() as connection:
            self.bulletin = archive_bulletin(
                connection, bulletin, notices, text=text, file_name=BULLETIN.name, now=self.work.clock()
            )

    def match(self) -> None:
        """Hold every waiting notice against the six rules."""
        self.matching = match(self.work)

    def close(self) -> None:
        """Close what waits for each destination into a digest, without waiting for the morning."""
        work = self.work
        desk = Desk(vault=work.vault, settings=work.settings, sections=work.sections, sources=work.sources)
        with work.engine.begin() as connection:
            everywhere = [destination.id for destination in list_destinations(connection, work.vault)]
        for destination_id in everywhere:
            closed = close_now(work.engine, desk, destination_id, now=work.clock())
            if closed and closed.digest:
                self.digests.append(closed)

    def deliver(self) -> Iterator[Outcome]:
        """Send what is due, one message after another; what a chat's pace puts off for a while is waited for."""
        work = self.work
        while True:
            for outcome in deliver_each(work.engine, work.vault, work.settings, now=work.clock, owner=owner()):
                self.outcomes.append(outcome)
                yield outcome
            with work.engine.begin() as connection:
                due = next_due(connection)
            wait = (due - work.clock()).total_seconds() if due else LONGEST_WAIT
            if wait >= LONGEST_WAIT:
                return
            time.sleep(max(wait, 0.0))

    def faults(self) -> list[str]:
        """Return what went wrong, empty when every stage did its work and every receiver took what was sent."""
        return [*self._stage_faults(), *self._receiver_faults()]

    def _stage_faults(self) -> Iterator[str]:
        read = {crawl.source_id for crawl in self.crawls}
        yield from (f"{source}: not crawled" for source in self.sample_sources if source not in read)
        for crawl in self.crawls:
            if crawl.verdict not in {Verdict.OK, Verdict.UNCHANGED}:
                yield f"{crawl.source_id}: {crawl.verdict}: {crawl.reason}"
        if self.matching.problems:
            yield f"{self.matching.problems} rules could not be read"
        for outcome in self.outcomes:
            if outcome.delivery.id and outcome.ending.result != "delivered":
                yield f"delivery {outcome.delivery.id}: {outcome.ending.result}: {outcome.ending.answer}"

    def _receiver_faults(self) -> Iterator[str]:
        stage = self.stage
        sent = Counter(self.channel_of(outcome) for outcome in self.outcomes if outcome.ending.result == "delivered")
        chats = {channel: len(chat.contents) for channel, chat in stage.chats.items()}
        arrived = Counter(email=len(stage.mailbox.messages), webhook=len(stage.hook.events), **chats)
        if sent != +arrived:
            yield f"sent {dict(sent)}, arrived {dict(+arrived)}"
        if repeats := [*stage.mailbox.repeats, *stage.hook.repeats]:
            yield f"sent twice: {', '.join(repeats)}"
        for refused in (*(chat.refused for chat in stage.chats.values()), stage.hook.refused):
            if refused:
                yield f"refused: {refused}"

    def channel_of(self, outcome: Outcome) -> str:
        """Return the channel that a message left through."""
        with self.work.engine.begin() as connection:
            everywhere = list_destinations(connection, self.work.vault)
        return next(one.channel for one in everywhere if one.id == outcome.delivery.destination_id)

    def _invite(self, connection: sa.Connection, row: dict[str, Any]) -> None:
        now = self.work.clock()
        known = {subscriber.name: subscriber for subscriber in list_subscribers(connection)}
        subscriber = known.get(row["name"]) or add_subscriber(connection, row["name"], now=now)
        rules = {subscription.rule for subscription in list_subscriptions(connection, subscriber.id)}
        for subscription in row["subscription"]:
            if subscription["rule"] not in rules:
                add_subscription(connection, subscriber.id, subscription["rule"], note=subscription["note"], now=now)
        for channel in (row["channel"], *row.get("also", [])):
            self._seat(connection, subscriber, channel, row.get("target", {}))

    def _seat(self, connection: sa.Connection, subscriber: Subscriber, channel: str, target: dict[str, str]) -> None:
        """Give a reader their destination, or point it at this run's receiver."""
        vault = self.work.vault
        found = [one for one in list_destinations(connection, vault, subscriber.id) if one.channel == channel]
        target = check_target(channel, {**target, **self.stage.targets.get(channel, {})})
        if not found:
            zone = self.work.settings.timezone
            new = NewDestination(name=channel, channel=channel, target=target, at=MORNING, timezone=zone)
            add_destination(connection, vault, subscriber.id, new, now=self.work.clock())
        elif channel in self.stage.targets:
            retarget_destination(connection, vault, found[0].id, target)
