"""`yaoxun sources list|check|enable|disable`, as a reader and as a program run them."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from alerts.cli.output import console
from alerts.demo.sites import SampleSites
from config.settings import HERE
from crawler.archive.crawls import register_sources
from crawler.archive.healths import assess_source
from crawler.archive.notices import archive_notice
from crawler.archive.tables import sources
from crawler.notice import Notice
from tests.cli.conftest import Yaoxun

FEED = "sample_zhecheng_tenders"
SAMPLES = ("sample_shencheng", "sample_zhecheng", FEED, "sample_suzhong", "sample_suzhong_consultations")


@pytest.fixture
def sites(monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleSites]:
    with SampleSites() as sites:
        monkeypatch.setenv("YAOXUN_CRAWL_PROXY", sites.proxy_url)
        monkeypatch.setenv("YAOXUN_CRAWL_DELAY", "0")
        yield sites


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of source files that this test may write to."""
    folder = tmp_path / "sources"
    folder.mkdir()
    shutil.copy(HERE / "sources" / "sample.toml", folder)
    monkeypatch.setenv("YAOXUN_CRAWL_SOURCES", str(folder))
    return folder


def test_a_check_shows_rows_and_the_first_notice_and_archives_nothing(yaoxun: Yaoxun, sites: SampleSites) -> None:
    ran = yaoxun("sources", "check", "sample_shencheng")
    assert "sample_shencheng  申城政务 最新公开 ok" in ran.out
    assert "5 rows, 100% with a date" in ran.out
    assert "2026-11-20  上海市关于支持智能网联汽车示范应用和新能源汽车消费的若干措施" in ran.out
    assert "first notice: 上海市关于支持智能网联汽车示范应用和新能源汽车消费的若干措施" in ran.out
    assert yaoxun("notices", "list", "--json").json == {"notices": []}
    pages = [request.url for request in sites.requests if request.url.endswith(".html")]
    assert len(pages) == 2  # the first list page and the first notice


def test_a_check_is_kept_with_the_state_of_the_source(yaoxun: Yaoxun, sites: SampleSites) -> None:
    assert sites.requests == []
    (check,) = yaoxun("sources", "check", FEED, "--json").json
    assert (check["source"], check["verdict"], check["dated"]) == (FEED, "ok", 1.0)
    assert check["notice"]["lines"]
    shown = yaoxun("sources", "show", FEED, "--json").json
    assert shown["checked_at"] is not None
    assert shown["check"] == {key: value for key, value in check.items() if key != "source"}
    assert shown["verdict"] is None  # of its crawls, and there was none


def test_every_family_of_the_samples_is_checked_at_once(yaoxun: Yaoxun, sites: SampleSites) -> None:
    assert sites.requests == []
    checks = yaoxun("sources", "check", *SAMPLES, "--json").json
    assert {check["source"]: check["verdict"] for check in checks} == dict.fromkeys(SAMPLES, "ok")
    table = yaoxun("sources", "check", *SAMPLES).out
    assert all(sample in table for sample in SAMPLES)


def test_a_check_that_is_not_ok_says_why_and_ends_with_1(yaoxun: Yaoxun, sites: SampleSites) -> None:
    sites.change("www.shencheng.example", "/nw12344/index.html", "<html><body><p>系统维护</p></body></html>")
    sites.change("www.zhecheng.example", "/rss/tzgg.xml", status=412)
    checks = yaoxun("sources", "check", "sample_shencheng", "sample_zhecheng", FEED, "--json", code=1).json
    verdicts = {check["source"]: check["verdict"] for check in checks}
    assert verdicts["sample_zhecheng"] == "blocked"
    assert verdicts["sample_shencheng"] in {"empty", "broken"}
    assert verdicts[FEED] == "ok"
    assert all(check["reason"] for check in checks if check["verdict"] != "ok")


def test_rows_without_a_readable_notice_are_not_ok(yaoxun: Yaoxun, sites: SampleSites) -> None:
    for url in [f"/tzgg/2026/1120/{number}.html" for number in range(1001, 1005)]:
        sites.change("www.zhecheng.example", url, status=404)
    ran = yaoxun("sources", "check", "sample_zhecheng", code=1)
    assert "broken" in ran.out
    assert "The list has rows, but http://www.zhecheng.example/tzgg/2026/1120/1001.html" in ran.out


def test_in_a_narrow_terminal_names_have_the_room_of_places(yaoxun: Yaoxun, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "region" in yaoxun("sources", "list", "--family", "feed").out
    monkeypatch.setattr(console, "width", 80)
    narrow = yaoxun("sources", "list", "--family", "feed").out
    assert "region" not in narrow
    assert "各地招标采购" in narrow


def test_a_source_that_is_not_well_says_why_and_what_to_do(
    yaoxun: Yaoxun, folder: Path, sites: SampleSites, monkeypatch: pytest.MonkeyPatch
) -> None:
    sites.change("www.zhecheng.example", "/rss/tzgg.xml", status=412)
    yaoxun("crawl", "sample_zhecheng", code=1)
    yaoxun("sources", "enable", "sample_zhecheng")
    assert folder.is_dir()
    assert "status 412, a challenge page of 瑞数" in yaoxun("sources", "list", "--family", "feed").out
    shown = yaoxun("sources", "show", "sample_zhecheng").out
    assert "to do" in shown
    assert "yaoxun sources disable sample_zhecheng" in shown
    monkeypatch.setattr(console, "width", 80)
    narrow = yaoxun("sources", "list", "--family", "feed")
    assert "status 412" not in narrow.out
    assert "yaoxun sources show ID" in narrow.errors


def test_a_check_names_its_sources(yaoxun: Yaoxun) -> None:
    assert "Name ids, or --region, --family or --all." in yaoxun("sources", "check", code=2).errors
    assert "Did you mean sample_zhecheng?" in yaoxun("sources", "check", "sample_zhechen", code=2).errors


def test_the_list_is_chosen_by_region_family_state_and_grade(yaoxun: Yaoxun) -> None:
    def ids(*words: str) -> set[str]:
        return {row["id"] for row in yaoxun("sources", "list", *words, "--json").json}

    everything = ids()
    assert ids("--enabled") | ids("--disabled") == everything
    assert not ids("--enabled") & ids("--disabled")
    assert "nb_gzw_notices" in ids("--region", "浙江")
    assert "js_gov_policy" not in ids("--region", "浙江")
    assert ids("--region", "宁波") < ids("--region", "浙江") < ids("--region", "长三角") < everything
    assert ids("--family", "feed") == {"sample_zhecheng", FEED}
    assert "sample_zhecheng" in ids("--state", "disabled")
    assert "js_gov_policy" in ids("--grade", "AB")
    assert "sample_zhecheng" not in ids("--grade", "AB")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--region", "浙江省宁播"), "There is no place"),
        (("--family", "fed"), "There is no family 'fed'"),
        (("--grade", "Z"), "There is no grade 'Z'"),
        (("--state", "wonky"), "There is no state 'wonky'."),
    ],
)
def test_an_unknown_choice_is_refused(yaoxun: Yaoxun, words: tuple[str, ...], said: str) -> None:
    assert said in yaoxun("sources", "list", *words, code=2).errors


def test_the_table_leaves_disabled_sources_out_and_says_so(yaoxun: Yaoxun) -> None:
    ran = yaoxun("sources", "list")
    assert "js_gov_policy" in ran.out
    assert "sample_zhecheng" not in ran.out
    assert "disabled sources are not shown; --disabled shows them." in ran.errors
    assert "sample_zhecheng" in yaoxun("sources", "list", "--disabled").out


def test_the_summary_counts_by_region_family_state_and_grade(yaoxun: Yaoxun, sites: SampleSites, folder: Path) -> None:
    assert (sites.requests, folder.is_dir()) == ([], True)
    yaoxun("sources", "check", FEED)
    counts = yaoxun("sources", "list", "--summary", "--json").json
    assert counts["region"]["江苏"] == {"sources": 2, "enabled": 0, "checked": 0, "ok": 0}
    assert counts["family"]["feed"] == {"sources": 2, "enabled": 0, "checked": 1, "ok": 1}
    assert list(counts["state"]) == ["disabled"]
    assert sum(count["sources"] for count in counts["grade"].values()) == 5
    assert "hanweb_jcms" in yaoxun("sources", "list", "--summary").out


def test_enabling_edits_one_word_and_keeps_every_comment(yaoxun: Yaoxun, folder: Path) -> None:
    path = folder / "sample.toml"
    before = path.read_text(encoding="utf-8")
    assert f"{FEED} is enabled in sample.toml." in yaoxun("sources", "enable", FEED).out
    after = path.read_text(encoding="utf-8")
    changed = [pair for pair in zip(before.splitlines(), after.splitlines(), strict=True) if pair[0] != pair[1]]
    assert changed == [("enabled = false", "enabled = true")]
    assert yaoxun("sources", "list", "--enabled", "--json").json[0]["id"] == FEED
    yaoxun("sources", "disable", FEED)
    assert path.read_text(encoding="utf-8") == before


def test_disabling_writes_the_key_that_is_not_there(yaoxun: Yaoxun, folder: Path) -> None:
    path = folder / "own.toml"
    path.write_text(
        '# ours\n[own]  # one\nname = "甲"\nfamily = "feed"\nlists = ["http://a.example/"]\nregion = "上海"\n'
    )
    yaoxun("sources", "enable", "own")
    assert "enabled" not in path.read_text(encoding="utf-8")
    yaoxun("sources", "disable", "own")
    assert path.read_text(encoding="utf-8").endswith('region = "上海"\nenabled = false\n')
    assert "# ours\n[own]  # one\n" in path.read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_written_to_is_named(
    yaoxun: Yaoxun, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", refuse)  # the tests may run as root, whom nothing stops
    ran = yaoxun("sources", "enable", FEED, code=1)
    assert "sample.toml: cannot be written: Permission denied." in "".join(ran.errors.split("\n"))
    assert "YAOXUN_CRAWL_SOURCES" in ran.errors
    assert folder.is_dir()


def test_what_some_notices_lack_is_shown(yaoxun: Yaoxun, sites: SampleSites, folder: Path) -> None:
    assert folder.is_dir()
    assert sites.requests == []
    yaoxun("crawl", "sample_zhecheng")
    missing = yaoxun("sources", "show", "sample_zhecheng", "--json").json["missing"]
    assert missing == {"document_number": 0.75}
    assert "notices without    number 75%" in yaoxun("sources", "show", "sample_zhecheng").out
    assert "number 75%" in yaoxun("sources", "list", "--disabled").out


def test_a_number_that_is_left_out_is_seen_at_a_glance(yaoxun: Yaoxun, database: sa.Engine) -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    with database.begin() as connection:
        register_sources(connection, ["sample_zhecheng"], now)
        for number in (11, 13, 15, 16):
            archive_notice(connection, numbered(number), now=now)
        assess_source(connection, "sample_zhecheng", now=now)
    assert "示府发〔2026〕12号 +1" in yaoxun("sources", "list", "--family", "feed").out


def test_what_needs_work_stands_where_a_long_table_ends_and_is_counted(yaoxun: Yaoxun, database: sa.Engine) -> None:
    states = {"js_gov_policy": "broken", "sh_gov_policy": "late"}
    with database.begin() as connection:
        register_sources(connection, states, datetime.now(UTC))
        for name, state in states.items():
            checked = {"state": state, "last_crawl_at": datetime.now(UTC), "last_success_at": datetime.now(UTC)}
            connection.execute(sa.update(sources).where(sources.c.id == name).values(checked))
    out = yaoxun("sources", "list").out
    assert out.index("zj_gov_1656332") < out.index("sh_gov_policy") < out.index("js_gov_policy")
    assert out.rstrip().endswith(" new, 1 late, 1 broken.")


def numbered(number: int) -> Notice:
    name = f"示府发〔2026〕{number}号"
    return Notice(
        key=name,
        source="sample_zhecheng",
        url="https://a.example/",
        title="关于检查的通知",
        text=name,
        document_number=name,
    )


def test_where_there_is_no_source_yet_the_way_to_one_is_said(
    yaoxun: Yaoxun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YAOXUN_CRAWL_SOURCES", str(tmp_path))
    assert "yaoxun sources add URL" in yaoxun("sources", "list").errors
