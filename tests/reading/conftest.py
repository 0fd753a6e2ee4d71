"""The place tree as it is shipped, and the sample bulletin."""

from pathlib import Path

import pytest

import alerts.demo
from config.regions import Places, load_places

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def places() -> Places:
    return load_places(ROOT / "config" / "regions.toml")


@pytest.fixture(scope="session")
def sample() -> str:
    return (Path(alerts.demo.__file__).parent / "bulletin.txt").read_text(encoding="utf-8")
