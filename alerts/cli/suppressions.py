"""`yaoxun suppressions`: mailboxes that no mail goes to."""

from dataclasses import asdict
from typing import Annotated

import typer

from alerts.channels.base import Unfit
from alerts.channels.email import check_address
from alerts.cli.opening import opened
from alerts.cli.output import console, fail, local, print_json, print_table
from alerts.cli.rows import Json, now, read_line, transaction
from alerts.store.suppressions import allow_address, list_suppressions, suppress_address

app = typer.Typer(help="Mailboxes that no mail goes to: add, list, remove.")

Address = Annotated[str, typer.Argument(help="The mailbox, such as reader@office.example.")]


@app.command()
def add(address: Address, reason: Annotated[str, typer.Option(help="Why.")] = "by hand", as_json: Json = False) -> None:
    """Send nothing more to a mailbox, whoever names it. A mail to it is given up and its destination paused."""
    here = opened()
    checked, why = _checked(address), read_line("--reason", reason)
    with transaction(here) as connection:
        added = suppress_address(connection, checked, why, now=now())
    _say(checked, "is suppressed" if added else "was suppressed already", as_json=as_json)


@app.command("list")
def list_all(as_json: Json = False) -> None:
    """List the mailboxes, with the reason of each."""
    here = opened()
    with transaction(here) as connection:
        found = list_suppressions(connection)
    if as_json:
        print_json({"suppressions": [asdict(one) for one in found]})
        return
    rows = ((one.address, one.reason, local(one.created_at, here.settings.zone)) for one in found)
    print_table(("address", "reason", "since"), rows, empty="No mailbox is suppressed.")


@app.command()
def remove(address: Address, as_json: Json = False) -> None:
    """Let mails go to a mailbox again. A destination that was paused for it stays so until it is resumed."""
    here = opened()
    checked = _checked(address)
    with transaction(here) as connection:
        gone = allow_address(connection, checked)
    if not gone:
        fail(f"{checked} is not suppressed.", "See yaoxun suppressions list", code=2)
    _say(checked, "may get mails again; resume its destinations by hand", as_json=as_json)


def _checked(address: str) -> str:
    try:
        return check_address(address)
    except Unfit as error:
        fail(f"{address}: {error.message}", error.advice, code=2)


def _say(address: str, what: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"address": address, "state": what})
    else:
        console.print(f"{address} {what}.", markup=False)
