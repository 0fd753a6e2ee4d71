"""What became of a notice, in the terminal: revised, withdrawn, repeated elsewhere."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from rich.text import Text

from alerts.cli.output import console, local
from crawler.archive.reposts import clusters_of
from crawler.notice import ArchivedNotice, Revision
from crawler.revisions import Part, Piece, changed_lines

STYLES = {Part.KEPT: "", Part.REMOVED: "red strike", Part.ADDED: "green bold"}
SIGNS = {Part.KEPT: "{}", Part.REMOVED: "[-{}-]", Part.ADDED: "{{+{}+}}"}  # as in a diff of words: read without colours


def others_of(connection: sa.Connection, notice: ArchivedNotice | None) -> list[ArchivedNotice]:
    """Return the other pages on which a notice stands."""
    if notice is None or notice.cluster_id is None:
        return []
    found = clusters_of(connection, [notice.cluster_id]).get(notice.cluster_id, [])
    return [one for one in found if one.id != notice.id]


def print_standing(notice: ArchivedNotice, others: Iterable[ArchivedNotice], zone: ZoneInfo) -> None:
    """Say that a notice is or was withdrawn, and where else it stands."""
    if notice.withdrawn_at is not None:
        console.print(Text(f"Withdrawn: its page is gone since {local(notice.withdrawn_at, zone)}", "bold red"))
    elif notice.absence is not None:
        since, until = local(notice.absence.since, zone), local(notice.absence.until, zone)
        console.print(Text(f"Back: it was withdrawn from {since} to {until}", "bold"))
    for one in others:
        console.print(Text(f"Also at {one.source}: {one.url} (notice {one.id})", "blue"), soft_wrap=True)


def print_changes(revisions: Sequence[Revision], zone: ZoneInfo) -> None:
    """Show what each revision took out and put in."""
    if len(revisions) < 2:  # noqa: PLR2004  one revision is what it said first
        console.print("It was never revised.")
    for earlier, later in pairwise(revisions):
        console.print(Text(f"Revision {later.number}, seen {local(later.seen_at, zone)}", "bold"))
        lines = [*changed_lines(earlier.title, later.title), *changed_lines(earlier.text, later.text)]
        for line in lines:
            console.print(coloured_line(line), soft_wrap=True)


def coloured_line(line: Iterable[Piece]) -> Text:
    """Return a changed line: red and in [-…-] what was taken out, green and in {+…+} what was put in."""
    return Text.assemble("  ", *((SIGNS[piece.part].format(piece.text), STYLES[piece.part]) for piece in line))
