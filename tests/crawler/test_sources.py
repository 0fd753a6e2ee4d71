"""Source rows: the shipped ones build and ask for their lists; a wrong one names file, table and key."""

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from scrapy import Request
from scrapy.utils.misc import load_object

from config.regions import Places, load_places
from config.sections import load_sections
from config.settings import HERE, Settings
from crawler.assignment import Assignment
from crawler.beside import Beside
from crawler.desk import Desk
from crawler.families import FAMILIES
from crawler.sources import Source, SourcesError, UnknownSourceError, choose_sources, interval_of, load_sources
from crawler.spiders.base import SourceSpider

GOOD = """
[sh_one]
name = "上海 甲"
family = "listing"
lists = ["http://www.jia.example/index.html"]
region = "上海"
rows = "ul li"
"""


@pytest.fixture(scope="module")
def places() -> Places:
    return load_places(HERE / "regions.toml")


@pytest.fixture(scope="module")
def shipped(places: Places) -> dict[str, Source]:
    columns = [section.name for section in load_sections(HERE / "sections.toml")]
    return load_sources(HERE / "sources", places, columns)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.toml").write_text(GOOD, encoding="utf-8")
    return tmp_path


def test_ten_real_sources_over_the_whole_region(shipped: dict[str, Source]) -> None:
    real = [source for source in shipped.values() if source.enabled]
    assert len(real) >= 10
    assert {source.grade for source in real} == {"A", "B"}
    assert {source.region.split("/")[0] for source in real} >= {"上海", "江苏", "浙江", "安徽", "全国"}
    assert all(source.agency for source in real)


def test_the_samples_are_of_known_families_and_wait_to_be_named(shipped: dict[str, Source]) -> None:
    samples = [source for source in shipped.values() if source.id.startswith("sample_")]
    assert {source.family for source in samples} <= set(FAMILIES)
    assert not any(source.enabled for source in samples)
    assert all(re.match(r"http://[\w.]+\.example/", url) for source in samples for url in source.lists)


def test_every_source_builds_its_spider_and_asks_for_its_lists(shipped: dict[str, Source], places: Places) -> None:
    for source in shipped.values():
        requests = first_requests(source, places)
        assert len(requests) == len(source.lists)
        for request, url in zip(requests, source.lists, strict=True):
            plain = "endpoint" not in source.options and "query" not in source.options
            assert request.url == url if plain else urlsplit(request.url).scheme in {"http", "https"}
            assert "{" not in request.url + request.body.decode().removeprefix("{")  # every name is known


def first_requests(source: Source, places: Places) -> list[Request]:
    now, engine = datetime.now(UTC), sa.create_engine("sqlite://")
    assignment = Assignment(
        source=source,
        places=places,
        engine=engine,
        beside=Beside(Desk(places, engine), clock=lambda: now),
        tell=print,
        clock=lambda: now,
        reread_since=now,
        thorough=True,
    )
    spider: SourceSpider = load_object(FAMILIES[source.family].spider.replace(":", "."))(assignment=assignment)

    async def collect() -> list[Request]:
        return [request async for request in spider.start()]

    return asyncio.run(collect())


def test_a_row_is_read_whole(folder: Path, places: Places) -> None:
    text = GOOD + 'next = "index_{page}.html"\npages = 4\ninterval_minutes = 30\nsection = "政策举措"\nbody = "#zoom"\n'
    (folder / "a.toml").write_text(text, encoding="utf-8")
    source = load_sources(folder, places, ["政策举措"])["sh_one"]
    assert source == Source(
        id="sh_one",
        name="上海 甲",
        family="listing",
        lists=("http://www.jia.example/index.html",),
        region="上海",
        section="政策举措",
        interval_minutes=30,
        body="#zoom",
        options={"rows": "ul li", "next": "index_{page}.html", "pages": 4},
    )
    assert interval_of(source, Settings().crawl).total_seconds() == 1800


def test_the_region_becomes_its_path(folder: Path, places: Places) -> None:
    (folder / "a.toml").write_text(GOOD.replace('"上海"', '"昆山市"'), encoding="utf-8")
    assert load_sources(folder, places)["sh_one"].region == "江苏/苏州/昆山"


BAD = {
    'name = "上海 甲"': ("", "[sh_one] name: the key is missing"),
    'family = "listing"': ('family = "listin"', "[sh_one] family: there is no family 'listin'; write one of listing,"),
    'family = "listing" ': ("", "[sh_one] family: the key is missing"),
    'rows = "ul li"': ("", "[sh_one] rows: the key is missing"),
    'rows = "ul li" ': ('rows = "ul li["', "[sh_one] rows: 'ul li[' is no CSS selector"),
    'rows = "ul li"  ': (
        'rows = "ul li"\ndatum = "span"',
        "[sh_one] datum: a source of the family listing has no such",
    ),
    'rows = "ul li"   ': ('rows = "ul li"\npage = 3', "Did you mean pages?"),
    'rows = "ul li"    ': (
        'rows = "ul li"\npages = "3"',
        "[sh_one] pages: takes a whole number above 0 (how many pages",
    ),
    'rows = "ul li"     ': ('rows = "ul li"\npages = true', "[sh_one] pages: takes a whole number above 0"),
    'rows = "ul li"      ': ('rows = "ul li"\npages = 0', "[sh_one] pages: takes a whole number above 0"),
    'rows = "ul li"       ': ('rows = "ul li"\nenabled = "no"', "[sh_one] enabled: takes true or false"),
    'rows = "ul li"        ': (
        'rows = "ul li"\nsection = "政策举错"',
        "[sh_one] section: there is no column '政策举错'",
    ),
    'rows = "ul li"         ': ('rows = "ul li"\ngrade = "Z"', "[sh_one] grade: takes A, B, C, P, not 'Z'"),
    'rows = "ul li"          ': ('rows = "ul li"\nbody = "##"', "[sh_one] body: '##' is no CSS selector"),
    'region = "上海"': ('region = "上海滩市"', "[sh_one] region: regions.toml has no place '上海滩市'"),
    'region = "上海" ': ('region = ""', "[sh_one] region: is empty"),
    'region = "上海"  ': ("region = 3", "[sh_one] region: takes a text, not 3"),
    'lists = ["http://www.jia.example/index.html"]': ("lists = []", "[sh_one] lists: takes at least one address"),
    'lists = ["http://www.jia.example/index.html"] ': ('lists = ["ftp://a.example/"]', "takes http or https addresses"),
    'lists = ["http://www.jia.example/index.html"]  ': ('lists = ["www.jia.example"]', "takes http or https addresses"),
    'lists = ["http://www.jia.example/index.html"]   ': ('lists = "http://a.example/"', "lists: takes a list of texts"),
    "[sh_one]": ("[SH-one]", "[SH-one]: an id has small letters, digits and underscores"),
    "[sh_one] ": ("[sh_one", "cannot be read as TOML"),
}


JSON = """[sh_two]
name = "上海 乙"
family = "json"
lists = ["http://www.yi.example/list.html"]
region = "上海"
"""
BAD_TABLES = {
    'fields = "title"': "[sh_two] fields: takes a table of texts and numbers (paths of title, link and date in a row",
    'fields = { titel = "a" }': "[sh_two] fields.titel: there is no such name here; did you mean title? It takes",
    "fields = { title = true }": "[sh_two] fields.title: takes a text or a whole number, not True",
    'query = { a = ["b"] }': "[sh_two] query.a: takes a text or a whole number, not ['b']",
    "first = -1": "[sh_two] first: takes a whole number, 0 or above (number of the first page)",
    "size = 0": "[sh_two] size: takes a whole number above 0 (how many rows",
    'method = "PUT"': "[sh_two] method: takes GET or POST, not 'PUT'",
    'find = { id = "id=(" }': "[sh_two] find.id: 'id=(' is no regular expression",
    'find = { id = "id" }': "[sh_two] find.id: 'id' has no group; write what is wanted in round brackets",
    'row = "li["': "[sh_two] row: 'li[' is no CSS selector",
    'html = " "': "[sh_two] html: is empty",
}


@pytest.mark.parametrize("line", BAD_TABLES)
def test_a_wrong_table_names_the_name_in_it(tmp_path: Path, places: Places, line: str) -> None:
    (tmp_path / "a.toml").write_text(JSON + line, encoding="utf-8")
    with pytest.raises(SourcesError, match=re.escape(BAD_TABLES[line])) as caught:
        load_sources(tmp_path, places)
    assert str(tmp_path / "a.toml") in str(caught.value)


def test_a_source_is_laid_over_its_family(tmp_path: Path, places: Places) -> None:
    text = JSON.replace('"json"', '"trs_igs"') + 'query = { siteId = 57, type = "news" }\nfirst = 0\n'
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    options = load_sources(tmp_path, places)["sh_two"].options
    query = options["query"]
    assert isinstance(query, dict)
    assert (query["siteId"], query["type"], query["pageNumber"]) == (57, "news", "{page}")
    assert (options["first"], options["rows"], options["pages"]) == (0, "rows", 3)
    assert "siteId" not in FAMILIES["trs_igs"].defaults["query"]  # type: ignore[operator]  # it is a table


@pytest.mark.parametrize("line", BAD)
def test_a_wrong_row_names_file_table_and_key(folder: Path, places: Places, line: str) -> None:
    wrong, words = BAD[line]
    (folder / "a.toml").write_text(GOOD.replace(line.rstrip(), wrong), encoding="utf-8")
    with pytest.raises(SourcesError, match=re.escape(words)) as caught:
        load_sources(folder, places, ["政策举措"])
    assert str(folder / "a.toml") in str(caught.value)


def test_a_doubled_id_names_both_files(folder: Path, places: Places) -> None:
    (folder / "b.toml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(SourcesError, match=r"b\.toml: \[sh_one\]: the id is already used in .*a\.toml"):
        load_sources(folder, places)


def test_an_ambiguous_region_asks_for_the_path(folder: Path, places: Places) -> None:
    name = next(name for name, paths in places.names.items() if len(places.find(name)) > 1 and len(paths) > 1)
    (folder / "a.toml").write_text(GOOD.replace('上海"\nrows', f'{name}"\nrows'), encoding="utf-8")
    with pytest.raises(SourcesError, match="write the whole path"):
        load_sources(folder, places)


def test_a_folder_that_is_not_there(tmp_path: Path, places: Places) -> None:
    with pytest.raises(SourcesError, match="there is no such folder"):
        load_sources(tmp_path / "nowhere", places)


def test_choosing_suggests_the_nearest_name(folder: Path, places: Places) -> None:
    sources = load_sources(folder, places)
    assert choose_sources(sources, ["sh_one", "sh_one"]) == (sources["sh_one"],)
    with pytest.raises(UnknownSourceError, match=r"There is no source 'sh_two'\. Did you mean sh_one\?"):
        choose_sources(sources, ["sh_two"])


def test_a_file_in_gbk_is_refused_with_what_to_do(tmp_path: Path, places: Places) -> None:
    (tmp_path / "a.toml").write_bytes(GOOD.encode("gbk"))
    with pytest.raises(SourcesError, match="Save it as UTF-8"):
        load_sources(tmp_path, places)
