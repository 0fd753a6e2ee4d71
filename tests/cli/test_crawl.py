"""`yaoxun crawl` and `yaoxun sources`, as a reader and as a program run them."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.demo.sites import SampleSites
from tests.cli.conftest import Yaoxun

SOURCE = "sample_zhecheng_tenders"


@pytest.fixture
def sites(monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleSites]:
    with SampleSites() as sites:
        monkeypatch.setenv("YAOXUN_CRAWL_PROXY", sites.proxy_url)
        monkeypatch.setenv("YAOXUN_CRAWL_DELAY", "0")
        yield sites


def test_crawl_says_what_is_new_and_then_that_nothing_changed(yaoxun: Yaoxun, sites: SampleSites) -> None:
    assert sites.requests == []
    (first,) = yaoxun("crawl", SOURCE, "--json").json
    assert (first["source"], first["verdict"], first["added"], first["reason"]) == (SOURCE, "ok", 3, "")
    second = yaoxun("crawl", SOURCE)
    assert "unchanged" in second.out
    assert "[dim]" not in second.out
    assert "浙皖公告" in second.out


def test_crawl_fails_when_a_source_fails(yaoxun: Yaoxun, sites: SampleSites) -> None:
    sites.change("www.zhecheng.example", "/atom/zbcg.xml", status=412)
    ran = yaoxun("crawl", SOURCE, "sample_shencheng", code=1)
    assert "blocked" in ran.out
    assert "challenge" in ran.out
    assert "ok" in ran.out


@pytest.mark.parametrize(("level", "traced"), [("info", False), ("debug", True)])
def test_a_site_that_is_down_is_said_and_traced_only_on_demand(
    yaoxun: Yaoxun, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], level: str, *, traced: bool
) -> None:
    monkeypatch.setenv("YAOXUN_LOG_LEVEL", level)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("YAOXUN_CRAWL_PROXY", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("YAOXUN_CRAWL_DELAY", "0")
    (crawl,) = yaoxun("crawl", SOURCE, "--json", code=1).json
    assert crawl["verdict"] == "broken"
    assert "refused" in crawl["reason"]
    assert ("Traceback" in capfd.readouterr().err) is traced


def test_nothing_is_read_back_to_a_day_to_come(yaoxun: Yaoxun) -> None:
    assert "still to come" in yaoxun("crawl", SOURCE, "--since", "2999-01-01", code=2).errors


@pytest.mark.parametrize(
    "words", [("crawl", "--since"), ("notices", "list", "--since"), ("notices", "search", "补贴", "--until")]
)
def test_a_day_that_is_none_says_what_to_write(yaoxun: Yaoxun, words: tuple[str, ...]) -> None:
    said = " ".join(yaoxun(*words, "yesterday", code=2).errors.replace("│", " ").split())
    assert f"Invalid value for '{words[-1]}': 'yesterday' is no day. Write it like 2026-11-01." in said


@pytest.mark.parametrize("words", [("crawl", "sample_zhechen"), ("sources", "show", "sample_zhechen")])
def test_an_unknown_source_suggests_the_nearest(yaoxun: Yaoxun, words: tuple[str, ...]) -> None:
    ran = yaoxun(*words, code=2)
    assert "There is no source 'sample_zhechen'. Did you mean sample_zhecheng?" in ran.errors


def test_a_wrong_row_stops_the_command_and_is_named(
    yaoxun: Yaoxun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bad.toml").write_text('[one]\nname = "x"\nfamily = "fee"\n', encoding="utf-8")
    monkeypatch.setenv("YAOXUN_CRAWL_SOURCES", str(tmp_path))
    ran = yaoxun("sources", "list", code=2)
    said = "".join(ran.errors.split())  # wherever a line is full
    assert "bad.toml:[one]family:thereisnofamily'fee'" in said


def test_sources_list_and_show(yaoxun: Yaoxun, sites: SampleSites) -> None:
    assert sites.requests == []
    listed = {row["id"]: row for row in yaoxun("sources", "list", "--json").json}
    assert listed[SOURCE]["state"] == "disabled"
    assert listed["sh_gov_policy"]["state"] == "new"
    assert listed["sh_gov_policy"]["verdict"] is None
    assert len(listed) > 10
    disabled = sum(not row["enabled"] for row in listed.values())
    rows, _, count = yaoxun("sources", "list", "--disabled").out.strip().rpartition("\n")
    assert (rows.count("disabled"), count) == (disabled, f"{disabled} sources: {disabled} disabled.")
    yaoxun("crawl", SOURCE)
    shown = yaoxun("sources", "show", SOURCE, "--json").json
    assert (shown["verdict"], shown["failures"], shown["interval_minutes"]) == ("ok", 0, 60)
    assert [(crawl["verdict"], crawl["added"]) for crawl in shown["crawls"]] == [("ok", 3)]
    said = yaoxun("sources", "show", SOURCE).out
    assert "http://www.zhecheng.example/atom/zbcg.xml" in said
    assert "RSS and Atom" in said
