"""Days as they are given at the command line."""

from datetime import date

import typer


def day_of(given: str) -> date:
    """Read a day such as 2026-11-01, as --until of a subscription is read; the command ends with code 2 otherwise."""
    try:
        return date.fromisoformat(given.strip())
    except ValueError as error:
        raise typer.BadParameter(f"{given!r} is no day. Write it like 2026-11-01.") from error
