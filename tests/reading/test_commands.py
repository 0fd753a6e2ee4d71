"""`yaoxun read` and `yaoxun bulletin import` as they are typed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import alerts.demo

SITES = Path(__file__).parents[1] / "sites"
BULLETIN = Path(alerts.demo.__file__).parent / "bulletin.txt"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YAOXUN_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "120")
    return tmp_path


def yaoxun(*words: object, say: bytes = b"") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from alerts.cli.app import main; main()", *map(str, words)]
    ran = subprocess.run(command, input=say, capture_output=True, check=False)
    return subprocess.CompletedProcess(command, ran.returncode, ran.stdout.decode(), ran.stderr.decode())


@pytest.mark.usefixtures("home")
def test_read_an_article_as_json() -> None:
    folder = SITES / "jcms_article"
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    ran = yaoxun("read", folder / "page.html", "--url", expected.pop("url"), "--json")
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == expected


@pytest.mark.usefixtures("home")
def test_read_a_list_from_standard_input() -> None:
    folder = SITES / "jcms_list"
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    ran = yaoxun("read", "-", "--url", expected["url"], "--list", "--json", say=(folder / "page.html").read_bytes())
    assert json.loads(ran.stdout) == expected["rows"]


@pytest.mark.usefixtures("home")
def test_an_unreadable_page_fails_with_its_reason() -> None:
    ran = yaoxun("read", "-", "--url", "http://a.example/", "--json", say=b"<html></html>")
    assert ran.returncode == 1
    assert "no title" in json.loads(ran.stdout)["error"]
    assert "no title" in ran.stderr


@pytest.mark.usefixtures("home")
def test_a_missing_file_is_wrong_input() -> None:
    assert yaoxun("read", "nothing.html", "--url", "http://a.example/").returncode == 2


@pytest.mark.usefixtures("home")
def test_import_twice_gives_the_same_rows() -> None:
    first, second = (yaoxun("bulletin", "import", BULLETIN, "--json") for _ in range(2))
    assert first.returncode == 0, first.stderr
    assert json.loads(first.stdout) == json.loads(second.stdout)
    answer = json.loads(first.stdout)
    assert answer["bulletin"] == {
        "title": "长三角每周观察", "number": 203, "published": "2026-03-13", "publisher": "长三角合作交流办公室"
    }  # fmt: skip
    assert [set(notice) for notice in answer["notices"]] == [{"id", "title", "section", "region", "text", "page"}] * 8
    assert "nothing was added" in yaoxun("bulletin", "import", BULLETIN).stdout


NO_BULLETINS = [
    (b"", "empty"),
    (b" \r\n", "empty"),
    (b"%PDF-1.7 ...", "no text file"),
    (b"\x00\x01\xfe" * 99, "no text"),
    (None, "No such file"),
]


@pytest.mark.parametrize(("content", "said"), NO_BULLETINS)
def test_files_that_are_no_bulletin(content: bytes | None, said: str, home: Path) -> None:
    file = home / "issue.txt"
    if content is not None:
        file.write_bytes(content)
    ran = yaoxun("bulletin", "import", file)
    assert ran.returncode == 2
    assert said in ran.stderr


def test_a_bulletin_that_cannot_be_split_is_kept_with_a_warning(home: Path) -> None:
    file = home / "issue.txt"
    file.write_bytes("长三角简报\n第3期\n目录\n甲市启用新平台服务企业 3\n没有这篇文章。".encode("gb18030"))
    ran = yaoxun("bulletin", "import", file, "--json")
    assert ran.returncode == 0
    assert "kept whole" in ran.stderr
    answer = json.loads(ran.stdout)
    assert answer["bulletin"]["problem"]
    assert len(answer["notices"]) == 1
