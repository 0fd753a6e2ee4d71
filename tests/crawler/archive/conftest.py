"""An empty database with the tables, for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

import crawler.archive.tables  # noqa: F401  the tables register themselves
from config.database import metadata, open_database


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = open_database(f"sqlite:///{tmp_path / 'archive.db'}")
    metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: sa.Engine) -> Iterator[sa.Connection]:
    with engine.begin() as connection:
        yield connection
