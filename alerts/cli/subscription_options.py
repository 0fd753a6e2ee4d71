"""What may be said of a rule beside its words: until when, how many at most, and where it goes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import sqlalchemy as sa
import typer

from alerts.cli.opening import Opened
from alerts.cli.output import fail
from alerts.cli.rows import read_line, state
from alerts.model import Subscription
from alerts.rhythms import UnfitRhythm, last_day, read_last_day
from alerts.store.destinations import list_destinations

EVERYWHERE = "all"
NONE_YET = "They have none yet. Add one: yaoxun destinations add --help"

NoteOption = Annotated[str | None, typer.Option(help="Why the reader wants it; stands beside the rule in digests.")]
UntilOption = Annotated[
    str | None, typer.Option("--until", help="The last day on which it is matched, such as 2026-12-31; '' ends it.")
]
MostOption = Annotated[
    int | None,
    typer.Option("--most", min=0, help="At most so many notices of it in one digest, the best; 0: all."),
]
ToOption = Annotated[
    list[str] | None,
    typer.Option("--to", help=f"A destination of the reader that it goes to, by name or id; {EVERYWHERE}: to each."),
]


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a command was told of a rule beside its words; None where nothing was."""

    note: NoteOption = None
    until: UntilOption = None
    most: MostOption = None
    to: ToOption = None

    def of(self, connection: sa.Connection, here: Opened, reader_id: int) -> dict[str, Any]:
        """Return what was said as the row's values; one that it cannot have ends the command with code 2."""
        said: dict[str, Any] = {}
        if self.note is not None:
            said["note"] = read_line("--note", self.note)
        if self.until is not None:
            said["expires_at"] = read_expiry(here, self.until)
        if self.most is not None:
            said["most"] = self.most or None
        if self.to:
            said["places"] = read_places(connection, here, reader_id, self.to)
        return said


def read_expiry(here: Opened, until: str | None) -> datetime | None:
    """Return the moment after the last day; None without one."""
    try:
        return read_last_day(until or "", here.settings.timezone)
    except UnfitRhythm as error:
        fail(f"--until: {error.message}", error.advice, code=2)


def read_places(connection: sa.Connection, here: Opened, reader_id: int, to: list[str] | None) -> list[int] | None:
    """Return the ids of the destinations that were named; None for all of them."""
    if not to or to == [EVERYWHERE]:
        return None
    known = list_destinations(connection, here.vault, reader_id)
    by_name = {str(one.id): one.id for one in known} | {one.name: one.id for one in known}
    for name in to:
        if name not in by_name:
            theirs = "Theirs are: " + ", ".join(one.name for one in known) if known else NONE_YET
            fail(f"--to {name}: the reader has no such destination", theirs, code=2)
    return [by_name[name] for name in to]


def state_of(one: Subscription, here: Opened, moment: datetime) -> str:
    """Return how a rule is, and until when."""
    now = state(paused=one.paused, problem=one.problem)
    if one.expires_at is None:
        return now
    day = last_day(one.expires_at, here.settings.timezone)
    return f"expired after {day}" if one.is_over(moment) else f"{now} until {day}"
