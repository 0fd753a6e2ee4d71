"""What the README shows is run here: every `$ yaoxun …` line, and its output where some is shown."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from alerts.channels.table import markdown_table
from alerts.rules import parse
from config.regions import load_places
from config.settings import Settings, every_setting
from config.vocabulary import load_vocabulary
from crawler.sources import load_sources

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh-CN.md")
DIGEST = re.compile(r"^```digest\n(.*?)^```", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


class Shown(NamedTuple):
    command: str
    output: str


def shown_commands(readme: str) -> list[Shown]:
    commands = []
    for block in BLOCK.findall((ROOT / readme).read_text(encoding="utf-8")):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            commands.append(Shown(command, output.strip()))
    return commands


@pytest.mark.parametrize("readme", READMES)
def test_every_command_shown_works_and_prints_what_is_shown(readme: str, tmp_path: Path) -> None:
    commands = [shown for shown in shown_commands(readme) if shown.command.startswith("yaoxun ")]
    assert len(commands) >= 8
    environment = {key: value for key, value in os.environ.items() if not key.startswith("YAOXUN_")}
    environment |= {"YAOXUN_HOME": str(tmp_path), "COLUMNS": "110", "NO_COLOR": "1"}
    printed: list[str] = []
    for shown in commands:
        program = [sys.executable, "-c", "from alerts.cli.app import main; main()"]
        done = subprocess.run(
            [*program, *shlex.split(shown.command)[1:]],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{shown.command}\n{done.stdout}{done.stderr}"
        printed += tidy(done.stdout)
        if shown.output:
            assert tidy(done.stdout) == tidy(shown.output), shown.command
    [digest] = DIGEST.findall((ROOT / readme).read_text(encoding="utf-8"))
    assert set(tidy(digest)) <= set(printed)


@pytest.mark.parametrize("readme", READMES)
def test_every_rule_shown_reads(readme: str) -> None:
    vocabulary = load_vocabulary(Settings().regions, Settings().synonyms)
    rows = re.findall(r"^\| (`[^A-Z].*?`) \|", (ROOT / readme).read_text(encoding="utf-8"), re.MULTILINE)
    rules = [
        rule.replace("\\|", "|")
        for row in rows
        for rule in re.findall(r"`(.+?)`", row)
        if not rule.startswith("config/")
    ]
    assert len(rules) >= 15
    for rule in rules:
        parse(rule, vocabulary)


@pytest.mark.parametrize("readme", READMES)
def test_the_source_shown_is_read(readme: str, tmp_path: Path) -> None:
    [example] = re.findall(
        r"^```toml\n(.*?)^```", (ROOT / readme).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    (tmp_path / "example.toml").write_text(example, encoding="utf-8")
    assert len(load_sources(tmp_path, load_places(Settings().regions), [])) == 1


@pytest.mark.parametrize("readme", READMES)
def test_every_make_target_shown_exists(readme: str) -> None:
    targets = {shown.command.split()[1] for shown in shown_commands(readme) if shown.command.startswith("make ")}
    assert {"demo", "test", "run", "bench"} <= targets
    for target in targets:
        subprocess.run(["make", "--dry-run", target], cwd=ROOT, check=True, capture_output=True)  # noqa: S607  make on PATH


@pytest.mark.parametrize("readme", READMES)
def test_the_settings_table_is_the_settings(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(YAOXUN_[A-Z_]+)` \| `?(.*?)`? \|", text, re.MULTILINE)
    expected = [(variable, shown_default(default)) for variable, _name, default, _meaning in every_setting()]
    assert rows == expected


@pytest.mark.parametrize("readme", READMES)
def test_the_channel_table_is_the_declarations(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    [table] = re.findall(r"<!-- channels -->\n[^\n]*\n\|---[^\n]*\n(.*?)\n<!-- end of channels -->", text, re.DOTALL)
    assert table == markdown_table("zh" if "zh" in readme else "en")


def shown_default(default: object) -> str:
    if isinstance(default, Path) and default.is_absolute():
        return str(default.relative_to(ROOT))
    if isinstance(default, tuple):
        return ",".join(default)
    return str(default) if str(default).strip("*") else ""


def tidy(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]
