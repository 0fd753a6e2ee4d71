"""Nothing is lost or doubled wherever a process is killed; `python -m tests.bench.kills` does it often."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.killing import POINTS

ROOT = Path(__file__).parents[2]
AGAIN = ("sent, not answered", "answered, not marked", "marked, not committed")


@pytest.fixture(scope="module")
def rows() -> dict[str, tuple[int, int, int, int]]:
    """Return kills, lost, again and doubled of each point; two processes killed at each."""
    command = [sys.executable, "-m", "tests.bench.kills", "2"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=True).stdout
    lines = [line.rsplit(maxsplit=4) for line in told.splitlines()[1:]]
    return {name: (int(kills), int(lost), int(again), int(doubled)) for name, kills, lost, again, doubled in lines}


@pytest.mark.parametrize("name", [point.name for point in POINTS])
def test_killed_at_this_point_nothing_is_lost_or_doubled(name: str, rows: dict[str, tuple[int, int, int, int]]) -> None:
    kills, lost, again, doubled = rows[name]
    assert kills == 2
    assert (lost, doubled) == (0, 0)
    assert again == (2 if name.startswith(AGAIN) else 0)
