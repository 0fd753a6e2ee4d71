"""What a round owes each host: how many requests at once, how far apart, and when to leave it alone."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from crawler.archive.crawls import back_off
from crawler.archive.hosts import FURTHEST, LONGEST_REST, HostRecord

FIRST_REST = timedelta(minutes=15)  # after a refusal that names no time; twice as long after each further one
ENOUGH = 3  # refusals in a row, after which a crawl asks no more
FAULTY = range(500, 512)  # statuses of a server in trouble; those above are inventions, such as a challenge
MOST_DELAY = 60.0  # seconds: a robots.txt that asks for more would make every crawl end before its time

Save = Callable[[HostRecord], None]


@dataclass(slots=True)
class Host:
    """One host as all spiders of a round share it."""

    record: HostRecord
    under_way: int = 0
    refusals: int = 0  # in a row
    answered: bool = False  # with content, in this round
    unruled: int = 0  # the status in place of its robots.txt, while that is a fault of the server
    next_at: float = 0.0  # on the loop's clock
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)


class Hosts:
    """The hosts of a round. What changes about one is saved at once, so that it outlives a killed process."""

    def __init__(
        self,
        records: Mapping[str, HostRecord],
        *,
        clock: Callable[[], datetime],
        delay: float = 1.0,
        per_host: int = 2,
        save: Save | None = None,
    ) -> None:
        self._hosts = {name: Host(record) for name, record in records.items()}
        self._delay, self._per_host, self._clock, self._save = delay, per_host, clock, save

    def of(self, name: str) -> Host:
        """Return a host by its name."""
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = Host(HostRecord(host=name))
        return host

    def rests(self, name: str) -> HostRecord | None:
        """Return what is known of a host that is to be left alone now."""
        record, now = self.of(name).record, self._clock()
        return record if record.not_before is not None and now < record.not_before <= now + FURTHEST else None

    def delay_of(self, name: str) -> float:
        """Return the seconds between two requests: ours, or more if its robots.txt asks for more."""
        return max(self._delay, min(self.of(name).record.crawl_delay or 0.0, MOST_DELAY))

    async def enter(self, name: str) -> None:
        """Wait for a turn; every turn is given back with `leave`."""
        host = self.of(name)
        if host.under_way >= self._per_host:
            turn = asyncio.get_running_loop().create_future()
            host.waiting.append(turn)
            await turn  # whoever leaves hands the place on, so `under_way` stays
        else:
            host.under_way += 1
        await self._space(host, self.delay_of(name))

    def leave(self, name: str) -> None:
        """Hand the place on to the next, or free it."""
        host = self.of(name)
        while host.waiting:
            turn = host.waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        host.under_way -= 1

    def pause(self, name: str, seconds: float) -> None:
        """Let no request start for some seconds."""
        host = self.of(name)
        host.next_at = max(host.next_at, asyncio.get_running_loop().time() + seconds)

    def slow(self, name: str, crawl_delay: float | None) -> None:
        """Note what its robots.txt asks for."""
        self._keep(replace(self.of(name).record, crawl_delay=crawl_delay))

    def answered(self, name: str) -> None:
        """Note that it gave content: earlier refusals are over."""
        host = self.of(name)
        host.refusals, host.answered = 0, True
        if host.record.not_before is not None or host.record.failures:
            self._keep(replace(host.record, not_before=None, failures=0, reason=""))

    def ruled(self, name: str, status: int) -> None:
        """Note with what status its robots.txt came: while the server fails nobody knows what it forbids (RFC 9309)."""
        self.of(name).unruled = status if status in FAULTY else 0

    def refused(self, name: str, reason: str) -> None:
        """Note that it kept us out; after a few times in a row it is left alone."""
        host = self.of(name)
        host.refusals += 1
        if host.refusals >= ENOUGH:
            self.rest(name, reason)

    def rest_if_shut(self, name: str) -> None:
        """Leave a host alone that did nothing but refuse us; to be called when a crawl of it was blocked."""
        host = self.of(name)
        if host.refusals and not host.answered:
            self.rest(name, "it refused every page")

    def rest(self, name: str, reason: str, until: datetime | None = None) -> None:
        """Leave a host alone until a time, or for longer and longer."""
        if self.rests(name):
            return
        record, now = self.of(name).record, self._clock()
        longer = back_off(FIRST_REST, record.failures)
        until = min(until or now + longer, now + LONGEST_REST)
        self._keep(replace(record, not_before=until, failures=record.failures + 1, reason=reason))

    def _keep(self, record: HostRecord) -> None:
        host = self.of(record.host)
        if host.record != record:
            host.record = record
            if self._save is not None:
                self._save(record)

    async def _space(self, host: Host, delay: float) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        start = max(now, host.next_at)
        host.next_at = start + delay
        if start > now:
            await asyncio.sleep(start - now)
