"""What can be said of a destination on the command line, read into a NewDestination."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated

import typer

from alerts.cli.output import fail
from alerts.model import Cadence, Grouping, WhenUnknown
from alerts.rhythms import UnfitRhythm, read_quiet, read_time, read_weekday, read_zone
from alerts.store.destinations import NewDestination

CadenceOption = Annotated[
    Cadence | None, typer.Option(help="at_once, hourly, daily (else), weekly, or workdays: every Chinese working day.")
]
AtOption = Annotated[str | None, typer.Option(help="Local time, such as 08:00; of an hourly digest its minutes count.")]
WeekdayOption = Annotated[str | None, typer.Option(help="The day of a weekly digest, such as friday.")]
ZoneOption = Annotated[str | None, typer.Option(help="Time zone, such as Asia/Shanghai; else that of the settings.")]
QuietOption = Annotated[
    str | None, typer.Option(help="Local hours without a message, such as 22:00-07:00; '' ends it.")
]
EmptyOption = Annotated[
    bool | None, typer.Option("--tell-empty/--no-tell-empty", help="Send a digest also when nothing was found.")
]
GroupOption = Annotated[Grouping | None, typer.Option("--group-by", help="What items stand under.")]
UnknownOption = Annotated[
    WhenUnknown | None,
    typer.Option(help="A chat message that may have been taken before a crash: resend it, marked, or hold it."),
]


def with_options(
    new: NewDestination,
    *,
    cadence: Cadence | None,
    at: str | None,
    weekday: str | None,
    timezone: str | None,
    quiet: str | None,
    tell_empty: bool | None,
    group_by: Grouping | None,
    when_unknown: WhenUnknown | None,
) -> NewDestination:
    """Return the destination with what was said; a value that it cannot have ends the command with code 2."""
    with _option("--at"):
        new = new if at is None else replace(new, at=read_time(at))
    with _option("--weekday"):
        new = new if weekday is None else replace(new, weekday=read_weekday(weekday))
    with _option("--timezone"):
        new = new if not timezone else replace(new, timezone=read_zone(timezone))
    with _option("--quiet"):
        new = new if quiet is None else replace(new, quiet=read_quiet(quiet))
    return replace(
        new,
        cadence=new.cadence if cadence is None else cadence,
        tell_empty=new.tell_empty if tell_empty is None else tell_empty,
        grouping=new.grouping if group_by is None else group_by,
        when_unknown=new.when_unknown if when_unknown is None else when_unknown,
    )


@contextmanager
def _option(name: str) -> Iterator[None]:
    try:
        yield
    except UnfitRhythm as error:
        fail(f"{name}: {error.message}", error.advice, code=2)
