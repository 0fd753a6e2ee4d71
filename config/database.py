"""Opens the one database: SQLite embedded, PostgreSQL by URL; transactions, migrations, UTC times."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

MIGRATIONS = Path(__file__).parent / "migrations"

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Tables register here where they are declared: crawler/archive/tables.py and alerts/store/tables.py."""


class DatabaseError(Exception):
    """The database cannot be used; the message says what to do.

    DatabaseError
    ├── DatabaseUnreachable   no server, no folder, no permission, not a database
    ├── DatabaseBehind        older than the program: `yaoxun db upgrade`
    └── DatabaseTooNew        newer than the program: install the newer Yaoxun
    """


class DatabaseUnreachable(DatabaseError):
    """No server, no folder, no permission, or a file that is no database."""


class DatabaseBehind(DatabaseError):
    """The database is older than the program."""


class DatabaseTooNew(DatabaseError):
    """The database was written by a newer program."""


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware datetime, stored in UTC; a naive one is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Turn any zone into UTC."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """SQLite gives back naive values; they are UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def insert_ignore(connection: sa.Connection, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT … ON CONFLICT DO NOTHING in the dialect of the connection."""
    insert: Callable[[sa.Table], Any] = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return cast("postgresql.Insert | sqlite.Insert", insert(table).on_conflict_do_nothing())


def open_database(url: str) -> sa.Engine:
    """Return an engine; SQLite gets WAL, synchronous FULL, foreign keys and BEGIN IMMEDIATE."""
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "postgresql" and parsed.get_driver_name() != "psycopg":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(parsed, json_serializer=_to_json)
    except (sa.exc.ArgumentError, ImportError, OSError) as error:
        raise DatabaseUnreachable(
            f"YAOXUN_DATABASE_URL: cannot open a database: {error}. Write sqlite:////folder/yaoxun.db or "
            "postgresql://user:password@host/name (PostgreSQL needs the extra yaoxun[postgres])."
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
    return engine


def ready_database(url: str) -> sa.Engine:
    """Open the database and make sure it has this program's tables.

    An embedded (SQLite) or empty database is upgraded on the spot; a shared one waits for `yaoxun db upgrade`.
    Raises DatabaseUnreachable, DatabaseBehind or DatabaseTooNew.
    """
    engine = open_database(url)
    try:
        found = current_revision(engine)
        if found == head_revision():
            return engine
        _refuse_newer(found)
        if found is not None and engine.dialect.name != "sqlite":
            raise DatabaseBehind(
                f"The database is at {found}, the program needs {head_revision()}: run `yaoxun db upgrade`."
            )
        upgrade_database(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def upgrade_database(engine: sa.Engine) -> tuple[str | None, str]:
    """Run the missing migrations in one transaction and return the revisions (before, after)."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(7170210)"))  # two starters wait for each other
        before = MigrationContext.configure(connection).get_current_revision()
        _refuse_newer(before)
        config = _alembic()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return before, head_revision()


def current_revision(engine: sa.Engine) -> str | None:
    """Return the revision that the database is at; None for an empty one."""
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except sa.exc.DBAPIError as error:
        where = engine.url.render_as_string(hide_password=True)
        raise DatabaseUnreachable(
            f"{where}: {error.orig}. Check YAOXUN_DATABASE_URL, the server and its rights."
        ) from error


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
            f"The database is at {found}, which this program (up to {head_revision()}) does not know: it was written by "
            "a newer Yaoxun. Install that one, or restore the backup made before its upgrade."
        )


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the begin event below opens every transaction
    cursor = connection.cursor()
    for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _to_json(value: Any) -> str:  # noqa: ANN401  a JSON value has any type
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
