"""The CMS families: what each is called, which spider reads it, which keys its sources have. Loads no Scrapy."""

from crawler.family import Family, Key
from crawler.json_families import JSON_FAMILIES
from crawler.static_families import STATIC_FAMILIES

__all__ = ["FAMILIES", "Family", "Key"]

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        *STATIC_FAMILIES,
        Family(
            name="feed",
            label="RSS and Atom",
            spider="crawler.spiders.feed:FeedSpider",
        ),
        *JSON_FAMILIES,
    )
}
