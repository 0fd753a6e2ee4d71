"""The budget of a host over all spiders of a round: its turns, its crawl-delay, its Retry-After."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawler.assignment import assignment_of
from crawler.faults import PageRefused
from crawler.health import Fault
from crawler.hosts import Hosts

TOO_MANY, UNAVAILABLE = 429, 503
SHORT = timedelta(seconds=30)  # a wait that a round can sit out


class HostBudget:
    """Lets a request go when its host has room for it; near the network, so that nothing else takes a turn."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.agent = crawler.settings["ROBOTSTXT_USER_AGENT"]

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Hear of every robots.txt."""
        budget = cls(crawler)
        crawler.signals.connect(budget.robots_parsed, signals.robots_parsed)
        return budget

    @property
    def hosts(self) -> Hosts:
        """The hosts that all spiders of the round share."""
        return assignment_of(self.crawler).hosts

    async def process_request(self, request: Request) -> None:
        """Wait for a turn, or raise PageRefused while the host is to be left alone."""
        name = host_of(request)
        self._refuse_if_it_rests(name)
        unruled = 0 if is_for_robots(request) else self.hosts.of(name).unruled
        if unruled:
            raise PageRefused(Fault.BROKEN, f"status {unruled} at its robots.txt, so that nobody knows what it forbids")
        await self.hosts.enter(name)
        request.meta["turn"] = name
        self._refuse_if_it_rests(name)  # it may have been refused what went before

    def process_response(self, request: Request, response: Response) -> Response:
        """Give the turn back, and heed a host that asks for time."""
        self._leave(request)
        if is_for_robots(request):
            self.hosts.ruled(host_of(request), response.status)
        if response.status not in {TOO_MANY, UNAVAILABLE}:
            return response
        wait = retry_after(response, datetime.now(UTC))
        if wait is not None and wait <= SHORT:
            self.hosts.pause(host_of(request), wait.total_seconds())
            return response  # which is asked for again, a few times at most
        if wait is None and response.status == UNAVAILABLE:
            return response
        self._rest(request, response.status, wait)
        raise PageRefused(Fault.BLOCKED, f"status {response.status}, it asks us to slow down")

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Give the turn back."""
        del exception
        self._leave(request)

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        """Note the crawl-delay."""
        self.hosts.slow(host_of(request), robotparser.crawl_delay(self.agent))

    def _refuse_if_it_rests(self, name: str) -> None:
        record = self.hosts.rests(name)
        if record is not None:
            until = f"{record.not_before:%Y-%m-%d %H:%M} UTC"
            raise PageRefused(Fault.BLOCKED, f"{name} is left alone until {until}: {record.reason}")

    def _leave(self, request: Request) -> None:
        turn: Any = request.meta.pop("turn", None)
        if turn is not None:
            self.hosts.leave(turn)

    def _rest(self, request: Request, status: int, wait: timedelta | None) -> None:
        until = None if wait is None else assignment_of(self.crawler).clock() + wait
        self.hosts.rest(host_of(request), f"status {status}, it asked us to slow down", until)


def host_of(request: Request) -> str:
    """Return the host that a request goes to, however its port is written."""
    return urlparse_cached(request).hostname or ""


def is_for_robots(request: Request) -> bool:
    """Tell whether a request is for a robots.txt, which Scrapy asks for without asking it."""
    return bool(request.meta.get("dont_obey_robotstxt"))


def retry_after(response: Response, now: datetime) -> timedelta | None:
    """Return how long the answer asks us to wait; None when it says nothing that makes sense."""
    said = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if re.fullmatch(r"\d{1,9}", said):
        return timedelta(seconds=int(said))
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment - now if moment > now else None
