"""Challenge pages are told from content, however little of it there is."""

import pytest

from alerts.demo.sites.pages import sample_pages
from crawler.fetching.challenge import challenge_in

CHALLENGES = {
    "瑞数": b"<!DOCTYPE html><html><head><meta id='x' content='~~'><script>$_ts=window['$_ts'];</script></head></html>",
    "加速乐": b"<script>document.cookie=('_')+('_')+'jsl';/*__jsl_clearance*/location.href=location.pathname</script>",
    "网站卫士": b"<html><body><noscript>x</noscript><script>var wzws_sid='1';</script></body></html>",
    "script": b"<html><head><title> </title><SCRIPT>location.reload()</SCRIPT></head><body></body></html>",
}


@pytest.mark.parametrize("name", CHALLENGES)
def test_is_a_challenge(name: str) -> None:
    assert name in challenge_in(CHALLENGES[name])


def test_a_title_does_not_hide_a_marker() -> None:
    page = CHALLENGES["瑞数"].replace(b"<head>", b"<head><title>1</title>")
    assert "瑞数" in challenge_in(page)


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"<datastore><recordset></recordset></datastore>",
        b"<html><head><title>notices</title><script>var a;</script></head><body></body></html>",
        b"<html><body><script>var a;</script><p>"
        + "现将有关事项通知如下，请各单位认真遵照执行。".encode()
        + b"</p></body></html>",
        b"<script>$_ts</script>" + b" " * 600_000,
    ],
)
def test_is_content(page: bytes) -> None:
    assert challenge_in(page) == ""


def test_no_sample_page_is_one() -> None:
    found = [path for pages in sample_pages().values() for path, page in pages.items() if challenge_in(page.body)]
    assert found == []
