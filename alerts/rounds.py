"""A round of crawling in one child process, since a Scrapy reactor cannot start twice and a leak should end with it."""

import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from threading import Lock
from typing import Any

import sqlalchemy as sa

from config.database import open_database
from config.regions import load_places
from config.settings import Settings
from crawler.archive.crawls import Crawl, close_round, crawls_of_round
from crawler.archive.healths import assess_source
from crawler.sources import load_sources

OnEvent = Callable[[Mapping[str, Any]], None]
WRONG_INPUT = 2


class RoundError(Exception):
    """A round that could not be run at all; the child has said on stderr why."""


class Round:
    """The rounds of one caller, one at a time; `end`, from any thread, ends the one that runs and forbids further."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._child: subprocess.Popen[str] | None = None
        self._ended = False

    def run(
        self,
        settings: Settings,
        sources: Sequence[str],
        on_event: OnEvent | None = None,
        *,
        since: date | None = None,
    ) -> list[Crawl]:
        """Crawl these sources (none named: those due), or read them backward to a day; return how each crawl ended."""
        round_id = uuid.uuid4().hex
        with self._lock:
            if self._ended:
                return []
            self._child = _start(settings, sources, round_id, since, heard=on_event is not None)
        code = self._follow(self._child, on_event)
        if code == WRONG_INPUT:
            raise RoundError("The crawler refused to start; its reason stands above.")
        engine = open_database(settings.database)
        try:
            crawls = _results(engine, settings, round_id)
        finally:
            engine.dispose()
        if code and not crawls and not self._ended:
            raise RoundError(f"The crawler ended with code {code} before its first crawl; its reason stands above.")
        return crawls

    def end(self) -> None:
        """Let the crawler finish what it has in hand, and no more."""
        with self._lock:
            self._ended = True
            if self._child is not None and self._child.poll() is None:
                self._child.send_signal(signal.SIGTERM)

    def _follow(self, child: subprocess.Popen[str], on_event: OnEvent | None) -> int:
        """Pass the child's events on until it is done; an interrupted parent ends it and waits."""
        with child:
            try:
                for line in child.stdout or ():
                    event = _event(line)
                    if event is not None and on_event is not None:
                        on_event(event)
                child.wait()
            except BaseException:
                child.send_signal(signal.SIGTERM)
                raise
        return child.returncode


def run_round(
    settings: Settings, sources: Sequence[str], *, on_event: OnEvent | None = None, since: date | None = None
) -> list[Crawl]:
    """Crawl these sources (none named: those due) in a child process, and return how each crawl ended."""
    return Round().run(settings, sources, on_event, since=since)


def _start(
    settings: Settings, sources: Sequence[str], round_id: str, since: date | None, *, heard: bool
) -> subprocess.Popen[str]:
    """Start the child in a session of its own, so that Ctrl-C reaches only us and we end it in order."""
    backward = [f"--since={since.isoformat()}"] if since is not None else []
    return subprocess.Popen(  # noqa: S603  our own module, with ids as arguments
        [sys.executable, "-m", "crawler", "--round", round_id, *backward, "--", *sources],
        stdout=subprocess.PIPE if heard else subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env=os.environ | environment_of(settings),
        start_new_session=True,
    )


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the settings of the crawler as variables, so that the child sees what we see, wherever it came from."""
    values = settings.model_dump(mode="json", include={"home", "timezone", "regions", "sections", "crawl", "log"})
    flat = {name: value for name, value in values.items() if not isinstance(value, dict)}
    for group in ("crawl", "log"):
        flat |= {f"{group}_{name}": value for name, value in values[group].items()}
    flat["database_url"] = settings.database
    return {f"YAOXUN_{name}".upper(): _variable(value) for name, value in flat.items()} | {"PYTHONIOENCODING": "utf-8"}


def _variable(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _event(line: str) -> dict[str, Any] | None:
    """Read a progress event; a line that a library printed is none."""
    try:
        event = json.loads(line)
    except json.JSONDecodeError:
        return None
    return event if isinstance(event, dict) and "event" in event else None


def _results(engine: sa.Engine, settings: Settings, round_id: str) -> list[Crawl]:
    """Close what a killed child left open, and return the crawls of the round."""
    default = timedelta(minutes=settings.crawl.interval_minutes)
    sources = load_sources(settings.crawl.sources, load_places(settings.regions))
    own = {source.id: source.interval_minutes for source in sources.values() if source.interval_minutes}
    intervals = {source_id: timedelta(minutes=minutes) for source_id, minutes in own.items()}
    with engine.begin() as connection:
        now = datetime.now(UTC)
        for source_id in close_round(connection, round_id, intervals=intervals, default=default, now=now):
            assess_source(connection, source_id, now=now)
        return crawls_of_round(connection, round_id)
