"""The CMS families: what each is called, which spider reads it, which keys its sources have. Loads no Scrapy."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key that only sources of this family have: its type, whether it must be there, and what it takes."""

    type: type[str] | type[int]
    meaning: str
    required: bool = False
    selector: bool = False  # a CSS selector, checked when the sources are read


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One way of publishing lists, and the spider that reads it (`module:class`)."""

    name: str
    label: str
    spider: str
    keys: Mapping[str, Key] = field(default_factory=dict)  # beyond those that every source has


PAGES = Key(type=int, meaning="how many pages of a list are read at most")

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Family(
            name="listing",
            label="Static list pages, read with selectors",
            spider="crawler.spiders.listing:ListingSpider",
            keys={
                "rows": Key(type=str, meaning="selector of one row of the list", required=True, selector=True),
                "title": Key(type=str, meaning="selector of the title in a row", selector=True),
                "link": Key(type=str, meaning="selector of the link in a row", selector=True),
                "date": Key(type=str, meaning="selector of the date in a row", selector=True),
                "next": Key(
                    type=str,
                    meaning="address of the further pages: index_{page}.html when the second is index_2.html, "
                    "index_{page-1}.html when it is index_1.html; or the selector of the link to the next page",
                ),
                "pages": PAGES,
            },
        ),
        Family(
            name="feed",
            label="RSS and Atom",
            spider="crawler.spiders.feed:FeedSpider",
        ),
        Family(
            name="hanweb_jcms",
            label="大汉 JCMS: rows in script CDATA, paging through dataproxy.jsp",
            spider="crawler.spiders.hanweb_jcms:HanwebJcmsSpider",
            keys={"pages": PAGES},
        ),
    )
}
