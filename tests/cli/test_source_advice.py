"""What `yaoxun sources add` says to whoever gave an address that leads elsewhere, or nowhere."""
# ruff: noqa: F401, F811  fixtures of the other file

from pathlib import Path

import pytest

from alerts.demo.sites import SampleSites
from tests.cli.conftest import Yaoxun
from tests.cli.test_source_add import HOST, LIST, NEW, PATH, folder, sites, written


@pytest.mark.parametrize(
    ("page", "status", "advice"),
    [
        (LIST, 412, "ask its keepers"),
        (LIST, 404, "look for it from the home page"),
        (LIST, 502, "try again later"),
        ("<html><title>安全验证</title><body>请完成安全验证后继续访问</body></html>", 200, "ask its keepers"),
        ("<html><body>用户登录<input type='password'></body></html>", 200, "public address of the column"),
    ],
)
def test_a_page_that_cannot_be_had_says_what_to_try(  # noqa: PLR0913, PLR0917  a page, its status, and what is said
    yaoxun: Yaoxun, folder: Path, sites: SampleSites, page: str, status: int, advice: str
) -> None:
    sites.change(HOST, PATH, page, status=status)
    assert advice in " ".join(yaoxun("sources", "add", NEW, "--yes", code=1).errors.split())
    assert list(written(folder)) == ["sample.toml"]


def test_an_address_that_leads_on_is_replaced_by_the_one_behind_it(
    yaoxun: Yaoxun, folder: Path, sites: SampleSites
) -> None:
    sites.change(HOST, "/old/", f"<html><script>location.href='{PATH}'</script></html>")
    ran = yaoxun("sources", "add", NEW.replace(PATH, "/old/"), "--yes", "--id", "new")
    assert f"leads on to {NEW}" in " ".join(ran.errors.split())
    assert f'lists = ["{NEW}"]' in "".join(written(folder).values())
    again = yaoxun("sources", "add", NEW.replace(PATH, "/old/"), "--yes", code=1)
    assert "That list is there already: new" in again.errors
