"""`yaoxun sources`: what is read, when, and how it went."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.text import Text

from alerts.cli.crawl import as_dict, coloured
from alerts.cli.opening import Opened, opened
from alerts.cli.output import console, fail, local, print_json, print_table
from crawler.archive.crawls import SourceRecord, latest_crawls, source_records
from crawler.families import FAMILIES
from crawler.health import is_stale
from crawler.sources import Source, UnknownSourceError, choose_sources, interval_of

app = typer.Typer(no_args_is_help=True, help="The sources: what is read, when, and how it went.")
LAST = 5  # crawls that `show` shows


@app.command("list")
def list_sources(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list instead of a table")] = False,
) -> None:
    """Show every source of config/sources with the verdict of its last crawl.

    Example: yaoxun sources list --json
    """
    surroundings = opened()
    records = _records(surroundings)
    if as_json:
        print_json([_as_dict(source, records.get(source.id), surroundings) for source in surroundings.sources.values()])
        return
    zone = surroundings.settings.zone
    rows = []
    for source in surroundings.sources.values():
        record = records.get(source.id)
        last, verdict = (record.last_crawl_at, record.verdict) if record else (None, None)
        said = _state(source, record, surroundings)
        rows.append((source.id, source.name, source.region, said, coloured(verdict), local(last, zone)))
    empty = f"There are no sources in {surroundings.settings.crawl.sources}."
    print_table(("id", "name", "region", "state", "verdict", "last crawl"), rows, empty=empty)


@app.command("show")
def show_source(
    source_id: Annotated[str, typer.Argument(metavar="ID", help="The id that `sources list` shows")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object")] = False,
) -> None:
    """Show one source: its row, its state and its last crawls.

    Example: yaoxun sources show sh_gov_policy
    """
    surroundings = opened()
    try:
        (source,) = choose_sources(surroundings.sources, [source_id])
    except UnknownSourceError as error:
        fail(str(error), "`yaoxun sources list` shows every id.", code=2)
    record = _records(surroundings).get(source.id)
    with surroundings.engine.begin() as connection:
        crawls = latest_crawls(connection, source.id, LAST)
    if as_json:
        print_json(_as_dict(source, record, surroundings) | {"crawls": [as_dict(one) for one in crawls]})
        return
    for name, value in _said(source, record, surroundings):
        console.print(Text.assemble((name, "bold"), f"  {value}"))
    zone = surroundings.settings.zone
    rows = [
        (local(one.started_at, zone), coloured(one.verdict), one.rows, one.added, one.revised, one.failed, one.reason)
        for one in crawls
    ]
    print_table(("crawl", "verdict", "rows", "new", "revised", "failed", "reason"), rows, empty="Never crawled yet.")


def _records(surroundings: Opened) -> dict[str, SourceRecord]:
    with surroundings.engine.begin() as connection:
        return source_records(connection)


def _as_dict(source: Source, record: SourceRecord | None, surroundings: Opened) -> dict[str, Any]:
    names = ("id", "name", "family", "lists", "region", "agency", "section", "enabled", "grade")
    facts = {name: getattr(source, name) for name in names}
    facts["interval_minutes"] = interval_of(source, surroundings.settings.crawl).total_seconds() // 60
    facts["options"] = dict(source.options)
    facts["state"] = _state(source, record, surroundings)
    stamps = ("verdict", "reason", "last_crawl_at", "last_success_at", "next_crawl_at", "failures")
    return facts | {name: getattr(record, name, None) for name in stamps}


def _state(source: Source, record: SourceRecord | None, surroundings: Opened) -> str:
    if not source.enabled:
        return "disabled"
    if record is None:
        return "new"
    interval = interval_of(source, surroundings.settings.crawl)
    return "stale" if is_stale(record, interval, datetime.now(UTC)) else "current"


def _said(source: Source, record: SourceRecord | None, surroundings: Opened) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = [
        ("id", source.id),
        ("name", source.name),
        ("family", f"{source.family} ({FAMILIES[source.family].label})"),
        ("lists", "\n       ".join(source.lists)),
        ("region", source.region),
        ("agency", source.agency),
        ("options", ", ".join(f"{name} = {value!r}" for name, value in source.options.items())),
        ("state", _state(source, record, surroundings)),
    ]
    if record is not None:
        zone = surroundings.settings.zone
        rows += [
            ("last success", local(record.last_success_at, zone) or "never"),
            ("next crawl", local(record.next_crawl_at, zone)),
            ("failures in a row", record.failures),
        ]
    return [(name, value) for name, value in rows if value != ""]
