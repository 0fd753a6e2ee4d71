"""A data folder of its own, and the command run as a program would run it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from alerts.cli.app import app
from alerts.cli.output import console
from config.settings import load_settings
from config.upgrades import ready_database


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it said."""

    code: int
    out: str
    errors: str

    @property
    def json(self) -> Any:  # noqa: ANN401  any JSON
        return json.loads(self.out)


Yaoxun = Callable[..., Ran]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YAOXUN_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(console, "width", 200)
    return tmp_path / "data"


@pytest.fixture
def yaoxun(home: Path) -> Yaoxun:
    assert not home.exists()

    def run(*words: object, code: int = 0, say: str = "") -> Ran:
        result = CliRunner().invoke(app, [str(word) for word in words], input=say)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return Ran(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def database(home: Path) -> Iterator[sa.Engine]:
    assert home.is_absolute()
    engine = ready_database(load_settings().database)
    yield engine
    engine.dispose()
