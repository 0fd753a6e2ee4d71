"""Brings the database to this program's tables; apart from database.py, for it takes long to load."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from config.database import DatabaseBehind, DatabaseError, DatabaseTooNew, DatabaseUnreachable, open_database

MIGRATIONS = Path(__file__).parent / "migrations"


def ready_database(url: str) -> sa.Engine:
    """Open the database and make sure it has this program's tables.

    An embedded (SQLite) or empty database is upgraded on the spot; a shared one waits for `yaoxun db upgrade`.
    Raises DatabaseUnreachable, DatabaseBehind or DatabaseTooNew.
    """
    engine = open_database(url)
    try:
        found = current_revision(engine)
        _refuse_newer(found)
        if engine.dialect.name != "sqlite":
            _refuse_older(found)
        if found != head_revision():
            upgrade_database(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def upgrade_database(engine: sa.Engine) -> tuple[str | None, str]:
    """Run the missing migrations in one transaction and return the revisions (before, after)."""
    with _reached(engine), engine.connect() as connection, _rows_stay(connection), connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(7170210)"))  # two starters wait for each other
        before = MigrationContext.configure(connection).get_current_revision()
        _refuse_newer(before)
        config = _alembic()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        _refuse_orphans(connection)
    return before, head_revision()


def current_revision(engine: sa.Engine) -> str | None:
    """Return the revision that the database is at; None for an empty one."""
    with _reached(engine), engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head_revision() -> str:
    """Return the newest revision this program knows."""
    head = ScriptDirectory.from_config(_alembic()).get_current_head()
    if head is None:
        raise DatabaseError(f"{MIGRATIONS}: the migrations are missing; install Yaoxun again.")
    return head


def _refuse_newer(found: str | None) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_alembic()).walk_revisions()}
    if found is not None and found not in known:
        raise DatabaseTooNew(
            f"The database is at {found}, which this program (up to {head_revision()}) does not know: it was written "
            "by a newer Yaoxun. Install that one, or restore the backup made before its upgrade."
        )


def _refuse_older(found: str | None) -> None:
    if found not in (None, head_revision()):
        raise DatabaseBehind(
            f"The database is at {found}, the program needs {head_revision()}: run `yaoxun db upgrade`."
        )


@contextmanager
def _reached(engine: sa.Engine) -> Iterator[None]:
    """Turn whatever the driver says into a sentence with the address, without its password."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        where = engine.url.render_as_string(hide_password=True)
        raise DatabaseUnreachable(
            f"{where}: {str(error.orig).strip()}. Check YAOXUN_HOME, YAOXUN_DATABASE_URL, the server and its rights."
        ) from error


@contextmanager
def _rows_stay(connection: sa.Connection) -> Iterator[None]:
    """Rebuilding a table is how SQLite changes one; with foreign keys on, dropping the old one deletes its children."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = cast("sqlite3.Connection", connection.connection.dbapi_connection)
    raw.execute("PRAGMA foreign_keys=OFF")  # does nothing inside a transaction, so this stands before it
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def _refuse_orphans(connection: sa.Connection) -> None:
    """Check what SQLite did not while foreign keys were off."""
    if connection.dialect.name == "sqlite" and (
        orphans := connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    ):
        raise DatabaseError(
            f"The upgrade would leave rows that refer to nothing, so nothing was changed: {orphans[:3]}. "
            "Restore a backup that has none, or remove those rows, then upgrade again."
        )


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
