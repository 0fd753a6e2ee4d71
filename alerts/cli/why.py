"""`yaoxun rules why`: the tree of a rule with its answers on a notice, and what else kept it from its reader."""

from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.text import Text

from alerts.cli.advice import missing
from alerts.cli.opening import Opened, opened
from alerts.cli.output import console, print_json
from alerts.cli.rows import Json, now, transaction
from alerts.cli.rule_view import show_fault
from alerts.cli.why_view import tree_of
from alerts.cli.why_words import Fact, facts_of
from alerts.ledger import Speech, Standing, standing_of
from alerts.rules import NoticeText, RuleError, china_day, parse
from alerts.rules.why import Reason
from alerts.rules.why import why as answers
from alerts.store.subscriptions import find_subscription
from crawler.archive.attachments import in_full
from crawler.archive.notices import find_notice
from crawler.notice import ArchivedNotice

MARKS = {True: ("✓ ", "bold green"), False: ("✗ ", "bold red"), None: ("• ", "bold")}


def why(
    subscription: Annotated[int, typer.Argument(help="The subscription's id; see yaoxun subscriptions list.")],
    notice: Annotated[int, typer.Argument(help="The notice's id; see yaoxun notices list.")],
    as_json: Json = False,
) -> None:
    """Show why a subscription met a notice, or why not: its rule as a tree with an answer and the text at each node.

    Then what lies outside of the rule: pauses, problems, a notice older than the subscription, and how far the notice
    came on its way to each destination. The rule is asked of the notice as both are now.

    Example: yaoxun rules why 3 12
    """
    here = opened()
    language = here.settings.language
    standing, found = _read(here, subscription, notice)
    reason, fault = _ask(here, standing.subscription.rule, found)
    holds = reason is not None and reason.holds
    facts = facts_of(standing, found, holds=holds, now=now(), zone=here.settings.zone)
    if as_json:
        print_json(_as_dict(here, standing, found, reason, fault, facts))
        return
    console.print(Text.assemble((found.title, "bold")))
    if reason is not None:
        console.print(tree_of(reason, language))
    if fault is not None:
        show_fault(fault, language)
    for fact in facts:
        console.print(Text.assemble(MARKS[fact.well], fact.said(language)))


def _ask(here: Opened, rule: str, notice: ArchivedNotice) -> tuple[Reason | None, RuleError | None]:
    """Return the answers of a notice, or why the rule no longer reads."""
    try:
        parsed = parse(rule, here.vocabulary)
    except RuleError as error:
        return None, error
    return answers(parsed, NoticeText.of(notice, here.vocabulary, today=china_day(now())), notice), None


def _read(here: Opened, subscription: int, notice: int) -> tuple[Standing, ArchivedNotice]:
    with transaction(here, reading=True) as connection:
        find_subscription(connection, subscription)
        found = find_notice(connection, notice)
        if found is None:
            missing("notice", notice)
        speech = Speech(here.settings.language, here.settings.zone)
        standing = standing_of(connection, here.vault, found, subscription, now=now(), speech=speech)
        return standing, next(in_full(connection, [found]))


def _as_dict(  # noqa: PLR0917  everything that was found out
    here: Opened,
    standing: Standing,
    notice: ArchivedNotice,
    reason: Reason | None,
    fault: RuleError | None,
    facts: list[Fact],
) -> dict[str, Any]:
    language = here.settings.language
    return {
        "subscription": asdict(standing.subscription),
        "subscriber": standing.subscriber.name,
        "notice": {"id": notice.id, "title": notice.title},
        "holds": reason is not None and reason.holds,
        "tree": reason.as_dict(language) if reason else None,
        "error": fault.as_dict(language) if fault else None,
        "matched_at": standing.matched_at,
        "facts": [{"name": fact.answer or fact.name, "well": fact.well, "text": fact.said(language)} for fact in facts],
    }
