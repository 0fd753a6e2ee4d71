"""`yaoxun export` and `yaoxun import`: readers with their rules and destinations as a file."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer

from alerts.cli.opening import opened
from alerts.cli.output import console, errors, fail, print_json
from alerts.cli.rows import Json, now, transaction
from alerts.exchange import Faults, export_records, import_records, read_file, write_csv, write_toml


def export_all(
    file: Annotated[Path | None, typer.Argument(help="Where to; else standard output.", metavar="FILE")] = None,
    form: Annotated[
        Literal["toml", "csv"] | None, typer.Option("--format", help="Else as the file's name ends.")
    ] = None,
    secrets: Annotated[bool, typer.Option("--secrets", help="With addresses of robots, keys and tokens.")] = False,
) -> None:
    """Write every reader with their destinations and rules into a file, without secrets unless they are asked for.

    Example: yaoxun export readers.csv

    Example: yaoxun export --secrets backup.toml
    """
    if form is None and file is not None and file.suffix.lower() not in {".csv", ".toml"}:
        fail(f"{file}: its name ends neither in .toml nor in .csv", "Name it so, or give --format.", code=2)
    here = opened()
    with transaction(here, reading=True) as connection:
        records = list(export_records(connection, here.vault, zone=here.settings.timezone, secrets=secrets))
    chosen = form or ("csv" if file is not None and file.suffix.lower() == ".csv" else "toml")
    text = write_csv(records) if chosen == "csv" else write_toml(records)
    if file is None:
        sys.stdout.write(text)
        return
    try:
        if secrets:  # for nobody else, before the first of them is in it
            file.touch(mode=0o600)
            file.chmod(0o600)
        with file.open("w", encoding="utf-8-sig" if chosen == "csv" else "utf-8", newline="") as target:
            target.write(text)
    except OSError as error:
        fail(f"{file} cannot be written: {error.strerror}", "Name a file in a folder that you may write to.")
    errors.print(f"{len(records)} rows in {file}", markup=False)


def import_all(
    file: Annotated[Path, typer.Argument(help="A .toml or .csv that yaoxun export has written, or like it.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check it.")] = False,
    as_json: Json = False,
) -> None:
    """Read readers, destinations and rules from a file: all of it or, when anything is wrong, none of it.

    A reader is known by name, a destination by its name, a rule by its words: what is there already is changed to what
    the file says, and nothing is removed. Secrets that the file leaves out stay as they are.

    Example: yaoxun import readers.csv
    """
    here = opened()
    try:
        records = read_file(file.name, file.read_bytes())
        with transaction(here) as connection:
            summary = import_records(connection, here.vault, here.settings, here.vocabulary, records, now=now())
            if dry_run:
                connection.rollback()
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}", "Name a .toml or .csv file that is there.", code=2)
    except Faults as error:
        if as_json:
            print_json({"error": [asdict(fault) for fault in error.faults]})
        else:
            errors.print(str(error), markup=False, soft_wrap=True)
        fail("Nothing was imported.", "Mend what stands above in the file, then import it again.", code=2)
    if as_json:
        print_json(asdict(summary) | {"error": None})
    else:
        told = f"{summary.added} added, {summary.changed} changed, {summary.unchanged} as they were"
        console.print(f"{told}{' (only checked)' if dry_run else ''}.", markup=False)
