"""`yaoxun deliveries`: every message, and every attempt to send it."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from alerts.cli.opening import opened
from alerts.cli.output import console, cut, fail, local, print_json, print_table, warn
from alerts.cli.rows import Json, now, transaction
from alerts.model import Attempt, Delivery, DeliveryState, Destination
from alerts.store.deliveries import attempts_of, find_delivery, list_deliveries, replay_deliveries
from alerts.store.destinations import find_destination, list_destinations

app = typer.Typer(help="Every message on its way, and every attempt: list, show, replay.")


@app.command("list")
def list_all(
    state: Annotated[DeliveryState | None, typer.Option(help="Only those in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 50,
    as_json: Json = False,
) -> None:
    """List the messages, the newest first.

    waiting: due at its next attempt. sending: a worker has it. delivered. dead: refused for good, or all attempts used.
    held: it may have been taken, and its destination wants no repeats.

    Example: yaoxun deliveries list --state dead
    """
    here = opened()
    with transaction(here) as connection:
        found = list_deliveries(connection, state=state, limit=limit)
        names = {one.id: _called(one) for one in list_destinations(connection, here.vault)}
    if as_json:
        print_json({"deliveries": [_as_dict(one) for one in found]})
        return
    rows = (
        (
            one.id,
            one.digest_id,
            names[one.destination_id],
            f"{one.part}/{one.parts}",
            one.state,
            one.attempts,
            local(one.delivered_at or one.next_attempt_at, here.settings.zone),
            cut(one.answer),
        )
        for one in found
    )
    columns = ("id", "digest", "destination", "part", "state", "tries", "delivered / next", "last words")
    print_table(
        columns, rows, empty="There are no such deliveries. A digest makes them when it is closed: yaoxun digest close"
    )


@app.command()
def show(
    delivery: Annotated[int, typer.Argument(help="The delivery's id; see yaoxun deliveries list.")],
    as_json: Json = False,
) -> None:
    """Show a message with every attempt: when, how it ended, the receiver's code and words.

    An attempt that is unknown was interrupted, or no answer came: it may have been taken. It goes out again under the
    same key, and a chat robot's message then says that it may be a repeat.
    """
    here = opened()
    with transaction(here) as connection:
        found = find_delivery(connection, delivery)
        attempts = attempts_of(connection, delivery)
        place = find_destination(connection, here.vault, found.destination_id)
    if as_json:
        print_json({"delivery": _as_dict(found), "attempts": [asdict(attempt) for attempt in attempts]})
        return
    what = found.kind if found.digest_id is None else f"{found.kind} {found.digest_id}"
    console.print(f"Delivery {found.id}: part {found.part} of {found.parts} of {what}", markup=False)
    console.print(f"to {_called(place)}, key {found.key}", markup=False)
    next_attempt = local(found.next_attempt_at, here.settings.zone)
    due = f", next attempt {next_attempt}" if found.state is DeliveryState.WAITING else ""
    console.print(f"{found.state}{due}", markup=False)
    columns = ("attempt", "begun", "ended as", "code", "the receiver's words", "bytes", "ms")
    rows = (_row(attempt, local(attempt.started_at, here.settings.zone)) for attempt in attempts)
    print_table(columns, rows, empty="It has not been tried yet.")


@app.command()
def replay(
    ids: Annotated[list[int] | None, typer.Argument(help="Deliveries, by id.", metavar="ID...")] = None,
    dead: Annotated[bool, typer.Option("--dead", help="All that were given up.")] = False,
    held: Annotated[bool, typer.Option("--held", help="All that are held back.")] = False,
    destination: Annotated[int | None, typer.Option(help="Only of this destination, by id.")] = None,
    as_json: Json = False,
) -> None:
    """Put messages that were given up or are held back into the outbox again, due at once, under their old key.

    A message to a paused destination waits until that is resumed.

    Example: yaoxun deliveries replay 17 18

    Example: yaoxun deliveries replay --dead --destination 3
    """
    here = opened()
    states = [one for one, chosen in ((DeliveryState.DEAD, dead), (DeliveryState.HELD, held)) if chosen]
    if not ids and not states:
        fail("Nothing was named to be sent again.", "Name deliveries by id, or give --dead or --held.", code=2)
    with transaction(here) as connection:
        if destination is not None:
            find_destination(connection, here.vault, destination)
        chosen = [find_delivery(connection, one).id for one in ids or []]
        for among in states:
            chosen += [found.id for found in list_deliveries(connection, state=among, destination_id=destination)]
        replayed = replay_deliveries(connection, chosen, now())
        others = sorted(set(chosen) - set(replayed))
        standing = {one: find_delivery(connection, one).state for one in others}
    if as_json:
        print_json({"replayed": replayed, "left": standing})
    else:
        console.print(f"{len(replayed)} to be sent again.", markup=False)
        for one, found in standing.items():
            warn(f"Delivery {one} is {found}: only what was given up or is held back can be sent again.")
    raise typer.Exit(1 if others else 0)


def _as_dict(delivery: Delivery) -> dict[str, Any]:
    """Return a delivery as JSON, without its message, which may hold an unsubscribe token."""
    return {name: value for name, value in asdict(delivery).items() if name != "message"}


def _called(place: Destination) -> str:
    """Return what a destination is called, and its channel where that says more."""
    return place.name if place.name == place.channel else f"{place.name} ({place.channel})"


def _row(attempt: Attempt, begun: str) -> tuple[object, ...]:
    result = attempt.result or "under way"
    return attempt.number, begun, result, attempt.code, attempt.answer, attempt.bytes, attempt.duration_ms
