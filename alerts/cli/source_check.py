"""`yaoxun sources check`: reads the first list page and the first notice of sources, and keeps only how it went."""

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape
from rich.padding import Padding
from rich.text import Text

from alerts.checks import Check, CheckError, run_checks
from alerts.cli.advice import see
from alerts.cli.crawl import AGAIN, chosen_sources, coloured
from alerts.cli.opening import Opened, opened
from alerts.cli.output import console, errors, fail, print_json, print_table, progress
from alerts.cli.source_rows import Choice, lines_of
from alerts.reasons import brief, by_clock
from crawler.notice import Verdict
from crawler.sources import Source

ROWS_SHOWN = 5
ADVICE = {
    Verdict.BLOCKED: "Open it in a browser. A site that keeps robots out is left alone: ask its keepers for access, or "
    "yaoxun sources disable {id}",
    **dict.fromkeys(
        (Verdict.BROKEN, Verdict.EMPTY),
        "Open it in a browser. Has the column moved, change `lists` in its row; does it look otherwise, let it be read "
        "anew: yaoxun sources add '{url}' --again",
    ),
}
TO_DO = {
    "no such host": "Look for a slip in the address; does a browser open it, the site keeps out whoever is abroad.",
    "is not a public address": "If it is a site of your own network, name it in YAOXUN_CRAWL_ALLOW.",
    "robots.txt forbids": "The site wishes not to be read by programs: ask its keepers, or look for a feed of it.",
    "login": "Only pages that anybody may see are read: look for the public address of the column.",
    "leads to the home page": "The column has moved: look for it from there, and give its new address.",
    "status 404": "The column has moved: look for it from the home page, and give its new address.",
    "it says": "The column has moved: look for it from the home page, and give its new address.",
}
"""What to do about what is wrong with a page, by words of the reason."""
MOST_PREVIEWS = 3  # more sources than this are shown as a table


def check(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]…", help="Ids that `sources list` shows")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every source, the disabled ones too")] = False,
    region: Annotated[str, typer.Option("--region", "-r", help="Every source of this place")] = "",
    family: Annotated[str, typer.Option("--family", "-f", help="Every source of this family")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list instead")] = False,
) -> None:
    """Look at sources: their first list page and their first notice. Nothing is archived but how it went.

    Exit code 1 when one is not ok.

    Example: yaoxun sources check sh_gov_policy
    """
    here = opened()
    chosen = _chosen(here, ids or [], every=every, choice=Choice(region=region, family=family))
    here.engine.dispose()  # opened once to be ready; the child works on it now
    with progress() as bars:
        task = bars.add_task("checking", total=len(chosen))
        try:
            seen = run_checks(
                here.settings,
                list(chosen),
                lambda source_id, _check: bars.update(task, advance=1, description=escape(chosen[source_id].name)),
            )
        except CheckError as error:
            fail(str(error), AGAIN, code=2)
    checks = {source_id: seen[source_id] for source_id in chosen}
    if as_json:
        print_json([{"source": source_id, **check} for source_id, check in checks.items()])
    elif len(checks) <= MOST_PREVIEWS:
        for source_id, found in checks.items():
            print_check(f"{source_id}  {chosen[source_id].name}", found, here.settings.zone)
            _advise(chosen[source_id], Verdict(found["verdict"]), found["reason"])
    else:
        _print_table(checks, here.settings.zone)
    if any(found["verdict"] != Verdict.OK for found in checks.values()):
        raise typer.Exit(1)


def print_check(heading: str, check: Check, zone: ZoneInfo) -> None:
    """Print what a look has shown: verdict, rows, and the first notice as a reader would see it."""
    console.print(Text(heading, "bold"), coloured(Verdict(check["verdict"])))
    if check["reason"]:
        _indented(2, Text(by_clock(check["reason"], zone), "red"))
    if check["rows"]:
        _indented(2, Text(f"{check['rows']} rows, {check['dated']:.0%} with a date"))
    for row in check["listed"][:ROWS_SHOWN]:
        _indented(4, Text.assemble((row["date"] or "no date   ", "cyan"), f"  {row['title']}", no_wrap=True))
    if check["notice"] is not None:
        _print_notice(check["notice"])


def hint(reason: str) -> str:
    """Return what to try when the reason itself tells it; "" when it does not."""
    return next((advice for words, advice in TO_DO.items() if words in reason), "")


def _advise(source: Source, verdict: Verdict, reason: str) -> None:
    """Say what to do about a source that is not ok."""
    if advice := hint(reason) or ADVICE.get(verdict):
        _indented(2, Text(advice.format(id=source.id, url=source.lists[0]), "dim"))


def _print_notice(notice: Mapping[str, Any]) -> None:
    _indented(2, Text.assemble("first notice: ", (notice["title"], "bold")))
    facts = [("published", notice["published"]), ("agency", notice["agency"]), ("number", notice["document_number"])]
    facts += [("attachments", notice["attachments"]), ("characters", notice["characters"])]
    _indented(4, Text(" · ".join(f"{name} {value}" for name, value in facts if value), "dim"))
    for line in notice["lines"]:
        _indented(4, Text(line))


def _indented(columns: int, text: Text) -> None:
    """Print a text with its further lines indented as the first; rows of a list are cut at the edge."""
    text.overflow = "ellipsis" if text.no_wrap else None
    console.print(Padding(text, (0, 0, 0, columns), expand=False))


def _chosen(here: Opened, ids: list[str], *, every: bool, choice: Choice) -> dict[str, Source]:
    """Return the sources to look at; none named is a question, not a wish for all."""
    if ids:
        return chosen_sources(here.sources, ids)
    if not every and choice == Choice():
        fail("Which sources?", "Name ids, or --region, --family or --all.", code=2)
    chosen = {line.source.id: line.source for line in lines_of(here, choice)}
    return chosen or fail("No source is like that.", see("source"), code=2)


def _print_table(checks: Mapping[str, Check], zone: ZoneInfo) -> None:
    """Print the checks, those that went well first: the others are what one looks for, and a long table ends below."""
    rows = [
        (
            source_id,
            coloured(Verdict(check["verdict"])),
            check["rows"],
            f"{check['dated']:.0%}" if check["rows"] else "",
            brief(check["reason"], zone) or (check["notice"] or {}).get("title", ""),
        )
        for source_id, check in sorted(checks.items(), key=lambda entry: entry[1]["verdict"] != Verdict.OK)
    ]
    print_table(("source", "verdict", "rows", "dated", "reason, or first notice"), rows)
    counts = Counter(check["verdict"] for check in checks.values())
    console.print(
        f"{len(checks)} sources: {', '.join(f'{count} {verdict}' for verdict, count in counts.most_common())}."
    )
    if counts[Verdict.OK] < len(checks):
        errors.print("What to do about one of them: yaoxun sources check ID")
