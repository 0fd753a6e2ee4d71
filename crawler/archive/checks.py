"""What `sources check` saw, kept beside the state of a source."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crawler.archive.crawls import register_sources
from crawler.archive.tables import sources


def remember_check(connection: sa.Connection, source_id: str, check: Mapping[str, Any], *, now: datetime) -> None:
    """Keep how a source looked; its crawls and its verdict stay what they were."""
    register_sources(connection, [source_id], now)
    values = {"checked_at": now, "check": dict(check)}
    connection.execute(sa.update(sources).where(sources.c.id == source_id).values(values))
