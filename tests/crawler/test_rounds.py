"""Rounds over real HTTP: what is added, what is not asked for again, what a change does."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from alerts.demo.sites import SampleSites
from alerts.rounds import RoundError, run_round
from config.settings import Settings
from config.upgrades import ready_database
from crawler.archive.crawls import source_records
from crawler.archive.notices import each_notice, revisions_of, waiting_notices
from crawler.archive.tables import notices, pages
from crawler.notice import ArchivedNotice, Verdict
from tests.crawler.conftest import SAMPLES, Run, make_due, settings_for

pytestmark = pytest.mark.xdist_group("crawler-rounds")  # many begin where one first round has ended

LONG_AGO = datetime.now(UTC) - timedelta(days=31)
SHENCHENG = "www.shencheng.example"
LIST = "/nw12344/index.html"
PAGE = "/nw12344/20261120/5c1d8e0f3ab94d6f8a7725d3c9e14b01.html"


def archived(engine: sa.Engine) -> dict[str, ArchivedNotice]:
    with engine.begin() as connection:
        return {notice.url: notice for notice in each_notice(connection)}


def with_row(sites: SampleSites, link: str) -> str:
    """The list with one more row on top."""
    top = '<ul class="tadaty-list list-date">'
    return (
        sites.page(SHENCHENG, LIST).decode().replace(top, f'{top}<li>{link}<span class="time">2026-11-21</span></li>')
    )


def test_a_first_round_adds_everything_and_a_second_changes_nothing(database_url: str, tmp_path: Path) -> None:
    with SampleSites() as sites:
        settings = settings_for(tmp_path, sites).model_copy(update={"database_url": database_url})
        engine = ready_database(database_url)
        first = run_round(settings, SAMPLES)
        assert {crawl.source_id: (crawl.verdict, crawl.added) for crawl in first} == {
            "sample_shencheng": (Verdict.OK, 7),
            "sample_zhecheng": (Verdict.OK, 4),
            "sample_zhecheng_tenders": (Verdict.OK, 3),
            "sample_suzhong": (Verdict.OK, 9),
            "sample_suzhong_consultations": (Verdict.OK, 2),
        }
        before = archived(engine)
        assert len(before) == 25
        make_due(engine)
        asked = len(sites.requests)
        second = run_round(settings, SAMPLES)
        assert {crawl.verdict for crawl in second} == {Verdict.UNCHANGED}
        assert all(crawl.reason == "" for crawl in second)
        assert archived(engine) == before
        assert_only_conditional([request for request in sites.requests[asked:] if "suzhong" not in request.url])
        engine.dispose()


def assert_only_conditional(requests: list[tuple[str, str, int]]) -> None:
    """Hosts that send validators answer 304 to everything but robots.txt, which is always read."""
    assert len(requests) > 15
    assert {status for _, url, status in requests if not url.endswith("/robots.txt")} == {304}


@pytest.mark.usefixtures("crawled")
def test_without_validators_the_bytes_tell_that_nothing_changed(run: Run, archive: sa.Engine) -> None:
    with archive.begin() as connection:
        before = connection.execute(sa.select(pages.c.url, pages.c.fetched_at)).all()
    again = run("sample_suzhong")["sample_suzhong"]
    assert (again.verdict, again.known, again.added, again.revised) == (Verdict.UNCHANGED, 9, 0, 0)
    with archive.begin() as connection:
        assert connection.execute(sa.select(pages.c.url, pages.c.fetched_at)).all() == before  # none was read


@pytest.mark.usefixtures("crawled")
def test_a_changed_text_makes_a_revision(run: Run, archive: sa.Engine, sites: SampleSites) -> None:
    changed = sites.page(SHENCHENG, PAGE).decode().replace("每辆不超过1.5万元", "每辆不超过2万元")
    sites.change(SHENCHENG, PAGE, changed)
    crawl = run("sample_shencheng")["sample_shencheng"]
    assert (crawl.verdict, crawl.revised, crawl.added) == (Verdict.OK, 1, 0)
    notice = archived(archive)[f"http://{SHENCHENG}{PAGE}"]
    assert notice.revision == 2
    assert notice.revised_at is not None
    with archive.begin() as connection:
        said = [revision.text for revision in revisions_of(connection, notice.id)]
        assert notice.id in [waiting.id for waiting in waiting_notices(connection, limit=99)]
    assert ["1.5万元" in text for text in said] == [True, False]


@pytest.mark.usefixtures("crawled")
def test_a_page_that_changed_only_around_the_text_is_no_revision(run: Run, sites: SampleSites) -> None:
    sites.change(SHENCHENG, PAGE, sites.page(SHENCHENG, PAGE).decode().replace("t=20231023", "t=20261123"))
    crawl = run("sample_shencheng")["sample_shencheng"]
    assert (crawl.verdict, crawl.revised, crawl.known) == (Verdict.UNCHANGED, 0, 7)


@pytest.mark.usefixtures("crawled")
def test_an_old_notice_is_not_asked_for_again(run: Run, archive: sa.Engine, sites: SampleSites) -> None:
    with archive.begin() as connection:
        connection.execute(sa.update(notices).values(first_seen_at=LONG_AGO))
    asked = len(sites.requests)
    assert run("sample_shencheng")["sample_shencheng"].verdict is Verdict.UNCHANGED
    assert [url.rpartition("/")[2] for _, url, _ in sites.requests[asked:]] == ["robots.txt", "index.html"]


@pytest.mark.usefixtures("crawled")
def test_a_new_row_is_read_and_the_next_page_only_while_pages_bring_news(
    archive: sa.Engine, run: Run, sites: SampleSites
) -> None:
    with archive.begin() as connection:
        connection.execute(sa.update(notices).values(first_seen_at=LONG_AGO, last_seen_at=LONG_AGO))
    path = "/nw12344/20261121/new.html"
    sites.change(SHENCHENG, path, sites.page(SHENCHENG, PAGE).decode().replace("若干措施", "补充措施"))
    page = with_row(sites, f'<a href=".{path[8:]}">补充措施</a>')
    sites.change(SHENCHENG, LIST, page)
    asked = len(sites.requests)
    crawl = run("sample_shencheng")["sample_shencheng"]
    assert (crawl.verdict, crawl.added) == (Verdict.OK, 1)
    urls = [url for _, url, _ in sites.requests[asked:]]
    assert any("index_1.html" in url for url in urls)
    assert not any("index_2.html" in url for url in urls)
    with archive.begin() as connection:
        unseen = sa.select(sa.func.count()).where(notices.c.last_seen_at == LONG_AGO)
        listed = unseen.where(notices.c.source_id == "sample_shencheng")
        assert connection.execute(listed).scalar_one() == 2  # those of the second page, which answered 304


def test_a_page_dated_2099_keeps_the_day_of_its_list(archive: sa.Engine, run: Run, sites: SampleSites) -> None:
    path = "/nw12344/20261121/far.html"
    page = sites.page(SHENCHENG, PAGE).decode()
    assert "2026-11-20" in page
    sites.change(SHENCHENG, path, page.replace("2026-11-20", "2099-11-20").replace("若干措施", "远期措施"))
    sites.change(SHENCHENG, LIST, with_row(sites, f'<a href=".{path[8:]}">远期措施</a>'))
    run("sample_shencheng")
    [notice] = [one for url, one in archived(archive).items() if url.endswith("far.html")]
    assert str(notice.published) == "2026-11-21"


def test_what_robots_txt_forbids_is_not_asked_for_and_said(run: Run, sites: SampleSites) -> None:
    page = with_row(sites, '<a href="/neibu/1.html">内部通知</a>')
    sites.change(SHENCHENG, LIST, page)
    crawl = run("sample_shencheng")["sample_shencheng"]
    assert (crawl.verdict, crawl.added, crawl.failed) == (Verdict.OK, 7, 1)
    assert "/neibu/1.html: robots.txt forbids it" in crawl.reason
    assert not any("/neibu/" in url for _, url, _ in sites.requests)


def test_a_notice_that_failed_is_tried_again_though_its_list_did_not_change(run: Run, sites: SampleSites) -> None:
    whole = sites.page(SHENCHENG, PAGE)
    sites.change(SHENCHENG, PAGE, status=404)
    first = run("sample_shencheng")["sample_shencheng"]
    assert (first.verdict, first.added, first.failed) == (Verdict.OK, 6, 1)
    sites.change(SHENCHENG, PAGE, whole)
    second = run("sample_shencheng")["sample_shencheng"]
    assert (second.verdict, second.added, second.failed) == (Verdict.OK, 1, 0)


@pytest.mark.usefixtures("crawled")
def test_a_page_that_is_gone_later_is_no_failure_of_the_source(run: Run, sites: SampleSites) -> None:
    sites.change(SHENCHENG, PAGE, status=404)
    crawl = run("sample_shencheng")["sample_shencheng"]
    assert (crawl.verdict, crawl.failed) == (Verdict.UNCHANGED, 1)
    assert "could not be read again" in crawl.reason


def test_sources_of_one_host_come_one_after_another_and_progress_is_told(
    settings: Settings, archive: sa.Engine, sites: SampleSites
) -> None:
    events: list[tuple[str, str]] = []
    run_round(settings, SAMPLES, on_event=lambda event: events.append((event["event"], event["source"])))
    at = events.index(("started", "sample_suzhong_consultations"))
    assert events.index(("finished", "sample_suzhong")) < at
    assert events.count(("row", "sample_suzhong")) == events.count(("notice", "sample_suzhong")) == 9
    assert sites.agents == {"Yaoxun/0.1.0 (+https://yaoxun.example/contact)"}
    with archive.begin() as connection:
        records = source_records(connection)
    assert set(records) == set(SAMPLES)
    assert all(record.last_success_at for record in records.values())


@pytest.mark.parametrize("arguments", [["nobody"], ["--unknown"]])
def test_a_name_that_no_source_bears_is_refused(settings: Settings, arguments: list[str]) -> None:
    with pytest.raises(RoundError, match="refused to start"):
        run_round(settings, arguments)


def test_a_crawler_that_cannot_even_begin_is_no_empty_round(archive: sa.Engine, settings: Settings) -> None:
    with archive.begin() as connection:
        connection.exec_driver_sql("DROP TABLE sources")
    with pytest.raises(RoundError, match="ended with code 1 before its first crawl"):
        run_round(settings, SAMPLES)


def test_without_names_the_enabled_sources_that_are_due_are_read(tmp_path: Path, sites: SampleSites) -> None:
    row = '[{id}]\nname = "x"\nfamily = "feed"\nregion = "浙江"\nenabled = {enabled}\nlists = {lists}\n'
    feeds = '["http://www.zhecheng.example/rss/tzgg.xml", "http://www.zhecheng.example/atom/zbcg.xml"]'
    rows = [row.format(id=name, enabled=enabled, lists=feeds) for name, enabled in (("on", "true"), ("off", "false"))]
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "a.toml").write_text("".join(rows), encoding="utf-8")
    settings = settings_for(tmp_path, sites, sources=tmp_path / "sources")
    ready_database(settings.database).dispose()
    (crawl,) = run_round(settings, [])
    assert (crawl.source_id, crawl.verdict, crawl.added) == ("on", Verdict.OK, 7)
    assert run_round(settings, []) == []
