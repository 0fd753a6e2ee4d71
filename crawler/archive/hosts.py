"""What is known of a host: until when it wants to be left alone, and how slowly it wants to be asked."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from config.database import insert_ignore
from crawler.archive.tables import hosts

LONGEST_REST = timedelta(days=1)
FURTHEST = LONGEST_REST + timedelta(hours=1)  # off: a rest until later was written down by a wrong clock


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRecord:
    """One host; `not_before` stands after a refusal, `failures` counts refusals in a row."""

    host: str
    not_before: datetime | None = None
    failures: int = 0
    reason: str = ""
    crawl_delay: float | None = None


def host_records(connection: sa.Connection) -> dict[str, HostRecord]:
    """Return every host that has a row."""
    rows = connection.execute(sa.select(hosts).order_by(hosts.c.host))
    return {row.host: HostRecord(**row._asdict()) for row in rows}


def resting_hosts(connection: sa.Connection, now: datetime) -> frozenset[str]:
    """Return the hosts that nobody is to ask yet."""
    resting = (hosts.c.not_before > now) & (hosts.c.not_before <= now + FURTHEST)
    return frozenset(connection.execute(sa.select(hosts.c.host).where(resting)).scalars())


def save_host(connection: sa.Connection, record: HostRecord) -> None:
    """Write down what is known of a host now."""
    connection.execute(insert_ignore(connection, hosts).values(host=record.host))
    values = asdict(record)
    connection.execute(sa.update(hosts).where(hosts.c.host == record.host).values(values))
