"""How every command speaks: tables and colours for people, JSON on stdout for programs, faults on stderr."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column, Table
from rich.text import Text

console = Console(highlight=False)
"""For results. Nothing else goes to stdout, so that --json can be piped."""

WHOLE = 11  # cells that a word may take and still stays whole, such as a day or the name of a column
ENDS = (".", "?", "!", ":", "…", "。", "？", "！")  # of a sentence

errors = Console(stderr=True, highlight=False)
"""For progress, warnings and faults."""


def print_json(value: object) -> None:
    """Print one JSON value on stdout: indented for a terminal, one line for a pipe."""
    indent = 2 if sys.stdout.isatty() else None
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=indent, default=_plain) + "\n")


def fail(message: str, advice: str = "", code: int = 1) -> NoReturn:
    """Say what is wrong and what to do on stderr, and end the command with this exit code (2: the input is wrong)."""
    errors.print(f"[bold red]✗[/] {escape(_sentence(message))}")
    if advice:
        errors.print(f"  {escape(advice[:1].upper() + advice[1:])}")
    raise typer.Exit(code)


def warn(message: str) -> None:
    """Say on stderr what the reader should know; the command goes on."""
    errors.print(f"[yellow]![/] {escape(message)}")


def print_table(
    columns: Sequence[str | Column], rows: Iterable[Sequence[object]], *, title: str = "", empty: str = ""
) -> None:
    """Print rows as a table; `empty` says what to do when there are none."""
    rows = list(rows)
    if not rows and empty:
        errors.print(escape(empty))
        return
    cells = [[_cell(cell) for cell in row] for row in rows]
    table = Table(
        *_shaped(columns, cells), title=title or None, title_justify="left", header_style="bold", expand=False
    )
    for row in cells:
        table.add_row(*row)
    console.print(table)


def _shaped(columns: Sequence[str | Column], rows: Sequence[Sequence[Text]]) -> list[Column]:
    """Return columns in which no word is cut off: where there is room days stay whole, longer words go on below."""
    if not all(isinstance(column, str) for column in columns):
        return [Column(column, overflow="fold") if isinstance(column, str) else column for column in columns]
    cells = [[Text(str(column)), *(row[place] for row in rows)] for place, column in enumerate(columns)]
    whole = [max((max(map(cell_len, one.plain.split("\n"))) for one in column), default=0) for column in cells]
    least = [*map(_whole, cells[:-1]), 1]  # the last takes what is left
    room = console.width - 3 * len(columns) - 1
    widths = _shared(room, least, whole) if sum(least) < room < sum(whole) else [None] * len(columns)
    return [Column(str(column), overflow="fold", width=width) for column, width in zip(columns, widths, strict=True)]


def _shared(room: int, least: Sequence[int], whole: Sequence[int]) -> list[int | None]:
    """Share the room: the narrowest columns grow first, until each stands whole or nothing is left."""
    widths = list(least)
    for _ in range(room - sum(least)):
        place = min((place for place in range(len(widths)) if widths[place] < whole[place]), key=widths.__getitem__)
        widths[place] += 1
    return list(widths)


def _whole(cells: Iterable[Text]) -> int:
    """Return how wide the widest word is that should stay whole."""
    widths = (cell_len(word) for cell in cells for word in cell.plain.split())
    return max((width for width in widths if width <= WHOLE), default=1)


def print_facts(facts: Iterable[tuple[str, object]]) -> None:
    """Print names and what they are, one a line; what is long goes on below itself."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in facts:
        grid.add_row(name, _cell(value))
    console.print(grid)


def cut(words: str) -> Text:
    """Return words that are cut at the edge of their column instead of going on below."""
    return Text(words, no_wrap=True, overflow="ellipsis")


def local(moment: datetime | None, zone: ZoneInfo) -> str:
    """Return a UTC time as a reader in this zone sees it, to the minute; empty for none."""
    return "" if moment is None else moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def progress() -> Progress:
    """Return a progress bar on stderr; it vanishes when done and is silent when stderr is no terminal."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=errors,
        transient=True,
        disable=not sys.stderr.isatty(),
    )


def _sentence(words: str) -> str:
    return words if words.endswith(ENDS) else f"{words}."


def _cell(value: object) -> Text:
    """Show words as they are: a title may hold what rich would take for markup."""
    if isinstance(value, Text):
        return value
    return Text("" if value is None else str(value))


def _plain(value: Any) -> str:  # noqa: ANN401  whatever json cannot write itself
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not JSON")
