"""Opens the one database: SQLite embedded, PostgreSQL by URL; transactions, migrations, UTC times."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

if TYPE_CHECKING:
    import psycopg

MIGRATIONS = Path(__file__).parent / "migrations"
BACKENDS: dict[str, tuple[str, dict[str, Any]]] = {
    "sqlite": ("sqlite+pysqlite", {}),
    "postgresql": ("postgresql+psycopg", {"pool_pre_ping": True, "connect_args": {"connect_timeout": 10}}),
}
"""The driver of each, and how its engine is made: a connection that the server dropped is replaced before use."""

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


class Json(str):
    """JSON that is written already: a column of JSON takes it as it is."""

    __slots__ = ()


def insert_ignore(connection: sa.Connection, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT … ON CONFLICT DO NOTHING in the dialect of the connection."""
    return _insert(connection, table).on_conflict_do_nothing()


def insert_or_update(connection: sa.Connection, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT … ON CONFLICT DO UPDATE: where the row with this primary key is there, it says the new."""
    insert, keys = _insert(connection, table), list(table.primary_key.columns)
    said = {column.name: insert.excluded[column.name] for column in table.columns if column not in set(keys)}
    return insert.on_conflict_do_update(index_elements=keys, set_=said)


def _insert(connection: sa.Connection, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    insert: Callable[[sa.Table], Any] = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return cast("postgresql.Insert | sqlite.Insert", insert(table))


def open_database(url: str) -> sa.Engine:
    """Return an engine; SQLite gets WAL, synchronous FULL, foreign keys and BEGIN IMMEDIATE.

    `engine.execution_options(reading=True)` begins without the right to write: a long look keeps nobody waiting.
    With `binary=True` PostgreSQL sends bytes as they are, and not as twice as much text.
    """
    try:
        parsed = sa.make_url(url)
        driver, options = _backend(parsed)
        if parsed.database and driver.startswith("sqlite"):
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(parsed.set(drivername=driver), json_serializer=to_json, **options)
    except (sa.exc.ArgumentError, ImportError, OSError) as error:
        raise DatabaseUnreachable(
            f"Cannot open the database: {error}. YAOXUN_HOME must be a folder that can be written, YAOXUN_DATABASE_URL "
            "empty or sqlite:////folder/yaoxun.db or postgresql://user:password@host/name (which needs the extra "
            "yaoxun[postgres])."
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
    else:
        event.listen(engine, "before_cursor_execute", _fetch_binary, named=True)
    return engine


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


def _backend(url: sa.URL) -> tuple[str, dict[str, Any]]:
    name = url.get_backend_name()
    if name not in BACKENDS:
        raise sa.exc.ArgumentError(f"{name} is neither {' nor '.join(BACKENDS)}")
    return BACKENDS[name]


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
            f"The upgrade would leave rows that refer to nothing, so nothing was changed: {orphans[:3]}"
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
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _fetch_binary(conn: sa.Connection, cursor: "psycopg.Cursor[Any]", **_told: object) -> None:
    if conn.get_execution_options().get("binary", False):
        from psycopg.pq import Format  # noqa: PLC0415  an extra that SQLite does without

        cursor.format = Format.BINARY


def to_json(value: Any) -> str:  # noqa: ANN401  a JSON value has any type
    """Write a value as JSON, as it stands in the database."""
    return str(value) if isinstance(value, Json) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
