"""Keeps the crawler out of one's own network: no request and no redirect to an address that is not public."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from functools import lru_cache
from ipaddress import ip_address
from typing import Any, Self, cast

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.resolver import CachingThreadedResolver
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from config.addresses import is_literal, is_public
from crawler.faults import PageRefused
from crawler.health import Fault

LOCAL_NAMES = ("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback")
LOCAL_ZONES = (".localhost", ".local", ".internal")


class AddressGuard:
    """Refuses hosts that are local by their spelling, and sends what may pass through the proxy if there is one.

    Redirects come by here again, because each is a new request. What a name stands for is the business of
    GuardedResolver, or of the proxy.
    """

    def __init__(self, allow: Collection[str], proxy: str) -> None:
        self.allow = allow
        self.proxy = proxy

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read the two settings of the guard."""
        return cls(crawler.settings.getlist("GUARD_ALLOW"), crawler.settings["GUARD_PROXY"])

    async def process_request(self, request: Request) -> None:
        """Let a request pass, or raise PageRefused."""
        parts = urlparse_cached(request)
        if parts.scheme not in {"http", "https"}:
            raise PageRefused(Fault.BLOCKED, f"addresses of the kind {parts.scheme}: are not followed")
        host = (parts.hostname or "").lower()
        port = parts.port or (443 if parts.scheme == "https" else 80)
        if host not in self.allow and f"{host}:{port}" not in self.allow and is_local(host):
            raise PageRefused(Fault.BLOCKED, f"{host} is not a public address")
        if self.proxy:
            request.meta["proxy"] = self.proxy
        else:
            await _resolve(host)


class GuardedResolver(CachingThreadedResolver):
    """Resolves names, and refuses those that stand for an address that is not public.

    The connection is made to the address that was checked, so a name cannot change in between.
    """

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float) -> None:
        super().__init__(reactor, cache_size, timeout)
        self.allow: frozenset[str] = frozenset()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        """Read the hosts that may be reached though they are local."""
        resolver = super().from_crawler(crawler, reactor)
        resolver.allow = frozenset(host_of(entry) for entry in crawler.settings.getlist("GUARD_ALLOW"))
        return resolver

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802  Twisted's name
        """Resolve and check."""
        resolved = super().getHostByName(name, timeout)
        resolved.addCallback(self._check, name)
        return resolved

    def _check(self, address: Any, name: str) -> str:  # noqa: ANN401  Twisted does not type it
        if name not in self.allow and not is_public(address):
            raise PageRefused(Fault.BLOCKED, f"{name} stands for {address}, which is not a public address")
        return cast("str", address)


async def _resolve(host: str) -> None:
    """Ask GuardedResolver, so that its refusal is heard: Twisted reports whatever it raises as an unknown host."""
    from twisted.internet import reactor  # noqa: PLC0415  Scrapy installs it when it starts

    with suppress(DNSLookupError):  # the request will find out, and try again
        await maybe_deferred_to_future(cast("ReactorBase", reactor).resolve(host))


@lru_cache(maxsize=1024)
def is_local(host: str) -> bool:
    """Tell whether a host is local, or no proper address at all, by its spelling alone."""
    host = host.rstrip(".")
    if not host or host in LOCAL_NAMES or host.endswith(LOCAL_ZONES):
        return True
    return is_literal(host) and not _is_public_literal(host)


def host_of(entry: str) -> str:
    """Return the host of an entry `host` or `host:port`."""
    host, _, port = entry.rpartition(":")
    return host if host.strip(":") and port.isdigit() else entry


def _is_public_literal(host: str) -> bool:
    """Only the proper spelling: 2130706433 and 0x7f000001 have no business in a link."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return is_public(host)
