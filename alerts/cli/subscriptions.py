"""`yaoxun subscriptions`: the rules of the readers."""

from dataclasses import asdict
from typing import Annotated

import typer

from alerts.cli.opening import Opened, opened
from alerts.cli.output import console, print_json, print_table, warn
from alerts.cli.rows import Json, Reader, ReaderFilter, Yes, confirm, now, state, transaction
from alerts.cli.rule_view import show_fault
from alerts.rules import Rule, RuleError, parse
from alerts.store.subscribers import find_subscriber, get_subscriber, list_subscribers
from alerts.store.subscriptions import (
    add_subscription,
    change_rule,
    find_subscription,
    list_subscriptions,
    pause_subscription,
    remove_subscription,
)

app = typer.Typer(help="The rules of the readers: add, list, edit, pause, resume, remove.")

Id = Annotated[int, typer.Argument(help="The subscription's id; see yaoxun subscriptions list.")]


@app.command(context_settings={"ignore_unknown_options": True})  # a rule may begin with a minus
def add(
    rule: Annotated[str, typer.Argument(help="What to find, such as '补贴 region:江苏 -二手车'.")],
    subscriber: Reader,
    note: Annotated[str, typer.Option(help="Why the reader wants it; stands beside the rule in digests.")] = "",
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
        added = add_subscription(connection, reader.id, rule.strip(), note=note.strip(), now=now())
    if as_json:
        print_json({"subscription": asdict(added), "subscriber": reader.name, "error": None})
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
    if as_json:
        print_json({"subscriptions": [asdict(one) | {"subscriber": names[one.subscriber_id]} for one in rules]})
        return
    print_table(
        ("id", "subscriber", "rule", "note", "state"),
        (
            (one.id, names[one.subscriber_id], one.rule, one.note, state(paused=one.paused, problem=one.problem))
            for one in rules
        ),
        empty="There are no rules yet. Add one: yaoxun subscriptions add --subscriber NAME RULE",
    )


@app.command(context_settings={"ignore_unknown_options": True})  # a rule may begin with a minus
def edit(
    subscription: Id,
    rule: Annotated[str, typer.Argument(help="What to find from now on.")],
    as_json: Json = False,
) -> None:
    """Change a rule: it finds what is archived from now on, also when the old one had a problem.

    Example: yaoxun subscriptions edit 3 '补贴 region:江苏 -二手车'
    """
    here = opened()
    read_rule(here, rule, as_json=as_json)
    with transaction(here) as connection:
        changed = change_rule(connection, subscription, rule.strip())
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


def read_rule(here: Opened, rule: str, *, as_json: bool) -> Rule:
    """Parse a rule and say its warnings; one that cannot be read ends the command with code 2."""
    language = here.settings.language
    try:
        parsed = parse(rule, here.vocabulary)
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
