"""Input and databases that no command foresees end it with a sentence: the program as it is called, not the command."""

import subprocess
import sys
from pathlib import Path

import pytest

RUN = "from alerts.cli.app import main; main()"
FULL = f"""
import resource
from alerts.cli import subscribers
add = subscribers.add_subscriber
def filled(*given, **named):
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    return add(*given, **named)
subscribers.add_subscriber = filled
{RUN}
"""


def call(*words: str | bytes, run: str = RUN) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-c", run, *words], capture_output=True, timeout=60, check=False)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("subscribers", "add", b"\xb9\xe6\xbb\xae"), "is not UTF-8"),
        (("deliveries", "show", "99999999999999999999"), "none that the database can hold"),
        (("destinations", "pause", "99999999999999999999"), "none that the database can hold"),
    ],
)
def test_input_that_no_database_takes_is_refused_in_a_sentence(
    home: Path, words: tuple[str | bytes, ...], said: str
) -> None:
    ended = call(*words)
    assert ended.returncode == 2
    assert said in " ".join(ended.stderr.decode().split())
    assert b"Traceback" not in ended.stderr
    assert home.exists()


def test_a_full_disk_is_said_and_the_command_works_again_when_there_is_room(home: Path) -> None:
    assert call("subscribers", "add", "规划科").returncode == 0
    ended = call("subscribers", "add", "信息处", run=FULL)
    assert ended.returncode == 1
    assert "could not be read or written" in " ".join(ended.stderr.decode().split())
    assert b"Traceback" not in ended.stderr
    assert call("subscribers", "add", "信息处").returncode == 0
    assert home.exists()
