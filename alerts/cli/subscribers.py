"""`yaoxun subscribers`: who reads."""

from collections import Counter
from dataclasses import asdict, replace
from typing import Annotated, Literal

import typer

from alerts.cli.opening import opened
from alerts.cli.output import console, fail, print_json, print_table
from alerts.cli.rows import Json, Yes, confirm, now, read_line, state, transaction
from alerts.store.destinations import list_destinations
from alerts.store.subscribers import (
    add_subscriber,
    change_subscriber,
    find_subscriber,
    list_subscribers,
    pause_subscriber,
    remove_subscriber,
)
from alerts.store.subscriptions import list_subscriptions

app = typer.Typer(help="Who reads: add, change, list, pause, resume, remove.")

LanguageOption = Annotated[
    Literal["zh", "en"] | None, typer.Option(help="Language of their digests; for a new reader else the settings'.")
]
OperatorOption = Annotated[
    bool | None,
    typer.Option("--operator/--no-operator", help="Tell them when a source stops, is late, or is well again."),
]
Who = Annotated[str, typer.Argument(help="The reader, by name or id.", metavar="NAME")]


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What the reader is called, such as 规划科.")],
    language: LanguageOption = None,
    operator: OperatorOption = None,
    as_json: Json = False,
) -> None:
    """Add a reader. Rules and destinations come next.

    Example: yaoxun subscribers add 规划科

    Then: yaoxun subscriptions add --subscriber 规划科 '补贴 region:江苏'

    And: yaoxun destinations add --subscriber 规划科 --channel email --set address=office@town.example
    """
    here = opened()
    called = _read_name(name)
    with transaction(here) as connection:
        chosen = language or here.settings.language
        added = add_subscriber(connection, called, language=chosen, operator=bool(operator), now=now())
    if as_json:
        print_json({"subscriber": asdict(added)})
    else:
        console.print(f"Subscriber {added.id} is {added.name}.", markup=False)


@app.command()
def change(
    who: Who,
    *,
    name: Annotated[str | None, typer.Option(help="What the reader is called from now on.")] = None,
    language: LanguageOption = None,
    operator: OperatorOption = None,
    as_json: Json = False,
) -> None:
    """Change a reader: what is not named stays. Their rules, destinations and digests stay theirs.

    Example: yaoxun subscribers change 规划科 --name 发展规划科

    Example: yaoxun subscribers change 规划科 --language en --operator
    """
    if name is None and language is None and operator is None:
        fail("Nothing to change was named", "Give --name, --language, --operator or --no-operator.", code=2)
    here = opened()
    with transaction(here) as connection:
        found = find_subscriber(connection, who)
        changed = replace(
            found,
            name=found.name if name is None else _read_name(name),
            language=language or found.language,
            operator=found.operator if operator is None else operator,
        )
        change_subscriber(connection, changed)
    if as_json:
        print_json({"subscriber": asdict(changed)})
    else:
        told = ", is told of the state of sources" if changed.operator else ""
        console.print(f"Subscriber {changed.id} is {changed.name}, reads {changed.language}{told}.", markup=False)


@app.command("list")
def list_all(as_json: Json = False) -> None:
    """List the readers, with how many rules and destinations each has."""
    here = opened()
    with transaction(here) as connection:
        everybody = list_subscribers(connection)
        rules = Counter(one.subscriber_id for one in list_subscriptions(connection))
        places = Counter(one.subscriber_id for one in list_destinations(connection, here.vault))
    if as_json:
        counted = ({"subscriptions": rules[one.id], "destinations": places[one.id]} for one in everybody)
        print_json({"subscribers": [asdict(one) | counts for one, counts in zip(everybody, counted, strict=True)]})
        return
    print_table(
        ("id", "name", "language", "rules", "destinations", "state"),
        (
            (one.id, one.name, one.language, rules[one.id], places[one.id], state(paused=one.paused))
            for one in everybody
        ),
        empty="There are no subscribers yet. Add one: yaoxun subscribers add NAME",
    )


@app.command()
def pause(who: Who, as_json: Json = False) -> None:
    """Stop matching for a reader and sending to them; what is on its way waits."""
    _pause(who, paused=True, as_json=as_json)


@app.command()
def resume(who: Who, as_json: Json = False) -> None:
    """Go on matching for a reader and sending to them. What was published meanwhile is not matched."""
    _pause(who, paused=False, as_json=as_json)


@app.command()
def remove(who: Who, yes: Yes = False, as_json: Json = False) -> None:
    """Remove a reader with all their rules, destinations, digests and deliveries."""
    here = opened()
    with transaction(here) as connection:
        found = find_subscriber(connection, who)
    confirm(f"Remove {found.name} with all rules, destinations, digests and deliveries?", yes=yes)
    with transaction(here) as connection:
        remove_subscriber(connection, found.id)
    if as_json:
        print_json({"removed": asdict(found)})
    else:
        console.print(f"{found.name} is removed.", markup=False)


def _read_name(given: str) -> str:
    return read_line("NAME", given) or fail(
        "A reader needs a name.", "Write what they are called, such as 规划科.", code=2
    )


def _pause(who: str, *, paused: bool, as_json: bool) -> None:
    here = opened()
    with transaction(here) as connection:
        found = find_subscriber(connection, who)
        pause_subscriber(connection, found.id, paused=paused)
        found = find_subscriber(connection, who)
    if as_json:
        print_json({"subscriber": asdict(found)})
    else:
        console.print(f"{found.name} is {state(paused=paused)}.", markup=False)
