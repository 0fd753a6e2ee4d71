"""The pace of each target, kept in the database so that any number of workers share it.

A lane is what a provider counts as one: a robot, a bot in a chat. Each of its rates is a bucket that fills as time goes
by; one moment says all of a bucket: when it will be full. A lane may also be held, when the receiver has said how long.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from alerts.store.tables import pacing
from config.database import UtcDateTime, insert_ignore

HELD = "held"
HELD_LANES = sa.select(pacing.c.lane, pacing.c.full_at).where(
    pacing.c.lane.in_(sa.bindparam("lanes", expanding=True)),
    pacing.c.bucket == HELD,
    pacing.c.full_at > sa.bindparam("now", type_=UtcDateTime()),
)
"""Made once: making it costs more than running it."""


def lane_of(channel: str, target: Mapping[str, str], paced_by: Sequence[str]) -> str:
    """Name the lane of a target; the name gives nothing of it away."""
    told = "\n".join([channel, *(target.get(field, "") for field in paced_by)])
    return f"{channel}:{hashlib.sha256(told.encode()).hexdigest()[:32]}"


def take_turn(
    connection: sa.Connection, lane: str, buckets: Sequence[tuple[int, float]], *, now: datetime
) -> datetime | None:
    """Take a turn in a lane: None when the message may leave now, else the moment to come again, and nothing is taken.

    `buckets` are (how many may leave at once, seconds until one more may).
    """
    taken, later = take_turns(connection, lane, buckets, wanted=1, now=now)
    return None if taken else later


def take_turns(
    connection: sa.Connection, lane: str, buckets: Sequence[tuple[int, float]], *, wanted: int, now: datetime
) -> tuple[int, datetime]:
    """Take as many turns in a lane as it has, up to those wanted; return how many, and when there is one more."""
    full_at = _lock(connection, lane, buckets, now)
    spans = {str(number): (burst, timedelta(seconds=interval)) for number, (burst, interval) in enumerate(buckets)}
    begin = {name: max(full_at[name], now) for name in spans}
    held_until = full_at.get(HELD, now)
    rooms = [(now - begin[name]) // interval + burst for name, (burst, interval) in spans.items()]
    turns = 0 if held_until > now else max(min([wanted, *rooms]), 0)
    for name, (_, interval) in spans.items() if turns else ():
        this = (pacing.c.lane == lane) & (pacing.c.bucket == name)
        connection.execute(sa.update(pacing).where(this).values(full_at=begin[name] + turns * interval))
    next_free = [begin[name] + (turns + 1 - burst) * interval for name, (burst, interval) in spans.items()]
    return turns, max([held_until, *next_free])


def hold_lane(connection: sa.Connection, lane: str, until: datetime) -> None:
    """Let nothing leave in a lane until a moment; a longer hold stays."""
    connection.execute(insert_ignore(connection, pacing).values(lane=lane, bucket=HELD, full_at=until))
    this = (pacing.c.lane == lane) & (pacing.c.bucket == HELD) & (pacing.c.full_at < until)
    connection.execute(sa.update(pacing).where(this).values(full_at=until))


def held_lanes(connection: sa.Connection, lanes: Sequence[str], *, now: datetime) -> dict[str, datetime]:
    """Return those of the lanes that are held, each until when."""
    return {row.lane: row.full_at for row in connection.execute(HELD_LANES, {"lanes": list(lanes), "now": now})}


def forget_idle(connection: sa.Connection, *, now: datetime) -> int:
    """Remove what says nothing any more: buckets that are full, holds that are over."""
    return connection.execute(sa.delete(pacing).where(pacing.c.full_at < now)).rowcount


def _lock(
    connection: sa.Connection, lane: str, buckets: Sequence[tuple[int, float]], now: datetime
) -> dict[str, datetime]:
    """Return when each bucket of a lane is full, and keep other workers out of it until the transaction ends."""
    rows = [{"lane": lane, "bucket": str(number), "full_at": now} for number in range(len(buckets))]
    query = sa.select(pacing.c.bucket, pacing.c.full_at).where(pacing.c.lane == lane).order_by(pacing.c.bucket)
    found = {row.bucket: row.full_at for row in connection.execute(query.with_for_update())}
    if missing := [row for row in rows if row["bucket"] not in found]:
        connection.execute(insert_ignore(connection, pacing), missing)
        found = {row.bucket: row.full_at for row in connection.execute(query.with_for_update())}
    return found
