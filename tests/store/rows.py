"""Rows that tests begin with."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time

import sqlalchemy as sa

from alerts.model import ClosedDigest, Destination, Digest, Hit, Match, Subscriber
from alerts.store.closed import Draft, make_ready, write_closed
from alerts.store.closing import upcoming_ids
from alerts.store.deliveries import list_deliveries
from alerts.store.destinations import NewDestination, add_destination
from alerts.store.matches import queue_matches, write_matches
from alerts.store.secrets import Vault
from alerts.store.subscribers import add_subscriber
from crawler.archive.notices import archive_notice, find_notice
from crawler.notice import ArchivedNotice, Attachment, Notice

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


def add_place(  # noqa: PLR0913  a row has many columns, most with a default
    connection: sa.Connection,
    vault: Vault,
    subscriber: Subscriber,
    *,
    channel: str = "webhook",
    target: Mapping[str, str] | None = None,
    name: str = "",
    now: datetime = NOW,
) -> Destination:
    """A destination of a reader, at 08:00 in Shanghai."""
    new = NewDestination(
        name=name or channel,
        channel=channel,
        target=target or {"url": "https://hooks.office.example/in", "secret": SECRET},
        at=time(8),
        timezone="Asia/Shanghai",
    )
    return add_destination(connection, vault, subscriber.id, new, now=now)


def add_notice(  # noqa: PLR0913  a row has many columns, most with a default
    connection: sa.Connection, title: str, text: str = "", *, key: str = "", section: str = "", now: datetime = NOW
) -> ArchivedNotice:
    """An archived notice of a town's site."""
    notice = Notice(
        key=key or f"https://town.example/{title}",
        source="town_gov",
        title=title,
        text=text or f"{title}。请各单位遵照执行。",
        url="https://town.example/a.html",
        agency="示例镇人民政府",
        document_number="示府〔2026〕12号",
        regions=("江苏/苏州/昆山",),
        section=section,
        published=date(2026, 11, 20),
        attachments=(Attachment(url="https://town.example/a.pdf", name="附件"),),
    )
    found = find_notice(connection, archive_notice(connection, notice, now=now).id)
    assert found is not None
    return found


def add_match(  # noqa: PLR0913  a row has many columns, most with a default
    connection: sa.Connection,
    subscription_id: int,
    notice: ArchivedNotice,
    term: str,
    *,
    score: float = 1.0,
    now: datetime = NOW,
) -> Match:
    """A match on a term, waiting for the digests of the reader's destinations."""
    hits = tuple(
        Hit(term=term, field=field, spans=((words.find(term), words.find(term) + len(term)),))
        for field, words in (("title", notice.title), ("body", notice.text))
        if term in words
    )
    match = Match(
        subscription_id=subscription_id,
        notice_id=notice.id,
        rule_revision=1,
        notice_revision=notice.revision,
        evidence=hits,
        score=score,
    )
    write_matches(connection, [match], now=now)
    queue_matches(connection, [match], now=now)
    return match


def add_digest(  # noqa: PLR0913  a row has many columns, most with a default
    connection: sa.Connection,
    destination_id: int,
    *,
    digest: Digest | None = None,
    items: Sequence[int] = (),
    messages: Sequence[dict[str, str]] = (),
    urgent: bool = False,
    now: datetime = NOW,
) -> int:
    """A period that was closed as `yaoxun` does it; returns the digest's id, which it gives its content too."""
    [digest_id] = upcoming_ids(connection, 1)
    closed = ClosedDigest(
        id=digest_id,
        destination_id=destination_id,
        period="2026-11-23",
        since=now,
        until=now,
        closed_at=now,
        notices=len(items),
        digest=None if digest is None else replace(digest, id=digest_id),
    )
    draft = Draft(closed=closed, item_ids=items, messages=messages, urgent=urgent)
    assert write_closed(connection, make_ready([draft]))
    return digest_id


def add_outbox(  # noqa: PLR0913  a row has many columns, most with a default
    connection: sa.Connection,
    vault: Vault,
    messages: list[dict[str, str]],
    *,
    channel: str = "webhook",
    target: Mapping[str, str] | None = None,
    reader: str = "规划科",
    urgent: bool = False,
    now: datetime = NOW,
) -> list[int]:
    """A closed digest whose parts wait in the outbox; returns the ids of the deliveries in order."""
    place = add_place(
        connection, vault, add_subscriber(connection, reader, now=now), channel=channel, target=target, now=now
    )
    digest_id = add_digest(connection, place.id, messages=messages, urgent=urgent, now=now)
    return sorted(delivery.id for delivery in list_deliveries(connection, digest_id=digest_id))
