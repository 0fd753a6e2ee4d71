"""The tables of the index, and the triggers that put whatever changes in its queue."""

from collections.abc import Iterator, Sequence
from itertools import chain

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

import crawler.archive.tables  # noqa: F401  the tables that are watched
from config.database import metadata

search_queue = sa.Table(
    "search_queue",
    metadata,
    sa.Column("notice_id", sa.Integer, sa.ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True),
)
"""Notices of which the index knows nothing, or nothing current."""

search_texts = sa.Table(
    "search_texts",
    metadata,
    # No foreign key: to check it, indexing would wait for who is changing the notice, who waits for the queue.
    sa.Column("notice_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("texts", sa.LargeBinary, nullable=False),  # title, body, attachments
    sa.Column("facts", sa.LargeBinary, nullable=False),  # whatever else
)
"""What a rule is asked of, already folded: UTF-16, a third smaller than UTF-8 for Chinese and faster to read."""

search_segments = sa.Table(
    "search_segments",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),  # of two that hold a notice the higher one counts
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("ids", sa.LargeBinary, nullable=False),
    sa.Column("seen", sa.LargeBinary, nullable=False),
    sa.Column("published", sa.LargeBinary, nullable=False),
    sa.Column("directory", sa.LargeBinary, nullable=False),  # the first token of each block
)

search_blocks = sa.Table(
    "search_blocks",
    metadata,
    # Segment and number in one, so that SQLite finds a list of them without a scan: see `block_id`.
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
    sa.Column("postings", sa.LargeBinary, nullable=False),
)

MOST_BLOCKS = 1 << 20


def block_id(segment_id: int, number: int) -> int:
    """Return the id of the n-th block of a segment."""
    return segment_id * MOST_BLOCKS + number


def among(connection: sa.Connection, column: sa.Column[int], ids: Sequence[int]) -> sa.ColumnElement[bool]:
    """Return that a column is one of some ids: for PostgreSQL as one value, so that it plans the statement once."""
    if connection.dialect.name == "postgresql":
        return column == sa.any_(sa.literal(list(ids), postgresql.ARRAY(sa.BigInteger)))
    return column.in_(ids)


_WATCHED = (
    *("title", "text", "url", "agency", "document_number", "source_id", "section", "kind", "regions", "attachments"),
    *("revision", "published", "withdrawn_at", "facts"),
)
"""Columns of a notice that rules are asked of, or results ordered by."""


def _changed(different: str, cast: str) -> str:
    return " OR ".join(f"OLD.{name}{cast} {different} NEW.{name}{cast}" for name in _WATCHED)


def _sqlite_trigger(name: str, event: str, row: str) -> str:
    waits = f"SELECT 1 FROM search_queue WHERE notice_id = {row}"  # noqa: S608  names from here
    queue = f"INSERT INTO search_queue SELECT {row} WHERE NOT EXISTS ({waits})"
    return f"CREATE TRIGGER IF NOT EXISTS {name} AFTER {event} BEGIN {queue}; END"


def _postgres_function(name: str, row: str) -> str:
    """Take the lock of a row that waits already: indexing leaves it alone until the change is committed."""
    queue = f"INSERT INTO search_queue VALUES ({row}) ON CONFLICT (notice_id) DO UPDATE SET notice_id = {row}"  # noqa: S608  names from here
    head = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
    return f"{head} AS $$ BEGIN {queue}; RETURN NULL; END $$"


def _postgres_trigger(name: str, event: str, function: str) -> str:
    return f"CREATE OR REPLACE TRIGGER {name} AFTER {event} EXECUTE FUNCTION {function}()"


_UPDATE = f"UPDATE OF {', '.join(_WATCHED)} ON notices FOR EACH ROW WHEN"

TRIGGERS = {
    "sqlite": (
        _sqlite_trigger("search_notice_added", "INSERT ON notices FOR EACH ROW", "NEW.id"),
        _sqlite_trigger("search_notice_changed", f"{_UPDATE} {_changed('IS NOT', '')}", "NEW.id"),
        _sqlite_trigger("search_file_added", "INSERT ON attachments FOR EACH ROW", "NEW.notice_id"),
        _sqlite_trigger("search_file_changed", "UPDATE ON attachments FOR EACH ROW", "NEW.notice_id"),
        _sqlite_trigger("search_file_removed", "DELETE ON attachments FOR EACH ROW", "OLD.notice_id"),
    ),
    "postgresql": (
        _postgres_function("search_notice", "NEW.id"),
        _postgres_function("search_file", "NEW.notice_id"),
        _postgres_function("search_file_gone", "OLD.notice_id"),
        _postgres_trigger("search_notice_added", "INSERT ON notices FOR EACH ROW", "search_notice"),
        _postgres_trigger(
            "search_notice_changed", f"{_UPDATE} ({_changed('IS DISTINCT FROM', '::text')})", "search_notice"
        ),
        _postgres_trigger("search_file_added", "INSERT OR UPDATE ON attachments FOR EACH ROW", "search_file"),
        _postgres_trigger("search_file_removed", "DELETE ON attachments FOR EACH ROW", "search_file_gone"),
    ),
}


def _kept_whole(table: sa.Table) -> Iterator[str]:
    """Let a row that fits a page stay there as it is.

    Else PostgreSQL tries to compress its bytes, in vain, and cuts them into pieces of 2 kB, each looked up by itself.
    """
    yield f"ALTER TABLE {table.name} SET (toast_tuple_target = 8160)"
    for column in table.columns:
        if isinstance(column.type, sa.LargeBinary):
            yield f"ALTER TABLE {table.name} ALTER {column.name} SET STORAGE EXTERNAL"


STORAGE = {
    "sqlite": (),
    "postgresql": tuple(chain.from_iterable(map(_kept_whole, (search_texts, search_segments, search_blocks)))),
}


def _prepare(_target: sa.MetaData, connection: sa.Connection, **_how: object) -> None:
    for statement in (*TRIGGERS[connection.dialect.name], *STORAGE[connection.dialect.name]):
        connection.exec_driver_sql(statement)


sa.event.listen(metadata, "after_create", _prepare)
