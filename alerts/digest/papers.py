"""What the digests that are closed together speak of, read in one go: notices, readers, rules, what ends soon."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import sqlalchemy as sa

from alerts.digest.building import Shelf
from alerts.digest.ending import SOON_OF_OLD
from alerts.model import Destination, Subscriber, Subscription
from alerts.store.closing import ending_notices
from alerts.store.digests import Found
from alerts.store.subscribers import subscribers_by_id
from alerts.store.subscriptions import subscriptions_of
from crawler.archive.notices import notices_by_id
from crawler.archive.reposts import clusters_of
from crawler.notice import ArchivedNotice

BETWEEN = timedelta(days=60)  # a notice whose first deadline is over may have another
MOST_OLD = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """Notices by id, the pages of each cluster, readers by id, rules by reader, what may end soon by destination."""

    notices: Mapping[int, ArchivedNotice]
    clusters: Mapping[int, Sequence[ArchivedNotice]]
    readers: Mapping[int, Subscriber]
    rules: Mapping[int, Sequence[Subscription]]
    ending: Mapping[int, Sequence[int]]
    shelf: Shelf = field(default_factory=Shelf)


def read_papers(
    connection: sa.Connection, places: Collection[Destination], found: Mapping[int, Sequence[Found]], today: date
) -> Papers:
    """Read what the digests of these destinations need, for a day (of any time zone)."""
    # a day more on both sides: where the reader is, it may be yesterday or tomorrow
    first, last = today - BETWEEN - timedelta(days=1), today + SOON_OF_OLD + timedelta(days=1)
    ending = ending_notices(connection, {one.id for one in places}, first=first, last=last, limit=MOST_OLD)
    wanted = {one.match.notice_id for each in found.values() for one in each}
    notices = notices_by_id(connection, wanted.union(*ending.values()))
    here = {notices[notice_id].cluster_id for notice_id in wanted} - {None}
    readers = {one.subscriber_id for one in places}
    return Papers(
        notices=notices,
        clusters=clusters_of(connection, {one for one in here if one is not None}),
        readers=subscribers_by_id(connection, readers),
        rules=subscriptions_of(connection, readers),
        ending=ending,
    )
