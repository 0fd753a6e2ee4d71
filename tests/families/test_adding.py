"""What `sources add` makes of the fixture sites, from nothing but the address of a list."""

import tomllib
from pathlib import Path

import pytest

from alerts.checks import probe
from config.settings import Crawl as CrawlSettings
from config.settings import Settings
from tests.families.every import EVERY
from tests.families.server import FamilySites

pytestmark = pytest.mark.xdist_group("adding")
TOLD = {
    "hanweb_jcms": {},
    "hanweb_jpaas_rules": {"size_name": "rows"},  # nothing comes when the size is called otherwise
    "epoint": {},
    "govcn_search": {},  # known by its address: asked like any page it refuses
    "shanghai_years": {},
    "trs_onward": {},
    "auto_based": {},
}


@pytest.mark.parametrize("name", TOLD)
def test_the_family_and_its_options_are_told(tmp_path: Path, name: str) -> None:
    site = EVERY[name]
    (row,) = tomllib.loads(site.table).values()
    with FamilySites([site]) as sites:
        crawl = CrawlSettings.model_validate({"proxy": sites.proxy_url, "delay": 0, "sources": tmp_path})
        found = probe(Settings(home=tmp_path, crawl=crawl), row["lists"][0])
    assert (found["check"]["verdict"], found["family"], found["options"]) == ("ok", site.family, TOLD[name])
    assert found["check"]["listed"][0]["title"] in {item.title for item in site.items}
