"""`yaoxun notices`: the archive: list, show, search with the rule language."""

from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Annotated

import typer
from rich.text import Text

from alerts.cli.advice import missing
from alerts.cli.changes import others_of, print_changes, print_standing
from alerts.cli.days import day_of
from alerts.cli.facts import fact_rows
from alerts.cli.files import reading_of
from alerts.cli.found import bring_up_to_date, facts_line, found_as_dict, print_found, unaided
from alerts.cli.opening import Opened, opened
from alerts.cli.output import console, local, print_json, print_table, progress, warn
from alerts.cli.rows import Json, now, transaction
from alerts.cli.rule_reading import read_rule
from alerts.rules import china_day
from alerts.search.finding import Period, Search, Sort
from crawler.archive.attachments import in_full
from crawler.archive.notices import each_notice, find_notice, revisions_of
from crawler.search.find import snapshot

app = typer.Typer(help="The archive: list, show, search.")

Since = Annotated[
    date | None, typer.Option(metavar="DAY", parser=day_of, help="First seen on this local day or later: 2026-11-01.")
]
Until = Annotated[
    date | None, typer.Option(metavar="DAY", parser=day_of, help="First seen on this local day or earlier.")
]


@app.command("list")
def list_all(
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 20,
    as_json: Json = False,
) -> None:
    """List what was archived last, the newest first.

    Example: yaoxun notices list --since 2026-11-01 --limit 100
    """
    here = opened()
    first, last = _period(here, since, until)
    with transaction(here, reading=True) as connection:
        found = list(each_notice(connection, since=first, until=last, limit=limit))
    if as_json:
        print_json({"notices": [asdict(notice) for notice in found]})
        return
    rows = (
        (
            one.id,
            one.title,
            one.section,
            " ".join(one.regions),
            one.published,
            local(one.first_seen_at, here.settings.zone),
        )
        for one in found
    )
    columns = ("id", "title", "section", "region", "published", "first seen")
    print_table(columns, rows, empty="Nothing is archived yet. Try: yaoxun crawl, or yaoxun bulletin import FILE")


@app.command()
def show(
    notice: Annotated[int, typer.Argument(help="The notice's id; see yaoxun notices list.")],
    diff: Annotated[bool, typer.Option("--diff", help="Show what each revision changed, word by word.")] = False,
    as_json: Json = False,
) -> None:
    """Show a notice whole, with its facts, where else it stands, and what it said before.

    Example: yaoxun notices show 12 --diff
    """
    here = opened()
    with transaction(here, reading=True) as connection:
        found = find_notice(connection, notice)
        found = found and next(in_full(connection, [found]))
        revisions = revisions_of(connection, notice)
        others = others_of(connection, found)
    if found is None:
        missing("notice", notice)
    if as_json:
        also_at = [{"id": one.id, "source": one.source, "url": one.url} for one in others]
        told = [asdict(revision) for revision in revisions]
        print_json({"notice": asdict(found), "also_at": also_at, "revisions": told})
        return
    console.print(Text(found.title, "bold"))
    console.print(Text(facts_line(here, found), "dim"))
    for name, value, where in fact_rows(found.facts):
        console.print(Text(f"{name:<16}{value} ({where})", "dim"))
    print_standing(found, others, here.settings.zone)
    if diff:
        print_changes(revisions, here.settings.zone)
        return
    console.print(Text(found.text))
    for attachment in found.attachments:
        console.print(Text(f"⎘ {attachment.name} {attachment.url}", "blue"), soft_wrap=True)
        console.print(Text(f"  {reading_of(attachment)}", "dim"), soft_wrap=True)
    if len(revisions) > 1:
        rows = ((one.number, local(one.seen_at, here.settings.zone), one.title, len(one.text)) for one in revisions)
        print_table(("revision", "seen", "title", "characters"), rows)


@app.command(context_settings={"ignore_unknown_options": True})  # a rule may begin with a minus
def search(
    rule: Annotated[str, typer.Argument(help="A rule, as for a subscription: '金融科技 region:上海 -招聘'.")],
    *,
    since: Since = None,
    until: Until = None,
    sort: Annotated[
        Sort, typer.Option(help="What is shown first: by first sight, publication or weight.")
    ] = Sort.NEWEST,
    limit: Annotated[int, typer.Option(min=0, help="How many to show; all are counted.")] = 20,
    as_json: Json = False,
) -> None:
    """Search the archive with a rule. It finds exactly what a subscription with this rule would have found.

    Example: yaoxun notices search 'title:(办法 OR 意见) region:长三角' --since 2026-10-01

    Example: yaoxun notices search '补贴 NEAR/20 充电桩' --sort score --limit 5
    """
    here = opened()
    parsed = read_rule(here, rule, as_json=as_json)
    period = Period.between(*_period(here, since, until))
    bring_up_to_date(here)
    with snapshot(here.engine) as connection, progress() as bar:
        track = partial(bar.track, description="Searching")
        asked = Search(connection, parsed, here.vocabulary, today=china_day(now()), period=period)
        answer = asked.answer(sort=sort, limit=limit, track=track)
    if answer.unaided:
        zh, en = unaided(answer.unaided)
        warn(zh if here.settings.language == "zh" else en)
    if as_json:
        shown = [found_as_dict(one) for one in answer.found]
        print_json({"count": answer.count, "unaided": answer.unaided, "notices": shown, "error": None})
        return
    for one in answer.found:
        print_found(here, one)
    more = f", of which {len(answer.found)} are shown" if answer.count > len(answer.found) else ""
    console.print(f"{answer.count} notice{'' if answer.count == 1 else 's'} found{more}.")


def _period(here: Opened, since: date | None, until: date | None) -> tuple[datetime | None, datetime | None]:
    """Return the moments (UTC) at which the first day begins and the last day ends."""

    def begins(day: date) -> datetime:
        return datetime.combine(day, time(), here.settings.zone).astimezone(UTC)

    first = None if since is None else begins(since)
    return first, None if until is None else begins(until + timedelta(days=1))
