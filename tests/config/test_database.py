"""The database as it is opened: what holds on both systems, and what each promises by itself."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from config.database import DatabaseUnreachable, UtcDateTime, insert_ignore, open_database
from config.upgrades import current_revision, head_revision, ready_database, upgrade_database

own = sa.MetaData()
moments = sa.Table("moments", own, sa.Column("id", sa.Integer, primary_key=True), sa.Column("at", UtcDateTime))
counters = sa.Table("counters", own, sa.Column("id", sa.Integer, primary_key=True), sa.Column("value", sa.Integer))
children = sa.Table("children", own, sa.Column("counter_id", sa.Integer, sa.ForeignKey("counters.id"), nullable=False))
papers = sa.Table("papers", own, sa.Column("content", sa.JSON))


@pytest.fixture
def tables(engine: sa.Engine) -> Iterator[sa.Engine]:
    own.create_all(engine)
    yield engine
    own.drop_all(engine)


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = open_database(f"sqlite:///{tmp_path / 'new' / 'folder' / 'yaoxun.db'}")
    own.create_all(engine)
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 23, 0, 30, tzinfo=UTC),
        datetime(2026, 11, 23, 8, 30, 15, 123456, tzinfo=ZoneInfo("Asia/Shanghai")),
        datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Paris")),
        datetime(1969, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-5))),
    ],
)
def test_a_moment_comes_back_in_utc(tables: sa.Engine, moment: datetime) -> None:
    with tables.begin() as connection:
        connection.execute(moments.insert().values(id=1, at=moment))
    with tables.connect() as connection:
        back = connection.execute(sa.select(moments.c.at)).scalar_one()
    assert back == moment.astimezone(UTC)
    assert back.tzinfo is UTC


def test_moments_sort_and_compare_across_zones(tables: sa.Engine) -> None:
    shanghai = datetime(2026, 11, 23, 7, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # 23:00 of the day before in UTC
    with tables.begin() as connection:
        connection.execute(
            moments.insert(), [{"id": 1, "at": datetime(2026, 11, 23, tzinfo=UTC)}, {"id": 2, "at": shanghai}]
        )
        connection.execute(moments.insert().values(id=3, at=None))
        earlier = sa.select(moments.c.id).where(moments.c.at < datetime(2026, 11, 23, tzinfo=UTC))
        assert connection.execute(earlier).scalars().all() == [2]
        assert connection.execute(sa.select(moments.c.at).where(moments.c.id == 3)).scalar_one() is None


def test_a_moment_without_zone_is_refused(tables: sa.Engine) -> None:
    naive = datetime(2026, 11, 23, 8, 0)  # noqa: DTZ001  what is refused
    with tables.begin() as connection, pytest.raises(sa.exc.StatementError, match="has no time zone"):
        connection.execute(moments.insert().values(id=1, at=naive))


def test_json_keeps_what_was_written(tables: sa.Engine) -> None:
    content = {"标题": "示范区资格互认〔2026〕12号", "spans": [[0, 4]], "none": None}
    with tables.begin() as connection:
        connection.execute(papers.insert().values(content=content))
        assert connection.execute(sa.select(papers.c.content)).scalar_one() == content
        assert "示范区" in connection.execute(sa.select(sa.cast(papers.c.content, sa.Text))).scalar_one()


def test_a_row_that_is_there_already_is_left_alone(tables: sa.Engine) -> None:
    with tables.begin() as connection:
        for value in (1, 2):
            connection.execute(insert_ignore(connection, counters).values(id=1, value=value))
        assert connection.execute(sa.select(counters.c.value)).scalars().all() == [1]


def test_foreign_keys_hold(tables: sa.Engine) -> None:
    with pytest.raises(sa.exc.IntegrityError), tables.begin() as connection:
        connection.execute(children.insert().values(counter_id=7))


def test_a_transaction_that_fails_leaves_nothing(tables: sa.Engine) -> None:
    one = counters.insert().values(id=1, value=1)
    with pytest.raises(sa.exc.IntegrityError), tables.begin() as connection:
        _execute_each(connection, one, one)
    with tables.connect() as connection:
        assert connection.execute(sa.select(counters)).all() == []


def test_the_pragmas_are_in_force_on_every_connection(sqlite: sa.Engine) -> None:
    with sqlite.connect() as first, sqlite.connect() as second:
        assert first.connection.dbapi_connection is not second.connection.dbapi_connection
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        values = [second.connection.cursor().execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas]
    assert values == ["wal", 2, 1, 30_000]


def test_a_transaction_holds_the_right_to_write_from_its_beginning(sqlite: sa.Engine) -> None:
    with sqlite.connect() as first, sqlite.connect() as second:
        first.execute(sa.select(counters))
        second.connection.cursor().execute("PRAGMA busy_timeout=1")
        with pytest.raises(sa.exc.OperationalError, match="locked"):
            second.execute(sa.select(counters))
        second.connection.cursor().execute("PRAGMA busy_timeout=30000")


def test_two_threads_count_exactly(sqlite: sa.Engine) -> None:
    """Read, then write: a deferred transaction would fail at once here, and a lock too late would lose counts."""
    with sqlite.begin() as connection:
        connection.execute(counters.insert().values(id=1, value=0))

    def count() -> None:
        for _ in range(100):
            with sqlite.begin() as connection:
                value = connection.execute(sa.select(counters.c.value)).scalar_one()
                connection.execute(counters.update().values(value=value + 1))

    threads = [threading.Thread(target=count) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sqlite.connect() as connection:
        assert connection.execute(sa.select(counters.c.value)).scalar_one() == 200


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("yaoxun.db", "Could not parse"),
        ("mysql://yaoxun:s3cret@db.internal/yaoxun", "mysql is neither sqlite nor postgresql"),
        ("postgres://yaoxun:s3cret@db.internal/yaoxun", "postgres is neither sqlite nor postgresql"),
        ("sqlite:////proc/nowhere/yaoxun.db", "No such file or directory"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused(url: str, reason: str) -> None:
    with pytest.raises(DatabaseUnreachable) as caught:
        open_database(url)
    assert reason in str(caught.value)
    assert "YAOXUN_DATABASE_URL" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Minutes of a meeting, certainly longer than the header of a database file would be." * 9, "utf-8")
    before = path.read_bytes()
    with pytest.raises(DatabaseUnreachable, match=r"notes\.txt: file is not a database\. Check YAOXUN_HOME"):
        ready_database(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreachable, match="unable to open database file"):
        ready_database(f"sqlite:///{tmp_path}")


def test_a_server_that_does_not_answer_is_named_without_the_password() -> None:
    url = "postgresql://yaoxun:s3cret@127.0.0.1:1/yaoxun"
    for use in (ready_database, lambda url: current_revision(open_database(url)), _upgrade):
        with pytest.raises(DatabaseUnreachable) as caught:
            use(url)
        assert "127.0.0.1:1/yaoxun: " in str(caught.value)
        assert "refused" in str(caught.value)
        assert "s3cret" not in str(caught.value)


def test_a_database_that_the_server_does_not_have_is_named(postgres_url: str) -> None:
    url = sa.make_url(postgres_url).set(database="absent").render_as_string(hide_password=False)
    with pytest.raises(DatabaseUnreachable, match='database "absent" does not exist'):
        ready_database(url)


def test_a_connection_that_the_server_dropped_is_replaced(postgres_url: str) -> None:
    engine, killer = open_database(postgres_url), open_database(postgres_url)
    with engine.connect() as connection:
        process = connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
    with killer.connect() as connection:
        connection.execute(sa.text("SELECT pg_terminate_backend(:process)"), {"process": process})
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one() != process
    for opened in (engine, killer):
        opened.dispose()


def test_many_processes_upgrade_an_empty_database_at_once(database_url: str) -> None:
    program = (
        "import sys; from config.upgrades import *; sys.stdin.read(1); engine = ready_database(sys.argv[1]);"
        "print(current_revision(engine)); engine.dispose()"
    )
    starters = [
        subprocess.Popen(
            [sys.executable, "-c", program, database_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        for _ in range(4)
    ]
    for starter in starters:
        assert starter.stdin
        starter.stdin.write("!")
        starter.stdin.flush()
    answers = [starter.communicate() for starter in starters]
    assert {answer for answer, _errors in answers} == {f"{head_revision()}\n"}, answers


def _execute_each(connection: sa.Connection, *statements: sa.Insert) -> None:
    for statement in statements:
        connection.execute(statement)


def _upgrade(url: str) -> None:
    upgrade_database(open_database(url))
