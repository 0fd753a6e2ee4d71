"""What a process writes to stderr, read back from a real process."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from config.logs import redact

ROOT = Path(__file__).parents[2]
START = "import logging, warnings, structlog\nfrom config.logs import set_up_logs\nfrom config.settings import Log\n"
KEY = "0d5f2c1e-77aa-4b1b-9e0a-c0ffee123abc"


def lines_of(program: str, *, form: str = "json", level: str = "info") -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{START}set_up_logs(Log(format={form!r}, level={level!r}))\n{program}"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )
    assert done.stdout == ""
    return done.stderr.splitlines()


def events_of(program: str, *, level: str = "info") -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines_of(program, level=level)]


def test_a_line_of_json_holds_the_event_its_fields_its_level_and_when() -> None:
    (event,) = events_of(
        "structlog.get_logger('crawler.round').info('crawled', source='sh_gov', added=3, title='上海')"
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", event.pop("timestamp"))
    assert event == {
        "event": "crawled",
        "source": "sh_gov",
        "added": 3,
        "title": "上海",
        "level": "info",
        "logger": "crawler.round",
    }


def test_other_people_s_logs_have_the_same_form() -> None:
    event, warned = events_of(
        "logging.getLogger('scrapy.core').info('not shown')\n"
        "logging.getLogger('scrapy.core').warning('Retrying %s', 'https://office.example/list')\n"
        "warnings.warn('old\\nform')"
    )
    assert (event["event"], event["level"], event["logger"]) == (
        "Retrying https://office.example/list",
        "warning",
        "scrapy.core",
    )
    assert "old\nform" in warned["event"]
    assert warned["logger"] == "py.warnings"


@pytest.mark.parametrize(("level", "shown"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
def test_the_level_holds_for_both_ways_of_logging(level: str, shown: int) -> None:
    each = "for level in ('debug', 'info', 'warning', 'error'): getattr(log, level)(level)\n"
    program = f"log = structlog.get_logger('alerts.a')\n{each}log = logging.getLogger('alerts.b')\n{each}"
    loggers = [event["logger"] for event in events_of(program, level=level)]
    assert loggers == ["alerts.a"] * shown + ["alerts.b"] * shown


@pytest.mark.parametrize("log", ["structlog.get_logger('alerts.a')", "logging.getLogger('alerts.a')"])
@pytest.mark.parametrize("form", ["json", "console"])
def test_a_traceback_is_part_of_the_event_and_holds_no_secret(log: str, form: str) -> None:
    fails = f"raise ValueError('POST https://robot.example/send?key={KEY}')"
    lines = lines_of(f"try: {fails}\nexcept ValueError: {log}.exception('failed')", form=form)
    text = "\n".join(lines)
    assert "failed" in text
    assert "Traceback (most recent call last)" in text
    assert "key=…3abc" in text
    assert KEY not in text
    assert form == "console" or len(lines) == 1


def test_lines_for_people_read_well_and_stay_one_line() -> None:
    (line,) = lines_of(
        "structlog.get_logger('crawler.x').warning('no rows', title='办法\\n2026-11-23 [info] forged \\x1b[2J')",
        form="console",
    )
    assert "warning" in line
    assert "no rows" in line
    assert "办法 2026-11-23 [info] forged  [2J" in line
    assert "\x1b" not in line


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (
            f"https://robot.example/cgi-bin/webhook/send?key={KEY}",
            "https://robot.example/cgi-bin/webhook/send?key=…3abc",
        ),
        (
            "https://robot.example/send?access_token=abcdefghijklmnop&x=1",
            "https://robot.example/send?access_token=…mnop&x=1",
        ),
        ("https://robot.example/send?x=1&sign=abcdefghijklmnop", "https://robot.example/send?x=1&sign=…mnop"),
        (f"https://robot.example/open-apis/v2/hook/{KEY}", "https://robot.example/open-apis/v2/hook/…3abc"),
        ("https://yaoxun.example/unsubscribe/abcdefghijklmnop", "https://yaoxun.example/unsubscribe/…mnop"),
        ("signed with whsec_bWFkZSB1cCBmb3IgdGhpcw==", "signed with whsec_…cw=="),
        ("Authorization: Bearer abcdefghijklmnop", "Authorization: Bearer …mnop"),
        ("Authorization: Basic ZGVzazpzM2NyZXQ=", "Authorization: Basic …ZXQ="),
        ("postgresql://yaoxun:s3cret@db.internal/yaoxun", "postgresql://yaoxun:…@db.internal/yaoxun"),
        ("https://robot.example/send?key=short", "https://robot.example/send?key=…"),
        (
            "https://office.example/art/2026/11/23/art_1_2.html?page=2",
            "https://office.example/art/2026/11/23/art_1_2.html?page=2",
        ),
        ("keynote=monkey=2 http://office.example:8080/a@b", "keynote=monkey=2 http://office.example:8080/a@b"),
    ],
)
def test_a_secret_inside_a_text_is_cut_to_its_end(value: str, shown: str) -> None:
    assert redact(None, "info", {"event": value}) == {"event": shown}


@pytest.mark.parametrize(
    "name", ["password", "smtp_password", "secret", "token", "Authorization", "target", "api_key", "passwd"]
)
def test_a_field_that_is_named_after_a_secret_is_cut(name: str) -> None:
    assert redact(None, "info", {name: "abcdefghijklmnop"}) == {name: "…mnop"}
    assert redact(None, "info", {name: "hunter2"}) == {name: "…"}


def test_secrets_are_found_however_deep() -> None:
    event = {
        "target": {"url": f"https://robot.example/send?key={KEY}", "port": 25},
        "headers": [("Authorization", "Bearer abcdefghijklmnop")],
        "error": ValueError(f"no answer from https://robot.example/send?key={KEY}"),
        "settings": {"smtp": {"password": "s3cret", "host": "mail.office.example"}},
        "added": 3,
        "revised": None,
    }
    assert redact(None, "info", event) == {
        "target": {"url": "…3abc", "port": 25},
        "headers": [["Authorization", "Bearer …mnop"]],
        "error": "no answer from https://robot.example/send?key=…3abc",
        "settings": {"smtp": {"password": "…", "host": "mail.office.example"}},
        "added": 3,
        "revised": None,
    }
