"""Nothing is lost or doubled wherever a process is killed; `python -m tests.bench.kills` does it often."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.points import POINTS, Point

ROOT = Path(__file__).parents[2]
ROUNDS = 2
SYSTEMS = [
    pytest.param(system, marks=pytest.mark.xdist_group(f"kills on {system}")) for system in ("sqlite", "postgresql")
]  # of the processes that test, one alone does it


@pytest.fixture(scope="module")
def rows(request: pytest.FixtureRequest) -> dict[str, tuple[int, ...]]:
    """Return times, lost, again, held and doubled of each point; it happens to two processes at each."""
    system = request.param
    server = {"TEST_POSTGRES_URL": request.getfixturevalue("postgres_url")} if system == "postgresql" else {}
    command = [sys.executable, "-m", "tests.bench.kills", f"{ROUNDS}", system]
    told = subprocess.run(
        command, cwd=ROOT, env=os.environ | server, capture_output=True, text=True, timeout=500, check=True
    ).stdout
    lines = [line.rsplit(maxsplit=5) for line in told.splitlines()[1:]]
    return {name: tuple(map(int, figures)) for name, *figures in lines}


@pytest.mark.parametrize("rows", SYSTEMS, indirect=True, scope="module")
@pytest.mark.parametrize("point", [pytest.param(point, id=point.name) for point in POINTS])
def test_nothing_is_lost_or_doubled(point: Point, rows: dict[str, tuple[int, ...]]) -> None:
    times, lost, again, held, doubled = rows[point.name]
    assert times == ROUNDS
    assert (lost, doubled) == (0, 0)
    assert held == (ROUNDS if point.holds else 0)
    assert again == ROUNDS * point.again
