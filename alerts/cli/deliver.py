"""`yaoxun deliver`: send what is due now."""

from dataclasses import asdict
from typing import Any

import typer

from alerts.cli.opening import opened
from alerts.cli.output import console, local, print_json, print_table, progress
from alerts.cli.rows import Json, now, transaction
from alerts.delivery import DeliveryResult, Outcome, deliver_each
from alerts.model import DeliveryState
from alerts.posting import owner
from alerts.store.outbox import count_due


def deliver(as_json: Json = False) -> None:
    """Send every message that is due, once each; any number of these may run beside each other.

    What is not taken is tried again later, by the service or the next `yaoxun deliver`. Exit code 1 when a message was
    not delivered, with the receiver's words.

    Example: yaoxun digest close && yaoxun deliver
    """
    here = opened()
    outcomes: list[Outcome] = []
    with transaction(here) as connection:
        due = count_due(connection, now=now())
    with progress() as bar:
        task = bar.add_task("Delivering", total=due)
        for outcome in deliver_each(here.engine, here.vault, here.settings, now=now, owner=owner()):
            outcomes.append(outcome)
            bar.advance(task)
    result = DeliveryResult.of(outcomes)
    if as_json:
        print_json(asdict(result) | {"deliveries": [_as_dict(outcome) for outcome in outcomes]})
    else:
        failed = [outcome for outcome in outcomes if outcome.ending.state is not DeliveryState.DELIVERED]
        console.print(f"{result.delivered} delivered, {result.waiting} to be tried again, {result.dead} given up.")
        if failed:
            rows = (_row(outcome, local(outcome.ending.next_attempt_at, here.settings.zone)) for outcome in failed)
            print_table(("delivery", "part", "attempt", "code", "the receiver's words", "next attempt"), rows)
    raise typer.Exit(1 if result.failed else 0)


def _as_dict(outcome: Outcome) -> dict[str, Any]:
    return {
        "id": outcome.delivery.id,
        "digest_id": outcome.delivery.digest_id,
        "destination_id": outcome.delivery.destination_id,
        "part": outcome.delivery.part,
        "parts": outcome.delivery.parts,
        "attempt": outcome.delivery.attempts,
        "marked": outcome.marked,
        **asdict(outcome.ending),
    }


def _row(outcome: Outcome, next_attempt: str) -> tuple[object, ...]:
    delivery, ending = outcome.delivery, outcome.ending
    waits = next_attempt if ending.state is DeliveryState.WAITING else "given up"
    return delivery.id, f"{delivery.part}/{delivery.parts}", delivery.attempts, ending.code, ending.answer, waits
