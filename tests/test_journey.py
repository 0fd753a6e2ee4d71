"""The whole way on real servers: from three sites and a bulletin to a mailbox, a team chat and a webhook."""

import email
import email.policy
import json
import os
import re
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest

YAOXUN = [sys.executable, "-c", "from alerts.cli.app import main; main()"]
FROM_A_LIST = "南京市新能源汽车充电设施运营补贴实施细则"
FROM_THE_BULLETIN = "浦东新区出台金融科技企业培育三年行动方案"


def run_demo(home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("YAOXUN_")}
    return subprocess.run(
        [*YAOXUN, "demo", "--home", str(home)],
        env=environment | {"COLUMNS": "120"} | variables,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    home = tmp_path_factory.mktemp("demo")
    done = run_demo(home)
    assert done.returncode == 0, done.stdout + done.stderr
    return home, done.stdout


def test_the_mail_holds_what_sites_and_bulletin_said_each_notice_once(first: tuple[Path, str]) -> None:
    home, _ = first
    mail, text = mails_in(home)[0]
    lines = re.sub(r"\*", "", text).splitlines()
    for title in (FROM_A_LIST, FROM_THE_BULLETIN):
        assert len([line for line in lines if re.fullmatch(rf"\d+\. {title}", line)]) == 1
    assert mail["List-Unsubscribe"].startswith("<mailto:")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert any("检查来源 5 个" in line for line in lines)


def mails_in(home: Path) -> list[tuple[EmailMessage, str]]:
    """The mails in the order they came, each with its text."""
    paths = sorted((home / "mail").glob("*.eml"))
    mails = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in paths]
    return [(mail, text.get_content()) for mail in mails if (text := mail.get_body(("plain",))) is not None]


def test_a_hit_inside_a_file_names_the_file_and_its_page(first: tuple[Path, str]) -> None:
    _, text = mails_in(first[0])[0]
    assert "见附件《三年行动计划.pdf》第2页" in text
    assert "见附件《招标文件.docx》" in text


def test_the_next_day_brings_a_revision_a_withdrawal_and_a_repost_as_one(first: tuple[Path, str]) -> None:
    home, out = first
    _, (_, text) = mails_in(home)
    assert "【已修订】上海市关于支持智能网联汽车示范应用和新能源汽车消费的若干" in text
    assert "[-1.5万元-]{+2万元+}" in text
    assert "【已撤回】昆山市2026年度外资企业绿色转型" in text
    assert text.count("绿色算力基础设施发展的若干") == 1
    own, also = text.index("http://www.shencheng.example/nw12344/20261121/"), text.index("另见：浙皖公告 通知公告")
    assert own < also < text.index("http://www.zhecheng.example/tzgg/2026/1121/1005.html")
    assert "notices show" in out


def test_a_notice_that_two_rules_found_stands_once_with_both(first: tuple[Path, str]) -> None:
    _, text = mails_in(first[0])[0]
    [item] = re.findall(r"关于印发《杭州市数字经济.*?/1120/1001\.html", text, re.DOTALL)
    assert "长三角新政" in item
    assert "惠企资金" in item


def test_an_exclusion_hides_a_notice_from_its_own_rule_alone(first: tuple[Path, str]) -> None:
    home, _ = first
    [event] = (home).glob("webhook-*.json")
    titles = {item["title"]["text"]: item for item in items_of(json.loads(event.read_text(encoding="utf-8")))}
    assert titles
    assert all("rules" in item for item in titles.values())


def test_chat_and_webhook_got_theirs_within_their_limits(first: tuple[Path, str]) -> None:
    home, out = first
    messages = sorted(home.glob("wecom-*.md"))
    assert messages
    assert all(len(path.read_bytes()) <= 4096 for path in messages)
    assert list(home.glob("webhook-*.json"))
    assert "events with valid signatures" in out


def test_a_second_run_in_the_same_folder_finds_everything_unchanged_and_sends_nothing(first: tuple[Path, str]) -> None:
    home, _ = first
    mails = list((home / "mail").iterdir())
    done = run_demo(home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing was sent" in done.stdout
    assert done.stdout.count("unchanged") == 5
    assert list((home / "mail").iterdir()) == mails


def test_the_demo_leaves_the_readers_own_settings_and_data_alone(tmp_path: Path) -> None:
    own = tmp_path / "own"
    done = run_demo(
        tmp_path / "demo",
        YAOXUN_HOME=str(own),
        YAOXUN_SMTP_HOST="mail.invalid",
        YAOXUN_DATABASE_URL=f"sqlite:///{own}/my.db",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert not own.exists()


def items_of(event: dict[str, object]) -> list[dict[str, dict[str, str]]]:
    data = event["data"]
    assert isinstance(data, dict)
    return [item for section in data["sections"] for item in section["items"]]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    done = run_demo(tmp_path / "taken" / "demo")
    assert done.returncode == 2
    assert "cannot write here" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_terminal_without_chinese_gets_question_marks(tmp_path: Path) -> None:
    done = run_demo(tmp_path, PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "??" in done.stdout
