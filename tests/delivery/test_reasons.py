"""What the crawler says of a source reaches an operator in the operator's language."""

import re
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from alerts.channels.facts import coverage_lines
from alerts.channels.phrases import phrases
from alerts.model import Coverage, SourceState
from alerts.reasons import reason_in
from crawler.faults import BLOCKING, WORDS
from crawler.fetching.challenge import MARKERS, STATUSES
from crawler.fetching.pretence import pretence_in, pretence_of
from crawler.health import Failure, Fault, Tally, verdict_of
from crawler.notice import Verdict
from crawler.rhythm import Rhythm, health_of

LATIN = re.compile(r"[A-Za-z]{2,}")
NAMES = re.compile(r"https?://\S+|robots\.txt|JSON|JCMS")
ZONE = ZoneInfo("Asia/Shanghai")
URL = "http://a.example/list/"
PAGES = ("系统维护中", "访问过于频繁", "数据库连接失败", "您访问的页面不存在", "登录<input type='password'>")


def health(rhythm: Rhythm, rows: int = 20, today: date = date(2026, 11, 23)) -> str:
    return health_of(rhythm, verdict=Verdict.OK, failures=0, reason="", succeeded=True, rows=rows, today=today).reason


def of_pages() -> list[str]:
    found = [pretence_in(f"<html><body>{page}</body></html>".encode()) for page in PAGES]
    led = [pretence_of("http://a.example/1.html", f"http://a.example/{to}") for to in ("login", "index.html")]
    return [one.reason for one in (*found, *led) if one is not None]


def of_failures() -> list[str]:
    return [
        *(f"status {status}, {words}" for status, words in (BLOCKING | STATUSES).items()),
        *MARKERS.values(),
        *WORDS.values(),
        *of_pages(),
        "status 500",
        "robots.txt forbids it",
        "status 503 at its robots.txt, so that nobody knows what it forbids",
        "a.example is left alone until 2026-11-29 10:19 UTC: status 429, it asked us to slow down",
        "no list can be seen on the page: no five links of one kind with dates beside them",
        "a.example stands for 10.0.0.5, which is not a public address",
        "no such host (DNS lookup failed: no results for hostname lookup: a.example.)",
    ]


def of_crawls() -> list[str]:
    lists = [Tally(list_failures=[Failure(URL, Fault.BROKEN, reason)]) for reason in of_failures()]
    several = [Tally(lists=1, rows=9, notice_failures=[Failure(URL, Fault.BROKEN, "status 404")] * 9)]
    tallies = [*lists, *several, Tally(lists=1, empty_lists=[URL]), Tally()]
    return [verdict_of(tally, finish_reason="finished")[1] for tally in tallies] + [
        verdict_of(Tally(), finish_reason="closespider_timeout")[1],
        "The process died during the crawl.",
    ]


def of_rhythms() -> list[str]:
    lost = Rhythm(lost=("published", "agency", "document_number", "regions"))
    silent = Rhythm(gap=1.0, longest=3, last_published=date(2026, 10, 12))
    return [health(Rhythm(rows=20), rows=3), health(lost), health(silent)]


@pytest.mark.parametrize("reason", [*of_crawls(), *of_rhythms()])
def test_a_reason_is_chinese_throughout(reason: str) -> None:
    assert reason
    said = reason_in("zh", reason, ZONE)
    assert not LATIN.findall(NAMES.sub("", said)), said
    assert re.search("[\u4e00-\u9fff]", said)


def test_in_english_only_the_address_goes() -> None:
    assert reason_in("en", f"The list {URL} could not be read: status 412", ZONE) == "status 412"
    assert reason_in("en", f"The list {URL} has no rows.", ZONE) == "its list has no rows"


def test_a_moment_is_told_by_the_readers_clock() -> None:
    reason = f"The list {URL} could not be read: a.example is left alone until 2026-11-29 22:19 UTC: status 429"
    assert reason_in("en", reason, ZONE) == "a.example is left alone until 2026-11-30 06:19: status 429"
    assert reason_in("zh", reason, ZONE).startswith("2026-11-30 06:19 之前暂不访问该网站")


@pytest.mark.parametrize(("language", "said"), [("zh", "某市 公告（状态码 500）"), ("en", "某市 公告 (status 500)")])
def test_a_digest_says_why_a_source_failed_in_the_readers_language(language: str, said: str) -> None:
    failed = SourceState(id="town", name="某市 公告", reason=f"The list {URL} could not be read: status 500")
    lines = coverage_lines(Coverage(checked=2, failed=(failed,)), "Asia/Shanghai", phrases(language))
    assert said in lines[1]
