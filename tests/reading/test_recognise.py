"""The system behind a list page, told from the pages of the fixture sites and from addresses alone."""

import tomllib

import pytest

from crawler.families import FAMILIES
from crawler.reading.marks import IN_ADDRESS, IN_PAGE, OF_A_NAME
from crawler.reading.page import UnreadablePage
from crawler.reading.recognise import recognise
from tests.families.every import EVERY
from tests.families.site import NOT_FOUND, Asked, Site

TOLD_BY_PEOPLE = {"json", "listing", "ucap_search"}  # nothing on the page says where its data are
LEADS_ON = {"trs_onward"}  # what its list is stands on the next page
SITES = {site.host: site for site in EVERY.values() if site.family not in TOLD_BY_PEOPLE and site.id not in LEADS_ON}
BARE = b"<html><body><p>...</p></body></html>"


def page_of(site: Site) -> tuple[bytes, str]:
    (row,) = tomllib.loads(site.table).values()
    url = row["lists"][0]
    answer = site.answer(Asked("GET", url.partition("#")[0], {}, "")) if "/search" not in url else NOT_FOUND
    body = answer.body if isinstance(answer.body, bytes) else answer.body.encode()
    return body, url


@pytest.mark.parametrize("host", SITES)
def test_the_fixture_sites_are_recognised(host: str) -> None:
    told = recognise(*page_of(SITES[host]))
    assert told.family == SITES[host].family, told.why
    assert told.why


@pytest.mark.parametrize(
    ("url", "family"),
    [
        ("http://www.a.example/gi_class/fgw_02", "changzhou"),
        ("http://www.a.example/class/HLKBOAJN", "changzhou"),
        ("http://www.a.example/dynamic/zwgk/govInfoPub.html?categorynum=003006", "epoint"),
        ("http://www.a.example/gkmlpt/index#5", "gkmlpt"),
        ("http://www.a.example/public/column/1681?type=4&catId=67&action=list", "lonsun_public"),
        ("http://www.a.example/content/column/6794811?pageIndex=1", "lonsun"),
        ("http://www.a.example/was5/web/search?channelid=1", "trs_was5"),
        ("http://www.a.example/kjj/xxgk_list.shtml", "ucap"),
        ("http://www.a.example/col/col284/index.html", "hanweb_jcms"),
        ("http://www.a.example/classes/index.html", "auto"),
        ("http://www.a.example/shopping_list/index.html", "auto"),
    ],
)
def test_addresses_alone(url: str, family: str) -> None:
    assert recognise(BARE, url).family == family


def test_feeds() -> None:
    feed = b'<?xml version="1.0"?>\n<!-- made daily -->\n<rss version="2.0"><channel></channel></rss>'
    assert recognise(feed, "http://a.example/rss.xml").family == "feed"


def test_an_article_is_no_list_whatever_system_made_it() -> None:
    article = b'<html><head><meta name="ArticleTitle" content="x"></head><body class="TRS_Editor">x</body></html>'
    assert (recognise(article, "http://a.example/1.html").family, recognise(article, "").why) == (
        "auto",
        "it is an article",
    )
    assert recognise(b"<div class=TRS_Editor>x</div>", "http://a.example/202608/t20260828_1.html").family == "auto"


def test_the_search_of_a_site_does_not_make_its_static_list_a_search() -> None:
    rows = "".join(f"<li><a href=/{n}.htm>关于第{n}号事项的通知</a>2020-09-0{n}</li>" for n in range(1, 8))
    script = "<script>var all = '/igs/front/search/publish/data/list.html'; createPageHTML(3,0,'index','html')</script>"
    assert recognise(f"<ul>{rows}</ul>{script}".encode(), "http://a.example/").family == "trs_wcm"
    assert recognise(script.encode(), "http://a.example/").family == "trs_igs"


def test_what_a_source_must_say_is_taken_from_the_page() -> None:
    told = recognise(b"<script>load('/appsearch/wjapi/list')</script>", "http://a.example/x/")
    assert (told.family, told.options) == ("ucap_search", {"endpoint": "/appsearch/wjapi/list"})


def test_marks_name_families_and_keys_that_exist() -> None:
    for mark in (*IN_ADDRESS, *IN_PAGE, *OF_A_NAME):
        assert set(mark.pattern.groupindex) <= set(FAMILIES[mark.family].keys)


def test_an_empty_page_is_unreadable() -> None:
    with pytest.raises(UnreadablePage):
        recognise(b"", "http://a.example/")
