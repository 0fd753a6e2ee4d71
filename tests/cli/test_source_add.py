"""`yaoxun sources add`: over real HTTP, answered as a person would, and refused where there is no list."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.demo.sites import SampleSites
from config.regions import load_places
from config.settings import HERE
from crawler.sources import load_sources
from tests.cli.conftest import Yaoxun

NEW = "http://kjj.kunshan.example/xwzx/tzgg/"
HOST, PATH = "kjj.kunshan.example", "/xwzx/tzgg/"
ROWS = "".join(
    f'<li><a href="/art/{n}.html" title="关于组织申报第{n}批科技创新券的通知">关于组织申报第{n}批…</a>'
    f"<i>2026-11-{n:02}</i></li>"
    for n in range(1, 9)
)
LIST = (
    '<html><head><title>通知公告_昆山市科学技术局</title><meta name="SiteName" content="昆山市科学技术局门户网站">'
    '<meta name="ColumnName" content="通知公告"></head><body><div class="nav"><a href="/">首页</a></div>'
    f'<div class="box"><ul class="xx">{ROWS}</ul></div></body></html>'
)
ARTICLE = (
    "<html><head><title>关于组织申报第1批科技创新券的通知</title>"
    '<meta name="ArticleTitle" content="关于组织申报第1批科技创新券的通知"><meta name="PubDate" content="2026-11-01">'
    '</head><body><div id="zoom">'
    "<p>各区镇、有关单位：现组织申报第1批科技创新券，请于2026年12月20日前提交材料。</p></div></body></html>"
)


@pytest.fixture
def sites(monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleSites]:
    with SampleSites() as sites:
        monkeypatch.setenv("YAOXUN_CRAWL_PROXY", sites.proxy_url)
        monkeypatch.setenv("YAOXUN_CRAWL_DELAY", "0")
        sites.change(HOST, "/robots.txt", "User-agent: *\n")
        sites.change(HOST, PATH, LIST)
        for number in range(1, 9):
            sites.change(HOST, f"/art/{number}.html", ARTICLE.replace("第1批", f"第{number}批"))
        yield sites


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sites: SampleSites) -> Path:
    assert sites.requests == []
    folder = tmp_path / "sources"
    folder.mkdir()
    shutil.copy(HERE / "sources" / "sample.toml", folder)
    monkeypatch.setenv("YAOXUN_CRAWL_SOURCES", str(folder))
    return folder


def written(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.toml")}


def test_a_person_who_takes_the_guesses_has_a_source(yaoxun: Yaoxun, folder: Path) -> None:
    before = (folder / "sample.toml").read_text(encoding="utf-8")
    ran = yaoxun("sources", "add", NEW, say="\n\ny\n")
    assert "8 rows, 100% with a date" in ran.out
    assert "2026-11-08  关于组织申报第8批科技创新券的通知" in ran.out or "第1批科技创新券的通知" in ran.out
    assert "first notice: 关于组织申报第1批科技创新券的通知" in ran.out
    assert "请于2026年12月20日前提交材料。" in ran.out
    source = load_sources(folder, load_places(HERE / "regions.toml"))["example_kunshan_tzgg"]
    assert (source.name, source.region) == ("昆山市科学技术局 通知公告", "江苏/苏州/昆山")
    assert (source.family, source.lists, source.agency) == ("auto", (NEW,), "昆山市科学技术局")
    assert source.enabled
    after = (folder / "sample.toml").read_text(encoding="utf-8")
    assert after.startswith(before)  # its comments, too: the row stands behind the others of 江苏
    (crawl,) = yaoxun("crawl", "example_kunshan_tzgg", "--json").json
    assert (crawl["verdict"], crawl["added"]) == ("ok", 8)


def test_what_the_person_says_counts(yaoxun: Yaoxun, folder: Path) -> None:
    ran = yaoxun("sources", "add", NEW, "--id", "kunshan_kjj", say="昆山科技 通知\n昆山滩\n昆山市\ny\n")
    assert "There is no place '昆山滩'." in ran.errors
    source = load_sources(folder, load_places(HERE / "regions.toml"))["kunshan_kjj"]
    assert (source.name, source.region) == ("昆山科技 通知", "江苏/苏州/昆山")


def test_no_is_no(yaoxun: Yaoxun, folder: Path) -> None:
    before = written(folder)
    yaoxun("sources", "add", NEW, say="\n\nn\n", code=1)
    assert written(folder) == before


def test_a_program_gets_json_and_is_not_asked(yaoxun: Yaoxun, folder: Path) -> None:
    added = yaoxun("sources", "add", NEW, "--yes", "--json").json
    assert added["id"] == "example_kunshan_tzgg"
    assert Path(added["file"]).parent == folder
    assert added["row"]["family"] == "auto"
    assert added["check"]["verdict"] == "ok"


def test_a_known_system_is_recognised_and_said(yaoxun: Yaoxun, folder: Path) -> None:
    (folder / "sample.toml").write_text("# ours alone\n", encoding="utf-8")
    ran = yaoxun("sources", "add", "http://www.suzhong.example/col/col284/index.html", "--yes")
    assert "hanweb_jcms" in ran.out
    assert "because " in ran.out
    assert (folder / "江苏.toml").exists()  # no file holds sources of this province
    assert (folder / "sample.toml").read_text(encoding="utf-8") == "# ours alone\n"


def test_a_feed_is_a_list_too(yaoxun: Yaoxun, folder: Path) -> None:
    (folder / "sample.toml").write_text("", encoding="utf-8")
    added = yaoxun("sources", "add", "http://www.zhecheng.example/rss/tzgg.xml", "--yes", "--json", "-r", "浙江").json
    assert added["row"]["family"] == "feed"
    assert added["row"]["region"] == "浙江"


@pytest.mark.parametrize(
    "url", ["http://www.suzhong.example/col/col284/index.html", "https://www.suzhong.example/col/col284/"]
)
def test_a_list_that_is_there_already_is_named(yaoxun: Yaoxun, folder: Path, sites: SampleSites, url: str) -> None:
    ran = yaoxun("sources", "add", url, code=1)
    assert "That list is there already: sample_suzhong (苏中政务 最新文件)." in ran.errors
    assert sites.requests == []
    assert list(written(folder)) == ["sample.toml"]


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (ARTICLE, "This page is no list but an article: 关于组织申报第1批科技创新券的通知"),
        ("<html><title>首页</title><body><p>欢迎访问本网站。</p></body></html>", "This page is no list."),
        (f"<html><body><ul>{'<li><a href=/x>很长的导航链接标题</a></li>' * 9}</ul></body></html>", "no list"),
        ("", "cannot be read (broken)"),
    ],
)
def test_what_is_no_list_is_said_to_be_none(
    yaoxun: Yaoxun, folder: Path, sites: SampleSites, page: str, words: str
) -> None:
    sites.change(HOST, PATH, page)
    before = written(folder)
    assert words in " ".join(yaoxun("sources", "add", NEW, "--yes", code=1).errors.split("\n"))
    assert written(folder) == before


@pytest.mark.parametrize(
    ("status", "words"), [(412, "cannot be read (blocked)"), (404, "status 404"), (502, "status 502")]
)
def test_a_page_that_cannot_be_had_says_why(
    yaoxun: Yaoxun, folder: Path, sites: SampleSites, status: int, words: str
) -> None:
    sites.change(HOST, PATH, LIST, status=status)
    assert words in yaoxun("sources", "add", NEW, "--yes", code=1).errors
    assert list(written(folder)) == ["sample.toml"]


def test_a_list_whose_notices_cannot_be_read_is_not_added(yaoxun: Yaoxun, folder: Path, sites: SampleSites) -> None:
    for number in range(1, 9):
        sites.change(HOST, f"/art/{number}.html", status=404)
    ran = yaoxun("sources", "add", NEW, "--yes", code=1)
    assert "The list has rows, but" in ran.errors
    assert list(written(folder)) == ["sample.toml"]


def test_the_address_guard_holds_here_too(
    yaoxun: Yaoxun, folder: Path, monkeypatch: pytest.MonkeyPatch, sites: SampleSites
) -> None:
    monkeypatch.delenv("YAOXUN_CRAWL_PROXY")
    ran = yaoxun("sources", "add", f"{sites.proxy_url}/list.html", "--yes", code=1)
    assert "(blocked)" in ran.errors
    assert sites.requests == []
    assert list(written(folder)) == ["sample.toml"]


def test_a_place_that_is_not_said_must_be_given(yaoxun: Yaoxun, folder: Path, sites: SampleSites) -> None:
    nowhere = LIST.replace("昆山市科学技术局", "科学技术局")
    sites.change(HOST, PATH, nowhere)
    ran = yaoxun("sources", "add", NEW, "--yes", code=2)
    assert "Give --region." in ran.errors
    assert list(written(folder)) == ["sample.toml"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ftp://a.example/",), "is no http or https address"),
        ((NEW, "--id", "Kunshan-1"), "is no id"),
        ((NEW, "--id", "sample_suzhong"), "The id sample_suzhong is taken"),
    ],
)
def test_a_wrong_word_is_refused_before_anything_is_asked(
    yaoxun: Yaoxun, folder: Path, sites: SampleSites, words: tuple[str, ...], said: str
) -> None:
    assert folder.is_dir()
    assert said in yaoxun("sources", "add", *words, code=2).errors
    assert sites.requests == []


def test_a_page_of_columns_names_them(yaoxun: Yaoxun, folder: Path, sites: SampleSites) -> None:
    links = f'<a href="{PATH}">通知公告</a><a href="/zc/">政策文件</a><a href="http://b.example/">公告</a>'
    sites.change(HOST, "/", f"<html><title>昆山市科学技术局</title><body>{links}<a href=/x>首页</a></body></html>")
    said = yaoxun("sources", "add", f"http://{HOST}/", "--yes", code=1).errors
    assert "It leads to these, one of which may be meant:" in said
    assert [line.split() for line in said.splitlines()[-2:]] == [
        ["通知公告", NEW],
        ["政策文件", f"http://{HOST}/zc/"],
    ]
    assert list(written(folder)) == ["sample.toml"]


def test_of_several_lists_on_a_page_the_others_are_named(yaoxun: Yaoxun, folder: Path, sites: SampleSites) -> None:
    assert folder.is_dir()
    box = ROWS.replace("/art/", "/news/").replace("关于组织申报", "要闻：部署推进").replace("科技创新券的通知", "项目")
    more = '<a href="/xwzx/yw/">新闻要闻</a>'
    sites.change(HOST, PATH, LIST.replace("</body>", f'<div class="side">{more}<ul>{box}</ul></div></body>'))
    ran = yaoxun("sources", "add", NEW, say="\n\nn\n", code=1)
    said = " ".join(ran.errors.split())
    assert "first notice: 关于组织申报第1批科技创新券的通知" in ran.out
    assert "The page has other lists, which are not read: “要闻：部署推进第1批项目” and 7 more" in said
    assert f"新闻要闻  http://{HOST}/xwzx/yw/" in ran.out


def test_data_of_no_known_system_are_a_list(yaoxun: Yaoxun, folder: Path, sites: SampleSites) -> None:
    found = [
        {
            "name": f"关于组织申报第{n}批科技创新券的通知",
            "href": f"/art/{n}.html",
            "day": "",
            "pub_date": f"2026-11-0{n}",
        }
        for n in range(1, 9)
    ]
    sites.change(HOST, "/api/list", json.dumps({"data": {"items": found}}), kind="application/json")
    url = f"http://{HOST}/api/list?pageNo=1"
    added = yaoxun(
        "sources", "add", url, "--yes", "--json", "-r", "昆山市", "--name", "昆山科技", "--id", "kunshan_data"
    ).json
    assert (added["row"]["family"], added["row"]["rows"], added["check"]["dated"]) == ("json", "data.items", 1.0)
    source = load_sources(folder, load_places(HERE / "regions.toml"))["kunshan_data"]
    assert source.options["fields"] == {"title": "name", "link": "href", "date": "pub_date"}
    (crawl,) = yaoxun("crawl", "kunshan_data", "--json").json
    assert (crawl["verdict"], crawl["added"]) == ("ok", 8)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ('{"code": 401, "msg": "未登录"}', "the answer is data, and no rows with a title and a link are in it"),
        ('<html><title>通知公告</title><body><div id="app"></div><script src="/app.js"></script></body></html>', "F12"),
    ],
)  # fmt: skip
def test_what_a_script_would_show_is_explained(
    yaoxun: Yaoxun, folder: Path, sites: SampleSites, page: str, words: str
) -> None:
    sites.change(HOST, PATH, page)
    assert words in " ".join(yaoxun("sources", "add", NEW, "--yes", code=1).errors.split())
    assert list(written(folder)) == ["sample.toml"]


MOVED = """# ours
[kunshan]  # the town
name = "昆山科技 通知"
family = "listing"
rows = "ul.gone li"
pages = 2
lists = ["{url}"]
region = "江苏/苏州/昆山"
grade = "A"
"""


def test_a_list_whose_layout_has_changed_is_read_anew(yaoxun: Yaoxun, folder: Path, sites: SampleSites) -> None:
    assert sites.requests == []
    own = folder / "own.toml"
    own.write_text(MOVED.format(url=NEW), encoding="utf-8")
    checked = " ".join(yaoxun("sources", "check", "kunshan", code=1).out.split())
    assert f"let it be read anew: yaoxun sources add '{NEW}' --again" in checked
    assert "--again" in yaoxun("sources", "add", NEW, code=1).errors
    assert own.read_text(encoding="utf-8") == MOVED.format(url=NEW)
    ran = yaoxun("sources", "add", NEW, "--again", say="y\n")
    assert "8 rows, 100% with a date" in ran.out
    assert "Let kunshan be read so, and no longer as listing?" in ran.errors
    source = load_sources(folder, load_places(HERE / "regions.toml"))["kunshan"]
    assert (source.family, source.name, source.grade, source.lists) == ("auto", "昆山科技 通知", "A", (NEW,))
    assert own.read_text(encoding="utf-8").startswith('# ours\n[kunshan]  # the town\nname = "昆山科技 通知"\n')
    assert source.options["pages"] == 2
    assert "ul.gone" not in own.read_text(encoding="utf-8")
    assert yaoxun("sources", "check", "kunshan", "--json").json[0]["verdict"] == "ok"


def test_again_is_for_lists_that_are_there(yaoxun: Yaoxun, folder: Path, sites: SampleSites) -> None:
    assert "Add it without --again." in yaoxun("sources", "add", NEW, "--again", code=2).errors
    assert sites.requests == []
    assert list(written(folder)) == ["sample.toml"]
