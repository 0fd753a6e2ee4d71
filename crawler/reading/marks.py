"""What gives a CMS away: marks in the address of a list and in its source, the surest first."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of a family. Named groups are options of its sources; `rowless` ones count where no rows stand."""

    family: str
    pattern: re.Pattern[str]
    words: str  # what has been seen; {} is the piece itself
    rowless: bool = False


def _in(family: str, pattern: str, words: str = "the page has {}", *, rowless: bool = False) -> Mark:
    return Mark(family, re.compile(pattern, re.IGNORECASE), words, rowless)


ADDRESS = "the address has {}"

IN_ADDRESS = (
    _in("govcn", r"/[\w-]+\.json(?=[?#]|$)", ADDRESS),
    _in("govcn_search", r"/search-gov/data\b", ADDRESS),
    _in("hanweb_search", r"/jsearchfront/(?:interfaces/|search\.do)", ADDRESS),
    _in("gkmlpt", r"/gkmlpt/", ADDRESS),
    _in("trs_igs", r"/igs/front/search/publish/data/list", ADDRESS),
    _in("trs_ssp", r"/ssp/search/api/", ADDRESS),
    _in("trs_was5", r"/was5/web/search", ADDRESS),
    _in("ucap_info", r"/szinf/info/getInfoCommon", ADDRESS),
    _in("ucap_policy", r"/interfacesWebZcwj/loadData", ADDRESS),
    _in("epoint", r"/govInfoPub\.html\?(?=[^#]*categorynum=)", ADDRESS),
    _in("gtapp", r"/nrglIndex\.action", ADDRESS),
    _in("changzhou", r"/(?:gi|ns)_class/|/gova/\w+\.php|/class/[A-Z]{8}(?=$|[/?#])", ADDRESS),
    _in("lonsun_public", r"/public/column/\d+\?(?=[^#]*\bcatId=)", ADDRESS),
    _in("lonsun", r"/content/column/\d+", ADDRESS),
    _in("huaian_public", r"/cmsweb/zwgk/", ADDRESS),
)
IN_PAGE = (
    _in("hanweb_jpaas", r"/jpaas-publish-server/front/page/build/unit|AuthorizedRead/unitbuild\.js"),
    _in("truecms", r"""id=["']?initData\b|/messageController/getMessage\.do"""),
    _in("hanweb_jcms", r"<datastore>|&lt;datastore&gt;|/module/(?:web/)?jpage/|\bjpage\s*\(\s*\{"),
    _in("hanweb_xxgk", r"/module/xxgk/search\.jsp|\binfotypeId\s*=", rowless=True),
    _in("epoint", r"/EWB-FRONT/rest/lightfrontaction/getgovinfolist|/js/webBuilderCommon\.js", rowless=True),
    _in("gkmlpt", r"/gkmlpt/api/all/"),
    _in("lonsun_public", r"labelName=publicInfoList|publicInfoList_newest\d*", rowless=True),
    _in("trs_igs", r"/igs/front/search/publish/data/list", rowless=True),
    _in("trs_ssp", r"/ssp/search/api/apiSearch", rowless=True),
    _in("huaian_public", r"/articleCommonController/lists\.do", rowless=True),
    _in("ucap_info", r"/szinf/info/getInfoCommon", rowless=True),
    _in("ucap_policy", r"/interfacesWebZcwj/loadData", rowless=True),
    _in("ucap_search", r"(?P<endpoint>/appsearch/\w+/list)\b", rowless=True),
    _in("ucap_info", r"""\bchannel_?id["']?\s*[:=]\s*["'][0-9a-f]{32}["']""", rowless=True),
    _in("wuxi", r"""/intertidwebapp/|id=["']?doclist\b|href=["'][^"']{0,200}/doc/20\d\d/\d\d/\d\d/\d+\.shtml"""),
    _in("huaian", r"\bnsetpage\s*\("),
    _in("ucap", r"""<UCAP(?:CONTENT|TITLE)|\bcreatePageHTML\s*\(\s*["'][a-z]\w*["']\s*,\s*\d+\s*,\s*\d+\s*,"""),
    _in("trs_wcm", r"""\bcreatePageHTML\s*\(\s*["']?\d+["']?\s*,\s*\d+\s*,\s*["'][\w.-]+["']\s*,\s*["']s?html?["']"""),
    _in(
        "shanghai",
        r"trout-region|\btadaty-list\b|\bnowrapli\b|class=.secondary-wrap\b|/nw\d{3,6}/(?:index|20\d{6}/[0-9a-f]{32})",
    ),
    _in("gd_static", r"""class=["']?viewList\b(?=[\s\S]{1,3000}/content/post_\d+\.html)"""),
    _in("lonsun", r"default_pg(?:Next|Prev|Current)|/lonsun/|\bdoc_list\s+list-\d+|xxgk_nav_list"),
    _in("trs_wcm", r"TRS_(?:Editor|UEDITOR)|trs_editor_view|/t20\d{6}_\d+\.s?html?"),
    _in("ucap", r"""href=["'][^"']{0,200}/20\d{4}/[0-9a-f]{32}\.shtml"""),
)
OF_A_NAME = (
    _in("ucap", r"/(?:\w+_)?lists?\d?\.shtml(?=[?#]|$)", "the page is called {}"),
    _in("hanweb_jcms", r"/col/col\d+/(?:index\.html)?(?=[?#]|$)", "the page is called {}"),
    _in("wuxi", r"/xxgkml/\w+/index\.shtml", "the page is called {}"),
)
"""Names that more than one system gives its pages: asked last."""

FEED = re.compile(r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,500}?-->\s*)?<(rss|feed|rdf:RDF)\b", re.DOTALL)
ARTICLE = re.compile(
    r"/t20\d{6}_\d+\.s?html?$|/[0-9a-f]{32}\.s?html$|/art_\w+\.html$|/content/post_\d+\.html$|/content_\d+\.html?$"
)
