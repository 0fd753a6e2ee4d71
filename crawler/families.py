"""The CMS families: what each is called, which spider reads it, which keys its sources have. Loads no Scrapy."""

from crawler.family import PAGES, Family, Key
from crawler.json_families import JSON_FAMILIES

__all__ = ["FAMILIES", "Family", "Key"]

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
        *JSON_FAMILIES,
    )
}
