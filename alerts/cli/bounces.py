"""`yaoxun bounces`: mails that came back."""

from typing import Annotated

import typer

from alerts.bounces import BoxError, open_box, take_all
from alerts.cli.opening import opened
from alerts.cli.output import console, fail, print_json, warn
from alerts.cli.rows import Json, now

WHERE = "Name the folder of a Maildir, or imaps://user@host/INBOX with YAOXUN_BOUNCES_PASSWORD."

app = typer.Typer(help="Mails that came back: read.")


@app.callback()
def bounces() -> None:
    """Mails that came back."""


@app.command()
def read(
    mailbox: Annotated[
        str, typer.Argument(help="A Maildir folder, or imaps://user@host/INBOX; else YAOXUN_BOUNCES_MAILBOX.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Read delivery reports, complaints and unsubscribe mails, each once; the service does so every few minutes.

    A mailbox that refuses for good (5.x.x) twice is stopped, one that refuses for now (4.x.x) rests, a complaint stops
    at once and for ever. The password of an IMAP server stands in YAOXUN_BOUNCES_PASSWORD. What is no report of ours
    stays unread.

    Example: yaoxun bounces read /var/mail/bounces
    """
    here = opened()
    where = mailbox or here.settings.bounces.mailbox
    if not where:
        fail("No mailbox was named.", "Name the folder of a Maildir, or set YAOXUN_BOUNCES_MAILBOX.", code=2)
    try:
        with open_box(where, here.settings.bounces.password.get_secret_value()) as box:
            taken = take_all(here.engine, here.vault, here.settings, box, now=now())
    except BoxError as error:
        fail(str(error), WHERE, code=2)
    counts = {str(kind): count for kind, count in sorted(taken.kinds.items())}
    if as_json:
        print_json(counts | {"forged": taken.forged, "repeated": taken.repeated})
        return
    told = ", ".join(f"{count} {kind}" for kind, count in counts.items()) or "nothing new"
    console.print(told, markup=False)
    if taken.forged:
        warn(f"{taken.forged} speak of no mail that was sent from here, and were left aside.")
