"""`yaoxun destinations test`: one sample, and exactly what came back."""

from dataclasses import asdict
from typing import Annotated

import typer

from alerts.cli.opening import opened
from alerts.cli.output import print_json, print_table
from alerts.cli.rows import Json, now, transaction
from alerts.model import AttemptResult
from alerts.store.destinations import find_destination
from alerts.store.subscribers import list_subscribers
from alerts.trial import Trial, try_destination


def send_sample(
    destination: Annotated[int, typer.Argument(help="The destination's id; see yaoxun destinations list.")],
    as_json: Json = False,
) -> None:
    """Send a sample to a destination, paused or not, once, and show what came back. Secrets are hidden.

    The sample counts in the target's pace like any other message. Exit code 1 when it was not taken.

    Example: yaoxun destinations test 3
    """
    here = opened()
    with transaction(here) as connection:
        found = find_destination(connection, here.vault, destination)
        reader = next(one for one in list_subscribers(connection) if one.id == found.subscriber_id)
    trials = list(try_destination(here.engine, here.settings, found, reader, now=now()))
    if as_json:
        print_json({"destination": found.id, "channel": found.channel, "messages": [asdict(one) for one in trials]})
    else:
        columns = ("message", "result", "HTTP", "code", "bytes", "ms", "retry after", "the receiver's words")
        print_table(columns, map(_row, trials), title=f"{found.channel}: a sample to destination {found.id}")
    taken = all(one.result in {AttemptResult.DELIVERED, AttemptResult.HANDED_OVER} for one in trials)
    raise typer.Exit(0 if taken else 1)


def _row(trial: Trial) -> tuple[object, ...]:
    wait = f"{trial.retry_after:g} s" if trial.retry_after is not None else ""
    message = f"{trial.part}/{trial.parts}"
    return (
        message,
        trial.result,
        trial.status or "",
        trial.code,
        trial.bytes,
        trial.duration_ms,
        wait,
        trial.answer or "—",
    )
