"""The shipped sources as data: every row reads, none stands twice, and its file, region and grade agree."""

import re
import time
import tomllib
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from config.regions import Places, load_places
from config.sections import load_sections
from config.settings import HERE
from crawler.sources import Source, load_sources

FOLDER = HERE / "sources"
FILES = {
    "anhui": "安徽",
    "beijing": "北京",
    "fujian": "福建",
    "guangdong": "广东",
    "jiangsu": "江苏",
    "nation": "全国",
    "shandong": "山东",
    "shanghai": "上海",
    "zhejiang": "浙江",
}
LONGEST_ID = 32
SECONDS = 0.15  # every command that looks at sources waits this long; the best of three, since others run beside it


@pytest.fixture(scope="module")
def places() -> Places:
    return load_places(HERE / "regions.toml")


@pytest.fixture(scope="module")
def sources(places: Places) -> dict[str, Source]:
    columns = [section.name for section in load_sections(HERE / "sections.toml")]
    loaded = load_sources(FOLDER, places, columns)
    return {source_id: source for source_id, source in loaded.items() if not source_id.startswith("sample_")}


def ids_of(path: Path) -> list[str]:
    return list(tomllib.loads(path.read_text(encoding="utf-8")))


def test_there_is_a_row_for_every_known_list(sources: dict[str, Source]) -> None:
    assert len(sources) == 863
    assert len([source for source in sources.values() if source.enabled]) == 159


@pytest.mark.parametrize(("name", "region"), FILES.items())
def test_a_file_holds_one_province(sources: dict[str, Source], name: str, region: str) -> None:
    regions = {sources[source_id].region.partition("/")[0] for source_id in ids_of(FOLDER / f"{name}.toml")}
    assert regions == {region}


def test_there_are_no_other_files() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == {*FILES, "sample"}


def test_what_nobody_has_verified_is_not_crawled(sources: dict[str, Source]) -> None:
    for source in sources.values():
        assert source.enabled == (source.grade in {"A", "B"}), source.id


def test_no_list_stands_twice(sources: dict[str, Source]) -> None:
    lists = Counter(_bare(url) for source in sources.values() for url in source.lists)
    assert [url for url, count in lists.items() if count > 1] == []


def test_names_are_unique_enough_to_be_told_apart(sources: dict[str, Source]) -> None:
    names = Counter((source.name, source.region) for source in sources.values())
    assert [name for name, count in names.items() if count > 1] == []


def test_ids_and_names_are_short_and_every_row_has_its_office(sources: dict[str, Source]) -> None:
    assert [source_id for source_id in sources if len(source_id) > LONGEST_ID] == []
    assert [source.id for source in sources.values() if not re.match(r"[\u4e00-\u9fff]", source.name)] == []
    assert [source.id for source in sources.values() if not source.agency] == ["xuzhou_xyz_zcfg"]  # no office's site


def test_the_region_is_that_of_the_office(sources: dict[str, Source], places: Places) -> None:
    for source in sources.values():
        for mentioned in places.mentioned(source.agency)[:1]:
            assert places.within(source.region, [mentioned]) or places.within(mentioned, [source.region]), source.id


def test_loading_costs_nobody_a_wait(places: Places) -> None:
    def seconds() -> float:
        begun = time.process_time()
        load_sources(FOLDER, places)
        return time.process_time() - begun

    assert min(seconds() for _ in range(3)) < SECONDS


def _bare(url: str) -> tuple[str, ...]:
    parts = urlsplit(url)
    path = re.sub(r"/(index\.html?)?$", "", parts.path)
    return parts.netloc.removeprefix("www."), path, parts.query, parts.fragment
