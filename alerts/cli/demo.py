"""`yaoxun demo`: the whole way once, on this machine alone."""

import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.panel import Panel
from rich.progress import Progress

from alerts.cli.opening import opened
from alerts.cli.output import console, fail, print_table, progress
from alerts.demo.journey import Journey
from alerts.demo.report import arrived, chats, keep_pages, summary
from alerts.demo.stage import Stage, set_up

VERDICT_COLOURS = {"ok": "green", "unchanged": "dim"}


def demo(
    *,
    home: Annotated[
        Path | None, typer.Option(help="Folder of the demo's own data; run again in it and nothing is sent twice.")
    ] = None,
) -> None:
    """See the product do its job: sample sites and a bulletin in, digests to a mailbox, four chats and a webhook out.

    Everything runs on this machine: real spiders over HTTP, real SMTP, strict receivers. Your own data is not touched.
    """
    folder = home or opened().settings.home / "demo"
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends the crawler too, as Ctrl-C does
    with _stage(folder) as stage:
        journey = Journey(work=opened().workplace, stage=stage)
        _travel(journey)
        faults = journey.faults()
        _show(journey)
        journey.work.engine.dispose()
    for fault in faults:
        console.print(f"[bold red]✗[/] {escape(fault)}")
    raise typer.Exit(1 if faults else 0)


@contextmanager
def _stage(folder: Path) -> Iterator[Stage]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "yaoxun.toml").touch()
    except OSError as error:
        fail(f"{folder}: the demo cannot write here: {error.strerror}", "Name another folder: --home FOLDER", code=2)
    with set_up(folder) as stage:
        yield stage


def _travel(journey: Journey) -> None:
    """Take every stage, one after another, for two days, and say what each came to."""
    console.print(f"Sample sites, a mailbox, four chats and a webhook run here now; data in {journey.stage.folder}")
    if journey.is_over:
        journey.stage.sites.next_day()
    journey.invite()
    _crawl(journey, journey.crawl)
    journey.import_bulletin()
    _say_bulletin(journey)
    _bring(journey)
    if not journey.is_over:
        console.print("The next day: a measure is revised, a notice withdrawn, and two sites publish the same policy")
        _crawl(journey, journey.crawl_next_day)
        _bring(journey)


def _crawl(journey: Journey, crawl: Callable[[Callable[[Mapping[str, Any]], None]], None]) -> None:
    before = len(journey.crawls)
    with progress() as bar:
        crawl(_watch(bar))
    for one in journey.crawls[before:]:
        colour = VERDICT_COLOURS.get(str(one.verdict), "red")
        console.print(f"  crawled   {one.source_id}: [{colour}]{one.verdict}[/] {_counts(one)}")


def _bring(journey: Journey) -> None:
    """Match, close and deliver."""
    journey.match()
    console.print(f"  matched   {journey.matching.notices} waiting notices: {journey.matching.matches} matches")
    before = len(journey.digests)
    journey.close()
    console.print(f"  closed    {len(journey.digests) - before} digests")
    with progress() as bar:
        outcomes = list(bar.track(journey.deliver(), description="delivering"))
    for outcome in outcomes:
        said = escape(outcome.ending.answer or "ok")
        console.print(f"  {outcome.ending.result} {journey.channel_of(outcome)}: {said}")


def _watch(bar: Progress) -> Callable[[Mapping[str, Any]], None]:
    """Return what shows the round's events as one bar per source."""
    tasks: dict[str, Any] = {}

    def on_event(event: Mapping[str, Any]) -> None:
        source = str(event["source"])
        if source not in tasks:
            tasks[source] = bar.add_task(f"crawling {source}", total=None)
        if event["event"] == "notice":
            bar.advance(tasks[source])
        elif event["event"] == "finished":
            bar.remove_task(tasks.pop(source))

    return on_event


def _counts(crawl: Any) -> str:  # noqa: ANN401  a Crawl row
    return f"{crawl.rows} rows, {crawl.added} new, {crawl.revised} revised, {crawl.requests} requests"


def _say_bulletin(journey: Journey) -> None:
    if journey.bulletin is not None:
        known = "" if journey.bulletin.new else " (known already)"
        console.print(f"  imported  the sample bulletin: {len(journey.bulletin.notices)} notices{known}")


def _show(journey: Journey) -> None:
    """Show what arrived, or that there was nothing new to send."""
    console.print()
    if not journey.outcomes:
        console.print(Panel("Nothing is new since the last run, so nothing was sent.", expand=False))
        return
    print_table(("destination", "channel", "notices", "messages", "arrived as"), summary(journey), title="What left")
    for text in arrived(journey):
        console.print(Panel(escape(text), title="The digest as it arrived in the mailbox", expand=False))
    for channel, text in chats(journey):
        console.print(Panel(escape(text), title=f"As it stands in {channel}", expand=False))
    _list_files(keep_pages(journey))
    _invite_to_look(journey)


def _invite_to_look(journey: Journey) -> None:
    """Name the commands that show what became of the notices."""
    settings = journey.stage.folder / "yaoxun.toml"
    console.print("Look at it yourself:")
    for words in (f"notices show {journey.revised} --diff", f"notices show {journey.repeated}"):
        console.print(f"  YAOXUN_CONFIG={settings} yaoxun {words}", soft_wrap=True)


def _list_files(paths: Iterable[Path]) -> None:
    for path in paths:
        console.print(f"  {path}", soft_wrap=True)
