"""What the commands on rows share: a transaction that speaks to people, options, confirmation."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import sqlalchemy as sa
import typer

from alerts.cli.advice import refused
from alerts.cli.opening import Opened
from alerts.cli.output import fail
from alerts.model import Hit
from alerts.store.errors import StoreError
from config.names import UnfitName, one_line

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Reader = Annotated[str, typer.Option("--subscriber", "-s", help="The reader, by name or id.")]
ReaderFilter = Annotated[str | None, typer.Option("--subscriber", "-s", help="Only of this reader, by name or id.")]


@contextmanager
def transaction(here: Opened, *, reading: bool = False) -> Iterator[sa.Connection]:
    """Open a transaction; a name or id that nobody knows, or one that is taken, ends the command with code 2.

    One that is only `reading` may last: it keeps the service from nothing.
    """
    try:
        with here.engine.execution_options(reading=reading).begin() as connection:
            yield connection
    except StoreError as error:
        refused(error)


def read_line(what: str, given: str) -> str:
    """Return words that stand on one line, such as a name; others end the command with code 2."""
    try:
        return one_line(given)
    except UnfitName as error:
        fail(f"{what}: {error.message}", error.advice, code=2)


def now() -> datetime:
    """Return the time at which a command runs."""
    return datetime.now(UTC)


def confirm(question: str, *, yes: bool) -> None:
    """Ask on stderr unless told not to; anything but yes ends the command with code 1 and changes nothing."""
    if not yes:
        typer.confirm(question, abort=True, err=True)


def state(*, paused: bool, problem: str = "") -> str:
    """Return how a row stands, in one word or in the words of its problem."""
    if problem:
        return f"{'paused: ' if paused else ''}{problem}"
    return "paused" if paused else "live"


def hit_as_dict(hit: Hit) -> dict[str, Any]:
    """Return a hit as JSON; file and page only where it lies in an attachment."""
    where = {"attachment": hit.attachment, "page": hit.page} if hit.attachment else {}
    return {"term": hit.term, "field": hit.field, "spans": [list(span) for span in hit.spans], **where}
