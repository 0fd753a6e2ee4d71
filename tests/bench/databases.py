"""Databases made quickly, one for each point: copies of one that was upgraded once; on either system."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from config.database import metadata, open_database
from config.upgrades import ready_database, upgrade_database
from tests.bench.postgres import postgres_url

FULL_LOCK = 53100  # whoever holds this advisory lock has filled the disk; the number is that of the error
FULL = f"""
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
               WHERE datname = current_database() AND locktype = 'advisory' AND objid = {FULL_LOCK}) THEN
        RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
    END IF;
    RETURN NULL;
END $$
"""  # one server serves all tests, and its disk is theirs too


class Databases(Protocol):
    """Where a database comes from."""

    def empty(self, name: str) -> str:
        """Return the URL of one without tables."""

    def upgraded(self, name: str) -> str:
        """Return the URL of one with this program's tables."""


@contextmanager
def databases(system: str, folder: Path) -> Iterator[Databases]:
    """Make databases on sqlite or postgresql until the block ends."""
    if system == "sqlite":
        yield Files(folder)
        return
    with postgres_url() as server:
        served = Served(server)
        try:
            yield served
        finally:
            served.drop_all()


class Files:
    """SQLite: files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        ready_database(self.empty("template")).dispose()

    def empty(self, name: str) -> str:
        """Return the URL of a file that is yet to be."""
        return f"sqlite:///{self._folder / name}.db"

    def upgraded(self, name: str) -> str:
        """Copy the file that has the tables."""
        shutil.copy(self._folder / "template.db", self._folder / f"{name}.db")
        return self.empty(name)


class Served:
    """PostgreSQL: databases of one server, gone at the end."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._made: list[str] = []
        self._shared = self._make()
        self._execute(self._shared, FULL)
        with self._opened(self._shared) as engine:
            upgrade_database(engine)
        each = "CREATE TRIGGER disk BEFORE INSERT OR UPDATE ON {} EXECUTE FUNCTION refuse()"
        self._execute(self._shared, *(each.format(table.name) for table in metadata.sorted_tables))

    def empty(self, name: str) -> str:
        """Create one."""
        del name
        return self._make()

    def upgraded(self, name: str) -> str:
        """Empty the one that has the tables: sooner done than making another."""
        del name
        tables = ", ".join(table.name for table in metadata.sorted_tables)
        self._execute(self._shared, f"TRUNCATE {tables} RESTART IDENTITY")
        return self._shared

    def drop_all(self) -> None:
        """Leave nothing on a server that was there before."""
        self._execute(self._server, *(f"DROP DATABASE {sa.make_url(url).database} WITH (FORCE)" for url in self._made))

    def _make(self) -> str:
        name = f"kills_{uuid.uuid4().hex}"
        self._execute(
            self._server,
            f"CREATE DATABASE {name} TEMPLATE template0",
            f"ALTER DATABASE {name} SET synchronous_commit = off",  # the server is never killed
        )
        self._made.append(sa.make_url(self._server).set(database=name).render_as_string(hide_password=False))
        return self._made[-1]

    def _execute(self, url: str, *statements: str) -> None:
        with self._opened(url) as engine:
            at_once = engine.execution_options(isolation_level="AUTOCOMMIT")
            with at_once.connect() as connection:
                for statement in statements:
                    connection.execute(sa.text(statement))

    @staticmethod
    @contextmanager
    def _opened(url: str) -> Iterator[sa.Engine]:
        engine = open_database(url)
        yield engine
        engine.dispose()
