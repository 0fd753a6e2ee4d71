"""`yaoxun crawl`: read sources now, in a child process, and say how each ended."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape
from rich.progress import Progress, TaskID
from rich.text import Text

from alerts.cli.advice import see
from alerts.cli.days import day_of
from alerts.cli.opening import opened
from alerts.cli.output import cut, fail, print_json, print_table, progress
from alerts.reasons import brief
from alerts.rounds import RoundError, run_round
from crawler.archive.crawls import GOOD, Crawl
from crawler.notice import Verdict
from crawler.sources import Source, UnknownSourceError, choose_sources

AGAIN = "See to that, then give the command again."
COLOURS = {Verdict.OK: "green", Verdict.UNCHANGED: "dim", Verdict.EMPTY: "yellow"}


def crawl(
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="SOURCE…", help="Ids; none: every source that is due")
    ] = None,
    since: Annotated[
        date | None,
        typer.Option(metavar="DAY", parser=day_of, help="Read the lists backward to this day, such as 2026-01-01"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list instead of a table")] = False,
) -> None:
    """Read sources now: new notices are archived, changed ones get a revision.

    With --since the lists are followed back until everything on them is older than that day; without a source, those
    of every enabled source. Interrupted, the same command goes on where it was.

    Exit code 1 when a source was blocked, broken or empty. `yaoxun sources list` shows the ids.

    Example: yaoxun crawl sh_gov_policy js_gov_policy

    Example: yaoxun crawl --since 2026-01-01 sh_gov_policy
    """
    surroundings = opened()
    known = surroundings.sources
    if since is not None and since > datetime.now(surroundings.settings.zone).date():
        fail(f"{since} is still to come: there is nothing to read back to.", "Name a day that is over.", code=2)
    chosen = chosen_sources(known, sources or _default(known, since))
    surroundings.engine.dispose()  # opened once to be ready; the child works on it now
    with progress() as bars:
        try:
            crawls = run_round(surroundings.settings, list(chosen), on_event=Bars(bars), since=since)
        except RoundError as error:
            fail(str(error), AGAIN, code=2)
    _print(crawls, known, surroundings.settings.zone, as_json=as_json)
    if any(one.verdict not in GOOD for one in crawls):
        raise typer.Exit(1)


def chosen_sources(known: Mapping[str, Source], ids: Iterable[str]) -> dict[str, Source]:
    """Return the sources with these ids; one that nothing bears ends the command with code 2."""
    try:
        return {source.id: source for source in choose_sources(known, ids)}
    except UnknownSourceError as error:
        fail(str(error), see("source"), code=2)


def _default(sources: Mapping[str, Source], since: date | None) -> list[str]:
    """Return what is read when no source is named: what is due, or, backward, all that is enabled."""
    return [] if since is None else [source.id for source in sources.values() if source.enabled]


class Bars:
    """A progress bar for each source: as long as there are notices to read; backward, with the day it has come to."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}
        self._rows: dict[str, int] = {}
        self._names: dict[str, str] = {}

    def __call__(self, event: Mapping[str, Any]) -> None:
        """Take an event of the crawler."""
        source = event["source"]
        if event["event"] == "started":
            self._names[source] = escape(event["name"])
            self._tasks[source] = self._bars.add_task(self._names[source], total=None)
        elif event["event"] == "page":
            where = f"{self._names[source]} · {event['number']} · {event['day']}"
            self._bars.update(self._tasks[source], description=where)
        elif event["event"] == "row":
            self._rows[source] = self._rows.get(source, 0) + 1
            self._bars.update(self._tasks[source], total=self._rows[source])
        elif event["event"] == "notice":
            self._bars.advance(self._tasks[source])
        elif event["event"] == "finished":
            done = self._rows.get(source, 0) or 1
            self._bars.update(self._tasks[source], total=done, completed=done)


def as_dict(crawl: Crawl) -> dict[str, Any]:
    """Return a crawl as `--json` shows it."""
    names = ("round", "verdict", "reason", "rows", "added", "revised", "known", "failed", "requests", "bytes")
    values = {name: getattr(crawl, name) for name in names}
    return {"source": crawl.source_id, "started_at": crawl.started_at, "finished_at": crawl.finished_at} | values


def coloured(verdict: Verdict | None) -> Text:
    """Return a verdict for people."""
    return Text("") if verdict is None else Text(verdict, COLOURS.get(verdict, "red"))


def _print(crawls: list[Crawl], sources: Mapping[str, Source], zone: ZoneInfo, *, as_json: bool) -> None:
    if as_json:
        print_json([as_dict(one) for one in crawls])
        return
    columns = ("source", "verdict", "rows", "new", "revised", "known", "failed", "reason")
    rows = [
        (
            cut(sources[one.source_id].name if one.source_id in sources else one.source_id),
            coloured(one.verdict),
            *(one.rows, one.added, one.revised, one.known, one.failed),
            brief(one.reason, zone),
        )
        for one in crawls
    ]
    print_table(columns, rows, empty="No source is due. Name some to read them now: yaoxun crawl SOURCE…")
