"""One message's way from the archive to its receiver, and the points of it at which a process is killed."""

import importlib
import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa

from alerts.delivery import deliver_due
from alerts.digest import Desk, close_now
from alerts.matching import match_waiting
from alerts.store.destinations import list_destinations
from alerts.store.secrets import Vault
from alerts.store.subscribers import add_subscriber
from alerts.store.subscriptions import add_subscription
from config.regions import load_places
from config.settings import Delivery, Settings
from config.upgrades import ready_database
from crawler.archive.crawls import Result, finish_crawl, register_sources, start_crawl
from crawler.archive.pages import PageNotice
from crawler.desk import Desk as CrawlDesk
from crawler.notice import Notice, Verdict
from tests.delivery.receiver import Answered, Got, running
from tests.store.rows import SECRET, add_digest, add_place

DAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place in the program at which a process is killed: before or after the nth call of a function.

    Without a function the receiver kills it, when it has the message and has not answered.
    """

    name: str
    stage: str
    at: str = ""
    before: bool = True
    nth: int = 1
    channel: str = "webhook"
    parts: int = 1
    fails_first: bool = False


POINTS = (
    Point(name="in a migration", stage="upgrade", at="config.upgrades:_refuse_orphans"),
    Point(name="in the transaction of a notice", stage="archive", at="crawler.desk:remember_pages"),
    Point(name="notice archived, source not moved on", stage="archive", at="tests.bench.killing:finish_crawl"),
    Point(name="between match and digest item", stage="match", at="alerts.matching:queue_matches"),
    Point(name="digest drafted, not written", stage="close", at="alerts.digest.closing:_written"),
    Point(name="digest half written", stage="close", at="alerts.store.closed:_send_out"),
    Point(name="digest written, not committed", stage="close", at="alerts.store.closed:_send_out", before=False),
    Point(name="digest committed", stage="close", at="alerts.digest.closing:_written", before=False),
    Point(name="claimed, not sent", stage="deliver", at="alerts.delivery:_attempt"),
    Point(name="sent, not answered (webhook)", stage="deliver"),
    Point(name="sent, not answered (chat robot)", stage="deliver", channel="wecom"),
    Point(name="answered, not marked (webhook)", stage="deliver", at="alerts.delivery:_attempt", before=False),
    Point(
        name="answered, not marked (chat robot)",
        stage="deliver",
        at="alerts.delivery:_attempt",
        before=False,
        channel="wecom",
    ),
    Point(name="marked, not committed", stage="deliver", at="alerts.batch:finish_delivered", before=False),
    Point(name="marked", stage="deliver", at="alerts.batch:_turn_over", before=False, nth=2),
    Point(name="between two parts", stage="deliver", at="alerts.delivery:_attempt", nth=2, parts=2),
    Point(name="a retry is scheduled", stage="deliver", at="alerts.batch:_let_go", fails_first=True),
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a receiver has got."""

    message: str
    key: str | None
    body: str


class Taker:
    """A receiver in a process of its own, which writes down what it gets and kills whom it is told to."""

    def __init__(self, home: Path, *, fails_first: bool) -> None:
        self._log, self._victim = home / "taken.jsonl", home / "victim"
        self._log.touch()
        self._fails_first = fails_first
        self.allow = ""

    def __enter__(self) -> Self:
        """Begin to listen."""
        read, write = os.pipe()
        self._pid = os.fork()
        if not self._pid:
            os.close(read)
            self._serve(write)
        os.close(write)
        with os.fdopen(read) as told:
            self.allow = told.readline().strip()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Listen no more."""
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)

    def kill_next(self, pid: int | None) -> None:
        """Kill a process when its next message is here, before it is answered."""
        self._victim.write_text("" if pid is None else str(pid), encoding="ascii")

    def taken(self) -> Iterator[Taken]:
        """Yield what came."""
        for row in self._log.read_text(encoding="utf-8").splitlines():
            yield Taken(**json.loads(row))

    def _serve(self, write: int) -> None:
        failed: set[str] = set()
        with running() as receiver:

            def answer(got: Got) -> Answered:
                message = got.body[got.body.index("〈") + 1 : got.body.index("〉")]
                if self._fails_first and message not in failed:
                    failed.add(message)
                    return Answered(503)
                taken = {"message": message, "key": got.headers.get("webhook-id"), "body": got.body}
                with self._log.open("a", encoding="utf-8") as log:
                    log.write(json.dumps(taken, ensure_ascii=False) + "\n")
                victim = self._victim.read_text(encoding="ascii") if self._victim.exists() else ""
                if victim:
                    self._victim.write_text("", encoding="ascii")
                    os.kill(int(victim), signal.SIGKILL)
                return Answered()

            receiver.answer = answer
            os.write(write, f"{receiver.allow}\n".encode())
            os.close(write)
            signal.pause()
        os._exit(0)


@dataclass(slots=True)
class Way:
    """A reader with one rule and one destination, and one notice that the rule finds."""

    url: str
    home: Path
    taker: Taker
    number: int
    point: Point

    STAGES = ("upgrade", "archive", "match", "close", "deliver")

    def begin(self) -> None:
        """Go as far as the stage in which the process is killed."""
        if self.point.stage == "upgrade":
            self.url = f"sqlite:///{self.home}/kills-{self.number}.db"
            return
        self._reader()
        for stage in self.STAGES[1 : self.STAGES.index(self.point.stage)]:
            self.take(stage)

    def go_on(self) -> None:
        """Take the stage again, a while later, and all that follow."""
        if self.point.stage == "upgrade":
            self.take("upgrade")
            self._reader()
        for stage in self.STAGES[max(self.STAGES.index(self.point.stage), 1) :]:
            self.take(stage, later=True)

    def take(self, stage: str, *, later: bool = False) -> None:
        """Take one stage in this process."""
        engine = ready_database(self.url)
        try:
            getattr(self, f"_{stage}")(engine, DAY + self.number * 2 * HOUR + (HOUR if later else timedelta()))
        finally:
            engine.dispose()

    @property
    def settings(self) -> Settings:
        """The settings under which the receiver may be reached."""
        return Settings(home=self.home, delivery=Delivery(allow=(self.taker.allow,), timeout=10))

    def _reader(self) -> None:
        engine, vault = ready_database(self.url), Vault.open(self.home)
        target = {"url": f"http://{self.taker.allow}/in?key=robot-{self.number}"}
        target |= {"secret": SECRET} if self.point.channel == "webhook" else {}
        with engine.begin() as connection:
            reader = add_subscriber(connection, f"第{self.number}科", now=DAY)
            add_place(connection, vault, reader, channel=self.point.channel, target=target, name=self._place, now=DAY)
            add_subscription(connection, reader.id, f"补贴{self.number}号", now=DAY)
        engine.dispose()

    @property
    def _place(self) -> str:
        return f"place {self.number}"

    def _place_id(self, engine: sa.Engine) -> int:
        with engine.begin() as connection:
            return next(
                one.id for one in list_destinations(connection, Vault.open(self.home)) if one.name == self._place
            )

    def _upgrade(self, engine: sa.Engine, now: datetime) -> None:
        """Opening the database has done it."""
        del engine, now

    def _archive(self, engine: sa.Engine, now: datetime) -> None:
        source = f"town-{self.number}"
        with engine.begin() as connection:
            register_sources(connection, [source], now)
            crawl_id = start_crawl(connection, source, round_id=source, now=now)
        url = f"https://town.example/{self.number}.html"
        text = f"发放〈{self.number}〉补贴{self.number}号，请遵照执行。"
        notice = Notice(key=url, source=source, title=f"补贴{self.number}号办法〈{self.number}〉", text=text, url=url)
        CrawlDesk(load_places(self.settings.regions), engine).archive([PageNotice(notice=notice, url=url)], now)
        with engine.begin() as connection:
            finish_crawl(connection, crawl_id, source, Result(verdict=Verdict.OK), interval=HOUR, now=now)

    def _match(self, engine: sa.Engine, now: datetime) -> None:
        match_waiting(engine, load_places(self.settings.regions), (), now=now)

    def _close(self, engine: sa.Engine, now: datetime) -> None:
        if self.point.parts > 1:
            self._put_parts(engine, now)
            return
        desk = Desk(vault=Vault.open(self.home), settings=self.settings, sections=(), sources={})
        close_now(engine, desk, self._place_id(engine), now=now)

    def _put_parts(self, engine: sa.Engine, now: datetime) -> None:
        messages = [{"body": f"〈{self.number}-{part}〉"} for part in range(self.point.parts)]
        place = self._place_id(engine)
        with engine.begin() as connection:
            add_digest(connection, place, messages=messages, now=now)

    def _deliver(self, engine: sa.Engine, now: datetime) -> None:
        vault = Vault.open(self.home)
        deliver_due(engine, vault, self.settings, now=lambda: now, owner=f"{os.getpid()}")


def killed_in(way: Way) -> bool:
    """Take the stage in a process that is killed at the point; tell whether it was."""
    pid = os.fork()
    if not pid:
        if not way.point.at:
            way.taker.kill_next(os.getpid())
        with tripwire(way.point):
            way.take(way.point.stage)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


@contextmanager
def tripwire(point: Point) -> Iterator[None]:
    """Let the process die at the point."""
    if not point.at:
        yield
        return
    module_name, _, name = point.at.partition(":")
    module = importlib.import_module(module_name)
    function: Callable[..., Any] = getattr(module, name)
    calls = 0

    def tripped(*given: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        if point.before and calls == point.nth:
            os.kill(os.getpid(), signal.SIGKILL)
        result = function(*given, **named)
        if calls == point.nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(module, name, tripped)
    yield
