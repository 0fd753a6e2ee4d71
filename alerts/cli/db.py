"""`yaoxun db`: the database's tables, and the index of the archive."""

import typer

from alerts.cli.found import bring_up_to_date
from alerts.cli.opening import opened
from alerts.cli.output import console, fail, print_json
from alerts.cli.rows import Json
from config.database import DatabaseError, open_database
from config.upgrades import upgrade_database

app = typer.Typer(help="The database's tables, and the index of the archive.")


@app.command()
def upgrade(*, as_json: Json = False) -> None:
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


@app.command()
def index(*, as_json: Json = False) -> None:
    """Index what waits for it, so that searches are quick; the service does this by itself.

    It may be stopped at any time and goes on where it was. Until a notice is indexed, a search reads it whole.
    """
    here = opened()
    done = bring_up_to_date(here)
    if as_json:
        print_json({"indexed": done})
    else:
        console.print(f"{done} notice{'' if done == 1 else 's'} indexed; none waits.")
