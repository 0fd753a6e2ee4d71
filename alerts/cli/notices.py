"""`yaoxun notices`: the archive: list, show, search with the rule language."""

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any

import typer
from rich.text import Text

from alerts.cli.changes import others_of, print_changes, print_standing
from alerts.cli.facts import fact_rows
from alerts.cli.files import reading_of
from alerts.cli.marks import marked
from alerts.cli.opening import Opened, opened
from alerts.cli.output import console, fail, local, print_json, print_table, progress
from alerts.cli.rows import Json, hit_as_dict, transaction
from alerts.cli.subscriptions import read_rule
from alerts.digest.building import pages_found, snippet_of
from alerts.digest.snippet import mark
from alerts.model import Hit, Span
from alerts.rules import NoticeText, Rule, china_day, evidence, holds, score
from crawler.archive.attachments import in_full
from crawler.archive.notices import each_notice, find_notice, revisions_of
from crawler.notice import ArchivedNotice

app = typer.Typer(help="The archive: list, show, search.")

DATE = ["%Y-%m-%d"]
Since = Annotated[datetime | None, typer.Option(formats=DATE, help="First seen on this local day or later.")]
Until = Annotated[datetime | None, typer.Option(formats=DATE, help="First seen on this local day or earlier.")]


@dataclass(frozen=True, slots=True)
class Found:
    """A notice that a search found, and why."""

    notice: ArchivedNotice
    hits: tuple[Hit, ...]


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
        fail(f"There is no notice {notice}", "See yaoxun notices list.", code=2)
    if as_json:
        also_at = [{"id": one.id, "source": one.source, "url": one.url} for one in others]
        told = [asdict(revision) for revision in revisions]
        print_json({"notice": asdict(found), "also_at": also_at, "revisions": told})
        return
    console.print(Text(found.title, "bold"))
    console.print(Text(_facts(here, found), "dim"))
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
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=0, help="How many to show, the newest first; all are counted.")] = 20,
    as_json: Json = False,
) -> None:
    """Search the archive with a rule. It finds exactly what a subscription with this rule would have found.

    Example: yaoxun notices search 'title:(办法 OR 意见) region:长三角' --since 2026-10-01
    """
    here = opened()
    parsed = read_rule(here, rule, as_json=as_json)
    first, last = _period(here, since, until)
    count, found = _search(here, parsed, first, last, limit)
    if as_json:
        print_json({"count": count, "notices": [_found_as_dict(one) for one in found], "error": None})
        return
    for one in found:
        _print_found(here, one)
    more = f", of which {len(found)} are shown" if count > len(found) else ""
    console.print(f"{count} notice{'' if count == 1 else 's'} found{more}.")


def _search(
    here: Opened, rule: Rule, since: datetime | None, until: datetime | None, limit: int
) -> tuple[int, list[Found]]:
    """Ask the rule of every notice of the period: the count is exact, the first `limit` are kept."""
    count, today = 0, china_day(datetime.now(UTC))
    found: list[Found] = []
    with transaction(here, reading=True) as connection, progress() as bar:
        every = each_notice(connection, since=since, until=until)
        every = in_full(connection, every) if rule.reads_attachments else every
        for notice in bar.track(every, description="Searching"):
            text = NoticeText.of(notice, here.vocabulary, today=today)
            if holds(rule, text):
                count += 1
                if len(found) < limit:
                    found.append(Found(notice, evidence(rule, text)))
    return count, found


def _print_found(here: Opened, found: Found) -> None:
    notice = found.notice
    title, words = mark(notice.title, _spans(found, "title")), snippet_of(notice, found.hits)
    console.print(Text(f"{notice.id} ").append_text(marked(title.text, title.spans, "bold")))
    console.print(marked(words.text, words.spans))
    for one in pages_found(notice, found.hits):
        console.print(Text(f"⎘ {one.attachment}" + (f" page {one.page}" if one.page else ""), "blue"))
    console.print(Text(_facts(here, notice), "dim"))
    console.print()


def _found_as_dict(found: Found) -> dict[str, Any]:
    short = replace(found.notice, attachments=tuple(replace(one, pages=()) for one in found.notice.attachments))
    notice = {name: value for name, value in asdict(short).items() if name != "text"}
    return notice | {"score": score(found.hits), "evidence": [hit_as_dict(hit) for hit in found.hits]}


def _spans(found: Found, field: str) -> list[Span]:
    return [span for hit in found.hits if hit.field == field for span in hit.spans]


def _facts(here: Opened, notice: ArchivedNotice) -> str:
    told = (
        notice.section,
        " ".join(notice.regions),
        notice.agency,
        notice.document_number,
        f"published {notice.published}" if notice.published else "",
        f"first seen {local(notice.first_seen_at, here.settings.zone)}",
        notice.url,
    )
    return " · ".join(fact for fact in told if fact)


def _period(here: Opened, since: datetime | None, until: datetime | None) -> tuple[datetime | None, datetime | None]:
    """Return the moments (UTC) at which the first day begins and the last day ends."""

    def begins(day: datetime) -> datetime:
        return datetime.combine(day.date(), time(), here.settings.zone).astimezone(UTC)

    return since and begins(since), until and begins(until + timedelta(days=1))
