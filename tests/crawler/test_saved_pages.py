"""Every sample source has a saved list, a saved notice, and what they must be read as."""

import json

import pytest

from config.regions import Places, load_places
from config.settings import HERE
from crawler.sources import Source, load_sources
from tests.crawler.conftest import SAMPLES
from tests.crawler.saved import SITES, plain, read_saved


@pytest.fixture(scope="module")
def places() -> Places:
    return load_places(HERE / "regions.toml")


@pytest.fixture(scope="module")
def sources(places: Places) -> dict[str, Source]:
    return load_sources(HERE / "sources", places)


@pytest.mark.parametrize("source_id", SAMPLES)
def test_saved_pages_are_read_as_expected(source_id: str, sources: dict[str, Source], places: Places) -> None:
    folder = SITES / source_id
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    assert plain(read_saved(folder, sources[source_id], places)) == expected


def test_no_sample_source_without_saved_pages(sources: dict[str, Source]) -> None:
    samples = {source_id for source_id in sources if source_id.startswith("sample_")}
    assert samples == set(SAMPLES)
    assert samples <= {path.name for path in SITES.iterdir()}
