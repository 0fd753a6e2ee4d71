"""Official facts as a person reads them off a paper, with the place where they stand; citations are traps."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawler.notice import Facts
from crawler.reading.article import read_article
from crawler.reading.facts import facts_of_text
from crawler.reading.kinds import kind_in_title
from crawler.reading.workdays import after_workdays, is_workday

FOLDER = Path(__file__).parent / "facts"
CASES = [case for file in sorted(FOLDER.glob("*.toml")) for case in tomllib.loads(file.read_text("utf-8"))["case"]]
URL = "http://www.shili.example/a/1.html"


def page_of(case: dict[str, Any]) -> bytes:
    told = "".join(f"<p>{line}</p>" for line in case.get("text", "").strip().splitlines())
    own = f'<meta name="PubDate" content="{case["published"]}">' if "published" in case else ""
    return f"""<html><head><meta charset="utf-8"><meta name="ArticleTitle" content="{case["title"]}">{own}
        {case.get("head", "")}</head><body>{case.get("above", "")}<h1>{case["title"]}</h1>{case.get("under", "")}
        <div id="zoom">{case.get("inside", "")}{told}</div>{case.get("below", "")}</body></html>""".encode()


def told(facts: Facts, name: str) -> object:
    if name == "deadlines":
        return [f"{one.day} {one.what} | {one.where}" for one in facts.deadlines]
    fact = getattr(facts, name)
    return f"{fact.value} | {fact.where}" if fact else ""


def test_there_are_many_cases() -> None:
    assert sum(len(case["facts"]) for case in CASES) >= 120


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_facts(case: dict[str, Any]) -> None:
    facts = read_article(page_of(case), URL).facts
    assert {name: told(facts, name) for name in case["facts"]} == case["facts"]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("示例市人民政府关于印发《示例市养犬管理办法》的通知", "通知"),
        ("示例市养犬管理办法（试行）", "办法"),
        ("示例市养犬管理条例实施细则", "细则"),
        ("关于《示例市养犬管理办法》的政策解读", "解读"),
        ("示例市养犬管理办法（征求意见稿）", "办法"),
        ("关于同意设立园区的批复", "批复"),
        ("关于答复意见的函（示函〔2026〕4号）", "函"),
        ("关于表彰先进的决定", "决定"),
        ("示例市人民政府令（第12号）", "令"),
        ("公告〔2026〕5号", "公告"),
        ("示例市财政局公告2026年第5号", "公告"),
        ("【通知】示例区图书馆闭馆", "通知"),
        ("示例市2026年度申报指南", "指南"),
        ("第十次联席会议纪要", "纪要"),
        ("市总指挥部发出指令", ""),
        ("示例市经济稳中有进", ""),
    ],
)
def test_kind(title: str, kind: str) -> None:
    assert kind_in_title(title) == kind


def test_working_days() -> None:
    assert not is_workday(date(2026, 10, 1))  # the National Day
    assert is_workday(date(2026, 10, 10))  # a Saturday worked in its stead
    assert not is_workday(date(2027, 10, 9))  # not yet set: a Saturday is a Saturday
    assert after_workdays(date(2026, 11, 20), 1) == date(2026, 11, 23)


def test_a_text_without_a_page() -> None:
    facts = facts_of_text("关于组织报名的通知", "请于12月10日前报名。本通知自印发之日起施行。", date(2026, 11, 20))
    assert told(facts, "deadlines") == ["2026-12-10 报名 | text"]
    assert (told(facts, "kind"), told(facts, "effective")) == ("通知 | title", "2026-11-20 | text")
