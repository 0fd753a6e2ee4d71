"""Opens the one database: SQLite embedded, PostgreSQL by URL; transactions, UTC times. Its tables: upgrades.py."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

if TYPE_CHECKING:
    import psycopg

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


def insert_many(connection: sa.Connection, table: sa.Table, rows: Sequence[Sequence[int]]) -> None:
    """Insert rows of plain numbers, every column in order."""
    names = ", ".join(column.name for column in table.columns)
    marks = ", ".join("?" * len(table.columns))
    run_many(connection, f"INSERT INTO {table.name} ({names}) VALUES ({marks})", rows)  # noqa: S608  the names are our own tables'


def run_many(connection: sa.Connection, statement: str, rows: Iterable[Sequence[int | str]]) -> int:
    """Run a statement, its places marked ?, for rows of plain numbers and text; return how many rows it changed.

    There may be thousands: nothing is done to them of what SQLAlchemy does to each.
    """
    marked = statement if connection.dialect.paramstyle == "qmark" else statement.replace("?", "%s")
    told = connection.exec_driver_sql(marked, list(map(tuple, rows)), execution_options={"preserve_rowcount": True})
    return told.rowcount


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


def _backend(url: sa.URL) -> tuple[str, dict[str, Any]]:
    name = url.get_backend_name()
    if name not in BACKENDS:
        raise sa.exc.ArgumentError(f"{name} is neither {' nor '.join(BACKENDS)}")
    return BACKENDS[name]


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
