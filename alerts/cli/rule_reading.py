"""Reading the rule that somebody typed."""

import typer

from alerts.cli.opening import Opened
from alerts.cli.output import print_json, warn
from alerts.cli.rule_view import show_fault
from alerts.rules import Rule, RuleError, parse, warnings_of


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
    for warning in warnings_of(parsed):
        warn(warning.said(language))
    return parsed
