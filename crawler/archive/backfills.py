"""How far `crawl --since` has come at each source."""

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa

from crawler.archive.tables import sources


def pages_done(connection: sa.Connection, source_id: str, since: date) -> dict[str, int]:
    """Return the pages that an unfinished backfill to this date has done, by list; another date begins afresh."""
    row = connection.execute(sa.select(sources.c.backfill).where(sources.c.id == source_id)).scalar_one_or_none()
    return dict(row["lists"]) if row and row["since"] == since.isoformat() else {}


def save_backfill(connection: sa.Connection, source_id: str, since: date, done: Mapping[str, int]) -> None:
    """Keep how far a backfill has come."""
    values = {"since": since.isoformat(), "lists": dict(done)}
    connection.execute(sa.update(sources).where(sources.c.id == source_id).values(backfill=values))


def end_backfill(connection: sa.Connection, source_id: str) -> None:
    """Forget a backfill that has come to its end."""
    connection.execute(sa.update(sources).where(sources.c.id == source_id).values(backfill=sa.null()))
