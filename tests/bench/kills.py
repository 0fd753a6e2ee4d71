"""What comes of a message when a process dies, its disk is full or its clock steps, at each point, many times.

`python -m tests.bench.kills 50` lets it happen 50 times at each point on SQLite, `… 50 postgresql` on a real server of
PostgreSQL. Each time has a notice of its own on its way from the archive to a receiver; at exactly this point the
process is killed (or whatever the point says), and another goes on. Where a message bears an id (webhook, mail), one
that comes again is known again; at a chat robot it says that it may be a repeat, or is held where its destination so
chose.
"""

import sys
import tempfile
from collections import Counter, defaultdict
from dataclasses import astuple, dataclass
from pathlib import Path

import sqlalchemy as sa

from alerts.model import DeliveryState
from alerts.store.tables import deliveries, destinations, digests
from config.database import open_database
from tests.bench.databases import Databases, databases
from tests.bench.killing import happened
from tests.bench.points import POINTS, Point
from tests.bench.takers import Taken, Taker
from tests.bench.ways import Way

MEMORY = Path("/dev/shm")  # noqa: S108  a folder of our own in it; processes are killed, what they wrote stays
SAYS_SO = "可能重复"
COLUMNS = f"{'what happens':<40} {'times':>5} {'lost':>5} {'again, known':>12} {'held':>5} {'doubled':>8}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How often it happened, and how many messages were lost, came again and were known as such, are held, doubled."""

    times: int
    lost: int
    known: int
    held: int
    doubled: int


def main() -> None:
    """Let it happen as often at each point as the first argument says, on the system that the second names."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    system = sys.argv[2] if len(sys.argv) > 2 else "sqlite"
    chosen = [point for point in POINTS if len(sys.argv) < 4 or sys.argv[3] in point.name]
    sys.stdout.write(COLUMNS)
    with (
        tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder,
        databases(system, Path(folder)) as made,
    ):
        for point in chosen:
            home = Path(folder, point.name.replace(" ", "-"))
            home.mkdir()
            times, lost, known, held, doubled = astuple(told_of(point, rounds, home, made))
            sys.stdout.write(f"{point.name:<40} {times:>5} {lost:>5} {known:>12} {held:>5} {doubled:>8}\n")
            sys.stdout.flush()


def told_of(point: Point, rounds: int, home: Path, made: Databases) -> Told:
    """Let it happen so often at one point."""
    if point.stage == "upgrade":
        engines = [open_database(made.empty(f"{home.name}-{number}")) for number in range(rounds)]
    else:
        engines = [open_database(made.upgraded(home.name))] * rounds
    times = 0
    with Taker(home, point) as taker:
        for number, engine in enumerate(engines):
            way = Way(engine, home, taker, number, point)
            way.begin()
            times += happened(way)
            way.go_on()
        return _told(times, rounds * point.parts * point.places, list(taker.taken()), set(engines))


def _told(times: int, messages: int, taken: list[Taken], engines: set[sa.Engine]) -> Told:
    came = Counter(one.message for one in taken)
    again = {message for message, count in came.items() if count > 1}
    known = _known(taken) & again
    held = [name for engine in engines for name in _held(engine)]
    kept = set(held) - {message.split()[0] for message in came}
    return Told(
        times=times,
        lost=messages - len(came) - len(kept),
        known=len(known),
        held=len(held),
        doubled=len(again - known) + sum(map(_doubled_digests, engines)),
    )


def _known(taken: list[Taken]) -> set[str]:
    """Return the messages of which every repeat bears the id of the first, or says that it may be one."""
    each: dict[str, list[Taken]] = defaultdict(list)
    for one in taken:
        each[one.message].append(one)
    return {
        message
        for message, came in each.items()
        if all(SAYS_SO in one.body or (one.key and one.key == came[0].key) for one in came[1:])
    }


def _held(engine: sa.Engine) -> list[str]:
    """Return the places for which a message is held."""
    query = sa.select(destinations.c.name).join(deliveries).where(deliveries.c.state == DeliveryState.HELD)
    with engine.begin() as connection:
        return list(connection.execute(query).scalars())


def _doubled_digests(engine: sa.Engine) -> int:
    """Return how many places have the digest twice."""
    of_place = digests.c.destination_id
    twice = sa.select(of_place).where(digests.c.content.is_not(None)).group_by(of_place).having(sa.func.count() > 1)
    with engine.begin() as connection:
        return len(connection.execute(twice).all())


if __name__ == "__main__":
    main()
