"""`yaoxun sources add URL`: from the address of a list page to a row of config/sources, without a word of CSS."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, NoReturn
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape
from rich.text import Text

from alerts.checks import CheckError, probe
from alerts.cli.advice import no_place, place_advice, place_fault
from alerts.cli.crawl import AGAIN
from alerts.cli.opening import Opened, opened
from alerts.cli.output import console, errors, fail, print_json, warn
from alerts.cli.rows import confirm
from alerts.cli.source_check import hint, print_check
from alerts.reasons import brief
from crawler.families import FAMILIES
from crawler.naming import agency_of, id_of, name_of, region_of, site_of
from crawler.notice import Verdict
from crawler.source_files import add_source, reread_source
from crawler.sources import ID, Source, SourcesError, is_address

LOOK = "Look on it for 更多, or for a column such as 通知公告, and give the address of that page."
FILLED = (
    "A script fills it. Open it in a browser, press F12, choose Network and load it again: among Fetch/XHR is the "
    "address of the data with its rows. Give that one."
)

TO_DO_ABOUT = {
    Verdict.BLOCKED: "Open it in a browser: a site that keeps programs out is left alone; ask its keepers for access.",
    Verdict.BROKEN: "Open it in a browser: does it open there, try again later.",
}


def add(  # noqa: PLR0917  typer reads options from positional parameters
    url: Annotated[str, typer.Argument(metavar="URL", help="Address of a page that lists notices, or of a feed")],
    source_id: Annotated[str, typer.Option("--id", help="The id of the source; without: made from the address")] = "",
    name: Annotated[
        str, typer.Option("--name", help="What readers see; without: from the page, and you are asked")
    ] = "",
    region: Annotated[
        str, typer.Option("--region", "-r", help="Its place; without: from the name, and you are asked")
    ] = "",
    again: Annotated[
        bool, typer.Option("--again", help="The list is there already: find out anew how it is read, keep all else")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Take every guess; do not ask")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was written as one JSON object")] = False,
) -> None:
    """Add a source: reads the page, finds its rows and its first article, shows them, asks, and writes the row.

    Nothing is written when the page is no list; exit code 1 then.

    Example: yaoxun sources add https://stcsm.sh.gov.cn/zwgk/tzgg/
    """
    here = opened()
    there = _there(url, here)
    _refuse_wrong(url, source_id, here, there=there, again=again)
    found = _found(here, url)
    if there is None:
        url = _landed(here, url, found["landed"])
    if not as_json:
        _show(found, here.settings.zone)
    if there is not None:
        _read_anew(here, there, found, yes=yes, as_json=as_json)
        return
    row = _row(url, found, name=name, region=region, here=here, yes=yes)
    source_id = source_id or id_of(url, here.sources)
    confirm(f"Write it as {source_id}?", yes=yes)
    with _writing():
        path = add_source(here.settings.crawl.sources, source_id, row, here.places)
    written = {"id": source_id, "file": str(path), "row": row, "check": found["check"]}
    _say(f"Wrote {source_id} into {path}.", written, as_json=as_json)


def _read_anew(here: Opened, source: Source, found: Mapping[str, Any], *, yes: bool, as_json: bool) -> None:
    """Write how a list is read by now into the row that is there."""
    confirm(f"Let {source.id} be read so, and no longer as {source.family}?", yes=yes)
    reading = {"family": found["family"], **found["options"]}
    with _writing():
        path = reread_source(here.settings.crawl.sources, source.id, reading, here.places)
    written = {"id": source.id, "file": str(path), "row": reading, "check": found["check"]}
    _say(f"Changed {source.id} in {path}.", written, as_json=as_json)


@contextmanager
def _writing() -> Iterator[None]:
    """End the command where a row cannot be written."""
    try:
        yield
    except SourcesError as error:
        fail(str(error), "Nothing was written.")


def _say(told: str, written: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(written)
        return
    console.print(told, markup=False)
    console.print(f"Read it now: yaoxun crawl {written['id']}", markup=False)


def _found(here: Opened, url: str) -> Mapping[str, Any]:
    """Read the page; end the command when it cannot be a source."""
    with errors.status(f"Reading {escape(url)} …"):
        try:
            found: Mapping[str, Any] = probe(here.settings, url)
        except CheckError as error:
            fail(str(error), AGAIN, code=2)
    if found["check"]["verdict"] != Verdict.OK:
        _refuse(found, here.settings.zone)
    return found


def same_list(one: str, other: str) -> bool:
    """Tell whether two addresses are of one list: http or https, with or without index.html."""
    return _bare(one) == _bare(other)


def _bare(url: str) -> str:
    parts = urlsplit(url)
    path = re.sub(r"/(index\.\w+)?$", "", parts.path)
    return f"{(parts.netloc or '').lower()}{path}?{parts.query}#{parts.fragment}"


def _there(url: str, here: Opened) -> Source | None:
    """Return the source that has this list already."""
    sources = here.sources.values()
    return next((one for one in sources if any(same_list(url, address) for address in one.lists)), None)


def _landed(here: Opened, url: str, landed: str) -> str:
    """Return the address that a page was found at; end the command when that list is there already."""
    if not landed or same_list(url, landed):
        return url
    warn(f"The address leads on to {landed}, which is taken in its place.")
    if (there := _there(landed, here)) is not None:
        _refuse_known(landed, there)
    return landed


def _refuse_known(url: str, there: Source) -> NoReturn:
    advice = f"If it is read wrongly: yaoxun sources add '{url}' --again; how it goes: yaoxun sources show {there.id}"
    fail(f"That list is there already: {there.id} ({there.name}).", advice)


def _refuse_wrong(url: str, source_id: str, here: Opened, *, there: Source | None, again: bool) -> None:
    """End the command when the address or the id cannot be, or is there already."""
    if not is_address(url):
        fail(f"{url!r} is no http or https address", "Copy it whole from the browser, https:// included.", code=2)
    if there is not None and not again:
        _refuse_known(url, there)
    if again and there is None:
        fail("No source has that list yet.", "Add it without --again.", code=2)
    if source_id and not ID.fullmatch(source_id):
        fail(f"{source_id!r} is no id.", "An id has small letters, digits and underscores.", code=2)
    if source_id in here.sources:
        fail(f"The id {source_id} is taken: {here.sources[source_id].name}.", "Choose another one.", code=2)


def _refuse(found: Mapping[str, Any], zone: ZoneInfo) -> NoReturn:
    """Say why the page cannot be a source."""
    check = found["check"]
    reason = brief(check["reason"], zone)
    if found["article"]:
        fail(f"This page is no list but an article: {found['title']}", "Give the address of the page that lists it.")
    if check["rows"] == 0 and found["family"]:
        advice = FILLED if found["bare"] else LOOK
        fail(f"This page is no list. {_sentence(reason)}", _columns(found) or advice)
    advice = _what_to_do(Verdict(check["verdict"]), check["reason"])
    fail(f"This page cannot be read ({check['verdict']}): {reason}", f"{advice} Nothing was written.")


def _what_to_do(verdict: Verdict, reason: str) -> str:
    """Return what whoever gave the address may try."""
    return hint(reason) or TO_DO_ABOUT.get(verdict, "")


def _columns(found: Mapping[str, Any]) -> str:
    """Return what the page leads to that may be meant; "" when nothing on it is called as columns are."""
    lines = [f"  {column['name']}  {column['url']}" for column in found["columns"]]
    return "\n".join(["It leads to these, one of which may be meant:", *lines]) if lines else ""


def _sentence(reason: str) -> str:
    return reason[:1].upper() + reason[1:]


def _show(found: Mapping[str, Any], zone: ZoneInfo) -> None:
    label = FAMILIES[found["family"]].label
    console.print(Text.assemble((found["family"], "bold"), f"  {label}"))
    console.print(Text(f"  because {found['why']}", "dim"))
    print_check(name_of(found) or found["url"], found["check"], zone)
    read = {row["url"] for row in found["check"]["listed"]}
    others = [one for one in found["lists"] if one["url"] not in read]
    if others:
        first = "; ".join(f"“{one['title']}” and {one['rows'] - 1} more" for one in others)
        warn(f"The page has other lists, which are not read: {first}")
        console.print(escape(_columns(found)) or "For one of them give the address behind its 更多.")


def _row(url: str, found: Mapping[str, Any], *, name: str, region: str, here: Opened, yes: bool) -> dict[str, Any]:
    """Return the row to be written; what was not said is guessed, and asked."""
    name = name or _asked("Name", name_of(found), yes=yes, option="--name")
    notice = found["check"]["notice"] or {}
    guess = region_of([name, site_of(found), notice.get("agency", ""), notice.get("title", "")], here.places)
    region = _place(here, region) if region else _asked_place(here, guess, yes=yes)
    row = {"name": name, "family": found["family"], "lists": [url], "region": region, "agency": agency_of(found)}
    return {**{key: value for key, value in row.items() if value}, **found["options"]}


def _asked(question: str, guess: str, *, yes: bool, option: str) -> str:
    """Ask, with a guess that Enter takes; without a terminal the guess must do."""
    if yes and not guess:
        fail(f"{question}? The page does not say.", f"Give {option}.", code=2)
    return guess if yes else str(typer.prompt(question, default=guess or None, err=True))


def _asked_place(here: Opened, guess: str, *, yes: bool) -> str:
    """Ask for the place until it is one."""
    while True:
        said = _asked("Region", guess, yes=yes, option="--region")
        found = here.places.find(said)
        if len(found) == 1:
            return found[0]
        warn(f"{place_fault(here.places, said)}. {place_advice(here.places, said)}")


def _place(here: Opened, said: str) -> str:
    found = here.places.find(said)
    if len(found) != 1:
        no_place(here.places, said)
    return found[0]
