"""A process killed at each point at which something could be lost or come twice, many times, and what came of it.

`python -m tests.bench.kills 50` kills 50 at each point. Each has a notice of its own on its way from the archive to a
receiver; the process dies by SIGKILL at exactly this point, and another goes on. Where a message bears an id (webhook),
one that comes again is known again; at a chat robot it says that it may be a repeat.
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path

import sqlalchemy as sa

from alerts.store.secrets import Vault
from alerts.store.tables import digests
from config.upgrades import ready_database
from tests.bench.killing import POINTS, Point, Taker, Way, killed_in

SAYS_SO = "可能重复"


def main() -> None:
    """Kill as many processes at each point as the first argument says, and say what came of it."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    sys.stdout.write(f"{'killed …':<42} {'kills':>5} {'lost':>5} {'again, known':>12} {'doubled':>8}\n")
    with tempfile.TemporaryDirectory() as folder:
        for point in POINTS:
            told = killed_at(point, rounds, Path(folder))
            sys.stdout.write(f"{point.name:<42} {told[0]:>5} {told[1]:>5} {told[2]:>12} {told[3]:>8}\n")


def killed_at(point: Point, rounds: int, folder: Path) -> tuple[int, int, int, int]:
    """Return kills, messages lost, messages that came again and were known as such, messages doubled."""
    home = folder / point.name.replace(" ", "-")
    home.mkdir()
    url = f"sqlite:///{home}/kills.db"
    kills = 0
    with Taker(home, fails_first=point.fails_first) as taker:
        for number in range(rounds):
            way = Way(url, home, taker, number, point)
            way.begin()
            kills += killed_in(way)
            way.go_on()
        came = Counter(got.message for got in taker.taken())
        keys = {got.message: {one.key for one in taker.taken() if one.message == got.message} for got in taker.taken()}
        marked = {got.message for got in taker.taken() if SAYS_SO in got.body}
    lost = rounds * point.parts - len(came)
    again = [message for message, count in came.items() if count > 1]
    known = [
        message for message in again if (None not in keys[message] and len(keys[message]) == 1) or message in marked
    ]
    return kills, lost, len(known), len(again) - len(known) + _doubled_digests(url, home)


def _doubled_digests(url: str, home: Path) -> int:
    engine = ready_database(url)
    Vault.open(home)
    with engine.begin() as connection:
        times = sa.func.count()
        of_place = (
            sa.select(times).where(digests.c.content.is_not(None)).group_by(digests.c.destination_id).having(times > 1)
        )
        doubled = len(connection.execute(of_place).all())
    engine.dispose()
    return doubled


if __name__ == "__main__":
    main()
