"""`yaoxun db`: the database's tables."""

from typing import Annotated

import typer

from alerts.cli.opening import opened
from alerts.cli.output import console, fail, print_json
from config.database import DatabaseError, open_database, upgrade_database

app = typer.Typer(help="The database's tables.")


@app.callback()
def db() -> None:
    """Keep this a group of commands, though it has only one."""


@app.command()
def upgrade(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Bring the database to this program's tables; a newer database is refused.

    SQLite is upgraded by every command that opens it; a PostgreSQL database waits for this one.
    """
    settings = opened().settings
    try:
        engine = open_database(settings.database)
        before, after = upgrade_database(engine)
    except DatabaseError as error:
        fail(str(error), code=2)
    engine.dispose()
    if as_json:
        print_json({"before": before, "after": after})
    elif before == after:
        console.print(f"The database is up to date ({after}).")
    else:
        console.print(f"The database is now at {after} (before: {before or 'empty'}).")
