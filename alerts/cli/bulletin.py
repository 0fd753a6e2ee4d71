"""`yaoxun bulletin`: issues that somebody else compiled."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Column, Table

from alerts.cli.opening import opened
from alerts.cli.output import console, fail, print_json, warn
from crawler.archive.bulletins import ImportedBulletin, archive_bulletin, find_bulletin
from crawler.notice import ArchivedNotice, Bulletin
from crawler.reading.bulletin import split_bulletin
from crawler.reading.charset import decode

app = typer.Typer(no_args_is_help=True, help="Bulletins that somebody else compiled.")

_LARGEST = 10 * 1024 * 1024
_NOT_TEXT = re.compile(rb"\A(?:%PDF|PK\x03\x04|\xd0\xcf\x11\xe0|\x89PNG|\xff\xd8\xff|GIF8|\x1f\x8b|Rar!|\{\\rtf)")
_MOST_LOST = 50  # one unreadable character in so many is still text


@app.callback()
def bulletin() -> None:
    """Keep this a group of commands, though it has only one."""


@app.command("import")
def import_bulletin(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A bulletin as text: UTF-8 or GB18030")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables")] = False,
) -> None:
    """Split a bulletin into notices by its table of contents, and put them into the archive.

    The same text again adds nothing. A bulletin that cannot be split safely is kept whole, as one notice.

    Example: yaoxun bulletin import weekly.txt
    """
    text = _text(file)
    here = opened()
    issue, notices = split_bulletin(text, here.places)
    with here.engine.begin() as connection:
        imported = archive_bulletin(connection, issue, notices, text=text, file_name=file.name, now=datetime.now(UTC))
        issue = find_bulletin(connection, imported.id) or issue
    if issue.problem:
        warn(f"{file.name} is kept whole, as one notice: {issue.problem}.")
    if as_json:
        print_json(_as_dict(issue, imported))
    else:
        _show(issue, imported)


def _text(file: Path) -> str:
    advice = "Name a bulletin saved as plain text (.txt)."
    try:
        body = file.read_bytes()
    except OSError as error:
        fail(f"{file}: {error.strerror or error}", advice, code=2)
    if len(body) > _LARGEST:
        fail(f"{file} has more than {_LARGEST // (1024 * 1024)} MB", advice, code=2)
    if _NOT_TEXT.match(body):
        fail(f"{file} is no text file", f"Open it and save or copy its text first. {advice}", code=2)
    text = decode(body)
    if text.count("\ufffd") * _MOST_LOST > len(text) or _is_binary(body):
        fail(f"{file} is no text in UTF-8 or GB18030", f"Save it as UTF-8. {advice}", code=2)
    if not text.strip():
        fail(f"{file} is empty", advice, code=2)
    return text


def _is_binary(body: bytes) -> bool:
    """Tell whether a file without a mark of UTF-16 holds zero bytes, as no text does."""
    return b"\x00" in body[:4096] and not body.startswith((b"\xff\xfe", b"\xfe\xff"))


def _as_dict(issue: Bulletin, imported: ImportedBulletin) -> dict[str, Any]:
    said = {"title": issue.title, "number": issue.number, "published": issue.published, "publisher": issue.publisher}
    problem = {"problem": issue.problem} if issue.problem else {}
    return {"bulletin": {**said, **problem}, "notices": [_row(notice) for notice in imported.notices]}


def _row(notice: ArchivedNotice) -> dict[str, Any]:
    return {
        "id": notice.id,
        "title": notice.title,
        "section": notice.section,
        "region": next(iter(notice.regions), ""),
        "text": notice.text,
        "page": notice.page,
    }


def _show(issue: Bulletin, imported: ImportedBulletin) -> None:
    number = f"第{issue.number}期" if issue.number else ""
    head = (issue.title, number, issue.publisher, str(issue.published or ""))
    console.print(f"[bold]{escape(' · '.join(part for part in head if part))}[/]")
    console.print(_table(imported.notices))
    count = len(imported.notices)
    said = f"{count} notice{'' if count == 1 else 's'}"
    console.print(f"{said} archived." if imported.new else f"{said}, archived before: nothing was added.")


def _table(notices: Iterable[ArchivedNotice]) -> Table:
    """Return the issue as its own contents show it: by column, each title with its page."""
    table = Table("column", "page", Column("title", overflow="fold"), "region", "characters", header_style="bold")
    for section, group in groupby(notices, key=lambda notice: notice.section):
        for at, notice in enumerate(group):
            region = next(iter(notice.regions), "")
            page = "" if notice.page is None else str(notice.page)
            table.add_row("" if at else escape(section), page, escape(notice.title), region, str(len(notice.text)))
        table.add_section()
    return table
