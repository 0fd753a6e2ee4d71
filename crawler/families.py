"""The CMS families: what each is called, which spider reads it, which keys its sources have. Loads no Scrapy."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One way of publishing lists, and the spider that reads it (`module:class`)."""

    name: str
    label: str
    spider: str
    keys: frozenset[str] = frozenset()  # what a source of this family may say beyond the common keys
    required: frozenset[str] = frozenset()


FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Family(
            name="listing",
            label="Static list pages, read with selectors",
            spider="crawler.spiders.listing:ListingSpider",
            keys=frozenset({"rows", "title", "link", "date", "next", "pages"}),
            required=frozenset({"rows"}),
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
            keys=frozenset({"pages"}),
        ),
    )
}
