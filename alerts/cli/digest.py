"""`yaoxun digest`: close a period by hand, look at what was sent."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from alerts import jobs
from alerts.channels import CHANNELS
from alerts.channels.facts import coverage_lines, facts, rule_names, when
from alerts.channels.phrases import phrases
from alerts.channels.wording import period_label
from alerts.cli.advice import missing
from alerts.cli.marks import marked
from alerts.cli.opening import Opened, opened
from alerts.cli.output import console, fail, print_json, print_table, progress
from alerts.cli.rows import Json, now, transaction
from alerts.digest import Desk, Relevance, close_now
from alerts.model import ClosedDigest, Digest, DigestItem
from alerts.store.deliveries import list_deliveries
from alerts.store.destinations import list_destinations
from alerts.store.digests import CONTENT, find_digest, latest_digests

app = typer.Typer(help="Close a digest now, or look at one.")


@app.command()
def close(
    destination: Annotated[int | None, typer.Option(help="Only this destination, by id; else every live one.")] = None,
    as_json: Json = False,
) -> None:
    """Match what waits, close it now instead of at the next daily time, and put it into the outbox.

    Where nothing waits nothing is sent. The next digest begins where this one ends.

    Example: yaoxun digest close && yaoxun deliver
    """
    here = opened()
    desk = Desk(
        vault=here.vault,
        settings=here.settings,
        sections=here.sections,
        sources=here.sources,
        relevance=Relevance(here.vocabulary),
    )
    with transaction(here) as connection:
        known = list_destinations(connection, here.vault)
    if destination is not None and destination not in {one.id for one in known}:
        missing("destination", destination)
    chosen = [one for one in known if one.id == destination or (destination is None and not one.paused)]
    jobs.match(here.workplace)
    jobs.pass_days(here.workplace)
    with progress() as bar:
        closed = [
            digest
            for one in bar.track(chosen, description="Closing digests")
            if (digest := close_now(here.engine, desk, one.id, now=now()))
        ]
    _report(here, closed, {one.id: one.name for one in known}, as_json=as_json)


@app.command()
def show(
    digest: Annotated[int | None, typer.Argument(help="The digest's id; else the last that had notices.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the mail's page into this file.")] = None,
    text: Annotated[bool, typer.Option("--text", help="Print the mail's text.")] = False,
    as_json: Json = False,
) -> None:
    """Show a digest as it was sent: which notices, which rules found them, what was looked at.

    Example: yaoxun digest show

    Example: yaoxun digest show 12 --html digest.html
    """
    here = opened()
    closed = _find(here, digest)
    content = closed.digest
    if as_json:
        print_json(
            _as_dict(here, closed) | {"digest": None if content is None else CONTENT.dump_python(content, mode="json")}
        )
    elif content is None:
        console.print(f"Digest {closed.id} ({closed.period}): nothing was found, nothing was sent.", markup=False)
    elif html is not None or text:
        _write_mail(here, content, html)
    else:
        _print_digest(content)


def _find(here: Opened, digest_id: int | None) -> ClosedDigest:
    with transaction(here) as connection:
        if digest_id is not None:
            return find_digest(connection, digest_id)
        latest = latest_digests(connection, limit=1, with_content=True)
    if not latest:
        fail("No digest has been made yet.", "Close one: yaoxun digest close", code=2)
    return latest[0]


def _report(here: Opened, closed: list[ClosedDigest], names: dict[int, str], *, as_json: bool) -> None:
    rows = [_as_dict(here, digest) for digest in closed]
    if as_json:
        print_json({"digests": rows})
        return
    print_table(
        ("digest", "destination", "period", "notices", "messages"),
        (
            (row["id"], names[row["destination_id"]], row["period"], row["notices"], len(row["deliveries"]))
            for row in rows
        ),
        empty="There is no destination whose digest could be closed. Add or resume one: yaoxun destinations --help",
    )


def _as_dict(here: Opened, closed: ClosedDigest) -> dict[str, Any]:
    with transaction(here) as connection:
        deliveries = list_deliveries(connection, digest_id=closed.id)
    return {
        "id": closed.id,
        "destination_id": closed.destination_id,
        "period": closed.period,
        "since": closed.since,
        "until": closed.until,
        "notices": closed.notices,
        "deliveries": sorted(delivery.id for delivery in deliveries),
    }


def _write_mail(here: Opened, digest: Digest, html: Path | None) -> None:
    """Write the digest as a mail, whichever channel it went through."""
    mail = CHANNELS["email"].compose(digest, {}, here.settings)[0]
    if html is None:
        console.print(mail["text"], markup=False, soft_wrap=True)
        return
    try:
        html.write_text(mail["html"], encoding="utf-8")
    except OSError as error:
        fail(f"{html} cannot be written: {error.strerror}", "Name a file in a folder that you may write to.")
    console.print(str(html), markup=False, soft_wrap=True)


def _print_digest(digest: Digest) -> None:
    words = phrases(digest.language)
    label = period_label(digest.period)
    console.print(Text(f"{digest.subscriber} · {digest.destination} · {label}", "bold"))
    if span := when(digest, words):
        console.print(Text(span, "dim"))
    for section in digest.sections:
        console.print(Text(f"\n{section.name} ({len(section.items)})", "bold underline"))
        for item in section.items:
            _print_item(item, digest)
    console.print()
    for told in coverage_lines(digest.coverage, digest.timezone, words):
        console.print(Text(told, "dim"))


def _print_item(item: DigestItem, digest: Digest) -> None:
    words = phrases(digest.language)
    console.print()
    console.print(Text(f"{item.notice_id} ").append_text(marked(item.title.text, item.title.spans, "bold")))
    console.print(marked(item.snippet.text, item.snippet.spans))
    console.print(Text(" · ".join(facts(item, digest.timezone, words)), "dim"))
    console.print(Text(" | ".join(rule_names(item.rules, words)), "green"))
    if item.url:
        console.print(Text(item.url, "blue"), soft_wrap=True)
