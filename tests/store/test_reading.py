"""A transaction that only reads waits for nobody and keeps nobody waiting."""

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from alerts.store.subscribers import add_subscriber, list_subscribers
from config.database import open_database
from tests.store.rows import NOW


def test_reading_and_writing_go_on_beside_each_other(engine: sa.Engine) -> None:
    with engine.begin() as writing:
        add_subscriber(writing, "规划科", now=NOW)
        with engine.execution_options(reading=True).begin() as reading:
            assert list_subscribers(reading) == []
    with engine.execution_options(reading=True).begin() as reading:
        assert len(list_subscribers(reading)) == 1
        with engine.begin() as writing:
            add_subscriber(writing, "产业科", now=NOW)
        if engine.dialect.name == "sqlite":  # one view of the rows from beginning to end
            assert len(list_subscribers(reading)) == 1


def test_what_was_begun_for_reading_cannot_write_over_what_came_meanwhile(sqlite_template: Path) -> None:
    engine = open_database(f"sqlite:///{shutil.copy(sqlite_template, sqlite_template.with_name('reading.db'))}")
    with engine.execution_options(reading=True).connect() as reading:
        list_subscribers(reading)
        with engine.begin() as writing:
            add_subscriber(writing, "规划科", now=NOW)
        with pytest.raises(sa.exc.OperationalError, match="locked"):
            add_subscriber(reading, "产业科", now=NOW)
    engine.dispose()
