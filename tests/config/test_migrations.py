"""The migrations: equal to the tables, safe to interrupt, and clear about databases of other versions."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import config.upgrades
from config.database import DatabaseBehind, DatabaseError, DatabaseTooNew, DatabaseUnreachable, metadata, open_database
from config.upgrades import current_revision, head_revision, ready_database, upgrade_database

WHEN = "2026-11-23 00:00:00+00:00"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
NOTICE = {
    "source_id": "town",
    "title": "补贴",
    "text": "补贴",
    "regions": [],
    "attachments": [],
    "content_hash": "",
    "first_seen_at": NOW,
    "last_seen_at": NOW,
}
MATCH = {
    "subscription_id": 1,
    "rule_revision": 1,
    "notice_revision": 1,
    "evidence": [],
    "score": 1.0,
    "matched_at": NOW,
}
AddMigration = Callable[[str], None]


@pytest.fixture
def empty(database_url: str) -> Iterator[sa.Engine]:
    engine = open_database(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def add_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AddMigration:
    """Let the program be one version ahead: its own migrations and one more, made of these statements."""
    folder = tmp_path / "migrations"

    def add(body: str) -> None:
        shutil.copytree(config.upgrades.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        text = (
            "import sqlalchemy as sa\nfrom alembic import op\n"
            f"revision = '9999'\ndown_revision = '{head_revision()}'\ndef upgrade():\n    {body}\n"
        )
        (folder / "versions" / "9999_next.py").write_text(text, encoding="utf-8")
        monkeypatch.setattr(config.upgrades, "MIGRATIONS", folder)

    return add


def test_the_migrations_make_exactly_the_declared_tables(empty: sa.Engine) -> None:
    upgrade_database(empty)
    with empty.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    migrated = _shape(empty)
    metadata.drop_all(empty)
    metadata.create_all(empty)
    assert migrated == _shape(empty)


def test_an_empty_database_is_upgraded_on_the_spot(database_url: str) -> None:
    engine = ready_database(database_url)
    assert current_revision(engine) == head_revision()
    assert upgrade_database(engine) == (head_revision(), head_revision())
    engine.dispose()


def test_an_upgrade_says_what_it_did(empty: sa.Engine) -> None:
    assert current_revision(empty) is None
    assert upgrade_database(empty) == (None, head_revision())


def test_rows_stay_when_their_database_is_opened_again(database_url: str) -> None:
    for expected in (0, 1):
        engine = ready_database(database_url)
        with engine.begin() as connection:
            assert connection.execute(sa.text("SELECT count(*) FROM subscribers")).scalar_one() == expected
            if expected == 0:
                _add_subscriber(connection)
        engine.dispose()


def test_a_database_of_a_newer_program_is_refused(database_url: str) -> None:
    engine = ready_database(database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '2031_future'"))
    for use in (lambda: ready_database(database_url), lambda: upgrade_database(engine)):
        with pytest.raises(DatabaseTooNew, match=r"at 2031_future.*newer Yaoxun.*backup"):
            use()
    assert current_revision(engine) == "2031_future"
    engine.dispose()


def test_a_shared_database_waits_for_the_command_and_an_embedded_one_does_not(
    database_url: str, add_migration: AddMigration
) -> None:
    ready_database(database_url).dispose()
    before = head_revision()
    add_migration("op.create_table('extra', sa.Column('id', sa.Integer()))")
    engine = open_database(database_url)
    if engine.dialect.name == "postgresql":
        with pytest.raises(DatabaseBehind, match=rf"at {before}, the program needs 9999: run `yaoxun db upgrade`"):
            ready_database(database_url)
        assert current_revision(engine) == before
        assert upgrade_database(engine) == (before, "9999")
    ready_database(database_url).dispose()
    assert current_revision(engine) == "9999"
    engine.dispose()


def test_a_migration_that_fails_leaves_everything_as_it_was(database_url: str, add_migration: AddMigration) -> None:
    engine = ready_database(database_url)
    before = head_revision()
    add_migration("op.create_table('extra', sa.Column('id', sa.Integer())); op.execute('SELECT nothing')")
    with pytest.raises(DatabaseUnreachable, match="nothing"):
        upgrade_database(engine)
    assert current_revision(engine) == before
    assert not sa.inspect(engine).has_table("extra")
    engine.dispose()


def test_rebuilding_a_table_keeps_the_rows_that_refer_to_it(database_url: str, add_migration: AddMigration) -> None:
    engine = ready_database(database_url)
    with engine.begin() as connection:
        subscriber = _add_subscriber(connection)
        connection.execute(
            sa.text("INSERT INTO subscriptions (subscriber_id, rule, created_at) VALUES (:id, '上海', :now)"),
            {"id": subscriber, "now": WHEN},
        )
    add_migration("with op.batch_alter_table('subscribers') as t: t.alter_column('language', server_default='en')")
    upgrade_database(engine)
    with engine.begin() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM subscriptions")).scalar_one() == 1
        connection.execute(sa.text("DELETE FROM subscribers"))
        assert connection.execute(sa.text("SELECT count(*) FROM subscriptions")).scalar_one() == 0
    engine.dispose()


def test_withdrawals_of_before_are_counted_by_the_upgrade(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = shutil.ignore_patterns("__pycache__", "0011_*", "001[2-9]_*")
    shutil.copytree(config.upgrades.MIGRATIONS, tmp_path / "before", ignore=later)
    with monkeypatch.context() as before:
        before.setattr(config.upgrades, "MIGRATIONS", tmp_path / "before")
        ready_database(database_url).dispose()
    engine = open_database(database_url)
    notice, match = metadata.tables["notices"], metadata.tables["matches"]
    with engine.begin() as connection:
        subscription = {"id": 1, "subscriber_id": _add_subscriber(connection), "rule": "上海", "created_at": NOW}
        connection.execute(sa.insert(metadata.tables["subscriptions"]).values(subscription))
        for number, event in enumerate(("withdrawn", "new"), 1):
            connection.execute(sa.insert(notice).values(NOTICE | {"id": number, "key": str(number)}))
            connection.execute(sa.insert(match).values(MATCH | {"notice_id": number, "event": event}))
    upgrade_database(engine)
    with engine.begin() as connection:
        counts = connection.execute(sa.select(notice.c.withdrawals).order_by(notice.c.id)).scalars().all()
        events = connection.execute(sa.select(match.c.event).order_by(match.c.notice_id)).scalars().all()
    assert (counts, events) == ([1, 0], ["withdrawn:1", "new"])
    engine.dispose()


def test_a_migration_that_orphans_rows_is_refused(tmp_path: Path, add_migration: AddMigration) -> None:
    engine = ready_database(f"sqlite:///{tmp_path / 'yaoxun.db'}")
    before = head_revision()
    add_migration("op.execute(\"INSERT INTO revisions VALUES (1, 7, 1, '2026-11-23', 'a', 'b', 'c')\")")
    with pytest.raises(DatabaseError, match="refer to nothing"):
        upgrade_database(engine)
    assert current_revision(engine) == before
    engine.dispose()


def test_without_migrations_the_program_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "versions").mkdir()
    monkeypatch.setattr(config.upgrades, "MIGRATIONS", tmp_path)
    with pytest.raises(DatabaseError, match="migrations are missing; install Yaoxun again"):
        head_revision()


def _add_subscriber(connection: sa.Connection) -> int:
    added = connection.execute(
        sa.text("INSERT INTO subscribers (name, created_at) VALUES ('Desk 1', :now) RETURNING id"), {"now": WHEN}
    )
    return int(added.scalar_one())


def _shape(engine: sa.Engine) -> dict[str, list[str]]:
    """Tell everything the database knows of its tables: types, defaults, keys and indexes with their names."""
    inspector = sa.inspect(engine)
    parts: dict[str, Mapping[Any, Any]] = {
        "column": inspector.get_multi_columns(),
        "key": inspector.get_multi_pk_constraint(),
        "foreign key": inspector.get_multi_foreign_keys(),
        "unique": inspector.get_multi_unique_constraints(),
        "index": inspector.get_multi_indexes(),
    }
    return _triggers(engine) | {
        f"{table} {kind}": sorted(json.dumps(row, default=str) for row in (rows if isinstance(rows, list) else [rows]))
        for kind, tables in parts.items()
        for (_schema, table), rows in tables.items()
        if table != "alembic_version"
    }


def _triggers(engine: sa.Engine) -> dict[str, list[str]]:
    found = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT concat(pg_get_triggerdef(oid), pg_get_functiondef(tgfoid)) "
        "FROM pg_trigger WHERE NOT tgisinternal",
    }[engine.dialect.name]
    with engine.connect() as connection:
        triggers = sorted(connection.execute(sa.text(found)).scalars())
    assert triggers
    return {"triggers": triggers, "storage": _storage(engine)}


def _storage(engine: sa.Engine) -> list[str]:
    """Return how PostgreSQL stores the columns and rows for which it was told."""
    if engine.dialect.name == "sqlite":
        return []
    told = sa.text(
        "SELECT concat(relname, ' ', attname, ' ', attstorage, ' ', reloptions) FROM pg_class "
        "JOIN pg_attribute ON attrelid = pg_class.oid JOIN pg_type ON pg_type.oid = atttypid "
        "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0 "
        "AND (attstorage <> typstorage OR reloptions IS NOT NULL)"
    )
    with engine.begin() as connection:
        found = sorted(connection.execute(told).scalars())
    assert found
    return found
