"""Periods of many destinations made ready to be closed together; nothing is written down yet."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from alerts.channels import CHANNELS, CROWDED
from alerts.digest.due import Due, uncrowded
from alerts.digest.papers import Papers, read_papers
from alerts.digest.writing import Desk, build_digest
from alerts.model import Cadence, ClosedDigest, Destination
from alerts.store.closed import Draft
from alerts.store.closing import closed_already, read_places, upcoming_ids, waiting_items
from alerts.store.digests import Found, Standing


def draft_digests(connection: sa.Connection, desk: Desk, dues: Mapping[int, Due], now: datetime) -> list[Draft]:
    """Return the periods of these destinations that nobody has closed yet, with everything that waits for them."""
    shut = closed_already(connection, [(place, due.period) for place, due in dues.items()])
    wanted = {place: due for place, due in dues.items() if (place, due.period) not in shut}
    if not wanted:
        return []
    places = read_places(connection, desk.vault, wanted)
    found = waiting_items(connection, places)
    papers = read_papers(connection, [place for place, _ in places.values()], found, now.date())
    ids = upcoming_ids(connection, len(places))
    return [
        _draft(
            connection,
            desk,
            place,
            _closed(digest_id, standing, wanted[place.id], now),
            wanted[place.id],
            taken,
            papers,
        )
        for digest_id, (place, standing) in zip(ids, places.values(), strict=True)
        for taken in [found.get(place.id, [])]
    ]


def _closed(digest_id: int, standing: Standing, due: Due, now: datetime) -> ClosedDigest:
    return ClosedDigest(
        id=digest_id,
        destination_id=standing.destination_id,
        period=due.period,
        since=min(standing.covered_until, now),
        until=now,
        closed_at=now,
        notices=0,
    )


def _draft(  # noqa: PLR0913, PLR0917  a digest has a place, a period and what was found
    connection: sa.Connection,
    desk: Desk,
    place: Destination,
    closed: ClosedDigest,
    due: Due,
    found: Sequence[Found],
    papers: Papers,
) -> Draft:
    """Return one period as it is to be closed: nothing is sent where nothing waits, unless the reader wants to know."""
    empty = Draft(closed=closed, item_ids=[one.item_id for one in found], had_problem=bool(place.problem))
    if not found and not place.tell_empty:
        return empty
    digest, fates = build_digest(connection, desk, place, closed, due, found, papers)
    notices = (papers.notices[one.match.notice_id] for one in found)
    seen = {one.id: (one.revision, one.withdrawn_at) for one in notices}
    if not digest.items and not place.tell_empty:
        return replace(empty, fates=fates, seen=seen)
    return replace(
        empty,
        closed=replace(closed, notices=len(digest.items), digest=digest),
        fates=fates,
        seen=seen,
        messages=CHANNELS[place.channel].compose(digest, place.target, desk.settings),
        urgent=place.rhythm.cadence is Cadence.AT_ONCE,
        leaves_at=_leaves_at(place, due, closed.closed_at),
    )


def _leaves_at(place: Destination, due: Due, moment: datetime) -> datetime:
    crowded = due.by_clock and place.channel in CROWDED
    return uncrowded(moment, place.id, place.rhythm) if crowded else moment
