"""What stands in attachments at the command line: found by a search, tried by a rule, shown with its state."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from alerts import doctor
from alerts.doctor import check_antiword, check_room
from crawler.archive.attachments import archive_attachments
from crawler.archive.notices import archive_notice
from crawler.notice import Attachment, Notice, Reading
from tests.cli.conftest import Yaoxun

NOW = datetime(2026, 11, 23, tzinfo=UTC)
FILES = (
    Attachment(url="https://gov.example/a", name="指南.pdf", reading=Reading.READ, pages=("", "每户补贴三万元。")),
    Attachment(url="https://gov.example/b.pdf", name="扫描.pdf", reading=Reading.SCANNED, reason="2 scanned pages"),
)
NOTICE = Notice(key="k", source="town_gov", title="关于申报的通知", text="详见附件。", attachments=FILES)
HIT = {"term": "补贴", "field": "attachment", "spans": [[2, 4]], "attachment": "指南.pdf", "page": 2}


@pytest.fixture
def archived(yaoxun: Yaoxun, database: sa.Engine) -> Yaoxun:
    with database.begin() as connection:
        notice_id = archive_notice(connection, NOTICE, now=NOW).id
        archive_attachments(connection, notice_id, FILES, {}, now=NOW)
    return yaoxun


def test_a_search_finds_it_and_names_the_page(archived: Yaoxun) -> None:
    said = archived("notices", "search", "补贴").out
    assert "每户补贴三万元。" in said
    assert "⎘ 指南.pdf page 2" in said
    ran = archived("notices", "search", "补贴", "--json").json
    assert (ran["count"], ran["notices"][0]["evidence"]) == (1, [HIT])
    assert "三万元" not in str(ran["notices"][0]["attachments"])  # a file may be long
    assert archived("notices", "search", "title:补贴", "--json").json["count"] == 0


def test_a_rule_is_tried_on_it(archived: Yaoxun) -> None:
    assert archived("rules", "test", "补贴", "--notice", 1, "--json").json["evidence"] == [HIT]
    said = archived("rules", "test", "补贴", "--notice", 1).out
    assert "attachment 《指南.pdf》 page 2" in said
    assert "每户补贴三万元。" in said


def test_a_notice_is_shown_with_what_became_of_its_files(archived: Yaoxun) -> None:
    said = archived("notices", "show", 1).out
    assert "2 pages, 8 characters" in said
    assert "scanned: 2 scanned pages" in said


def test_the_doctor_looks_for_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = f"MB free for {tmp_path / 'not' / 'there'}"
    assert seen in check_room(tmp_path / "not" / "there").seen
    monkeypatch.setattr(doctor, "LITTLE_ROOM", 10**18)
    assert check_room(tmp_path).state == "warning"
    monkeypatch.setattr(doctor, "NO_ROOM", 10**18)
    check = check_room(tmp_path)
    assert check.state == "fault"
    assert "Make room" in check.advice


def test_the_doctor_looks_for_antiword(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_antiword().state == "ok"
    monkeypatch.setenv("PATH", "/nowhere")
    check = check_antiword()
    assert (check.state, check.seen) == ("warning", "antiword is not installed")
    assert "apt-get install antiword" in check.advice
