"""`yaoxun destinations`: where the readers are reached."""

from dataclasses import replace
from typing import Annotated

import typer

from alerts.channels import CHANNELS
from alerts.channels.wording import line
from alerts.cli.channels import show_channels
from alerts.cli.destination_options import Said
from alerts.cli.destination_test import send_sample
from alerts.cli.gathered import gathering
from alerts.cli.opening import Opened, opened
from alerts.cli.output import console, fail, print_json, print_table, warn
from alerts.cli.rows import Json, Reader, ReaderFilter, Yes, confirm, now, state, transaction
from alerts.cli.targets import as_dict, checked_target, in_words, made_secrets, read_fields
from alerts.confirmation import CannotAsk, ask_for_consent
from alerts.model import DeliveryState, Destination, Rhythm, Subscriber
from alerts.rhythms import cadence_in_words, calendar_note
from alerts.store.deliveries import list_deliveries
from alerts.store.destinations import (
    NewDestination,
    add_destination,
    change_destination,
    find_destination,
    list_destinations,
    pause_destination,
    remove_destination,
)
from alerts.store.digests import count_waiting
from alerts.store.subscribers import find_subscriber, list_subscribers
from alerts.store.suppressions import find_suppression

app = typer.Typer(help="Where the readers are reached: add, change, list, pause, resume, remove.")

BRIEF = 60  # cells that a table has for what is wrong

Id = Annotated[int, typer.Argument(help="The destination's id; see yaoxun destinations list.")]


@app.command()
@gathering(Said)
def add(
    *,
    subscriber: Reader,
    channel: Annotated[str, typer.Option(help=f"One of {', '.join(CHANNELS)}.")],
    said: Said,
    ask: Annotated[
        bool | None, typer.Option("--ask/--no-ask", help="Mail: send nothing before the reader has said yes to it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say where a reader gets their digest, and how often. Their rules go there unless a rule names other places.

    Secrets are sealed in the database and shown as their last four characters. A secret that is made for you, such as
    the one that signs a webhook, is shown this once.

    Example: yaoxun destinations add -s 规划科 --channel email --set address=office@town.example --at 08:00

    Example: yaoxun destinations add -s 规划科 --channel email --set address=… --cadence workdays --quiet 20:00-07:30

    Example: yaoxun destinations add -s 规划科 --channel wecom --set 'url=https://qyapi.weixin.qq.com/…?key=…'

    Example: yaoxun destinations add -s 规划科 --channel webhook --set url=https://hooks.office.example/yaoxun
    """
    here = opened()
    given = read_fields(said.fields or [])
    target = checked_target(channel, given)
    asks = channel == "email" and (here.settings.smtp.ask_first if ask is None else ask)
    reader, added = _save(here, subscriber, said.of(_plain(here, channel, target, asks=asks)), asks=asks)
    made = made_secrets(channel, given, target)
    if as_json:
        print_json({"destination": as_dict(added), "subscriber": reader.name, "made": made})
        return
    _say(added, f"of {reader.name}")
    if asks:
        console.print("A mail asks the reader whether they want it; nothing else is sent before they say yes.")
    for field, value in made.items():
        console.print(f"{field}, shown only now: {value}", markup=False, soft_wrap=True)


def _plain(here: Opened, channel: str, target: dict[str, str], *, asks: bool) -> NewDestination:
    """Return a destination of which nothing was said but where it is."""
    zone = here.settings.timezone
    return NewDestination(
        name=channel, channel=channel, target=target, at=Rhythm().at, timezone=zone, confirmed=not asks
    )


def _save(here: Opened, subscriber: str, new: NewDestination, *, asks: bool) -> tuple[Subscriber, Destination]:
    """Add a destination, and ask its reader for consent where that is to be; end when their mailbox is suppressed."""
    with transaction(here) as connection:
        reader = find_subscriber(connection, subscriber)
        if suppressed := find_suppression(connection, new.target.get("address", "")):
            fail(
                f"{suppressed.address} is suppressed: {suppressed.reason}",
                f"If its reader wants mails again: yaoxun suppressions remove {suppressed.address}",
                code=2,
            )
        added = add_destination(connection, here.vault, reader.id, new, now=now())
        if asks:
            try:
                ask_for_consent(connection, here.settings, added, reader, now=now())
            except CannotAsk as error:
                fail(str(error), code=2)
    return reader, added


@app.command()
@gathering(Said)
def change(destination: Id, *, said: Said, as_json: Json = False) -> None:
    """Change a destination: what is not named stays. What is on its way goes to the new target; a paused one waits.

    Example: yaoxun destinations change 3 --set address=desk@town.example && yaoxun destinations resume 3

    Example: yaoxun destinations change 3 --cadence weekly --weekday friday --at 16:00 --group-by region
    """
    if said == Said():
        fail("Nothing to change was named", "Name what is to be another: yaoxun destinations change --help", code=2)
    here = opened()
    with transaction(here) as connection:
        found = find_destination(connection, here.vault, destination)
        new = said.of(NewDestination.of(found))
        if said.fields:
            fields = {**found.target, **read_fields(said.fields)}
            new = replace(new, target=checked_target(found.channel, fields))
        change_destination(connection, here.vault, found.id, new)
        found = find_destination(connection, here.vault, destination)
    if as_json:
        print_json({"destination": as_dict(found)})
    else:
        _say(found)


@app.command("list")
def list_all(subscriber: ReaderFilter = None, as_json: Json = False) -> None:
    """List the destinations, those of one reader or all, with how many notices wait for their next digest."""
    here = opened()
    with transaction(here) as connection:
        reader = find_subscriber(connection, subscriber) if subscriber else None
        found = list_destinations(connection, here.vault, reader.id if reader else None)
        names = {one.id: one.name for one in list_subscribers(connection)}
        waiting = count_waiting(connection)
    if as_json:
        extra = ({"subscriber": names[one.subscriber_id], "waiting": waiting.get(one.id, 0)} for one in found)
        print_json({"destinations": [as_dict(one) | more for one, more in zip(found, extra, strict=True)]})
        return
    rows = (
        (
            one.id,
            names[one.subscriber_id],
            one.name,
            f"{one.channel} {in_words(one)}",
            cadence_in_words(one.rhythm).replace(f" {here.settings.timezone}", ""),
            waiting.get(one.id, 0),
            _state(one),
        )
        for one in found
    )
    print_table(
        ("id", "subscriber", "name", "target", "digest", "waiting", "state"),
        rows,
        empty="There are no destinations yet. Add one: yaoxun destinations add --help",
    )


app.command("test")(send_sample)
app.command("channels")(show_channels)


@app.command()
def pause(destination: Id, as_json: Json = False) -> None:
    """Stop closing digests for a destination and sending to it; what is found waits."""
    _pause(destination, paused=True, as_json=as_json)


@app.command()
def resume(destination: Id, as_json: Json = False) -> None:
    """Go on with a destination that was paused, by hand or after a permanent refusal.

    What waited comes with the next digest, which covers the whole pause.
    """
    _pause(destination, paused=False, as_json=as_json)


@app.command()
def remove(destination: Id, yes: Yes = False, as_json: Json = False) -> None:
    """Remove a destination with its digests and deliveries, sent or not."""
    here = opened()
    with transaction(here) as connection:
        found = find_destination(connection, here.vault, destination)
    confirm(f"Remove the destination {found.name} ({in_words(found)}) with its digests and deliveries?", yes=yes)
    with transaction(here) as connection:
        remove_destination(connection, found.id)
    if as_json:
        print_json({"removed": as_dict(found)})
    else:
        console.print(f"Destination {found.id} is removed.", markup=False)


def _say(found: Destination, whose: str = "") -> None:
    target = f"{found.channel} {in_words(found)}"
    console.print(
        f"Destination {found.id}{f' {whose}' if whose else ''}: {target}, {cadence_in_words(found.rhythm)}.",
        markup=False,
    )
    if note := calendar_note(found.rhythm):
        warn(note)


def _pause(destination_id: int, *, paused: bool, as_json: bool) -> None:
    here = opened()
    with transaction(here) as connection:
        find_destination(connection, here.vault, destination_id)
        pause_destination(connection, destination_id, paused=paused)
        given_up = list_deliveries(connection, state=DeliveryState.DEAD, destination_id=destination_id)
        found = find_destination(connection, here.vault, destination_id)
    if as_json:
        print_json({"destination": as_dict(found)})
    else:
        console.print(f"Destination {found.id} is {state(paused=paused)}.", markup=False)
    if given_up and not paused:
        again = f"yaoxun deliveries replay --dead --destination {found.id}"
        warn(f"Messages that were given up: {len(given_up)}. They do not go out by themselves. To send them: {again}")


def _state(found: Destination) -> str:
    if not found.confirmed:
        return "waits for the reader's yes"
    return state(paused=found.paused, problem=line(found.problem, BRIEF))  # the doctor says it whole
