"""`yaoxun doctor`: what is wrong here, and what to do about it."""

from itertools import chain
from typing import Annotated

import typer
from rich.markup import escape

from alerts.cli.opening import opened
from alerts.cli.output import console, print_json
from alerts.doctor import examine_configuration, examine_services

MARKS = {"ok": "[green]✓[/]", "warning": "[yellow]![/]", "fault": "[bold red]✗[/]"}


def doctor(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Check settings, places, columns, sources, fonts, database, mail server, rules and every destination.

    Nothing is sent. Exit code 1 when something is at fault; each fault says what to do.
    """
    here = opened()
    checks = []
    for check in chain(
        examine_configuration(here.settings, here.vocabulary, here.sections, here.sources),
        examine_services(here.engine, here.vault, here.settings, here.vocabulary),
    ):
        checks.append(check)
        if not as_json:
            console.print(f"{MARKS[check.state]} {escape(check.name)}: {escape(check.seen)}")
            if check.advice:
                console.print(f"    {escape(check.advice)}", style="dim" if check.state == "warning" else None)
    faults = sum(check.state == "fault" for check in checks)
    if as_json:
        print_json({"faults": faults, "checks": [check.as_dict() for check in checks]})
    else:
        console.print(f"{faults} fault(s), {len(checks)} checks" if faults else f"All well: {len(checks)} checks.")
    raise typer.Exit(1 if faults else 0)
