"""One message's way from the archive to its receiver, stage by stage."""

import io
import os
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import sqlalchemy as sa

import alerts.cli.deliveries
from alerts.cli.app import app
from alerts.delivery import deliver_due
from alerts.digest import Desk, close_now
from alerts.matching import match_waiting
from alerts.model import Destination, WhenUnknown
from alerts.store.deliveries import list_deliveries
from alerts.store.destinations import NewDestination, change_destination, list_destinations
from alerts.store.secrets import Vault
from alerts.store.subscribers import add_subscriber
from alerts.store.subscriptions import add_subscription
from config.regions import Places, load_places
from config.settings import Delivery, Settings, Smtp
from config.upgrades import upgrade_database
from crawler.archive.crawls import Result, finish_crawl, register_sources, start_crawl
from crawler.archive.pages import PageNotice
from crawler.desk import Desk as CrawlDesk
from crawler.notice import Notice, Verdict
from tests.bench.points import HOUR, Point
from tests.bench.takers import SLOWLY, Taker
from tests.store.rows import SECRET, add_digest, add_place

DAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SHORT_LEASE = 0.9 * SLOWLY  # seconds; shorter than a setting may be, so that nobody waits for two minutes
STAGES = ("upgrade", "archive", "match", "close", "give_up", "replay", "deliver")


@cache
def places() -> Places:
    """Return the place tree, read once."""
    return load_places(Settings().regions)


@dataclass(slots=True)
class Way:
    """A reader with one rule and a destination or more, and one notice that the rule finds."""

    engine: sa.Engine
    home: Path
    taker: Taker
    number: int
    point: Point
    clock: timedelta = field(default_factory=timedelta)

    def begin(self) -> None:
        """Go as far as the stage in which it happens."""
        if self.point.stage == "upgrade":
            return
        self._reader()
        for stage in self._stages[1 : self._stages.index(self.point.stage)]:
            self.take(stage)

    def go_on(self) -> None:
        """Take the stage again, a while later, and all that follow; where the clock stepped, at once as well."""
        if self.point.stage == "upgrade":
            self.take("upgrade")
            self._reader()
        self.clock = self.point.clock
        rest = self._stages[max(self._stages.index(self.point.stage), 1) :]
        for stage in rest if self.clock else ():
            self.take(stage)
        for stage in rest:
            self.take(stage, later=2 * HOUR)

    def take(self, stage: str, *, later: timedelta = timedelta()) -> None:
        """Take one stage in this process; no connection stays open, for another process may be made after it."""
        try:
            getattr(self, f"_{stage}")(self.engine, DAY + self.number * 4 * HOUR + later)
        finally:
            self.engine.dispose()

    @property
    def _stages(self) -> tuple[str, ...]:
        return tuple(stage for stage in STAGES if self.point.given_up or stage not in {"give_up", "replay"})

    @property
    def _settings(self) -> Settings:
        """The settings under which the receiver may be reached."""
        sending = Delivery(allow=(self.taker.allow,), timeout=10)
        mail = Smtp(host="127.0.0.1", port=self.taker.port, security="none", sender="d@yaoxun.example")
        if self.point.slow:
            sending = sending.model_copy(update={"lease_seconds": SHORT_LEASE})
        return Settings(home=self.home, delivery=sending, smtp=mail)

    def _reader(self) -> None:
        vault = Vault.open(self.home)
        with self.engine.begin() as connection:
            reader = add_subscriber(connection, f"第{self.number}科", now=DAY)
            for name in self._names:
                channel, target = self.point.channel, self._target(name)
                place = add_place(connection, vault, reader, channel=channel, target=target, name=name, now=DAY)
                if self.point.holds:
                    held = replace(NewDestination.of(place), when_unknown=WhenUnknown.HOLD)
                    change_destination(connection, vault, place.id, held)
            add_subscription(connection, reader.id, f"补贴{self.number}号", now=DAY)
        self.engine.dispose()

    @property
    def _names(self) -> list[str]:
        return [f"place-{self.number}-{place}" for place in range(self.point.places)]

    def _target(self, name: str) -> dict[str, str]:
        if self.point.channel == "email":
            return {"address": f"{name}@office.example"}
        url = f"http://{self.taker.allow}/in?key={name}"
        return {"url": url} | ({"secret": SECRET} if self.point.channel == "webhook" else {})

    def _places(self, connection: sa.Connection) -> list[Destination]:
        every = list_destinations(connection, Vault.open(self.home))
        return [one for one in every if one.name in self._names]

    def _upgrade(self, engine: sa.Engine, now: datetime) -> None:
        del now
        upgrade_database(engine)

    def _archive(self, engine: sa.Engine, now: datetime) -> None:
        source = f"town-{self.number}"
        with engine.begin() as connection:
            register_sources(connection, [source], now)
            crawl_id = start_crawl(connection, source, round_id=source, now=now)
        url = f"https://town.example/{self.number}.html"
        text = f"发放〈{self.number}〉补贴{self.number}号，请遵照执行。"
        notice = Notice(key=url, source=source, title=f"补贴{self.number}号办法〈{self.number}〉", text=text, url=url)
        CrawlDesk(places(), engine).archive([PageNotice(notice=notice, url=url)], now)
        with engine.begin() as connection:
            finish_crawl(connection, crawl_id, source, Result(verdict=Verdict.OK), interval=HOUR, now=now)

    def _match(self, engine: sa.Engine, now: datetime) -> None:
        match_waiting(engine, places(), (), now=now)

    def _close(self, engine: sa.Engine, now: datetime) -> None:
        with engine.begin() as connection:
            places = self._places(connection)
        if self.point.parts > 1:
            self._put_parts(engine, places[0], now)
            return
        desk = Desk(vault=Vault.open(self.home), settings=self._settings, sections=(), sources={})
        for place in places:
            close_now(engine, desk, place.id, now=now)

    def _put_parts(self, engine: sa.Engine, place: Destination, now: datetime) -> None:
        messages = [{"body": f"〈{self.number}-{part}〉"} for part in range(self.point.parts)]
        with engine.begin() as connection:
            add_digest(connection, place.id, messages=messages, now=now)

    def _give_up(self, engine: sa.Engine, now: datetime) -> None:
        once = self._settings.delivery.model_copy(update={"attempts": 1})
        self._send(engine, now, self._settings.model_copy(update={"delivery": once}))

    def _replay(self, engine: sa.Engine, now: datetime) -> None:
        """Give the command that an operator would give."""
        with engine.begin() as connection:
            places = self._places(connection)
            each = [list_deliveries(connection, destination_id=place.id) for place in places]
        url = engine.url.render_as_string(hide_password=False).replace("+pysqlite", "").replace("+psycopg", "")
        os.environ |= {"YAOXUN_HOME": str(self.home), "YAOXUN_DATABASE_URL": url}
        vars(alerts.cli.deliveries)["now"] = lambda: now
        command = ["deliveries", "replay", *(str(one.id) for some in each for one in some)]
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            app(command, standalone_mode=False)

    def _deliver(self, engine: sa.Engine, now: datetime) -> None:
        self._send(engine, now, self._settings)

    def _send(self, engine: sa.Engine, now: datetime, settings: Settings) -> None:
        owner = f"{os.getpid()}"
        deliver_due(engine, Vault.open(self.home), settings, now=lambda: now + self.clock, owner=owner)
