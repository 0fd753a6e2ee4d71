"""`yaoxun subscriptions`: the rules of the readers."""

import sys
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from alerts.cli.found import bring_up_to_date
from alerts.cli.gathered import gathering
from alerts.cli.opening import Opened, opened
from alerts.cli.output import console, fail, print_json, print_table, warn
from alerts.cli.rows import Json, Reader, ReaderFilter, Yes, confirm, now, read_line, state, transaction
from alerts.cli.rule_preview import as_dict, look_back, show_preview
from alerts.cli.rule_reading import read_rule
from alerts.cli.subscription_options import EVERYWHERE, Said, state_of
from alerts.rhythms import last_day
from alerts.store.destinations import list_destinations
from alerts.store.subscribers import find_subscriber, get_subscriber, list_subscribers
from alerts.store.subscriptions import (
    add_subscription,
    change_rule,
    change_subscription,
    find_subscription,
    list_subscriptions,
    pause_subscription,
    remove_subscription,
)
from config.names import unbroken

app = typer.Typer(help="The rules of the readers: add, list, edit, pause, resume, remove.")

Id = Annotated[int, typer.Argument(help="The subscription's id; see yaoxun subscriptions list.")]


@app.command(context_settings={"ignore_unknown_options": True})  # a rule may begin with a minus
@gathering(Said)
def add(
    rule: Annotated[str, typer.Argument(help="What to find, such as '补贴 region:江苏 -二手车'.")],
    *,
    subscriber: Reader,
    said: Said,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Give a reader a rule. It is tried first: one that cannot be read is shown with a caret, and not saved.

    What it would have found in the last 30 days is shown. In a terminal, one that would find more than anybody reads
    is saved only when that is confirmed.

    It finds what is archived from now on; to look back, use: yaoxun notices search RULE

    Example: yaoxun subscriptions add --subscriber 规划科 '(上海 OR 江苏) 金融科技' --note 月报

    Example: yaoxun subscriptions add --subscriber 规划科 'title:(办法 OR 意见) region:长三角'

    Example: yaoxun subscriptions add -s 规划科 '补贴 region:江苏' --to email --until 2027-06-30 --most 10
    """
    here = opened()
    rule = read_line("RULE", unbroken(rule))
    parsed = read_rule(here, rule, as_json=as_json)
    with transaction(here, reading=True) as connection:
        reader = find_subscriber(connection, subscriber)
        values = said.of(connection, here, reader.id)
    _warn_of_end(values.get("expires_at"), here)
    bring_up_to_date(here)
    shown = look_back(here, parsed)
    if not as_json:
        show_preview(here, shown, examples=1)
    confirm("Save it all the same?", yes=yes or as_json or not shown.too_many or not sys.stdin.isatty())
    with transaction(here) as connection:
        added = add_subscription(connection, reader.id, rule, **values, now=now())
    if as_json:
        print_json({"subscription": asdict(added), "subscriber": reader.name, "preview": as_dict(shown), "error": None})
    else:
        console.print(f"Subscription {added.id} of {reader.name}: {added.rule}", markup=False)


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
                state_of(one, here, now()),
            )
            for one in rules
        ),
        empty="There are no rules yet. Add one: yaoxun subscriptions add --subscriber NAME RULE",
    )


@app.command(context_settings={"ignore_unknown_options": True})  # a rule may begin with a minus
@gathering(Said)
def edit(
    subscription: Id,
    rule: Annotated[str | None, typer.Argument(help="What to find from now on; without it the rule stays.")] = None,
    *,
    said: Said,
    as_json: Json = False,
) -> None:
    """Change a rule, or what is said of it; what is not named stays.

    A new rule finds what is archived from now on, also when the old one had a problem.

    Example: yaoxun subscriptions edit 3 '补贴 region:江苏 -二手车'

    Example: yaoxun subscriptions edit 3 --until 2026-12-31 --most 5 --to 工作邮箱
    """
    if rule is None and said == Said():
        fail("Nothing to change was named", "Give a new RULE, --note, --until, --most or --to.", code=2)
    here = opened()
    if rule is not None:
        rule = read_line("RULE", unbroken(rule))
        read_rule(here, rule, as_json=as_json)
    with transaction(here) as connection:
        found = find_subscription(connection, subscription)
        if rule is not None:
            change_rule(connection, found.id, rule)
        stays = {name: getattr(found, name) for name in ("note", "expires_at", "most", "places")}
        values = said.of(connection, here, found.subscriber_id)
        change_subscription(connection, found.id, **(stays | values))
        changed = find_subscription(connection, subscription)
    _warn_of_end(values.get("expires_at"), here)
    if as_json:
        print_json({"subscription": asdict(changed), "error": None})
    else:
        console.print(f"Subscription {changed.id} is now: {changed.rule}", markup=False)


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


def _warn_of_end(ends: datetime | None, here: Opened) -> None:
    """Say that a rule is over before it begins."""
    if ends is not None and ends <= now():
        day = last_day(ends, here.settings.timezone)
        warn(f"--until: {day} is over, so the rule finds nothing. Give a later day: yaoxun subscriptions edit --help")


def _pause(here: Opened, subscription_id: int, *, paused: bool, as_json: bool) -> None:
    with transaction(here) as connection:
        find_subscription(connection, subscription_id)
        pause_subscription(connection, subscription_id, paused=paused)
        found = find_subscription(connection, subscription_id)
    if as_json:
        print_json({"subscription": asdict(found)})
    else:
        console.print(f"Subscription {found.id} is {state(paused=paused, problem=found.problem)}.", markup=False)
