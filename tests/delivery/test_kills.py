"""Nothing is lost or doubled wherever a process is killed; `python -m tests.bench.kills` does it often."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.points import POINTS

ROOT = Path(__file__).parents[2]
ROUNDS = 2


@pytest.mark.parametrize("system", ["sqlite", "postgresql"])
def test_nothing_is_lost_or_doubled_at_any_point(system: str, request: pytest.FixtureRequest) -> None:
    server = {"TEST_POSTGRES_URL": request.getfixturevalue("postgres_url")} if system == "postgresql" else {}
    command = [sys.executable, "-m", "tests.bench.kills", f"{ROUNDS}", system]
    told = subprocess.run(
        command, cwd=ROOT, env=os.environ | server, capture_output=True, text=True, timeout=500, check=True
    ).stdout
    lines = [line.rsplit(maxsplit=5) for line in told.splitlines()[1:]]
    assert {name: dict(zip(COLUMNS, map(int, figures), strict=True)) for name, *figures in lines} == EXPECTED


COLUMNS = ("times", "lost", "again, known", "held", "doubled")
EXPECTED = {
    point.name: dict(zip(COLUMNS, (ROUNDS, 0, ROUNDS * point.again, ROUNDS * point.holds, 0), strict=True))
    for point in POINTS
}
