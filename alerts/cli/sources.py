"""`yaoxun sources`: what is read, when, and how it went."""

from collections import Counter
from typing import Annotated

import typer
from rich.table import Column
from rich.text import Text

from alerts.cli import source_add, source_check, source_edit
from alerts.cli.advice import see
from alerts.cli.crawl import as_dict as crawl_as_dict
from alerts.cli.crawl import coloured
from alerts.cli.opening import Opened, opened
from alerts.cli.output import console, cut, errors, fail, local, print_facts, print_json, print_table
from alerts.cli.source_rows import (
    DISABLED,
    Choice,
    Line,
    as_dict,
    counted,
    lacks,
    left_out,
    line_of,
    lines_of,
    said,
    why,
)
from alerts.news import NEEDS_WORK, advice_on
from alerts.reasons import brief
from crawler.archive.crawls import GOOD, latest_crawls, source_records
from crawler.archive.healths import number_gaps
from crawler.sources import UnknownSourceError, choose_sources

app = typer.Typer(no_args_is_help=True, help="The sources: what is read, when, and how it went.")
LAST = 5  # crawls that `show` shows
NONE_YET = "There are no sources yet. Add one: yaoxun sources add URL"
WIDE, WIDEST = 100, 120  # columns of a terminal that has room for more than the state, and for its reason
ORDER = (DISABLED, *reversed(NEEDS_WORK))  # of the states in the table
STATES = {"fresh": "green", "late": "yellow", "stale": "red", "blocked": "red", "broken": "red", "disabled": "dim"}


@app.command("list")
def list_sources(  # noqa: PLR0917  typer reads options from positional parameters
    region: Annotated[str, typer.Option("--region", "-r", help="Only of this place and those below it")] = "",
    family: Annotated[str, typer.Option("--family", "-f", help="Only of this family")] = "",
    state: Annotated[str, typer.Option("--state", help="Only in this state, such as stale")] = "",
    grade: Annotated[str, typer.Option("--grade", help="Only of these grades, such as AB")] = "",
    enabled: Annotated[
        bool | None, typer.Option("--enabled/--disabled", help="Only those; without: the enabled ones in the table")
    ] = None,
    summary: Annotated[bool, typer.Option("--summary", help="Count by region, family, state and grade")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table")] = False,
) -> None:
    """Show the sources of config/sources: how each is, when it was read last, and which facts its notices lack.

    Without --disabled or another choice the table leaves the disabled ones out and says how many there are.

    Example: yaoxun sources list --region 江苏 --disabled
    """
    here = opened()
    choice = Choice(region=region, family=family, state=state, grade=grade, enabled=enabled)
    lines = lines_of(here, choice)
    if summary:
        _print_summary(lines, as_json=as_json)
    elif as_json:
        print_json([as_dict(line, here) for line in lines])
    else:
        _print_lines(lines, here, every=choice != Choice())


@app.command("show")
def show_source(
    source_id: Annotated[str, typer.Argument(metavar="ID", help="The id that `sources list` shows")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object")] = False,
) -> None:
    """Show one source: its row, its state and its last crawls.

    Example: yaoxun sources show sh_gov_policy
    """
    here = opened()
    try:
        (source,) = choose_sources(here.sources, [source_id])
    except UnknownSourceError as error:
        fail(str(error), see("source"), code=2)
    with here.engine.execution_options(reading=True).begin() as connection:
        line = line_of(source, source_records(connection).get(source.id), here)
        crawls = latest_crawls(connection, source.id, LAST)
        missing = [str(gap) for gap in number_gaps(connection, source.id)]
    if as_json:
        told = {"missing_numbers": missing, "crawls": [crawl_as_dict(one) for one in crawls]}
        print_json(as_dict(line, here) | told)
        return
    todo = advice_on(line.state, source, "en", why(line))
    advised = [("to do", todo)] if todo else []
    print_facts([*said(line, here), *advised, *(("missing numbers", numbers) for numbers in missing)])
    zone = here.settings.zone
    rows = [
        (
            local(one.started_at, zone),
            coloured(one.verdict),
            one.rows,
            one.added,
            one.revised,
            one.failed,
            brief(one.reason, zone),
        )
        for one in crawls
    ]
    print_table(("crawl", "verdict", "rows", "new", "revised", "failed", "reason"), rows, empty="Never crawled yet.")


app.command("add")(source_add.add)
app.command("check")(source_check.check)
app.command("enable")(source_edit.enable)
app.command("disable")(source_edit.disable)


def _print_lines(lines: list[Line], here: Opened, *, every: bool) -> None:
    """Print the table, what needs most work last, where a long one ends; `every` means with the disabled ones."""
    shown = sorted((line for line in lines if every or line.source.enabled), key=lambda line: ORDER.index(line.state))
    lacking = console.width >= WIDE and any(lacks(line) or left_out(line) for line in shown)
    reasoned = console.width >= WIDEST and any(map(why, shown))
    rows = [_row(line, here, lacking=lacking, reasoned=reasoned) for line in shown]
    empty = f"No source in {here.settings.crawl.sources} is like that." if here.sources else NONE_YET
    whole = [Column(name, no_wrap=True) for name in ("id", "state", "last crawl")]  # names and places give way
    placed = ["region"] if console.width >= WIDE else []  # most names begin with the place
    columns: list[str | Column] = [whole[0], "name", *placed, *whole[1:]]
    columns += [name for name, wanted in (("without", lacking), ("why", reasoned)) if wanted]
    print_table(columns, rows, empty=empty)
    if shown:
        states = Counter(line.state for line in shown)
        noun = "source" if len(shown) == 1 else "sources"
        console.print(f"{len(shown)} {noun}: {', '.join(f'{count} {state}' for state, count in states.items())}.")
    if any(map(why, shown)) and not reasoned:
        errors.print("Why, and what to do: yaoxun sources show ID")
    if len(shown) < len(lines):
        left = len(lines) - len(shown)
        are = "source is" if left == 1 else "sources are"
        errors.print(f"{left} disabled {are} not shown; --disabled shows them.")


def _row(line: Line, here: Opened, *, lacking: bool, reasoned: bool) -> tuple[object, ...]:
    """Return a line of the table; the last crawl's verdict stands beside its time when the state does not say it."""
    last, verdict = (line.record.last_crawl_at, line.record.verdict) if line.record else (None, None)
    crawl = Text(local(last, here.settings.zone)[5:])  # the year goes without saying
    if verdict is not None and verdict not in GOOD and str(verdict) != line.state:
        crawl.append_text(Text.assemble(" ", coloured(verdict)))
    state = Text(line.state, STATES.get(line.state, ""))
    names = [cut(line.source.name), *([cut(line.source.region)] if console.width >= WIDE else [])]
    without = ", ".join(filter(None, (lacks(line), left_out(line))))
    more = ([without] if lacking else []) + ([cut(brief(why(line), here.settings.zone))] if reasoned else [])
    return (line.source.id, *names, state, crawl, *more)


def _print_summary(lines: list[Line], *, as_json: bool) -> None:
    counts = counted(lines)
    if as_json:
        print_json(counts)
        return
    for group, found in counts.items():
        rows = [(name, *count.values()) for name, count in found.items()]
        print_table((group, "sources", "enabled", "checked", "ok"), rows)
