"""`yaoxun subscriptions`: the rules of the readers."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import sqlalchemy as sa
import typer

from alerts.cli.opening import Opened, opened
from alerts.cli.output import console, fail, print_json, print_table, warn
from alerts.cli.rows import Json, Reader, ReaderFilter, Yes, confirm, now, state, transaction
from alerts.cli.rule_view import show_fault
from alerts.model import Subscription
from alerts.rhythms import UnfitRhythm, last_day, read_last_day
from alerts.rules import Rule, RuleError, parse
from alerts.store.destinations import list_destinations
from alerts.store.subscribers import find_subscriber, get_subscriber, list_subscribers
from alerts.store.subscriptions import (
    add_subscription,
    change_subscription,
    find_subscription,
    list_subscriptions,
    pause_subscription,
    remove_subscription,
)

app = typer.Typer(help="The rules of the readers: add, change, list, pause, resume, remove.")

EVERYWHERE = "all"

Id = Annotated[int, typer.Argument(help="The subscription's id; see yaoxun subscriptions list.")]
Until = Annotated[str | None, typer.Option(help="The last day on which it is matched, such as 2026-12-31; '' ends it.")]
Most = Annotated[int | None, typer.Option(min=0, help="At most so many notices of it in one digest, the best; 0: all.")]
To = Annotated[
    list[str] | None,
    typer.Option("--to", help=f"A destination of the reader that it goes to, by name or id; {EVERYWHERE}: to each."),
]


@app.command(context_settings={"ignore_unknown_options": True})  # a rule may begin with a minus
def add(
    rule: Annotated[str, typer.Argument(help="What to find, such as '补贴 region:江苏 -二手车'.")],
    *,
    subscriber: Reader,
    note: Annotated[str, typer.Option(help="Why the reader wants it; stands beside the rule in digests.")] = "",
    until: Until = None,
    most: Most = None,
    to: To = None,
    as_json: Json = False,
) -> None:
    """Give a reader a rule. It is tried first: one that cannot be read is shown with a caret, and not saved.

    It finds what is archived from now on; to look back, use: yaoxun notices search RULE

    Example: yaoxun subscriptions add --subscriber 规划科 '(上海 OR 江苏) 金融科技' --note 月报

    Example: yaoxun subscriptions add --subscriber 规划科 'title:(办法 OR 意见) region:长三角'
    """
    here = opened()
    read_rule(here, rule, as_json=as_json)
    with transaction(here) as connection:
        reader = find_subscriber(connection, subscriber)
        added = add_subscription(
            connection,
            reader.id,
            rule.strip(),
            note=note.strip(),
            expires_at=_expiry(here, until),
            most=most or None,
            places=_places(connection, here, reader.id, to),
            now=now(),
        )
    if as_json:
        print_json({"subscription": asdict(added), "subscriber": reader.name, "error": None})
    else:
        console.print(f"Subscription {added.id} of {reader.name}: {added.rule}", markup=False)


@app.command()
def change(
    subscription: Id,
    *,
    note: Annotated[str | None, typer.Option(help="Why the reader wants it.")] = None,
    until: Until = None,
    most: Most = None,
    to: To = None,
    as_json: Json = False,
) -> None:
    """Change what is said of a rule; what is not named stays. A rule in other words is another one: add it.

    Example: yaoxun subscriptions change 4 --until 2026-12-31 --most 5 --to 工作邮箱
    """
    here = opened()
    with transaction(here) as connection:
        found = find_subscription(connection, subscription)
        change_subscription(
            connection,
            found.id,
            note=found.note if note is None else note.strip(),
            expires_at=found.expires_at if until is None else _expiry(here, until),
            most=found.most if most is None else most or None,
            places=found.places if not to else _places(connection, here, found.subscriber_id, to),
        )
        found = find_subscription(connection, subscription)
    if as_json:
        print_json({"subscription": asdict(found)})
    else:
        console.print(f"Subscription {found.id}: {found.rule}", markup=False)


@app.command("list")
def list_all(subscriber: ReaderFilter = None, as_json: Json = False) -> None:
    """List the rules, those of one reader or all."""
    here = opened()
    with transaction(here) as connection:
        reader = find_subscriber(connection, subscriber) if subscriber else None
        rules = list_subscriptions(connection, reader.id if reader else None)
        names = {one.id: one.name for one in list_subscribers(connection)}
        places = {one.id: one.name for one in list_destinations(connection, here.vault)}
    if as_json:
        print_json({"subscriptions": [asdict(one) | {"subscriber": names[one.subscriber_id]} for one in rules]})
        return
    print_table(
        ("id", "subscriber", "rule", "note", "goes to", "at most", "state"),
        (
            (
                one.id,
                names[one.subscriber_id],
                one.rule,
                one.note,
                EVERYWHERE if one.places is None else ", ".join(places[place] for place in one.places) or "nowhere",
                one.most,
                _state(one, here, now()),
            )
            for one in rules
        ),
        empty="There are no rules yet. Add one: yaoxun subscriptions add --subscriber NAME RULE",
    )


@app.command()
def pause(subscription: Id, as_json: Json = False) -> None:
    """Stop matching a rule; what it found already still comes."""
    _pause(opened(), subscription, paused=True, as_json=as_json)


@app.command()
def resume(subscription: Id, as_json: Json = False) -> None:
    """Go on matching a rule, after a pause or when it had a problem; one that still cannot be read stays as it is."""
    here = opened()
    with transaction(here) as connection:
        rule = find_subscription(connection, subscription).rule
    read_rule(here, rule, as_json=as_json)
    _pause(here, subscription, paused=False, as_json=as_json)


@app.command()
def remove(subscription: Id, yes: Yes = False, as_json: Json = False) -> None:
    """Remove a rule and what it found that no digest holds yet."""
    here = opened()
    with transaction(here) as connection:
        found = find_subscription(connection, subscription)
        reader = get_subscriber(connection, found.subscriber_id)
    confirm(f"Remove the rule {found.rule} of {reader.name}?", yes=yes)
    with transaction(here) as connection:
        remove_subscription(connection, found.id)
    if as_json:
        print_json({"removed": asdict(found)})
    else:
        console.print(f"Subscription {found.id} is removed.", markup=False)


def read_rule(here: Opened, rule: str, *, as_json: bool) -> Rule:
    """Parse a rule and say its warnings; one that cannot be read ends the command with code 2."""
    language = here.settings.language
    try:
        parsed = parse(rule, here.places)
    except RuleError as error:
        if as_json:
            print_json({"error": error.as_dict(language)})
        else:
            show_fault(error, language)
        raise typer.Exit(2) from error
    for warning in parsed.warnings:
        warn(warning.zh if language == "zh" else warning.en)
    return parsed


def _pause(here: Opened, subscription_id: int, *, paused: bool, as_json: bool) -> None:
    with transaction(here) as connection:
        find_subscription(connection, subscription_id)
        pause_subscription(connection, subscription_id, paused=paused)
        found = find_subscription(connection, subscription_id)
    if as_json:
        print_json({"subscription": asdict(found)})
    else:
        console.print(f"Subscription {found.id} is {state(paused=paused, problem=found.problem)}.", markup=False)


def _state(one: Subscription, here: Opened, moment: datetime) -> str:
    if one.expires_at is not None:
        day = last_day(one.expires_at, here.settings.timezone)
        if one.expires_at <= moment:
            return f"expired after {day}"
        return f"{state(paused=one.paused, problem=one.problem)} until {day}"
    return state(paused=one.paused, problem=one.problem)


def _expiry(here: Opened, until: str | None) -> datetime | None:
    try:
        return read_last_day(until or "", here.settings.timezone)
    except UnfitRhythm as error:
        fail(f"--until: {error.message}", error.advice, code=2)


def _places(connection: sa.Connection, here: Opened, reader_id: int, to: list[str] | None) -> list[int] | None:
    """Return the ids of the destinations that were named; None for all of them."""
    if not to or to == [EVERYWHERE]:
        return None
    known = list_destinations(connection, here.vault, reader_id)
    by_name = {str(one.id): one.id for one in known} | {one.name: one.id for one in known}
    for name in to:
        if name not in by_name:
            names = ", ".join(one.name for one in known) or "none"
            fail(f"--to {name}: the reader has no such destination", f"Theirs are: {names}", code=2)
    return [by_name[name] for name in to]
