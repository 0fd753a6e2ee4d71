"""What a destination is to be told of a period: everything that the channels write out, as one value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from alerts.digest.building import FoundNotice, build_sections
from alerts.digest.capping import what_was_asked, within_caps
from alerts.digest.due import Due
from alerts.digest.gathering import Looks, gather_ending, gather_notices
from alerts.digest.papers import Papers
from alerts.digest.relevant import Relevance
from alerts.model import Asked, Cadence, ClosedDigest, Destination, Digest, RuleTag, Subscription
from alerts.store.digests import CAPPED, NO_NEWS, Found
from alerts.store.secrets import Vault
from config.sections import Section
from config.settings import Settings
from crawler.sources import Source

OLD = timedelta(hours=1)  # what goes at once and was archived earlier is late


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a digest is made with, beside the rows. Without `relevance` every source counts."""

    vault: Vault
    settings: Settings
    sections: Sequence[Section]
    sources: Mapping[str, Source]
    relevance: Relevance | None = None
    looks: Looks = field(default_factory=Looks)


def build_digest(  # noqa: PLR0913, PLR0917  a digest has a place, a period and what was found
    connection: sa.Connection,
    desk: Desk,
    destination: Destination,
    closed: ClosedDigest,
    due: Due,
    found: Sequence[Found],
    papers: Papers,
) -> tuple[Digest, dict[int, str]]:
    """Return the digest, and of the items that it does not show why."""
    shown, capped = within_caps(found)
    notices = gather_notices(connection, closed, shown, papers, desk.sources)
    reader = papers.readers[destination.subscriber_id]
    rules = _rules_for(papers.rules.get(reader.id, ()), destination)
    today = closed.until.astimezone(ZoneInfo(destination.timezone)).date()
    columns = [section.name for section in desk.sections]
    digest = Digest(
        id=closed.id,
        subscriber=reader.name,
        destination=destination.name,
        period=closed.period,
        since=closed.since,
        until=closed.until,
        timezone=destination.timezone,
        language=reader.language,
        sections=build_sections(notices, columns, grouping=destination.grouping, today=today, shelf=papers.shelf),
        coverage=desk.looks.coverage(
            connection, _relevant(desk, rules), (closed.since, closed.until), desk.settings.crawl.interval_minutes
        ),
        periods=due.periods,
        late=due.late or _waited_long(destination, closed, notices),
        ending=gather_ending(closed, notices, papers, today),
        asked=what_was_asked(_asked(rules, shown, capped), shown, capped),
        link=whole_digest(desk.vault, desk.settings, closed.id),
    )
    return digest, _fates(shown, capped, notices)


def whole_digest(vault: Vault, settings: Settings, digest_id: int) -> str:
    """Return the address under which all of a digest stands; empty without a public address."""
    public = settings.public_url.rstrip("/")
    return f"{public}/digest/{vault.sign('digest', str(digest_id))}" if public else ""


def _fates(shown: Sequence[Found], capped: Sequence[Found], notices: Sequence[FoundNotice]) -> dict[int, str]:
    there = {one.notice.id for one in notices}
    no_news = {one.item_id: NO_NEWS for one in shown if one.match.notice_id not in there}
    return no_news | {one.item_id: CAPPED for one in capped}


def _rules_for(rules: Sequence[Subscription], destination: Destination) -> list[Subscription]:
    """Return the rules that go to a destination."""
    return [one for one in rules if one.places is None or destination.id in one.places]


def _asked(rules: Sequence[Subscription], shown: Sequence[Found], capped: Sequence[Found]) -> list[Asked]:
    """Return the live rules, and those that found something before they were stopped."""
    tags = {one.rule.subscription_id: one.rule for one in (*shown, *capped)}
    live = {
        one.id: RuleTag(subscription_id=one.id, rule=one.rule, note=one.note)
        for one in rules
        if not one.paused and not one.problem
    }
    return [Asked(rule=tag) for _, tag in sorted({**live, **tags}.items())]


def _relevant(desk: Desk, rules: Sequence[Subscription]) -> Mapping[str, Source]:
    if desk.relevance is None:
        return desk.sources
    return desk.relevance.among([one.rule for one in rules if not one.paused], desk.sources)


def _waited_long(destination: Destination, closed: ClosedDigest, notices: Sequence[FoundNotice]) -> bool:
    at_once = destination.rhythm.cadence is Cadence.AT_ONCE
    return at_once and any(one.notice.first_seen_at < closed.until - OLD for one in notices)
