"""What can be said of a destination on the command line, read into a NewDestination."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any, TypeVar

import typer

from alerts.cli.output import fail
from alerts.cli.rows import read_line
from alerts.model import Cadence, Grouping, WhenUnknown
from alerts.rhythms import UnfitRhythm, read_quiet, read_time, read_weekday, read_zone
from alerts.store.destinations import NewDestination

Value = TypeVar("Value")

FieldsOption = Annotated[
    list[str] | None, typer.Option("--set", help="A field of the channel as NAME=VALUE; may be repeated.")
]
NameOption = Annotated[str | None, typer.Option(help="What it is called; a new one else as the channel.")]
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


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a command was told of a destination; None where nothing was."""

    fields: FieldsOption = None
    name: NameOption = None
    cadence: CadenceOption = None
    at: AtOption = None
    weekday: WeekdayOption = None
    timezone: ZoneOption = None
    quiet: QuietOption = None
    tell_empty: EmptyOption = None
    group_by: GroupOption = None
    when_unknown: UnknownOption = None

    def of(self, new: NewDestination) -> NewDestination:
        """Return the destination with what was said; a value that it cannot have ends the command with code 2."""
        given: dict[str, Any] = {
            "name": self.name and read_line("--name", self.name),
            "at": _read("--at", read_time, self.at),
            "weekday": _read("--weekday", read_weekday, self.weekday),
            "timezone": _read("--timezone", read_zone, self.timezone or None),
            "cadence": self.cadence,
            "tell_empty": self.tell_empty,
            "grouping": self.group_by,
            "when_unknown": self.when_unknown,
        }
        new = replace(new, **{name: value for name, value in given.items() if value not in {None, ""}})
        return new if self.quiet is None else replace(new, quiet=_read("--quiet", read_quiet, self.quiet))


def _read(option: str, reading: Callable[[str], Value], given: str | None) -> Value | None:
    try:
        return None if given is None else reading(given)
    except UnfitRhythm as error:
        fail(f"{option}: {error.message}", error.advice, code=2)
