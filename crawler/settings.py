"""Scrapy's settings: polite, bounded, and with everything off that is not needed."""

from importlib.metadata import version
from typing import Any

from scrapy.settings import Settings
from scrapy.utils.misc import load_object

from config.settings import Crawl

KINDS = ("DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES", "ITEM_PIPELINES", "EXTENSIONS")
PARTS = (
    "DOWNLOADER",
    "DUPEFILTER_CLASS",
    "ROBOTSTXT_PARSER",
    "SCHEDULER",
    "SCHEDULER_MEMORY_QUEUE",
    "SCHEDULER_PRIORITY_QUEUE",
    "STATS_CLASS",
)
AGENT = "Yaoxun"  # what robots.txt may call us
LONGEST_CRAWL = 3600  # seconds for one source


def scrapy_settings(crawl: Crawl, *, patient: bool = False) -> dict[str, Any]:
    """Return Scrapy's settings for a round under these of ours; a patient one has no limit of time for a source."""
    limits = _limits(crawl) | ({"CLOSESPIDER_TIMEOUT": 0} if patient else {})
    return _manners(crawl) | limits | _components(crawl) | OFF


def load_components(settings: dict[str, Any]) -> None:
    """Load what Scrapy would load when a crawl begins, so that the first one of a round need not wait for it."""
    given = Settings(settings)
    named = [path for kind in KINDS for path in given.get_component_priority_dict_with_base(kind)]
    named += filter(None, given.getwithbase("DOWNLOAD_HANDLERS").values())
    for path in (*named, *(given[name] for name in PARTS)):
        load_object(path)


def user_agent(contact: str) -> str:
    """Return how we introduce ourselves: with an address at which a site's keepers reach us."""
    return f"{AGENT}/{version('yaoxun')} ({f'+{contact}' if contact else 'no contact given'})"


def _manners(crawl: Crawl) -> dict[str, Any]:
    return {
        "USER_AGENT": user_agent(crawl.contact),
        "ROBOTSTXT_OBEY": True,
        "ROBOTSTXT_USER_AGENT": AGENT,
        "DOWNLOAD_DELAY": 0,  # HostBudget keeps it, over all spiders
        "CONCURRENT_REQUESTS_PER_DOMAIN": crawl.per_host,
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": crawl.delay,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": float(crawl.per_host),
        "DEFAULT_REQUEST_HEADERS": {"Accept": "text/html,application/xml;q=0.9,*/*;q=0.8", "Accept-Language": "zh-CN"},
    }


def _limits(crawl: Crawl) -> dict[str, Any]:
    return {
        "DOWNLOAD_TIMEOUT": crawl.timeout,
        "DOWNLOAD_MAXSIZE": crawl.max_page_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "ATTACHMENTS_MAXSIZE": crawl.max_attachment_bytes,
        "ATTACHMENTS_MOST": crawl.max_attachments,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "CONCURRENT_ITEMS": 1,  # Scrapy makes as many tasks for every page, whose notice is one
        "REDIRECT_MAX_TIMES": 5,
        "RETRY_TIMES": 2,
        "CLOSESPIDER_TIMEOUT": LONGEST_CRAWL,
    }


def _components(crawl: Crawl) -> dict[str, Any]:
    """Order: numbers near 1000 are near the network; a redirect starts again from the lowest."""
    guarded = {} if crawl.proxy else {"TWISTED_DNS_RESOLVER": "crawler.fetching.guard.GuardedResolver"}
    return guarded | {
        "GUARD_ALLOW": list(crawl.allow),
        "GUARD_PROXY": crawl.proxy,
        "HTTPPROXY_ENABLED": bool(crawl.proxy),  # it would also take proxies from the environment
        "DOWNLOADER_MIDDLEWARES": {
            "crawler.fetching.guard.AddressGuard": 10,  # before robots.txt is asked for
            "crawler.fetching.conditional.ConditionalRequests": 520,
            "crawler.fetching.challenge.ChallengeGuard": 540,  # after retries, on decompressed pages
            "crawler.fetching.forwarding.Forwarding": 545,  # before such a page is taken for a challenge
            "crawler.fetching.budget.HostBudget": 840,
        }
        | dict.fromkeys(UNUSED),
        "SPIDER_MIDDLEWARES": {
            "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
            "scrapy.spidermiddlewares.depth.DepthMiddleware": None,  # spiders say themselves how far they go
            "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,  # it drops long addresses without a word
        },
        "ITEM_PIPELINES": {
            "crawler.fetching.attachments.Attach": 200,
            "crawler.pipelines.Archive": 300,
        },
    }


UNUSED = tuple(
    f"scrapy.downloadermiddlewares.{name}"
    for name in (
        "cookies.CookiesMiddleware",
        "httpauth.HttpAuthMiddleware",
        "httpcache.HttpCacheMiddleware",
        "offsite.OffsiteMiddleware",
        "redirect.MetaRefreshMiddleware",
    )
)
"""What Scrapy would load, only to find that it is switched off, or call for nothing."""

OFF: dict[str, Any] = {
    "REMOTE_CONTROL_ENABLED": False,  # runs Python for whoever reaches its port
    "TELNETCONSOLE_ENABLED": False,
    "DOWNLOAD_HANDLERS": {"file": None, "ftp": None, "s3": None, "data": None},  # file:///etc/passwd is read by default
    "COOKIES_ENABLED": False,
    "METAREFRESH_ENABLED": False,
    "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",  # spiders ask once for each notice themselves
    "EXTENSIONS_BASE": {  # of all that Scrapy would load, what is used
        "scrapy.extensions.corestats.CoreStats": 0,
        "scrapy.extensions.closespider.CloseSpider": 0,
        "scrapy.extensions.throttle.AutoThrottle": 0,
    },
    "STATS_DUMP": False,
    "LOG_INSTALL_ROOT_HANDLER": False,  # config.logs has set the logs up
}
