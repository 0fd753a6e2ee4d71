"""The day up to which a stage that works day by day has come."""

from datetime import date

import sqlalchemy as sa

from alerts.store.tables import stage_days
from config.database import insert_ignore


def day_reached(connection: sa.Connection, stage: str) -> date | None:
    """Return the last day that a stage has done; None before its first."""
    query = sa.select(stage_days.c.day).where(stage_days.c.stage == stage)
    return connection.execute(query).scalar_one_or_none()


def reach_day(connection: sa.Connection, stage: str, day: date) -> None:
    """Note that a stage has done a day; one that is further already stays there."""
    connection.execute(insert_ignore(connection, stage_days).values(stage=stage, day=day))
    earlier = (stage_days.c.stage == stage) & (stage_days.c.day < day)
    connection.execute(sa.update(stage_days).where(earlier).values(day=day))
