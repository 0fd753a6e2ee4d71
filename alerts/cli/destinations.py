"""`yaoxun destinations`: where the readers are reached."""

from datetime import datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from alerts.channels import CHANNELS
from alerts.cli.destination_test import send_sample
from alerts.cli.opening import opened
from alerts.cli.output import console, fail, print_json, print_table
from alerts.cli.rows import Json, Reader, ReaderFilter, Yes, confirm, now, state, transaction
from alerts.cli.targets import as_dict, checked_target, in_words, made_secrets, read_fields
from alerts.store.destinations import (
    NewDestination,
    add_destination,
    find_destination,
    list_destinations,
    pause_destination,
    remove_destination,
    retarget_destination,
)
from alerts.store.digests import count_waiting
from alerts.store.subscribers import find_subscriber, list_subscribers

app = typer.Typer(help="Where the readers are reached: add, change, list, pause, resume, remove.")

Id = Annotated[int, typer.Argument(help="The destination's id; see yaoxun destinations list.")]


@app.command()
def add(
    *,
    subscriber: Reader,
    channel: Annotated[str, typer.Option(help=f"One of {', '.join(CHANNELS)}.")],
    fields: Annotated[
        list[str] | None, typer.Option("--set", help="A field of the channel as NAME=VALUE; may be repeated.")
    ] = None,
    name: Annotated[str, typer.Option(help="What it is called; else as the channel.")] = "",
    at: Annotated[str, typer.Option(help="Local time of the daily digest.")] = "08:00",
    timezone: Annotated[str, typer.Option(help="Time zone, such as Asia/Shanghai; else that of the settings.")] = "",
    as_json: Json = False,
) -> None:
    """Say where a reader gets their digest. Every rule of the reader goes to every destination of theirs.

    Secrets are sealed in the database and shown as their last four characters. A secret that is made for you, such as
    the one that signs a webhook, is shown this once.

    Example: yaoxun destinations add -s 规划科 --channel email --set address=office@town.example --at 08:00

    Example: yaoxun destinations add -s 规划科 --channel wecom --set 'url=https://qyapi.weixin.qq.com/…?key=…'

    Example: yaoxun destinations add -s 规划科 --channel webhook --set url=https://hooks.office.example/yaoxun
    """
    here = opened()
    given = read_fields(fields or [])
    target = checked_target(channel, given)
    new = NewDestination(
        name=name.strip() or channel,
        channel=channel,
        target=target,
        at=_time(at),
        timezone=_zone(timezone or here.settings.timezone),
    )
    with transaction(here) as connection:
        reader = find_subscriber(connection, subscriber)
        added = add_destination(connection, here.vault, reader.id, new, now=now())
    made = made_secrets(channel, given, target)
    if as_json:
        print_json({"destination": as_dict(added), "subscriber": reader.name, "made": made})
        return
    console.print(f"Destination {added.id} of {reader.name}: {channel} {in_words(added)}, daily at {at}.", markup=False)
    for field, value in made.items():
        console.print(f"{field}, shown only now: {value}", markup=False, soft_wrap=True)


@app.command()
def change(
    destination: Id,
    fields: Annotated[list[str], typer.Option("--set", help="A field as NAME=VALUE; those not named stay.")],
    as_json: Json = False,
) -> None:
    """Mend the target of a destination; what is on its way goes to the new one. A paused one waits to be resumed.

    Example: yaoxun destinations change 3 --set address=desk@town.example && yaoxun destinations resume 3
    """
    here = opened()
    with transaction(here) as connection:
        found = find_destination(connection, here.vault, destination)
        target = checked_target(found.channel, {**found.target, **read_fields(fields)})
        retarget_destination(connection, here.vault, found.id, target)
        found = find_destination(connection, here.vault, destination)
    if as_json:
        print_json({"destination": as_dict(found)})
    else:
        console.print(f"Destination {found.id}: {found.channel} {in_words(found)}.", markup=False)


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
            f"{one.cadence} {one.at:%H:%M} {one.timezone}",
            waiting.get(one.id, 0),
            state(paused=one.paused, problem=one.problem),
        )
        for one in found
    )
    print_table(
        ("id", "subscriber", "name", "target", "digest", "waiting", "state"),
        rows,
        empty="There are no destinations yet. Add one: yaoxun destinations add --help",
    )


app.command("test")(send_sample)


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


def _time(given: str) -> time:
    try:
        return datetime.strptime(given, "%H:%M").time()  # noqa: DTZ007  a time of day has no zone
    except ValueError:
        fail(f"--at {given}: this is no time of day", "Write hours and minutes, such as 08:00", code=2)


def _zone(given: str) -> str:
    try:
        return ZoneInfo(given).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        fail(f"--timezone {given}: no time zone is called so", "Write one like Asia/Shanghai", code=2)


def _pause(destination_id: int, *, paused: bool, as_json: bool) -> None:
    here = opened()
    with transaction(here) as connection:
        find_destination(connection, here.vault, destination_id)
        pause_destination(connection, destination_id, paused=paused)
        found = find_destination(connection, here.vault, destination_id)
    if as_json:
        print_json({"destination": as_dict(found)})
    else:
        console.print(f"Destination {found.id} is {state(paused=paused)}.", markup=False)
