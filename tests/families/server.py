"""Serves the fixture sites under their own names, and writes every request down."""

from collections.abc import Iterable, Mapping
from typing import Self
from urllib.parse import urlsplit

from alerts.demo.sites.proxy import Proxy, Reply
from tests.families.site import NOT_FOUND, TEXT, Answer, Asked, Site


class FamilySites:
    """Fixture sites on a loopback port; `asked` is all that they were asked."""

    def __init__(self, sites: Iterable[Site]) -> None:
        self.asked: list[Asked] = []
        self._sites: dict[str, Site] = {}
        for site in sites:
            self.add(site)
        self._proxy = Proxy(self._reply)

    def __enter__(self) -> Self:
        self._proxy.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._proxy.stop()

    def add(self, site: Site) -> None:
        """Serve one more site, and the pages elsewhere that its lists lead to."""
        for host in {site.host, *site.elsewhere, *(urlsplit(item.url_on(site.host)).netloc for item in site.items)}:
            self._sites[host] = site

    @property
    def proxy_url(self) -> str:
        return self._proxy.url

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/robots.txt":
            return Answer("User-agent: *\nAllow: /\n", TEXT)
        self.asked.append(asked)
        site = self._sites.get(asked.host)
        return site.reply(asked) if site is not None else NOT_FOUND

    def _reply(self, method: str, url: str, headers: Mapping[str, str], body: str) -> Reply:
        answer = self.answer(Asked(method, url, headers, body))
        sent = answer.body.encode() if isinstance(answer.body, str) else answer.body
        return Reply(answer.status, sent, {"Content-Type": answer.kind})

    def lists_asked(self, site: Site) -> list[Asked]:
        """Return the requests to a site that were not for the page or the file of a notice."""
        pages = {item.path for item in site.items}
        of_site = [asked for asked in self.asked if asked.host == site.host and asked.path not in pages]
        return [asked for asked in of_site if not site.is_file(asked)]
