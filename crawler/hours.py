"""The rhythm of a day: at night sites are asked less often. Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from config.settings import Crawl


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """The hours in which little is published, in whose zone, and how many times longer an interval is in them."""

    start: int
    end: int
    zone: ZoneInfo
    factor: float

    @classmethod
    def of(cls, crawl: Crawl, zone: ZoneInfo) -> "Night":
        """Return the night that the settings describe."""
        return cls(start=crawl.night_from, end=crawl.night_until, zone=zone, factor=crawl.night_factor)

    def interval_after(self, now: datetime, interval: timedelta) -> timedelta:
        """Return how long to wait from now: longer at night, but no longer than until the morning if that is later."""
        morning = self._morning_after(now)
        if morning is None:
            return interval
        return min(interval * self.factor, max(interval, morning - now))

    def _morning_after(self, now: datetime) -> datetime | None:
        """Return when the night ends in which `now` lies; None by day."""
        local = now.astimezone(self.zone)
        if not self._covers(local.hour):
            return None
        morning = datetime.combine(local.date(), time(self.end), tzinfo=self.zone)
        return morning if morning > local else morning + timedelta(days=1)

    def _covers(self, hour: int) -> bool:
        if self.start <= self.end:
            return self.start <= hour < self.end
        return hour >= self.start or hour < self.end
